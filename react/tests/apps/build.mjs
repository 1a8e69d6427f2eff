// node tests/apps/build.mjs <React's major version> <folder>: builds the app against dist, as an app would.
import { fileURLToPath } from "node:url";
import { build } from "vite";

const [, , major, outDir] = process.argv;
const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const modules = folder(major === "18" ? "react-18/node_modules" : "../../node_modules");

await build({
  configFile: false,
  logLevel: "error",
  root: folder("."),
  resolve: { alias: { react: `${modules}/react`, "react-dom": `${modules}/react-dom` } },
  build: { outDir, emptyOutDir: true },
});
