// Builds deepstyle/web/sw.js: src/worker in one plain script, with the list of the shop's files and their version.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { chunksOf, folder, manifest } from "./chunks.mjs";

const source = fileURLToPath(new URL("../src/worker/", import.meta.url));
const STATIC = ["first-paint.js", "manifest.webmanifest", "icon.svg", "icon-192.png"];

/** The files that the pages of index.html can come to load; fonts in the format that every target reads. */
const files = new Set();
for (const { file, css = [], assets = [] } of chunksOf(["index.html"], { later: true }).values()) {
  for (const name of [file, ...css, ...assets]) files.add(name);
}
for (const { file } of Object.values(manifest)) if (file.endsWith(".woff2")) files.add(file);
const wanted = [...files].filter((file) => !file.endsWith(".woff") && !file.endsWith(".html")).sort();

const hash = createHash("sha256");
for (const file of ["index.html", ...STATIC]) hash.update(readFileSync(folder + file));
for (const file of readdirSync(source).sort()) if (!file.includes(".test.")) hash.update(readFileSync(source + file));
hash.update(wanted.join());

await build({
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  define: {
    SHELL: JSON.stringify(["index.html", ...STATIC, ...wanted]),
    VERSION: JSON.stringify(hash.digest("hex").slice(0, 12)),
  },
  build: {
    outDir: folder,
    emptyOutDir: false,
    target: ["chrome123", "firefox121", "safari17.5"],
    lib: { entry: `${source}main.ts`, formats: ["iife"], name: "worker", fileName: () => "sw.js" },
  },
});
