/** Figures over repeated measurements, in milliseconds unless said. */
export interface Figures {
  n: number;
  p50: number;
  p95: number;
  min: number;
}

/** Percentiles of some samples. */
export function figures(samples: number[]): Figures {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (q: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), min: at(0) };
}

/** Two or three digits are all that a shared machine's clock is good for. */
export function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

/** Milliseconds that `work` takes, once per repetition, after `warm` uncounted ones. */
export async function timed(
  times: number,
  warm: number,
  work: (i: number) => Promise<unknown>,
): Promise<number[]> {
  const samples: number[] = [];
  for (let i = -warm; i < times; i++) {
    const from = performance.now();
    await work(i);
    if (i >= 0) samples.push(performance.now() - from);
  }
  return samples;
}
