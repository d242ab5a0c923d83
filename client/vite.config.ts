import { defineConfig, type EnvironmentOptions, type Plugin } from "vite";

/** Takes the indentation out of templates, and the spaces out of styles: nobody reads them there. */
const squeeze: Plugin = {
  name: "squeeze",
  enforce: "pre",
  transform: {
    filter: { id: /src\/elements\/.*\.ts$/ },
    handler: (code) => ({
      code: code
        .replace(/css`[^`]*`/g, (style) => style.replace(/\/\*.*?\*\//gs, "").replace(/\s*([{};]|: |, )\s*/g, (_, mark: string) => mark.trim()).replaceAll(";}", "}"))
        .replace(/\n\s+/g, "\n"),
      map: null,
    }),
  },
};

/** A part that loads later is one small file: Vite's own helper, which preloads what it needs, would be as large. */
const plain: Plugin = {
  name: "plain",
  enforce: "pre",
  load: { filter: { id: /preload-helper/ }, handler: () => "export const __vitePreload = (load) => load();" },
};

/** A bundle of its own for each page: what two pages share would cost the overlay 600 bytes. */
const page = (name: string, first = false): EnvironmentOptions => ({
  consumer: "client",
  build: {
    outDir: "../assist/server/static",
    emptyOutDir: first, // else old hashed files would ship
    target: "es2022",
    assetsInlineLimit: 0, // the policy forbids data: URLs
    modulePreload: { polyfill: false },
    license: { fileName: "licences.md" },
    rolldownOptions: { input: { [name]: `${name}.html` } },
  },
});

export default defineConfig({
  base: "./",
  publicDir: "public",
  plugins: [squeeze, plain],
  builder: {}, // builds all of them
  environments: { client: page("overlay", true), start: page("index"), supervisor: page("supervisor"), review: page("review") },
});
