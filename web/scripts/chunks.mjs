// The chunks of the built site, as the bundler's manifest lists them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const folder = fileURLToPath(new URL("../../deepstyle/web/", import.meta.url));
export const manifest = JSON.parse(readFileSync(`${folder}.vite/manifest.json`, "utf8"));

/** By name, the chunks that `names` load; with `later` also those that they may come to load. */
export function chunksOf(names, { later = false } = {}) {
  const found = new Map();
  function add(name) {
    if (found.has(name)) return;
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the build has no chunk ${name}`);
    found.set(name, chunk);
    for (const other of [...(chunk.imports ?? []), ...(later ? (chunk.dynamicImports ?? []) : [])]) add(other);
  }
  for (const name of names) add(name);
  return found;
}
