// The vectors are shared with the custom element, the configurator and the server.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type AuthorizationOptions, buildAuthorizationUrl } from "../src/index.js";

interface Vector {
  name: string;
  options: AuthorizationOptions;
  url?: string;
  error?: string;
}

const vectors: Vector[] = JSON.parse(readFileSync("../tests/connect_button/vectors.json", "utf8"));

test.each(vectors)("$name", ({ options, url, error }) => {
  if (error) expect(() => buildAuthorizationUrl(options)).toThrow(new Error(error));
  else expect(buildAuthorizationUrl(options)).toBe(url);
});
