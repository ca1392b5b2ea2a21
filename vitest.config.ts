import { defineConfig } from "vitest/config";

/** No processes, no Workers, nothing of their own kept between files. */
const PURE = ["shared/test/**/*.test.ts"];
/** These stop processes and starve them on purpose, and look at the clock: beside them runs one other file. */
const CLOCK = ["agent/test/{crash,half-open,hard-cases,lease,processes,starved}.test.ts"];

const common = {
  extends: true as const,
  test: {
    exclude: ["**/node_modules/**"],
    // Several times what the longest without a bound of its own takes: what is slow on a busy machine is no failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What comes soon comes late on a busy machine; a second is no bound there.
    expect: { poll: { timeout: 30_000 } },
    // For tests that run the API's app in their own process.
    alias: { "cloudflare:workers": `${import.meta.dirname}/services/api/test/cloudflare-workers.ts` },
  },
};

export default defineConfig({
  test: {
    globalSetup: "local/src/testing/prepared.ts",
    projects: [
      {
        ...common,
        test: {
          ...common.test,
          name: "pure",
          include: PURE,
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...common,
        test: {
          ...common.test,
          name: "clock",
          include: CLOCK,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...common.test,
          name: "whole",
          include: ["{agent,local,bench,console}/test/**/*.test.ts", "services/*/test/**/*.test.ts"],
          exclude: [...common.test.exclude, ...PURE, ...CLOCK],
          // For two cores: much of each file's time is waiting for processes.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
