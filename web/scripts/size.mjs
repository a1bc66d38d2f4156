// Fails if a page's first load is over budget: the files of index.html and of the page's chunks, in KB of gzip; if the
// script for other sites is; or if a page of the shop loads one of /admin.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { chunksOf, folder } from "./chunks.mjs";

const HOME = ["index.html", "src/features/search/page.tsx"];
const search = (name) => [...HOME, `src/features/search/${name}.tsx`];
const PAGES = [
  { name: "home", chunks: HOME, budget: { js: 170, css: 20 } },
  { name: "photo results", chunks: search("photo-search"), budget: { js: 200, css: 20 } },
  { name: "word results", chunks: search("word-search"), budget: { js: 200, css: 20 } },
  { name: "similar items", chunks: search("like-search"), budget: { js: 200, css: 20 } },
  { name: "what goes with it", chunks: search("goes-with-search"), budget: { js: 200, css: 20 } },
  { name: "product", chunks: ["index.html", "src/features/item/page.tsx"], budget: { js: 200, css: 20 } },
];
const EMBED = { file: "embed/deepstyle.js", budget: 30 };

/** The names of the files that a page loads at first, by their kind. */
function filesOf(names) {
  const chunks = [...chunksOf(names).values()];
  const scripts = chunks.map(({ file }) => file);
  return {
    js: new Set(["first-paint.js", "shell.js", ...scripts]),
    css: new Set(chunks.flatMap(({ css = [] }) => css)),
  };
}

const kbOf = (name) => gzipSync(readFileSync(folder + name)).length / 1000;

const featureOf = (name) => name.match(/^src\/features\/([^/]+)\//)?.[1];
const reached = (page) => [...chunksOf([page], { later: true }).keys()];
const pages = reached("admin.html").filter((name) => /page\.tsx$/.test(name));
const operators = new Set(["session", ...pages.map(featureOf)]);
const strays = reached("index.html").filter((name) => /^src\/admin\//.test(name) || operators.has(featureOf(name)));
if (strays.length > 0) throw new Error(`the shop loads pages of /admin: ${strays.join(", ")}`);

let over = false;
for (const { name, chunks, budget } of PAGES) {
  const sums = Object.entries(filesOf(chunks)).map(([kind, files]) => {
    const kb = [...files].reduce((sum, file) => sum + kbOf(file), 0);
    over ||= kb > budget[kind];
    return `${kind} ${kb.toFixed(1)} of ${budget[kind]} KB${kb > budget[kind] ? " OVER" : ""}`;
  });
  console.log(`${name}: ${sums.join(", ")} gzip`);
}
const embed = kbOf(EMBED.file);
over ||= embed > EMBED.budget;
console.log(`${EMBED.file}: ${embed.toFixed(1)} of ${EMBED.budget} KB gzip${embed > EMBED.budget ? " OVER" : ""}`);
const files = [...filesOf(HOME).js].map((name) => [name, kbOf(name)]).sort((a, b) => b[1] - a[1]);
for (const [name, kb] of files) console.log(`  ${kb.toFixed(1).padStart(7)}  ${name}`);
process.exit(over ? 1 : 0);
