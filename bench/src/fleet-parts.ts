/** What the fleet and the storm of sockets have in common: doing many things at once, and waiting. */

/** When the server takes requests again. */
export async function answering(url: string): Promise<number> {
  for (;;) {
    const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer?.ok) return Date.now();
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** A look at the database goes through a connection that the server may just have closed: then it looks again. */
export async function patiently<T>(look: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await look();
    } catch (error) {
      if (tries === 10) throw error;
      await new Promise((go) => setTimeout(go, 300));
    }
  }
}

/** `work` so many times, `width` at a time. */
export async function inTurns(
  times: number,
  width: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** A look that fails (a connection closed just then) is only a look in vain. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  limitS: number,
  what: string,
): Promise<void> {
  let why = "";
  const look = async () => {
    try {
      return await holds();
    } catch (error) {
      why = ` (${(error as Error).message})`;
      return false;
    }
  };
  for (const end = Date.now() + limitS * 1000; !(await look()); ) {
    if (Date.now() > end) throw new Error(`waited ${limitS} s in vain until ${what}${why}`);
    await new Promise((go) => setTimeout(go, 200));
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
