import { act } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectWithContextFile, generateCSRFToken, useConnectCallback } from "../src/index.js";

const APP = { clientId: "cf_app_1", redirectUri: "https://yourapp.com/callback", scope: "profile:read" };
let page: HTMLElement;

beforeEach(() => {
  page = document.createElement("div");
  document.body.replaceChildren(page);
});
afterEach(() => sessionStorage.clear());

/** Render as the server does, then take over in the browser; gives the server's link. */
async function hydrate(view: () => React.ReactElement): Promise<string> {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const complaints = vi.spyOn(console, "error");
  page.innerHTML = renderToString(view());
  const before = page.querySelector("a")!.href;
  await act(async () => hydrateRoot(page, view(), { onRecoverableError: complaints }));
  vi.unstubAllGlobals();
  expect(complaints.mock.calls).toEqual([]);
  return before;
}

const link = () => page.querySelector("a")!;

test("server and browser agree, and the browser adds state and challenge", async () => {
  const before = await hydrate(() => <ConnectWithContextFile {...APP} usePKCE />);
  expect(before).not.toContain("state=");
  await vi.waitFor(() => expect(link().href).toMatch(/&state=[\w-]{43}&code_challenge=[\w-]{43}&/));
});

test("the guide's example hydrates without a complaint, and keeps the state that its link holds", async () => {
  const before = await hydrate(() => <ConnectWithContextFile {...APP} state={generateCSRFToken()} />);
  expect(link().href).toBe(before);
  addEventListener("click", (event) => event.preventDefault(), { once: true });
  link().click();
  expect(sessionStorage.key(0)).toBe(`contextfile:connect:${new URL(before).searchParams.get("state")}`);
});

test("a link with a state is complete without JavaScript", () => {
  const html = renderToString(<ConnectWithContextFile {...APP} state="s" />);
  expect(html).toMatch(/^<a [^>]*href="https:\/\/contextfile\.ai\/oauth\/authorize\?[^"]*state=s"/);
  expect(html).not.toContain("style");
});

test("the callback page waits on the server", () => {
  const Page = () => <p>{useConnectCallback().status}</p>;
  expect(renderToString(<Page />)).toBe("<p>waiting</p>");
});
