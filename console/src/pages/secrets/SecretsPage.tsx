/** Secrets: written here, never read back. */
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import type { Secret } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Time } from "../../components/Time.tsx";
import { useActions } from "../../frame/actions.ts";
import { toast } from "../../frame/toasts.ts";

export function SecretsPage() {
  const may = useMay("secrets:write");
  const [setting, setSetting] = useState<Secret | "new" | null>(null);
  const [ending, setEnding] = useState<Secret | null>(null);
  const found = usePaged<Secret>(["secrets"], (cursor) =>
    ask(api.GET("/api/secrets", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
  );
  useActions(
    may
      ? [
          {
            id: "secrets.new",
            label: "Set a secret",
            keys: "n",
            group: "Secrets",
            run: () => setSetting("new"),
          },
        ]
      : [],
  );
  const add = may && (
    <Button look="primary" onClick={() => setSetting("new")}>
      <Plus size={14} aria-hidden="true" /> Set a secret
    </Button>
  );
  return (
    <Page title="Secrets" actions={add}>
      <div className="border-t">
        <Paged
          of={found}
          label="Loading secrets"
          empty={
            <Empty title="No secret is kept here." first={add}>
              A command’s secret argument is the name of a secret; its value goes to the agent with the one
              step that names it, and is blotted out of everything that step prints. Nobody can read a value
              back, here or over the API.
            </Empty>
          }
        >
          {(items) => (
            <Table
              label="Secrets"
              rows={items}
              idOf={({ name }) => name}
              columns={[
                { head: "Name", cell: ({ name }) => <Code className="font-medium">{name}</Code> },
                {
                  head: "Value",
                  wide: true,
                  cell: ({ version }) => <span className="text-muted">set {version}×, not shown</span>,
                },
                {
                  head: "Last set",
                  cell: ({ updated_at, updated_by }) => (
                    <>
                      <Time at={updated_at} /> <span className="text-muted">by {updated_by.name}</span>
                    </>
                  ),
                },
                {
                  head: "What to do",
                  actions: true,
                  cell: (secret) =>
                    may && (
                      <>
                        <Button
                          look="quiet"
                          aria-label={`New value for ${secret.name}`}
                          onClick={() => setSetting(secret)}
                        >
                          New value
                        </Button>
                        <Button
                          look="danger-quiet"
                          aria-label={`Delete ${secret.name}`}
                          onClick={() => setEnding(secret)}
                        >
                          Delete…
                        </Button>
                      </>
                    ),
                },
              ]}
            />
          )}
        </Paged>
      </div>
      {setting && (
        <FormDialog
          title={setting === "new" ? "Set a secret" : `A new value for ${setting.name}`}
          verb={setting === "new" ? "Set the secret" : "Set the new value"}
          intro={setting === "new" ? undefined : "Steps that start from now on get the new value."}
          fields={[
            ...(setting === "new"
              ? [{ name: "name", label: "Name", required: true, mono: true, placeholder: "DEPLOY_TOKEN" }]
              : []),
            {
              name: "value",
              label: "Value",
              kind: "password",
              required: true,
              mono: true,
              hint: "cannot be read back once it is set",
            },
          ]}
          submit={({ name, value }) =>
            ask(
              api.PUT("/api/secrets/{name}", {
                params: { path: { name: setting === "new" ? String(name) : setting.name } },
                body: { value: String(value) },
              }),
            )
          }
          onDone={() => {
            changed("secrets");
            toast({ kind: "ok", text: "The secret is set." });
          }}
          onClose={() => setSetting(null)}
        />
      )}
      {ending && (
        <Confirm
          title={`Delete ${ending.name}?`}
          verb={`Delete ${ending.name}`}
          run={() => ask(api.DELETE("/api/secrets/{name}", { params: { path: { name: ending.name } } }))}
          onDone={() => changed("secrets")}
          onClose={() => setEnding(null)}
        >
          <p>
            A step that names it fails from now on, unless its agent has one of this name. It cannot be
            brought back.
          </p>
        </Confirm>
      )}
    </Page>
  );
}
