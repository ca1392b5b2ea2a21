/** Small charts, drawn as they are needed: a strip of bars, a rate. The numbers stand beside them in words. */
import { durationText } from "./Time.tsx";

/** Durations as bars, oldest first; the tallest fills the height. */
export function Durations({
  ms,
  width = 120,
  height = 22,
}: {
  ms: readonly number[];
  width?: number;
  height?: number;
}) {
  const most = Math.max(...ms, 1);
  const step = width / Math.max(ms.length, 12);
  // A few bars are as wide as many would be, and leave no hole behind them.
  const wide = Math.ceil(step * ms.length);
  const middle = median(ms);
  return (
    <svg
      role="img"
      aria-label={`The newest ${ms.length} typically took ${durationText(middle)}, ${durationText(most)} at most`}
      width={wide}
      height={height}
      className="shrink-0 text-accent"
    >
      <title>{`typically ${durationText(middle)}, at most ${durationText(most)}`}</title>
      {ms.map((value, index) => {
        const tall = Math.max(1.5, (value / most) * (height - 1));
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={index}
            x={index * step}
            y={height - tall}
            width={Math.max(1, step - 1.5)}
            height={tall}
            rx="0.5"
            fill="currentColor"
          />
        );
      })}
    </svg>
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** How many of those that are over succeeded: a bar in two colours, and the share in words. */
export function Rate({
  succeeded,
  failed,
  said = false,
}: {
  succeeded: number;
  failed: number;
  /** With its word, where no heading has it. */
  said?: boolean;
}) {
  const over = succeeded + failed;
  if (over === 0) return <span className="text-faint text-sm">none is over</span>;
  const share = Math.round((100 * succeeded) / over);
  return (
    <span className="inline-flex items-center gap-2 text-sm tabular-nums">
      <svg aria-hidden="true" width="48" height="6" className="shrink-0 overflow-hidden rounded-full">
        <rect width="48" height="6" className="fill-bad" />
        <rect width={(48 * succeeded) / over} height="6" className="fill-ok" />
      </svg>
      {share} %<span className={said ? "-ml-1" : "sr-only"}> succeeded</span>
    </span>
  );
}
