import { useMemo } from "react";
import { visible } from "../../components/visible.ts";
import { type DiffLine, diffLines } from "./definition.ts";

/** Lines around a change that are shown with it. */
const AROUND = 3;

/** Two texts line by line: removed, added, and a few lines around; signs as well as colours. */
export function DiffView({ before, after, label }: { before: string; after: string; label: string }) {
  const parts = useMemo(() => near(diffLines(before, after)), [before, after]);
  if (parts.length === 0) return <p className="text-muted">Nothing is different.</p>;
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto rounded border bg-sunken p-2.5"
    >
      {parts.map((line, index) =>
        line === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <div key={index} className="text-faint text-sm">
            ⋯
          </div>
        ) : (
          <pre
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
            key={index}
            className={`foreign whitespace-pre-wrap text-sm ${line.sign === "-" ? "text-bad" : line.sign === "+" ? "text-ok" : "text-muted"}`}
          >
            {`${line.sign === "-" ? "−" : line.sign} `}
            {visible(line.text)}
          </pre>
        ),
      )}
    </section>
  );
}

/** Changed lines with some around them; null where lines that are alike were left out. */
function near(lines: DiffLine[]): (DiffLine | null)[] {
  const kept = new Set<number>();
  lines.forEach(({ sign }, index) => {
    if (sign !== " ") for (let i = index - AROUND; i <= index + AROUND; i++) kept.add(i);
  });
  const shown: (DiffLine | null)[] = [];
  lines.forEach((line, index) => {
    if (kept.has(index)) shown.push(line);
    else if (shown.length > 0 && shown.at(-1) !== null) shown.push(null);
  });
  while (shown.at(-1) === null) shown.pop();
  return shown;
}
