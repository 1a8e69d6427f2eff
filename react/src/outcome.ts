import { issuerOf } from "./authorizationUrl.js";
import { type Pending, spend } from "./pending.js";

/** How it went. What does not apply is undefined. */
export type ConnectOutcome = Waiting | Done | Failed;

interface Waiting extends NoCode, NoError {
  status: "waiting";
}

interface Done extends NoError {
  status: "done";
  /** For the token endpoint, with the two below; good for one use. */
  code: string;
  /** The `code_verifier`, if the button has `usePKCE`. */
  codeVerifier?: string;
  redirectUri: string;
}

interface Failed extends NoCode {
  status: "error";
  /** The server's word, such as "access_denied", or "state_mismatch" or "issuer_mismatch". */
  error: string;
  errorDescription: string;
}

interface NoCode {
  code?: undefined;
  codeVerifier?: undefined;
  redirectUri?: undefined;
}

interface NoError {
  error?: undefined;
  errorDescription?: undefined;
}

function failed(error: string, errorDescription: string): Failed {
  return { status: "error", error, errorDescription };
}

/** Take the answer out of the address bar, and so out of what is shared, bookmarked and sent as a Referer. */
function cleanAddress(address: URL): void {
  for (const name of ["code", "state", "iss", "error", "error_description", "error_uri"]) {
    address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
}

function judge(answer: URLSearchParams, pending: Pending | null, issuer?: string): ConnectOutcome {
  if (!pending) {
    return failed("state_mismatch", "This browser did not ask for this answer. Connect again.");
  }
  if (answer.get("iss") !== (issuer ? issuerOf(issuer) : pending.issuer)) {
    return failed("issuer_mismatch", "This answer is not from ContextFile. Do not use it."); // RFC 9207 §2.4
  }
  const code = answer.get("code");
  if (!code || answer.has("error")) {
    return failed(answer.get("error") ?? "", answer.get("error_description") ?? "");
  }
  return { status: "done", code, codeVerifier: pending.codeVerifier, redirectUri: pending.redirectUri };
}

/**
 * Read the answer in this page's address, and spend what was kept for it.
 *
 * @returns null if the address holds no answer.
 */
export function takeOutcome(issuer?: string): { outcome: ConnectOutcome; popup?: boolean } | null {
  const address = new URL(location.href);
  const answer = new URLSearchParams(address.search);
  if (!answer.get("code") && !answer.get("error")) return null;
  const pending = spend(answer.get("state"));
  cleanAddress(address);
  return { outcome: judge(answer, pending, issuer), popup: pending?.popup };
}
