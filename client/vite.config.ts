import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: "public",
  build: {
    outDir: "../assist/server/static",
    emptyOutDir: true, // else old hashed files would ship
    target: "es2022",
    assetsInlineLimit: 0, // the policy forbids data: URLs
    modulePreload: { polyfill: false },
    license: { fileName: "licences.md" },
    rolldownOptions: { input: { overlay: "overlay.html" } },
  },
});
