/**
 * <connect-with-contextfile>: the "Connect with ContextFile" button as a custom element, and the check of what comes
 * back. One file, no build, no dependencies. Version 1.0.0; the address of this file never changes its content.
 *
 * Attributes: client-id, redirect-uri, scope, and, all optional, state, pkce, variant (gradient, outline, text), size
 * (small, medium, large), theme (auto, light, dark), shape (rounded, pill, square), width (fit, full), label, prompt,
 * login-hint, resource, base-url, popup. A link inside the element stands in until the button can work.
 *
 * With `popup` the consent page opens in a small window, and the element tells how it went by an event named "connect":
 * its `detail` is { code, codeVerifier, redirectUri } or { error, errorDescription }.
 */

const PENDING = "contextfile:connect:";
const POPUP = "contextfile:connect";
const LABEL = "Connect with ContextFile";
const KINDS = { variant: ["outline", "text"], size: ["small", "large"], theme: ["light", "dark"] };
Object.assign(KINDS, { shape: ["pill", "square"], width: ["full"] });
const REQUEST = ["client-id", "redirect-uri", "scope", "state", "prompt", "login-hint", "resource", "base-url"];
const MARK =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15.5 7a6.5 6.5 0 1 0 0 10" fill="none" ' +
  'stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>' +
  '<circle cx="18" cy="12" r="2.5" fill="currentColor"/></svg>';

const STYLES = `
:host { display: inline-block; vertical-align: middle; }
:host([width="full"]) { display: block; }
:host([hidden]) { display: none; }
a.connect-with-contextfile { display: inline-flex; align-items: center; justify-content: center; gap: 0.6em; box-sizing: border-box; min-height: 44px; padding: 0 16px; border: 1px solid transparent; border-radius: var(--contextfile-radius, 8px); background: var(--contextfile-background, linear-gradient(135deg, #4f46e5, #7c3aed)) border-box; color: var(--contextfile-color, #ffffff); font-family: var(--contextfile-font, inherit); font-size: 15px; font-weight: 570; line-height: 1.25; text-decoration: none; cursor: pointer; }
a.connect-with-contextfile:hover { filter: brightness(0.92); }
a.connect-with-contextfile:focus-visible { outline: 2px solid var(--contextfile-focus, light-dark(#4338ca, #a9b1ff)); outline-offset: 2px; }
a.connect-with-contextfile > svg { flex: none; width: 1.25em; height: 1.25em; }
a.connect-with-contextfile--outline { border-color: var(--contextfile-border, light-dark(#858ea3, #6b7692)); background: var(--contextfile-background, light-dark(#ffffff, #141a2a)); color: var(--contextfile-color, light-dark(#0b1020, #e8ebf4)); }
a.connect-with-contextfile--small { min-height: 36px; padding-inline: 12px; font-size: 13px; }
a.connect-with-contextfile--large { min-height: 52px; padding-inline: 20px; font-size: 17px; }
a.connect-with-contextfile--text { padding-inline: 4px; background: none; color: var(--contextfile-color, light-dark(#4338ca, #a9b1ff)); }
a.connect-with-contextfile--text:hover { text-decoration: underline; text-underline-offset: 0.2em; }
a.connect-with-contextfile--pill { border-radius: var(--contextfile-radius, 999px); }
a.connect-with-contextfile--square { border-radius: var(--contextfile-radius, 0); }
a.connect-with-contextfile--full { display: flex; width: 100%; }
a.connect-with-contextfile--light { color-scheme: light; }
a.connect-with-contextfile--dark { color-scheme: dark; }
`; // static/css/connect-button.css, a rule on a line

/** What the callback page is told when an answer must not be used. `code` is a word for programs. */
export class ConnectError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "ConnectError";
    this.code = code;
  }
}

/**
 * The address that the button leads to (RFC 6749 §4.1.1, RFC 7636 §4.3).
 *
 * @throws {Error} Something is missing, or the base URL is none.
 */
export function authorizationUrl({ baseUrl, clientId, redirectUri, scope, ...optional }) {
  const base = (baseUrl || "https://contextfile.ai").replace(/\/+$/, "");
  const scopes = [...new Set([scope ?? ""].flat().join(" ").split(/\s+/).filter(Boolean))];
  if (!/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(base)) {
    throw new Error(`baseUrl is not an http or https address: ${baseUrl}`);
  }
  if (!clientId) throw new Error("clientId is missing: give the client ID of your app.");
  if (!redirectUri) throw new Error("redirectUri is missing: give a redirect URI that is registered for your app.");
  if (scopes.length === 0) throw new Error("scope is empty: name at least one scope, such as profile:read.");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(" "),
  });
  if (optional.state) query.set("state", optional.state);
  if (optional.codeChallenge) {
    query.set("code_challenge", optional.codeChallenge);
    query.set("code_challenge_method", "S256");
  }
  if (optional.prompt) query.set("prompt", optional.prompt);
  if (optional.loginHint) query.set("login_hint", optional.loginHint);
  if (optional.resource) query.set("resource", optional.resource);
  return `${base}/oauth/authorize?${query}`;
}

/**
 * Check what came back to the redirect URI, in the browser that the button was pressed in. Call it once: the state and
 * the code verifier are spent by it, and the answer leaves the address bar. In a popup, it tells the page that opened
 * it, and closes it.
 *
 * @returns {{code: string, codeVerifier?: string, redirectUri: string} | null} null: there is nothing to do here.
 * @throws {ConnectError} The answer is not for this browser, not from ContextFile, or a refusal.
 */
