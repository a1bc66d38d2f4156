import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.DEEPSTYLE_URL ?? "http://127.0.0.1:8000";
const serverPaths = ["/v1", "/image", "/healthz", "/readyz", "/similar", "/compatible", "/search_image", "/docs"];

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: Object.fromEntries(serverPaths.map((path) => [path, server])) },
  build: {
    outDir: "../deepstyle/web",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0, // the server's policy allows no data: fonts or scripts
    target: ["chrome123", "firefox121", "safari17.5"], // the first with light-dark()
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 20_000,
  },
});
