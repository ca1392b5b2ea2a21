import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import type { Hook } from "../../api/types.ts";
import { CodeBlock } from "../../components/Code.tsx";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { Once } from "../../components/Once.tsx";
import { AskFields, askDraftOf, NOTHING_ASKED, useAsked } from "./AskFields.tsx";

const SCHEME: FieldSpec = {
  name: "scheme",
  label: "Signature",
  kind: "select",
  options: [
    ["standard", "Standard Webhooks"],
    ["github", "GitHub"],
  ],
};
const FIELDS: readonly FieldSpec[] = [
  { name: "name", label: "Name", required: true, placeholder: "pushes to main" },
  {
    name: "events",
    label: "Only the events",
    kind: "words",
    hint: "of GitHub, such as push, release; all of them when left empty",
  },
  {
    name: "when",
    label: "Only when the message has",
    kind: "json",
    hint: 'path and value, such as {"ref": "refs/heads/main"}',
  },
  {
    name: "map",
    label: "Arguments from the message",
    kind: "json",
    hint: 'argument and path, such as {"message": "head_commit.message"}',
  },
  { name: "enabled", label: "Switched on", kind: "check" },
];

/** A new webhook, whose secret is shown once; or the change of one. */
export function HookForm({ before, onClose }: { before: Hook | null; onClose(): void }) {
  const [draft, setDraft] = useState(() => (before ? askDraftOf(before) : NOTHING_ASKED));
  const [made, setMade] = useState<{ url: string; secret: string } | null>(null);
  const asked = useAsked(draft);
  if (made)
    return (
      <Once title="The webhook was added" value={made.secret} label="the secret" onClose={onClose}>
        <div className="grid gap-1.5">
          <p>Messages go to:</p>
          <CodeBlock lines={[made.url]} label="the address" />
        </div>
      </Once>
    );
  return (
    <FormDialog
      title={before ? `Change ${before.name}` : "Add a webhook"}
      verb={before ? "Save the webhook" : "Add the webhook"}
      intro="Its runs are asked for by you, with the rights you have then."
      fields={before ? FIELDS : [...FIELDS.slice(0, 1), SCHEME, ...FIELDS.slice(1)]}
      initial={before ?? { scheme: "standard", enabled: true }}
      submit={async (values) => {
        const body = { map: {}, when: {}, ...values, ...asked } as never;
        if (before) await ask(api.PUT("/api/hooks/{id}", { params: { path: { id: before.id } }, body }));
        else {
          const answer = await ask(api.POST("/api/hooks", { params: { header: idempotencyKey() }, body }));
          setMade({ url: answer.hook.url, secret: answer.secret });
        }
        changed("hooks");
        if (before) onClose();
      }}
      onClose={onClose}
      stay={!before}
      placed={(path) =>
        path === "command" || path === "cwd" || path.startsWith("args") || path.startsWith("agent")
      }
      extra={(_draft, error) => (
        <AskFields
          draft={draft}
          error={error}
          onChange={(change) => setDraft((old) => ({ ...old, ...change }))}
        />
      )}
    />
  );
}
