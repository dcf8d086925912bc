import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.QUARTERDECK_DEV_SERVER ?? "http://127.0.0.1:8470";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: process.env.QUARTERDECK_WEB_OUT ?? "../src/quarterdeck/web",
    emptyOutDir: true,
    target: "es2023",
    // Inlined files would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    // The polyfill is an inline script, which the content security policy refuses.
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/api": { target: server, ws: true } } },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
  },
});
