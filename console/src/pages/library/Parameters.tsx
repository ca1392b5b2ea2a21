import type { Parameter } from "../../api/types.ts";
import { Code } from "../../components/Code.tsx";
import { Table } from "../../components/Table.tsx";
import { valueText } from "../../components/visible.ts";

/** What a command takes, each with all its rules. */
export function Parameters({ of }: { of: readonly Parameter[] }) {
  if (of.length === 0) return <p className="px-4 pb-4 text-muted md:px-6">It takes none.</p>;
  return (
    <Table
      label="Parameters"
      rows={of}
      idOf={({ name }) => name}
      columns={[
        { head: "Name", cell: ({ name }) => <Code className="font-medium">{name}</Code> },
        {
          head: "Type",
          cell: ({ type, required }) => (
            <>
              {type}
              {required && <span className="text-muted"> required</span>}
            </>
          ),
        },
        {
          head: "When left out",
          cell: ({ default: standard, from, required }) =>
            standard !== undefined ? (
              <Code>{valueText(standard)}</Code>
            ) : from ? (
              <span>
                from <Code>{from}</Code>
              </span>
            ) : (
              <span className="text-faint">{required ? "–" : "not said"}</span>
            ),
        },
        {
          head: "Meaning",
          cell: (parameter) => (
            <>
              {parameter.description}
              <Rules of={parameter} />
            </>
          ),
        },
      ]}
    />
  );
}

function Rules({ of: { options, pattern, min, max, type } }: { of: Parameter }) {
  const unit = (count: number) => (type === "string" ? ` character${count === 1 ? "" : "s"}` : "");
  const rules = [
    options && `one of ${options.join(", ")}`,
    pattern && `must match ${pattern}`,
    min !== undefined && `at least ${min}${unit(min)}`,
    max !== undefined && `at most ${max}${unit(max)}`,
    type === "secret" && "the name of a stored secret",
  ].filter(Boolean);
  return rules.length === 0 ? null : <span className="block text-muted text-sm">{rules.join("; ")}</span>;
}
