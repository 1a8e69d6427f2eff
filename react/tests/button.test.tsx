import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createHash } from "node:crypto";
import { createRef, StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectWithContextFile, generateCSRFToken } from "../src/index.js";

const APP = { clientId: "cf_app_1", redirectUri: "https://yourapp.com/callback", scope: "profile:read contexts:read" };

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(cleanup);

const link = () => screen.getByRole<HTMLAnchorElement>("link", { name: "Connect with ContextFile" });
const query = () => Object.fromEntries(new URL(link().href).searchParams);
const kept = (storage: Storage, state: string) => JSON.parse(storage.getItem(`contextfile:connect:${state}`) ?? "null");

/** Press as a person does; the browser does not leave the page. Gives whether it would have. */
function press(options: MouseEventInit = {}): boolean {
  let goes = false;
  const hold = (event: Event) => {
    goes = !event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener("click", hold, { once: true });
  fireEvent.click(link(), options);
  return goes;
}

test("the guide's example is a link with that state", () => {
  render(<ConnectWithContextFile {...APP} state={generateCSRFToken()} />);
  expect(link().href).toMatch(/^https:\/\/contextfile\.ai\/oauth\/authorize\?response_type=code&client_id=cf_app_1&/);
  expect(query()).toMatchObject({ redirect_uri: APP.redirectUri, scope: APP.scope });
  expect(query().state).toMatch(/^[\w-]{43}$/);
});

test("a state that is left out is made, stays the same, and is kept when the link is pressed", async () => {
  const { rerender } = render(<ConnectWithContextFile {...APP} />, { wrapper: StrictMode });
  await waitFor(() => expect(query().state).toMatch(/^[\w-]{43}$/));
  const { state } = query();
  rerender(<ConnectWithContextFile {...APP} size="large" />);
  expect(query().state).toBe(state);
  expect(sessionStorage.length).toBe(0);
  expect(press()).toBe(true);
  expect(kept(sessionStorage, state!)).toEqual({ issuer: "https://contextfile.ai", redirectUri: APP.redirectUri });
});

test("after a press the link is another request", async () => {
  render(<ConnectWithContextFile {...APP} usePKCE />);
  await waitFor(() => expect(query().state).toBeDefined());
  const before = query();
  press();
  await waitFor(() => expect(query().state).not.toBe(before.state));
  expect(query().code_challenge).not.toBe(before.code_challenge);
});

test("two buttons never share a state", async () => {
  render(<ConnectWithContextFile {...APP} label="One" />);
  render(<ConnectWithContextFile {...APP} label="Two" />);
  const links = screen.getAllByRole<HTMLAnchorElement>("link");
  const states = () => links.map((one) => new URL(one.href).searchParams.get("state"));
  await waitFor(() => expect(states()).not.toContain(null));
  expect(new Set(states()).size).toBe(2);
});

test("with usePKCE the link holds the S256 challenge of the verifier that is kept", async () => {
  render(<ConnectWithContextFile {...APP} usePKCE baseUrl="http://127.0.0.1:5000/" />);
  await waitFor(() => expect(query().code_challenge).toBeDefined());
  const { state, code_challenge } = query();
  expect(query().code_challenge_method).toBe("S256");
  press();
  const { codeVerifier, issuer } = kept(sessionStorage, state!);
  expect(codeVerifier).toMatch(/^[\w-]{43}$/);
  expect(code_challenge).toBe(createHash("sha256").update(codeVerifier).digest("base64url"));
  expect(issuer).toBe("http://127.0.0.1:5000");
});

test("a press before the challenge is there waits for it", async () => {
  render(<ConnectWithContextFile {...APP} usePKCE />);
  expect(press()).toBe(false);
  const pressed = vi.fn((event: Event) => {
    event.preventDefault();
    expect(kept(sessionStorage, query().state!).codeVerifier).toBeDefined();
  });
  addEventListener("click", pressed, { once: true });
  await waitFor(() => expect(pressed).toHaveReturnedTimes(1));
});

test("a state that is given goes with PKCE too", async () => {
  render(<ConnectWithContextFile {...APP} state="mine" usePKCE />);
  await waitFor(() => expect(query().code_challenge).toBeDefined());
  expect(query().state).toBe("mine");
});

test.each([{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }])(
  "a press with %o is the browser's own, and its new tab finds what was kept",
  (modifier) => {
    render(<ConnectWithContextFile {...APP} state="s" popup />);
    expect(press(modifier)).toBe(true);
    expect(kept(localStorage, "s")).toMatchObject({ redirectUri: APP.redirectUri });
  },
);

test("the link takes refs, classes, handlers and all that a link takes", () => {
  const ref = createRef<HTMLAnchorElement>();
  const onClick = vi.fn((event: React.MouseEvent) => event.preventDefault());
  render(<ConnectWithContextFile {...APP} state="s" ref={ref} className="mine" id="it" data-x="1" onClick={onClick} />);
  expect(ref.current).toBe(link());
  expect(link().className).toBe("connect-with-contextfile mine");
  expect(link().id).toBe("it");
  expect(link().dataset.x).toBe("1");
  expect(press()).toBe(false);
  expect(sessionStorage.length).toBe(0);
});

test("each choice of look is a class", () => {
  render(
    <ConnectWithContextFile {...APP} state="s" variant="outline" size="small" theme="dark" shape="pill" width="full" />,
  );
  const looks = ["outline", "small", "dark", "pill", "full"].map((look) => `connect-with-contextfile--${look}`);
  expect(link().className).toBe(["connect-with-contextfile", ...looks].join(" "));
});

test("the label is the link's name, and the mark is no part of it", () => {
  render(<ConnectWithContextFile {...APP} state="s" label="Import from ContextFile" />);
  const named = screen.getByRole("link", { name: "Import from ContextFile" });
  expect(named.querySelector("svg")?.getAttribute("aria-hidden")).toBe("true");
});

test("what is missing is said", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(() => render(<ConnectWithContextFile {...APP} clientId="" />)).toThrow("clientId is missing");
});
