import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectWithContextFile } from "../src/index.js";

const APP = { clientId: "cf_app_1", redirectUri: "https://yourapp.com/callback", scope: "profile:read", state: "s" };
const KEY = "contextfile:connect:s";
const OUTCOME = { status: "done", code: "c" };
const DATA = { "contextfile:connect": OUTCOME };
const window_ = { closed: false } as Window;

beforeEach(() => {
  sessionStorage.clear();
});
afterEach(cleanup);

/** Press the button; gives whether the browser would follow the link. */
function press(popup: Window | null, onConnect = vi.fn()) {
  vi.spyOn(window, "open").mockReturnValue(popup as never);
  render(<ConnectWithContextFile {...APP} popup onConnect={onConnect} />);
  let goes = false;
  const hold = (event: Event) => {
    goes = !event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener("click", hold, { once: true });
  fireEvent.click(screen.getByRole("link"));
  return { goes, onConnect };
}

async function say(init: MessageEventInit) {
  await act(async () => dispatchEvent(new MessageEvent("message", init)));
}

test("a press opens the consent page in a window, which tells the page how it went", async () => {
  const { goes, onConnect } = press(window_);
  expect(goes).toBe(false);
  expect(vi.mocked(open).mock.calls[0]?.[0]).toContain("https://contextfile.ai/oauth/authorize?");
  expect(JSON.parse(sessionStorage.getItem(KEY)!)).toMatchObject({ popup: true });
  await say({ origin: location.origin, source: window_, data: DATA });
  expect(onConnect.mock.calls).toEqual([[OUTCOME]]);
  expect(sessionStorage.length).toBe(0);
  await say({ origin: location.origin, source: window_, data: DATA });
  expect(onConnect).toHaveBeenCalledOnce();
});

test("messages of other origins, other windows and other kinds are not heard", async () => {
  const { onConnect } = press(window_);
  await say({ origin: "https://evil.example", source: window_, data: DATA });
  await say({ origin: location.origin, source: { closed: false } as Window, data: DATA });
  await say({ origin: location.origin, source: window_, data: { other: OUTCOME } });
  await say({ origin: location.origin, source: window_, data: null });
  expect(onConnect).not.toHaveBeenCalled();
});

test("a window that the browser blocks leaves the link to do it", () => {
  expect(press(null).goes).toBe(true);
  expect(JSON.parse(sessionStorage.getItem(KEY)!).popup).toBeUndefined();
});
