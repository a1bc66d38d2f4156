/** The script for other sites: one file at an address that never changes, for plain `<script>` tags. */
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  resolve: { tsconfigPaths: true },
  build: {
    outDir: "../deepstyle/web/embed",
    emptyOutDir: true,
    lib: { entry: "src/widget/main.ts", formats: ["iife"], name: "deepstyle", fileName: () => "deepstyle.js" },
    target: ["chrome123", "firefox121", "safari17.5"],
  },
});
