/** Where a command runs: the field, and the projects that the agents know of, one press each. */
import type { ReactNode } from "react";
import { Button } from "../components/Button.tsx";
import { Field, TextInput } from "../components/Field.tsx";
import { oneLine } from "../components/visible.ts";

/** So many projects are offered as buttons; the rest while one types. */
const OFFERED = 6;

export function FolderField({
  value,
  known,
  error,
  onChange,
}: {
  value: string;
  known: readonly string[];
  error?: string | undefined;
  onChange(value: string): void;
}) {
  return (
    <Field label="Folder" hint="where the project lies, below the agent's root" error={error}>
      {(wear) => (
        <>
          <TextInput
            {...wear}
            mono
            list={`${wear.id}-known`}
            value={value}
            placeholder="the agent's root"
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={`${wear.id}-known`}>
            {known.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

/** In place of all that is missing in the agent's root, where a project is what is missing. */
export function ChooseProject({
  projects,
  onChange,
}: {
  projects: readonly string[];
  onChange(value: string): void;
}): ReactNode {
  return (
    <div role="status" className="grid gap-2 rounded bg-accent-soft px-2.5 py-2">
      <p>It needs a project, and the agent's root is none. In which one?</p>
      <div className="flex flex-wrap gap-2">
        {projects.slice(0, OFFERED).map((one) => (
          <Button key={one} onClick={() => onChange(one)} className="foreign font-mono text-sm">
            {oneLine(one, 60)}
          </Button>
        ))}
      </div>
    </div>
  );
}
