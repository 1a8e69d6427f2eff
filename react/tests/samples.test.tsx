import { readFileSync } from "node:fs";
import { cleanup, render, screen } from "@testing-library/react";
import * as React from "react";
import { transformWithOxc } from "vite";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as contextfile from "../src/index.js";

/** A sample of the documentation, without its imports, as the value of its last expression or of what it exports. */
async function run(name: string): Promise<unknown> {
  const source = readFileSync(`../portal/docs/samples/jsx/${name}`, "utf8");
  expect(source).toMatch(/^import { \w+ } from '@contextfile\/react'$/m);
  const body = source.replace(/^import .*$/gm, "").trim();
  const { code } = await transformWithOxc(body, name, { jsx: { runtime: "classic" } });
  const statement = code.replace(/^export /m, "return ").replace(/^(?=(\/\*.*\*\/ )?React\.createElement)/m, "return ");
  const given = { ...contextfile, React };
  return new Function(...Object.keys(given), statement)(...Object.values(given));
}

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

test("the guide's button leads to the consent page, with a state of its own", async () => {
  render((await run("connect_button.jsx")) as React.ReactElement);
  const { href } = screen.getByRole<HTMLAnchorElement>("link", { name: "Connect with ContextFile" });
  const { origin, pathname, searchParams } = new URL(href);
  expect(origin + pathname).toBe("https://contextfile.ai/oauth/authorize");
  expect(searchParams.get("client_id")).toBe("YOUR_CLIENT_ID");
  expect(searchParams.get("redirect_uri")).toBe("https://yourapp.com/callback");
  expect(searchParams.get("scope")).toBe("profile:read contexts:read");
  expect(searchParams.get("state")).toHaveLength(43);
});

test.each([
  ["code=c", "Connected."],
  ["error=access_denied&error_description=The+user+said+no.", "The user said no."],
])("the callback page says how it went: %s", async (answer, words) => {
  const pending = { issuer: "https://contextfile.ai", redirectUri: "https://yourapp.com/callback" };
  sessionStorage.setItem("contextfile:connect:s", JSON.stringify(pending));
  history.replaceState(null, "", `/callback?${answer}&state=s&iss=https://contextfile.ai`);
  render(React.createElement((await run("callback.jsx")) as React.FC));
  expect(screen.getByText(words)).toBeDefined();
});
