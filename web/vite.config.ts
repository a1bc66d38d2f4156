import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
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
const NEED_A_PAGE = ["src/api/*.test.ts"];

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: Object.fromEntries(serverPaths.map((path) => [path, server])) },
  // Scripts and styles name each other relatively: the server moves only the addresses in the HTML files.
  experimental: { renderBuiltUrl: (_, { hostType }) => (hostType === "html" ? undefined : { relative: true }) },
  build: {
    outDir: "../deepstyle/web",
    emptyOutDir: true,
    manifest: true,
    rolldownOptions: { input: ["index.html", "map-canvas.html"] },
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
          setupFiles: ["src/testing/setup.ts"],
          include: ["src/**/*.test.tsx", ...NEED_A_PAGE],
        },
      },
    ],
  },
});
