/** What an end of the run would undo, in the order in which it is undone. */
import { Code } from "../components/Code.tsx";
import { StatusIcon } from "../components/Status.tsx";
import type { Question } from "./question.ts";

export function Undone({ of }: { of: Question["rollback"] }) {
  return (
    <ol className="grid gap-0.5">
      {of.map(({ step, command }) => (
        <li key={`${step} ${command}`} className="flex items-baseline gap-2">
          <span className="translate-y-0.5">
            <StatusIcon status="undone" />
          </span>
          <span className="foreign">
            {step && (
              <>
                <Code>{step}</Code> is undone by{" "}
              </>
            )}
            <Code>{command}</Code>
          </span>
        </li>
      ))}
    </ol>
  );
}
