/** The commands the benchmarks run, put into the workspace as anybody would. */
const NOOP = { command: "bench-noop" };

export interface BenchCommand {
  slug: string;
  body: Record<string, unknown>;
}

function workflow(slug: string, definition: Record<string, unknown>): BenchCommand {
  return { slug, body: { name: slug, type: "workflow", effect: "read", category: "bench", definition } };
}

export function sequential(count: number): BenchCommand {
  return workflow(`bench-sequential-${count}`, { steps: Array.from({ length: count }, () => NOOP) });
}

export function fanOut(width: number): BenchCommand {
  const items = Array.from({ length: width }, (_, i) => i);
  return workflow(`bench-fan-out-${width}`, {
    steps: [
      { id: "each", command: "bench-noop", for_each: items },
      { id: "join", command: "bench-noop", needs: ["each"] },
    ],
  });
}

export const NOOP_COMMAND: BenchCommand = {
  slug: "bench-noop",
  body: { name: "noop", type: "api", effect: "read", category: "bench", definition: { handler: "noop" } },
};

export const TRUE_COMMAND: BenchCommand = {
  slug: "bench-true",
  body: {
    name: "true",
    type: "builtin",
    effect: "write",
    category: "bench",
    definition: { program: "true", argv: [] },
  },
};

export function fused(count: number): BenchCommand {
  return workflow(`bench-true-${count}`, {
    steps: Array.from({ length: count }, () => ({ command: "bench-true" })),
  });
}

/** The same work, forked so that no two steps may share a job. */
export function unfused(count: number): BenchCommand {
  const steps = Array.from({ length: count }, (_, i) => ({ id: `s${i}`, command: "bench-true", needs: [] }));
  return workflow(`bench-apart-${count}`, { steps });
}

export const GATED: BenchCommand = workflow("bench-gated", {
  steps: [
    { id: "before", command: "bench-noop" },
    { id: "after", command: "bench-noop", checkpoint: true },
  ],
});
