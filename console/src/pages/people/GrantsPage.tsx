/** What each role may do, and what somebody may beyond it. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed, groupsQuery, peopleQuery, permissionsQuery } from "../../api/place-queries.ts";
import type { Grant } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Table } from "../../components/Table.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { Time } from "../../components/Time.tsx";
import { RoleMatrix } from "./RoleMatrix.tsx";
import { SCOPE_WORDS } from "./scope-words.ts";
import { PEOPLE_TABS } from "./tabs.ts";
import { useName } from "./use-name.ts";

export function GrantsPage() {
  const query = useQuery(permissionsQuery);
  const mayAsk = useMay("audit:read");
  const people = useQuery({ ...peopleQuery, enabled: mayAsk });
  const groups = useQuery({ ...groupsQuery, enabled: mayAsk });
  const may = useMay("admin");
  const name = useName();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Grant | null>(null);
  if (!query.data)
    return (
      <Page title="Permissions">
        <Tabs of={PEOPLE_TABS} label="People" />
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </Page>
    );
  const { scopes, roles, mine, grants } = query.data;
  const who = (grant: Grant) =>
    grant.subject_type === "group" ? `the group ${grant.subject}` : name(grant.subject);
  return (
    <Page
      title="Permissions"
      actions={
        may && (
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden="true" /> Grant a permission
          </Button>
        )
      }
    >
      <Tabs of={PEOPLE_TABS} label="People" />
      <Section title="Granted beyond a role" className="border-t-0">
        {grants.length === 0 ? (
          <div className="max-w-prose px-4 pb-4 md:px-6">
            <p>Nobody may do more than their role says.</p>
            <p className="text-muted">
              A grant gives one person or one group one more permission, for good or until a time.
            </p>
          </div>
        ) : (
          <Table
            label="Grants"
            rows={grants}
            idOf={({ subject_type, subject, scope }) => `${subject_type} ${subject} ${scope}`}
            columns={[
              { head: "Who", cell: who },
              {
                head: "Permission",
                cell: ({ scope }) => (
                  <>
                    {SCOPE_WORDS[scope] ?? scope} <Code className="text-muted text-sm">{scope}</Code>
                  </>
                ),
              },
              {
                head: "Until",
                cell: ({ expires_at }) => (expires_at === null ? "for good" : <Time at={expires_at} />),
              },
              { head: "Granted by", cell: ({ granted_by }) => granted_by.name },
              ...(may
                ? [
                    {
                      head: "What to do",
                      actions: true,
                      cell: (grant: Grant) => (
                        <Button
                          look="danger-quiet"
                          aria-label={`Revoke ${grant.scope} of ${who(grant)}`}
                          onClick={() => setEnding(grant)}
                        >
                          Revoke…
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Section>
      <Section title="What each role may do">
        <RoleMatrix scopes={scopes} roles={roles} mine={mine} />
      </Section>
      {adding && (
        <FormDialog
          title="Grant a permission"
          verb="Grant it"
          fields={[
            {
              name: "to",
              label: "To",
              kind: "select",
              required: true,
              options: [
                ["", "choose"],
                ...(people.data ?? []).map(({ id, name: of }) => [`user ${id}`, of] as const),
                ...(groups.data ?? []).map(({ name: of }) => [`group ${of}`, `the group ${of}`] as const),
              ],
            },
            {
              name: "scope",
              label: "Permission",
              kind: "select",
              options: scopes
                .filter((scope) => scope !== "admin")
                .map((scope) => [scope, `${SCOPE_WORDS[scope] ?? scope} (${scope})`] as const),
            },
            { name: "expires_at", label: "Until", kind: "moment", hint: "for good when left empty" },
          ]}
          initial={{ scope: scopes[0] }}
          submit={({ to, ...body }) => {
            const [kind, ...rest] = String(to).split(" ");
            return ask(
              api.POST("/api/iam/permissions/grant", {
                body: { ...body, [kind as string]: rest.join(" ") } as never,
              }),
            );
          }}
          onDone={() => changed("permissions", "me")}
          onClose={() => setAdding(false)}
        />
      )}
      {ending && (
        <Confirm
          title={`Revoke ${ending.scope} of ${who(ending)}?`}
          verb={`Revoke ${ending.scope}`}
          run={() =>
            ask(
              api.POST("/api/iam/permissions/revoke", {
                body: { [ending.subject_type]: ending.subject, scope: ending.scope } as never,
              }),
            )
          }
          onDone={() => changed("permissions", "me")}
          onClose={() => setEnding(null)}
        >
          <p>What their role holds stays.</p>
        </Confirm>
      )}
    </Page>
  );
}
