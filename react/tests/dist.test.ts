// @vitest-environment node
// What is published, as `npm run build` has left it in dist.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

const MOST_BYTES = 3 * 1024;

/** Everything that the package exports, as an app's bundler puts it together. */
async function bundle(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      rolldownOptions: {
        input: "dist/esm/index.js",
        preserveEntrySignatures: "strict",
        external: [/^react(\/|$)/],
      },
    },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}

test("it is small", async () => {
  const [script, styles] = [gzipSync(await bundle()).length, gzipSync(readFileSync("dist/styles.css")).length];
  expect(script).toBeGreaterThan(500);
  expect(script).toBeLessThan(MOST_BYTES);
  expect(styles).toBeLessThan(1000);
});

test.each(["dist/esm", "dist/cjs"])("every module of %s that has hooks says that it is for clients", (folder) => {
  const modules = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const read = (name: string) => readFileSync(`${folder}/${name}`, "utf8");
  const hooked = modules.filter((name) => /from "react"|require\("react"\)/.test(read(name)));
  expect(hooked).toEqual(["ConnectWithContextFile.js", "useConnectCallback.js", "useSecrets.js"]);
  for (const name of hooked) expect(read(name)).toMatch(/^("use strict";\n)?"use client";/);
});

const NAMES = "{ buildAuthorizationUrl, generateCSRFToken }";
const CALL = `buildAuthorizationUrl({ clientId: "a", redirectUri: "b", scope: "c", state: generateCSRFToken() })`;

test.each([
  ["module", `import ${NAMES} from "@contextfile/react"; console.log(${CALL})`],
  ["commonjs", `const ${NAMES} = require("@contextfile/react"); console.log(${CALL})`],
])("the functions run on a server, as %s", (type, program) => {
  const said = execFileSync("node", [`--input-type=${type}`, "-e", program], { encoding: "utf8" });
  expect(said).toMatch(/^https:\/\/contextfile\.ai\/oauth\/authorize\?.*&state=[\w-]{43}\n$/);
});
