/** How a command became what it is: its versions, each with the difference to the one before. */
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import type { Command, Values } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { CodeBlock } from "../../components/Code.tsx";
import { Section } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Time } from "../../components/Time.tsx";
import { useName } from "../people/use-name.ts";
import { DiffView } from "./DiffView.tsx";
import { yamlOf } from "./definition.ts";

interface Version {
  version: number;
  command: Values;
  created_at: number;
  created_by: string;
}

export function Versions({ command }: { command: Command }) {
  const { slug } = command;
  const versions = usePaged<Version>(["commands", slug, "versions", command.version], (cursor) =>
    ask(
      api.GET("/api/commands/{slug}/versions", {
        params: { path: { slug }, query: { limit: 20, ...(cursor ? { cursor: Number(cursor) } : {}) } },
      }),
    ),
  );
  return (
    <Section title="Versions">
      <Paged of={versions} label="Loading versions" empty={null}>
        {(items) => (
          <ol aria-label="Versions">
            {items.map((version, index) => (
              <Row key={version.version} version={version} before={items[index + 1]} />
            ))}
          </ol>
        )}
      </Paged>
    </Section>
  );
}

function Row({ version, before }: { version: Version; before: Version | undefined }) {
  const [open, setOpen] = useState(false);
  const name = useName();
  const yaml = yamlOf(version.command);
  return (
    <li className="border-b px-4 py-1.5 last:border-b-0 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3">
        <span className="w-10 font-medium tabular-nums">v{version.version}</span>
        <Time at={version.created_at} className="text-muted" />
        <span className="foreign text-muted">
          {version.created_by === "library" ? "came with the library" : `by ${name(version.created_by)}`}
        </span>
        <Button look="quiet" className="ml-auto" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide" : before ? "What changed" : "Show"}
        </Button>
      </div>
      {open && (
        <div className="py-2">
          {before ? (
            <DiffView
              before={yamlOf(before.command)}
              after={yaml}
              label={`Changes of version ${version.version}`}
            />
          ) : (
            <CodeBlock lines={yaml.split("\n")} label={`version ${version.version}`} />
          )}
        </div>
      )}
    </li>
  );
}
