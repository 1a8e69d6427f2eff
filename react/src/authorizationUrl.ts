/** What an authorization request says (RFC 6749 §4.1.1). Values that are empty count as left out. */
export interface AuthorizationOptions {
  /** The client ID of your app. */
  clientId: string;
  /** One of the redirect URIs that are registered for your app. */
  redirectUri: string;
  /** The scopes to ask for: "profile:read contexts:read", or a list. */
  scope: string | readonly string[];
  /** Comes back unchanged with the answer. */
  state?: string;
  /** The S256 challenge of a code verifier (RFC 7636 §4.2). */
  codeChallenge?: string;
  /** "login", "consent", "select_account" or "none". */
  prompt?: string;
  /** The email address to sign in with. */
  loginHint?: string;
  /** The API that the tokens are for (RFC 8707). */
  resource?: string;
  /** Where ContextFile is: "https://contextfile.ai" unless you run your own. */
  baseUrl?: string;
}

/** The base URL without slashes at its end, which is also the issuer (RFC 9207 §2). */
export function issuerOf(baseUrl?: string): string {
  const issuer = (baseUrl || "https://contextfile.ai").replace(/\/+$/, "");
  if (!/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(issuer)) {
    throw new Error(`baseUrl is not an http or https address: ${baseUrl}`);
  }
  return issuer;
}

/**
 * The address that the button leads to. Works in browsers and on servers.
 *
 * @throws {Error} Something is missing, or the base URL is none.
 */
export function buildAuthorizationUrl(options: AuthorizationOptions): string {
  const issuer = issuerOf(options.baseUrl);
  const scopes = [options.scope ?? []].flat().join(" ").split(/\s+/).filter(Boolean);
  if (!options.clientId) throw new Error("clientId is missing: give the client ID of your app.");
  if (!options.redirectUri) {
    throw new Error("redirectUri is missing: give a redirect URI that is registered for your app.");
  }
  if (!scopes.length) throw new Error("scope is empty: name at least one scope, such as profile:read.");
  const query = {
    response_type: "code",
    client_id: options.clientId,
    redirect_uri: options.redirectUri,
    scope: [...new Set(scopes)].join(" "),
    state: options.state,
    code_challenge: options.codeChallenge,
    code_challenge_method: options.codeChallenge && "S256",
    prompt: options.prompt,
    login_hint: options.loginHint,
    resource: options.resource,
  };
  const given = Object.entries(query).filter((parameter): parameter is [string, string] => !!parameter[1]);
  return `${issuer}/oauth/authorize?${new URLSearchParams(given)}`;
}
