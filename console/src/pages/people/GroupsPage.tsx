/** Groups of people: whom a checkpoint can ask. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed, groupsQuery } from "../../api/place-queries.ts";
import type { Group } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Table } from "../../components/Table.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { oneLine } from "../../components/visible.ts";
import { PEOPLE_TABS } from "./tabs.ts";

export function GroupsPage() {
  const groups = useQuery(groupsQuery);
  const may = useMay("admin");
  const [editing, setEditing] = useState<Group | "new" | null>(null);
  const [ending, setEnding] = useState<Group | null>(null);
  const add = may && (
    <Button look="primary" onClick={() => setEditing("new")}>
      <Plus size={14} aria-hidden="true" /> Make a group
    </Button>
  );
  const done = () => changed("groups", "people", "permissions");
  return (
    <Page title="Groups" actions={add}>
      <Tabs of={PEOPLE_TABS} label="People" />
      {!groups.data ? (
        groups.error ? (
          <Problem error={groups.error} retry={() => void groups.refetch()} />
        ) : (
          <Loading lines={4} label="Loading groups" mayBeEmpty />
        )
      ) : groups.data.length === 0 ? (
        <Empty title="There is no group yet." first={add}>
          A checkpoint or a policy can ask for people of a group: two of “release”, or one of “security”.
        </Empty>
      ) : (
        <Table
          label="Groups"
          rows={groups.data}
          idOf={({ name }) => name}
          columns={[
            {
              head: "Name",
              cell: ({ name, description }) => (
                <>
                  <Code className="font-medium">{name}</Code>
                  {description && (
                    <span className="block text-muted text-sm">{oneLine(description, 200)}</span>
                  )}
                </>
              ),
            },
            {
              head: "Members",
              cell: ({ members }) =>
                members.length === 0 ? (
                  <span className="text-warn">nobody</span>
                ) : (
                  oneLine(members.map(({ name }) => name).join(", "), 300)
                ),
            },
            ...(may
              ? [
                  {
                    head: "What to do",
                    actions: true,
                    cell: (group: Group) => (
                      <>
                        <Button
                          look="quiet"
                          aria-label={`Change ${group.name}`}
                          onClick={() => setEditing(group)}
                        >
                          Change
                        </Button>
                        <Button
                          look="danger-quiet"
                          aria-label={`Delete ${group.name}`}
                          onClick={() => setEnding(group)}
                        >
                          Delete…
                        </Button>
                      </>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {editing && (
        <FormDialog
          title={editing === "new" ? "Make a group" : `Change ${editing.name}`}
          verb={editing === "new" ? "Make the group" : "Save the group"}
          fields={[
            ...(editing === "new" ? [{ name: "name", label: "Name", required: true, mono: true }] : []),
            { name: "description", label: "What it is for" },
            {
              name: "members",
              label: "Members",
              kind: "lines",
              hint: "e-mail addresses, one on each line",
            },
          ]}
          initial={
            editing === "new"
              ? {}
              : { description: editing.description, members: editing.members.map(({ email }) => email) }
          }
          submit={({ name, ...body }) =>
            ask(
              api.PUT("/api/iam/groups/{name}", {
                params: { path: { name: editing === "new" ? String(name) : editing.name } },
                body: body as never,
              }),
            )
          }
          onDone={done}
          onClose={() => setEditing(null)}
        />
      )}
      {ending && (
        <Confirm
          title={`Delete the group ${ending.name}?`}
          verb={`Delete ${ending.name}`}
          run={() => ask(api.DELETE("/api/iam/groups/{name}", { params: { path: { name: ending.name } } }))}
          onDone={done}
          onClose={() => setEnding(null)}
        >
          <p>
            Its members leave it, and what it was granted ends. A checkpoint that asks for it can then be
            decided by nobody.
          </p>
        </Confirm>
      )}
    </Page>
  );
}
