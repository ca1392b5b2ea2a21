/** All that is wrong, in a list: each leads to its place on the canvas and in the YAML. */

import { visible } from "../../components/visible.ts";
import { type Finding, fieldOf } from "./check.ts";
import type { Flow } from "./flow.ts";

export function Problems({
  findings,
  flow,
  onShow,
}: {
  findings: readonly Finding[];
  flow: Flow;
  onShow(path: string): void;
}) {
  // Nothing has been done yet: what stands in the middle of the canvas says what comes first.
  if (flow.steps.length === 0 && findings.length === 1)
    return (
      <section aria-label="Problems" className="shrink-0 border-t bg-bg">
        <p role="status" className="px-4 py-1.5 text-muted text-sm">
          It can be saved once it has a step.
        </p>
      </section>
    );
  const problems = findings.filter(({ kind }) => kind === "problem").length;
  const notes = findings.length - problems;
  const words = [
    problems > 0 ? `${problems} ${problems === 1 ? "problem" : "problems"}` : "",
    notes > 0 ? `${notes} ${notes === 1 ? "note" : "notes"}` : "",
  ].filter(Boolean);
  return (
    <section aria-label="Problems" className="max-h-40 shrink-0 overflow-y-auto border-t bg-bg">
      <p role="status" className={`px-4 py-1.5 text-sm ${problems > 0 ? "text-bad" : "text-muted"}`}>
        {words.length > 0 ? `${words.join(", ")}:` : "The definition is valid."}
      </p>
      {findings.length > 0 && (
        <ul className="pb-1">
          {findings.map((finding, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may be word for word the same
            <li key={index}>
              <button
                type="button"
                onClick={() => onShow(finding.path)}
                className="flex min-h-7 w-full items-baseline gap-2 px-4 py-0.5 text-left hover:bg-hover pointer-coarse:min-h-9"
              >
                <span
                  className={`shrink-0 ${finding.kind === "problem" ? "text-bad" : "text-warn"}`}
                  aria-hidden="true"
                >
                  {finding.kind === "problem" ? "✕" : "!"}
                </span>
                <span className="foreign min-w-0">
                  <span className="font-mono text-sm">
                    {[finding.step === null ? "" : flow.steps[finding.step]?.id, fieldOf(finding)]
                      .filter(Boolean)
                      .join(" ")}
                  </span>{" "}
                  <span className="text-muted">{visible(finding.message)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
