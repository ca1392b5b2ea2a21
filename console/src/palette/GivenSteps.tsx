/** Steps that a command is given, as one would type them; the JSON they are stands folded away below. */
import { fromWords } from "@tw/shared/library/reference-words";
import type { ReactNode } from "react";
import type { Command, Json, Values } from "../api/types.ts";
import { Code } from "../components/Code.tsx";
import { typed } from "./arguments.ts";

/** The parameter that holds the steps, where a command runs those it is given. */
export function givenBy({ definition }: Command): string | null {
  return "given" in definition && typeof definition.given === "string" ? definition.given : null;
}

export function GivenSteps({
  steps,
  wrong,
  children,
}: {
  /** What stands in the field; undefined where it is nothing or no JSON. */
  steps: Json | undefined;
  /** Something is wrong with the field: it must be in sight. */
  wrong: boolean;
  /** The field. */
  children: ReactNode;
}) {
  const lines = (Array.isArray(steps) ? steps : []).flatMap((step) => lineOf(step) ?? []);
  return (
    <div className="grid gap-1.5">
      {lines.length > 0 && (
        <>
          <h3 className="font-medium">Steps, one after another</h3>
          <ol aria-label="Steps" className="grid gap-0.5">
            {lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
              <li key={index} className="flex items-baseline gap-2">
                <span className="w-5 shrink-0 text-right text-faint text-sm tabular-nums">{index + 1}</span>
                <Code line>{line}</Code>
              </li>
            ))}
          </ol>
        </>
      )}
      <details open={wrong || lines.length === 0}>
        <summary className="text-muted text-sm hover:text-text">Change them as JSON</summary>
        <div className="mt-1.5">{children}</div>
      </details>
    </div>
  );
}

function lineOf(step: Json): string | null {
  const { command, args } = Object(step) as { command?: Json; args?: Json };
  if (typeof command !== "string") return null;
  const said = Object.entries(Object(args) as Values).map(([name, value]) => [name, shortly(value)]);
  return typed(command, Object.fromEntries(said));
}

/** The result of another step is named, as in a plan. */
function shortly(value: Json): Json {
  const { from } = Object(value) as { from?: Json };
  return typeof from === "string" ? `<${fromWords(from)}>` : value;
}
