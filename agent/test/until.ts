/** Waits for a condition; fails with what was waited for. */
export async function until<T>(found: () => T, what: string, limitMs = 45_000): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = found();
    if (value) return value;
    if (performance.now() > end) throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
    await new Promise((go) => setTimeout(go, 5));
  }
}
