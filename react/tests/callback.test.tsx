import { cleanup, renderHook } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useConnectCallback } from "../src/index.js";

const ISSUER = "https://contextfile.ai";
const PENDING = { issuer: ISSUER, redirectUri: "https://yourapp.com/callback", codeVerifier: "v" };
const KEY = "contextfile:connect:s";

/** Arrive at the callback page, and see what the hook says there. */
function arrive(answer: Record<string, string>, options: { issuer?: string } = {}, pending: object | null = PENDING) {
  if (pending) sessionStorage.setItem(KEY, JSON.stringify(pending));
  history.replaceState({ mine: 1 }, "", `/callback?${new URLSearchParams(answer)}`);
  return renderHook(() => useConnectCallback(options), { wrapper: StrictMode }).result;
}

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  Object.assign(window, { opener: null });
});

test("an answer with another state is refused, and what was kept stays for the right one", () => {
  const { current } = arrive({ code: "c", state: "forged", iss: ISSUER });
  expect(current).toEqual({ status: "error", error: "state_mismatch", errorDescription: expect.any(String) });
  expect(sessionStorage.getItem(KEY)).not.toBeNull();
});

test.each<Record<string, string>>([{}, { state: "" }])("an answer without a state is refused: %o", (state) => {
  expect(arrive({ code: "c", iss: ISSUER, ...state }).current).toMatchObject({ error: "state_mismatch" });
});

const OTHERS: Record<string, string>[] = [{ iss: "https://evil.example" }, { iss: `${ISSUER}/` }, {}];

test.each(OTHERS)("an answer of another server is refused: %o", (iss) => {
  const { current } = arrive({ code: "c", state: "s", ...iss });
  expect(current).toEqual({ status: "error", error: "issuer_mismatch", errorDescription: expect.any(String) });
  expect(sessionStorage.length).toBe(0);
});

test("the issuer may be named by the page", () => {
  expect(arrive({ code: "c", state: "s", iss: ISSUER }, { issuer: "https://other.example" }).current.error).toBe(
    "issuer_mismatch",
  );
  expect(arrive({ code: "c", state: "s", iss: ISSUER }, { issuer: `${ISSUER}/` }).current.code).toBe("c");
});

test("a refusal is handed over in the server's words", () => {
  const refusal = { error: "access_denied", error_description: "The person refused.", state: "s", iss: ISSUER };
  expect(arrive(refusal).current).toEqual({
    status: "error",
    error: "access_denied",
    errorDescription: "The person refused.",
  });
});

test("a refusal with a forged state is not believed", () => {
  expect(arrive({ error: "access_denied", state: "forged", iss: ISSUER }).current.error).toBe("state_mismatch");
});

test("code, verifier and redirect URI are handed over once, in StrictMode too, and leave the address", () => {
  const result = arrive({ code: "c", state: "s", iss: ISSUER, tab: "2" });
  const done = { status: "done", code: "c", codeVerifier: "v", redirectUri: PENDING.redirectUri };
  expect(result.current).toEqual(done);
  expect(location.href).toBe("https://yourapp.com/callback?tab=2");
  expect(history.state).toEqual({ mine: 1 });
  expect(sessionStorage.length).toBe(0);
  expect(arrive({ code: "c", state: "s", iss: ISSUER }, {}, null).current.error).toBe("state_mismatch");
});

test("a tab that the link was opened in finds what the other one kept", () => {
  localStorage.setItem(KEY, JSON.stringify(PENDING));
  expect(arrive({ code: "c", state: "s", iss: ISSUER }, {}, null).current.codeVerifier).toBe("v");
  expect(localStorage.length).toBe(0);
});

test("a page without an answer waits", () => {
  expect(arrive({ tab: "2" }).current).toEqual({ status: "waiting" });
  expect(sessionStorage.getItem(KEY)).not.toBeNull();
});

test("storage that somebody has spoilt is an answer that nobody knows", () => {
  sessionStorage.setItem(KEY, "{");
  expect(arrive({ code: "c", state: "s", iss: ISSUER }, {}, null).current.error).toBe("state_mismatch");
});

test("a popup tells its opener, of the same origin alone, closes, and says nothing itself", () => {
  const opener = { closed: false, postMessage: vi.fn() };
  Object.assign(window, { opener });
  const close = vi.spyOn(window, "close").mockImplementation(() => undefined);
  const { current } = arrive({ code: "c", state: "s", iss: ISSUER }, {}, { ...PENDING, popup: true });
  const outcome = { status: "done", code: "c", codeVerifier: "v", redirectUri: PENDING.redirectUri };
  expect(opener.postMessage.mock.calls).toEqual([[{ "contextfile:connect": outcome }, "https://yourapp.com"]]);
  expect(close).toHaveBeenCalledOnce();
  expect(current.status).toBe("waiting");
});

test("a popup whose opener is gone goes on by itself", () => {
  Object.assign(window, { opener: { closed: true } });
  expect(arrive({ code: "c", state: "s", iss: ISSUER }, {}, { ...PENDING, popup: true }).current.status).toBe("done");
});

test("a page that is no popup of ours never talks to who opened it", () => {
  const opener = { closed: false, postMessage: vi.fn() };
  Object.assign(window, { opener });
  expect(arrive({ code: "c", state: "s", iss: ISSUER }).current.status).toBe("done");
  expect(opener.postMessage).not.toHaveBeenCalled();
});
