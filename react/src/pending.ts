/** What the callback page must know about the request that its answer belongs to. */
export interface Pending {
  issuer: string;
  redirectUri: string;
  codeVerifier?: string;
  popup?: boolean;
}

const keyOf = (state: string) => `contextfile:connect:${state}`;

/** Keep a request until its answer comes: in this tab, or, if the link opens in a new one, where that can read it. */
export function keep(state: string, pending: Pending, newTab?: unknown): void {
  try {
    (newTab ? localStorage : sessionStorage).setItem(keyOf(state), JSON.stringify(pending));
  } catch {
    // The browser allows this site no storage. The callback page will say that it does not know the answer's state.
  }
}

/** Hand over what was kept, once. */
export function spend(state: string | null): Pending | null {
  const key = keyOf(state ?? "");
  try {
    const kept = sessionStorage.getItem(key) ?? localStorage.getItem(key);
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
    return kept && JSON.parse(kept);
  } catch {
    return null;
  }
}
