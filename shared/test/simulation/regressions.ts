/**
 * Seeds that failed once, each with what was wrong then. They run first, for ever. A change of the workload gives a seed
 * another history, so each mistake is also told in a test of its own in test/engine or in guards.ts.
 */
export const REGRESSIONS: { seed: number; was: string }[] = [
  { seed: 130, was: "a step lost behind another in one job ran again before the one it needs" },
  { seed: 931, was: "a run ended while its fan-out was still running" },
  { seed: 988, was: "a fused step whose lease was lost came back out of order" },
  { seed: 5245, was: "a job called done with a step still running stalled its run" },
  { seed: 7054, was: "two voters were both told that theirs was the deciding vote" },
];
