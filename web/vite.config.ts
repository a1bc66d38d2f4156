import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.DEEPSTYLE_URL ?? "http://127.0.0.1:8000";
const serverPaths = [
  "/v1",
  "/image",
  "/preview",
  "/healthz",
  "/readyz",
  "/similar",
  "/compatible",
  "/search_image",
  "/docs",
];

/** Tests without components that still need a browser's globals or the test server. */
const NEED_A_PAGE = ["src/api/*.test.ts", "src/shared/theme/*.test.ts", "src/widget/*.test.ts"];

/** As the server does: every address below /admin is its own page. */
const adminPage: Plugin = {
  name: "admin-page",
  configureServer: ({ middlewares }) => {
    middlewares.use((request, _, next) => {
      if (/^\/admin(\/|\?|$)/.test(request.url ?? "")) request.url = "/admin.html";
      next();
    });
  },
};

/** What every page needs is in few files: on a slow line each request waits for another one. */
const LIBRARIES = /node_modules\/(react|react-dom|scheduler|openapi-fetch|@tanstack)\//;
const SHARED = /\/src\/(api|shared\/(address|format|i18n|theme))\//;
const CONTROLS =
  /\/shared\/ui\/(button|busy|icon|item-|language-|main-content|nav-link|notice|price|select|skeleton|theme-)/;
const OPERATOR = /\/i18n\/(.*\/)?(admin|evaluation|imports|map|operator|overview)\.ts$/;
const CHUNKS = [
  { name: "libraries", test: LIBRARIES },
  { name: "shared", test: (id: string) => (SHARED.test(id) || CONTROLS.test(id)) && !OPERATOR.test(id) },
];

export default defineConfig({
  plugins: [react(), tailwindcss(), adminPage],
  resolve: {
    alias: {
      "@deepstyle/client": fileURLToPath(new URL("./client/src/index.ts", import.meta.url)),
      "@": fileURLToPath(new URL("./src", import.meta.url)),
    },
  },
  server: { proxy: Object.fromEntries(serverPaths.map((path) => [path, server])) },
  // Scripts and styles name each other relatively: the server moves only the addresses in the HTML files.
  experimental: { renderBuiltUrl: (_, { hostType }) => (hostType === "html" ? undefined : { relative: true }) },
  build: {
    outDir: "../deepstyle/web",
    emptyOutDir: true,
    manifest: true,
    rolldownOptions: {
      input: ["index.html", "admin.html", "map-canvas.html"],
      output: { codeSplitting: { groups: CHUNKS } },
    },
    assetsInlineLimit: 0, // the server's policy allows no data: fonts or scripts
    target: ["chrome123", "firefox121", "safari17.5"], // the first with light-dark()
  },
  test: {
    restoreMocks: true,
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: "logic", include: ["src/**/*.test.ts"], exclude: NEED_A_PAGE } },
      {
        extends: true,
        test: {
          name: "page",
          environment: "jsdom",
          isolate: false, // src/testing/setup.ts says how
          setupFiles: ["src/testing/setup.ts"],
          include: ["src/**/*.test.tsx", ...NEED_A_PAGE],
        },
      },
    ],
  },
});
