import { uptime } from "node:os";

/**
 * Milliseconds on a clock that never jumps and goes on while the machine sleeps: a lease ends during a laptop's sleep too.
 * Linux stops its usual monotonic clock then, but not its uptime.
 */
export function leaseClock(): number {
  return process.platform === "linux" ? uptime() * 1000 : performance.now();
}
