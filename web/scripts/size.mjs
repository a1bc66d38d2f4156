// Fails if the first load is over budget: the files of index.html and of the start page's chunks, in KB of gzip; if the
// script for other sites is; or if a page of the shop loads one of /admin.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { js: 170, css: 20, embed: 30 };
const START = ["index.html", "src/features/search/page.tsx"];
const folder = fileURLToPath(new URL("../../deepstyle/web/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${folder}.vite/manifest.json`, "utf8"));

const files = { js: new Set(["first-paint.js"]), css: new Set(), embed: new Set(["embed/deepstyle.js"]) };
function add(name) {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`the build has no chunk ${name}`);
  if (files.js.has(chunk.file)) return;
  files.js.add(chunk.file);
  for (const style of chunk.css ?? []) files.css.add(style);
  for (const other of chunk.imports ?? []) add(other);
}
for (const name of START) add(name);

const reached = new Set();
function reach(name) {
  if (reached.has(name)) return;
  reached.add(name);
  for (const other of [...(manifest[name].imports ?? []), ...(manifest[name].dynamicImports ?? [])]) reach(other);
}
reach("index.html");
const OPERATOR = /^src\/(admin|features\/(evaluation|imports|map|overview|session))\//;
const strays = [...reached].filter((name) => OPERATOR.test(name));
if (strays.length > 0) throw new Error(`the shop loads pages of /admin: ${strays.join(", ")}`);

let over = false;
for (const [kind, names] of Object.entries(files)) {
  const sizes = [...names].map((name) => [name, gzipSync(readFileSync(folder + name)).length / 1000]);
  const total = sizes.reduce((sum, [, kb]) => sum + kb, 0);
  over ||= total > BUDGET_KB[kind];
  console.log(
    `${kind}: ${total.toFixed(1)} KB gzip of ${BUDGET_KB[kind]} KB${total > BUDGET_KB[kind] ? "  OVER" : ""}`,
  );
  for (const [name, kb] of sizes.sort((a, b) => b[1] - a[1])) console.log(`  ${kb.toFixed(1).padStart(7)}  ${name}`);
}
process.exit(over ? 1 : 0);
