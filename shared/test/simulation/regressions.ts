/** Seeds that failed once, each with what was wrong. They run first, for ever. */
export const REGRESSIONS: { seed: number; was: string }[] = [];
