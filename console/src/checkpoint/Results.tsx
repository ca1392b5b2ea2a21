/** What the steps before a question have done: a line for each, all of their outputs on demand. */
import type { Values } from "../api/types.ts";
import { Code } from "../components/Code.tsx";
import { StatusIcon } from "../components/Status.tsx";
import { oneLine, valueText } from "../components/visible.ts";
import type { Question } from "./question.ts";
import { told } from "./results.ts";

/** Characters of one output that are shown here; the run's page has all of it. */
const OUTPUT_CHARS = 2_000;

/** `open`: it is still asked. Afterwards these are things of the past, and may have been undone since. */
export function Results({ of, open }: { of: Question["results"]; open: boolean }) {
  const any = of.some(({ outputs }) => outputs !== null);
  const title = open ? "What has happened" : "What had happened when it was asked";
  return (
    <section aria-label={title} className="grid gap-1.5">
      <h3 className="font-semibold">{title}</h3>
      <ul className="grid gap-0.5">
        {of.map(({ step, status, outputs }) => (
          <li key={step} className="flex min-w-0 items-baseline gap-2">
            <span className="translate-y-0.5">
              <StatusIcon status={status} titled />
            </span>
            <span className="foreign min-w-0">
              <Code>{oneLine(step, 80)}</Code>
              {outputs &&
                told(outputs).map(({ name, text }) => (
                  <span key={name} className="text-muted">
                    {" "}
                    · {oneLine(name, 40)} {text && <Code className="text-text">{text}</Code>}
                  </span>
                ))}
            </span>
          </li>
        ))}
      </ul>
      {any && (
        <details>
          <summary className="w-fit text-muted text-sm hover:text-text">All outputs</summary>
          <div className="mt-1 grid gap-2 rounded border bg-sunken p-2.5">
            {of.map(({ step, outputs }) => outputs && <Outputs key={step} step={step} of={outputs} />)}
          </div>
        </details>
      )}
    </section>
  );
}

function Outputs({ step, of }: { step: string; of: Values }) {
  return (
    <dl className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <dt className="foreign font-mono text-sm sm:col-span-2">{oneLine(step, 80)}</dt>
      {Object.entries(of).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="foreign text-muted text-sm">{oneLine(name, 80)}</dt>
          <dd className="foreign min-w-0 font-mono text-sm">
            {oneLine(valueText(value), OUTPUT_CHARS) || "–"}
          </dd>
        </div>
      ))}
    </dl>
  );
}
