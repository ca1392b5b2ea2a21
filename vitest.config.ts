import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{shared,agent,local,bench,console}/test/**/*.test.ts", "services/*/test/**/*.test.ts"],
    globalSetup: "local/src/testing/prepared.ts",
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Two cores: more files at once only make the timings of real processes worse.
    maxWorkers: 2,
    // For tests that run the API's app in their own process.
    alias: { "cloudflare:workers": `${import.meta.dirname}/services/api/test/cloudflare-workers.ts` },
  },
});
