function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace("=", "");
}

/** An unguessable `state`, 256 bits: it ties the answer to the browser that asked (RFC 6749 §10.12). */
export function generateCSRFToken(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** The S256 challenge of a code verifier (RFC 7636 §4.2). */
export async function challengeOf(codeVerifier: string): Promise<string> {
  if (!crypto.subtle) throw new Error("usePKCE needs https, or localhost."); // elsewhere browsers have no Web Crypto
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier))));
}
