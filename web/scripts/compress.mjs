// Compresses each text file of the build (.br, .gz); the server sends these to clients that accept them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = fileURLToPath(new URL("../../deepstyle/web/", import.meta.url));
const TEXT = new Set([".html", ".js", ".css", ".svg", ".webmanifest"]);
const SMALL_BYTES = 1000; // below it, compressing saves no packet

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXT.has(extname(entry.name)) || entry.name === "sw.js") continue; // sent as it is
  const path = join(entry.parentPath, entry.name);
  const content = readFileSync(path);
  if (content.length < SMALL_BYTES) continue;
  writeFileSync(`${path}.br`, brotliCompressSync(content));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
