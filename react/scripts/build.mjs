// Makes dist: ECMAScript and CommonJS modules, each with types of its own, and the stylesheet. One file in, one file
// out, so that "use client" stays where it belongs and the other functions run on servers too.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";

process.chdir(new URL("..", import.meta.url).pathname);
rmSync("dist", { recursive: true, force: true });
for (const [folder, module] of [
  ["esm", "ESNext"],
  ["cjs", "CommonJS"],
]) {
  const options = ["-p", "tsconfig.build.json", "--outDir", `dist/${folder}`, "--module", module];
  execFileSync("node_modules/.bin/tsc", options, { stdio: "inherit" });
}
writeFileSync("dist/cjs/package.json", '{ "type": "commonjs", "sideEffects": false }\n');
const { STYLES } = await import(`${process.cwd()}/dist/esm/styles.js`);
writeFileSync("dist/styles.css", STYLES.trimStart());
writeFileSync("dist/styles.css.d.ts", "export {};\n"); // importing it for its effect is all there is to do
