// Builds deepstyle/web/pages: a file for each kind of page, which begins to load what that page needs, and holds the page
// as it looks before the first answer, for each language and width. `shell.js` shows the one that fits.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import react from "@vitejs/plugin-react";
import { JSDOM } from "jsdom";
import { build } from "vite";
import { chunksOf, folder } from "./chunks.mjs";

const index = readFileSync(`${folder}index.html`, "utf8");

const search = (...names) => ["page", ...names].map((name) => `src/features/search/${name}.tsx`);
/** By the names of `file_of` in api/first_page.py: an address of the page, and its chunks. */
const PAGES = {
  start: ["/", search()],
  text: ["/?text=…", search("word-search")],
  like: ["/?like=a", search("like-search")],
  with: ["/?with=a", search("goes-with-search")],
  photo: ["", search("photo-search")],
  item: ["/item/a", ["src/features/item/page.tsx"]],
  studio: ["/studio", ["src/features/studio/page.tsx"]],
  outfit: ["/studio?item=a", ["src/features/studio/page.tsx"]],
  look: ["/look?item=a", ["src/features/studio/look-page.tsx"]],
  "shop-the-look": ["", ["src/features/worn/page.tsx"]],
  "demo-shop": ["", ["src/features/demo-shop/page.tsx"]],
};
const LANGUAGES = ["en", "de"];
const WIDE = "src/features/search/sidebar-filters.tsx";
const SHELL = '<link rel="preload" as="script" href="/shell.js" />';
const LINKS_PLACE = "<!-- first pictures -->";
const ANSWERS_PLACE = "<!-- first answers -->";

/** The files of the chunks, without those that index.html loads itself. */
function filesOf(names, known) {
  const files = [...chunksOf(names).values()].map(({ file }) => file);
  return [...new Set(files)].filter((file) => !known.has(file));
}

/** What the components of the site see when the shells are rendered: a browser that gets no answers. */
function openBrowser() {
  const { window } = new JSDOM(index, { url: "https://shop.example/", pretendToBeVisual: true });
  const names = ["document", "location", "history", "navigator", "localStorage", "sessionStorage", "Node", "Element"];
  names.push("HTMLElement", "SVGElement", "MutationObserver", "requestAnimationFrame", "cancelAnimationFrame", "Event");
  for (const name of names) Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
  Object.assign(globalThis, {
    window,
    self: window,
    fetch: () => new Promise(() => undefined),
    scrollTo: () => undefined,
  });
  for (const name of ["addEventListener", "removeEventListener"]) globalThis[name] = window[name].bind(window);
  window.scrollTo = () => undefined;
  return (isWide) => {
    window.matchMedia = globalThis.matchMedia = (query) =>
      Object.assign(new window.EventTarget(), { matches: isWide && query.includes("width >= 64rem"), media: query });
  };
}

/** One of `src/app` in a file of its own, with all that it imports. */
async function buildAlone(entry, outDir, format, name) {
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [react()],
    resolve: { tsconfigPaths: true },
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir,
      emptyOutDir: false,
      target: ["chrome123", "firefox121", "safari17.5"],
      lib: { entry: `src/app/${entry}`, formats: [format], name: "shell", fileName: () => name },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
}

async function renderer() {
  const outDir = mkdtempSync(join(tmpdir(), "shell-"));
  await buildAlone("shell.tsx", outDir, "es", "shell.mjs");
  const setWide = openBrowser();
  const { shellOf } = await import(pathToFileURL(join(outDir, "shell.mjs")).href);
  rmSync(outDir, { recursive: true });
  return async (address, language, isWide) => {
    setWide(isWide);
    return await shellOf(address, language);
  };
}

await buildAlone("show-shell.ts", folder, "iife", "shell.js");
const render = await renderer();

async function shellsOf(address) {
  const shells = [];
  for (const language of address ? LANGUAGES : []) {
    for (const isWide of [false, true]) {
      const html = await render(address, language, isWide);
      shells.push(`<template data-language="${language}"${isWide ? " data-wide" : ""}>${html}</template>`);
    }
  }
  return shells.join("\n");
}

const known = new Set([...index.matchAll(/\/(assets\/[^"]+)"/g)].map(([, file]) => file));
const preload = (file, media = "") => `<link rel="modulepreload" crossorigin href="/${file}"${media}>`;
mkdirSync(`${folder}pages`, { recursive: true });
for (const [name, [address, chunks]] of Object.entries(PAGES)) {
  const own = filesOf(chunks, known);
  const links = own.map((file) => preload(file));
  if (chunks[0] === search()[0]) {
    const wide = filesOf([WIDE], new Set([...known, ...own]));
    links.push(...wide.map((file) => preload(file, ' media="(width >= 64rem)"')));
  }
  const style = index.match(/ *<link rel="stylesheet"[^>]*>\n/)[0];
  const page = index
    .replace(style, "")
    .replace(/(?= *<script type="module")/, `${style}    ${SHELL}\n    ${LINKS_PLACE}\n`)
    .replace("</head>", `${links.map((link) => `    ${link}\n`).join("")}  </head>`)
    .replace(
      /(<div id="root"><\/div>)/,
      `$1\n${await shellsOf(address)}\n${ANSWERS_PLACE}\n<script src="/shell.js"></script>`,
    );
  writeFileSync(`${folder}pages/${name}.html`, page);
}
process.exit(0); // what the pages still wait for never comes
