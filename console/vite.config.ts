import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` sends what is not the console: a running workspace, with a token when nobody is signed in there. */
const workspace = process.env.TW_URL ?? "http://127.0.0.1:8787";
const token = process.env.TW_TOKEN;
const proxied = {
  target: workspace,
  changeOrigin: true,
  ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
};

export default defineConfig(({ command }) => {
  // Whatever the shell says: a console for development is three times as large, and slower.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: import.meta.dirname,
    plugins: [react(), tailwindcss()],
    build: {
      outDir: process.env.CONSOLE_OUT ?? "dist",
      emptyOutDir: true,
      // The browsers that know `light-dark()`, on which both themes rest.
      target: ["chrome123", "edge123", "firefox120", "safari17.5"],
      // No data: URIs: the policy lets fonts and styles come from this origin only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          // The typeface by its plain name: the pages of signing in and of an approval's link, which are no part of this build, use it too.
          assetFileNames: ({ names }) =>
            names[0]?.endsWith(".woff2") ? "fonts/[name][extname]" : "assets/[name]-[hash][extname]",
        },
      },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1_000,
    },
    server: {
      proxy: { "/api": proxied, "/sign-in": proxied, "/a/": proxied, "/fonts/": proxied },
    },
  };
});
