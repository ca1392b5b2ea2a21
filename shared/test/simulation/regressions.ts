/** Seeds that failed once, each with what was wrong then. They run first, for ever. */
export const REGRESSIONS: { seed: number; was: string }[] = [
  { seed: 130, was: "a step lost behind another in one job ran again before the one it needs" },
  { seed: 931, was: "a run ended while its fan-out was still running" },
  { seed: 988, was: "a fused step whose lease was lost came back out of order" },
];
