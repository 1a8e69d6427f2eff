export { type AuthorizationOptions, buildAuthorizationUrl } from "./authorizationUrl.js";
export { ConnectWithContextFile, type ConnectWithContextFileProps } from "./ConnectWithContextFile.js";
export type { ConnectOutcome } from "./outcome.js";
export { generateCSRFToken } from "./secrets.js";
export { useConnectCallback } from "./useConnectCallback.js";
