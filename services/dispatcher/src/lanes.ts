export interface Lanes<T> {
  /** How many pieces of work run at a time. */
  width: number;
  /** The next piece of work; undefined when there is none now. */
  take(): Promise<T | undefined>;
  work(item: T): Promise<void>;
  /** Called every `everyMs` while some lanes work and others have nothing, for `forMs` at most. */
  lookAgain(): Promise<void>;
  everyMs: number;
  forMs: number;
}

/**
 * Run work in a few lanes until none is left. A queue may hand out its next batch only when this one has ended, so while
 * a slow piece keeps one lane busy, the idle ones look for more themselves.
 * A lane that throws ends alone; its error is thrown when all have ended.
 */
export async function runLanes<T>(lanes: Lanes<T>): Promise<void> {
  const until = Date.now() + lanes.forMs;
  let busy = 0;
  let allIdle = Promise.withResolvers<void>();
  let looking: Promise<void> | null = null;
  const look = async () => {
    let timer: number | undefined;
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lanes.everyMs) as unknown as number;
    });
    await Promise.race([pause, allIdle.promise]);
    clearTimeout(timer as number);
    if (busy > 0) await lanes.lookAgain();
    looking = null;
  };
  const lane = async () => {
    for (;;) {
      // Counted before the first wait, so that no other lane goes home while this one is about to find work.
      busy += 1;
      try {
        for (let item = await lanes.take(); item !== undefined; item = await lanes.take())
          await lanes.work(item);
      } finally {
        busy -= 1;
        if (busy === 0) {
          allIdle.resolve();
          allIdle = Promise.withResolvers();
        }
      }
      if (busy === 0 || Date.now() > until) return;
      looking ??= look();
      await looking;
      if (busy === 0) return;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes.width }, lane));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}