export function checkConnectCallback(address = location.href) {
  const answer = new URL(address).searchParams;
  if (!answer.has("code") && !answer.has("error")) return null;
  const pending = spend(answer.get("state"));
  if (address === location.href) forgetAnswer();
  const outcome = judge(answer, pending);
  if (pending?.popup && globalThis.opener && !opener.closed) {
    opener.postMessage({ [POPUP]: outcome }, location.origin); // to nobody, if that is another site's
    close();
    return null;
  }
  if (outcome.error !== undefined) throw new ConnectError(outcome.error, outcome.errorDescription);
  return outcome;
}

function judge(answer, pending) {
  const failed = (error, errorDescription) => ({ error, errorDescription });
  if (!pending) {
    return failed("state_mismatch", "This answer belongs to no button pressed in this browser. Connect again.");
  }
  if (answer.get("iss") !== pending.issuer) {
    return failed("issuer_mismatch", "This answer does not come from ContextFile. Do not use it."); // RFC 9207 §2.4
  }
  if (answer.has("error")) {
    return failed(answer.get("error"), answer.get("error_description") ?? "ContextFile gave no access.");
  }
  return { code: answer.get("code"), codeVerifier: pending.codeVerifier, redirectUri: pending.redirectUri };
}

/** Hand over what was kept for a state, once. */
function spend(state) {
  const key = PENDING + state;
  const pending = JSON.parse(sessionStorage.getItem(key) ?? localStorage.getItem(key));
  sessionStorage.removeItem(key);
  localStorage.removeItem(key);
  return pending;
}

/** Take the answer out of the address bar, and so out of what is shared, bookmarked and sent as a Referer. */
function forgetAnswer() {
  const address = new URL(location.href);
  for (const name of ["code", "state", "iss", "error", "error_description", "error_uri"]) {
    address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** RFC 7636 §4.2. Browsers have Web Crypto on https and on loopback addresses only. */
async function challengeOf(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

const Base = globalThis.HTMLElement ?? class {}; // so that authorizationUrl() also loads where there is no page

export class ConnectWithContextFileElement extends Base {
  static observedAttributes = [...REQUEST, ...Object.keys(KINDS), "label", "pkce"];

  #pending = {};
  #asking;
  #round = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet(); // a strict content security policy stops a <style>, and not this
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.append(document.createElement("slot"));
    // Coming back with the Back button: the state of before is spent.
    addEventListener("pageshow", (event) => event.persisted && this.isConnected && this.#prepare());
  }

  connectedCallback() {
    this.#prepare();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#prepare();
  }

  /** Make the request, then the link to it. Until then, and if it cannot be made, the link inside shows. */
  async #prepare() {
    const round = ++this.#round;
    await null; // several attributes that change at once are one change
    if (round !== this.#round) return;
    try {
      const named = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
      const options = Object.fromEntries(REQUEST.map((name) => [named(name), this.getAttribute(name) ?? ""]));
      options.baseUrl ||= new URL(import.meta.url).origin;
      options.state ||= random();
      const pending = { issuer: options.baseUrl.replace(/\/+$/, ""), redirectUri: options.redirectUri };
      if (this.hasAttribute("pkce") && this.getAttribute("pkce") !== "false") {
        pending.codeVerifier = random();
        options.codeChallenge = await challengeOf(pending.codeVerifier);
      }
      const url = authorizationUrl(options);
      if (round !== this.#round) return;
      this.#pending = { state: options.state, record: pending };
      this.#show(url);
    } catch (error) {
      console.error("connect-with-contextfile:", error.message);
      if (round === this.#round) this.shadowRoot.replaceChildren(document.createElement("slot"));
    }
  }

  /** Keep the request for this tab's callback page; one in a new tab reads it elsewhere. Or ask in a popup. */
  #press(event) {
    const { button, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (button === 2) return; // the menu
    const newTab = button === 1 || altKey || ctrlKey || metaKey || shiftKey;
    const { state, record } = this.#pending;
    const popup = this.hasAttribute("popup") && !newTab;
    (newTab ? localStorage : sessionStorage).setItem(PENDING + state, JSON.stringify({ ...record, popup }));
    if (popup && this.#ask(event.currentTarget.href, state)) event.preventDefault();
  }

  /** Open the popup, which starts with a copy of this tab's storage. False: the browser has blocked it. */
  #ask(url, state) {
    const popup = open(url, POPUP, "popup,width=480,height=720");
    if (!popup) return false;
    this.#asking?.abort(); // a second press uses the same window: one answer, one listener
    this.#asking = new AbortController();
    const hear = ({ origin, source, data }) => {
      if (origin !== location.origin || source !== popup || !data?.[POPUP]) return;
      this.#asking.abort();
      spend(state);
      this.dispatchEvent(new CustomEvent("connect", { detail: data[POPUP], bubbles: true, composed: true }));
    };
    addEventListener("message", hear, { signal: this.#asking.signal });
    this.#prepare(); // a second press is another request
    return true;
  }

  #show(url) {
    const link = document.createElement("a");
    const name = "connect-with-contextfile";
    const kinds = Object.entries(KINDS).map(([kind, values]) => values.find((one) => one === this.getAttribute(kind)));
    link.className = [name, ...kinds.filter(Boolean).map((kind) => `${name}--${kind}`)].join(" ");
    link.part = "button";
    link.href = url;
    link.innerHTML = MARK;
    link.append(this.getAttribute("label") || LABEL);
    // Kept when it is pressed and not before: a page that is only read leaves nothing behind.
    for (const press of ["click", "auxclick"]) link.addEventListener(press, (event) => this.#press(event));
    const focused = this.shadowRoot.activeElement !== null;
    this.shadowRoot.replaceChildren(link);
    if (focused) link.focus();
  }
}

globalThis.customElements?.define("connect-with-contextfile", ConnectWithContextFileElement);
