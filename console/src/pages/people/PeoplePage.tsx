/** Who is in the workspace, as what, and how they are reached. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { ApiProblem } from "../../api/problem.ts";
import { meQuery } from "../../api/queries.ts";
import type { User } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Tags } from "../../components/Facts.tsx";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { Once } from "../../components/Once.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { toast, toastProblem } from "../../frame/toasts.ts";
import { PEOPLE_TABS } from "./tabs.ts";

const ROLE: FieldSpec = {
  name: "role",
  label: "Role",
  kind: "select",
  hint: "Nobody approves their own runs while somebody else can decide; a policy may allow it.",
  options: [
    ["viewer", "viewer: looks"],
    ["approver", "approver: decides checkpoints"],
    ["operator", "operator: looks and runs commands"],
    ["owner", "owner: everything"],
  ],
};
const NAME: FieldSpec = { name: "name", label: "Name", required: true };
const EMAIL: FieldSpec = { name: "email", label: "E-mail address", required: true };
const GROUPS: FieldSpec = { name: "groups", label: "Groups", kind: "words", hint: "separated by commas" };
const SLACK: FieldSpec = {
  name: "slack_user_id",
  label: "Slack member id",
  mono: true,
  hint: "such as U012AB3CD; in Slack under the person’s profile",
};
const INVITE: FieldSpec = {
  name: "invite",
  label: "Send a sign-in link",
  kind: "check",
  hint: "If this workspace cannot send mail, you are shown a link to hand over instead.",
};

export function PeoplePage() {
  const may = useMay("admin");
  const me = useQuery(meQuery);
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<User | null>(null);
  const [ending, setEnding] = useState<User | null>(null);
  const people = usePaged<User>(["people"], (cursor) =>
    ask(api.GET("/api/iam/users", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
  );
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  /** Shows a link, unless it was mailed. */
  const handOver = async ({ id, name }: User) => {
    const params = { path: { id }, header: idempotencyKey() };
    try {
      const { url } = await ask(api.POST("/api/iam/users/{id}/link", { params }));
      setLink({ name, url });
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 409)) throw error;
    }
  };
  const invite = useMutation({
    async mutationFn(user: User) {
      const params = { path: { id: user.id } };
      try {
        const { message } = await ask(api.POST("/api/iam/users/{id}/invite", { params }));
        toast({ kind: "ok", text: message });
      } catch (error) {
        // No mail can be sent from here: the link is handed over instead.
        if (!(error instanceof ApiProblem && error.status === 409)) throw error;
        await handOver(user);
      }
    },
    onError: toastProblem,
  });
  useActions(
    may
      ? [{ id: "people.add", label: "Add a person", keys: "n", group: "People", run: () => setAdding(true) }]
      : [],
  );
  const add = may && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden="true" /> Add a person
    </Button>
  );
  const done = () => changed("people", "me", "groups", "permissions");
  return (
    <Page title="People" actions={add}>
      <Tabs of={PEOPLE_TABS} label="People" />
      <Paged of={people} label="Loading people" empty={<Empty title="Nobody is here." first={add} />}>
        {(items) => (
          <Table
            label="People"
            rows={items}
            idOf={({ id }) => id}
            columns={[
              {
                head: "Name",
                cell: ({ id, name, email }) => (
                  <>
                    <span className="font-medium">{oneLine(name, 120)}</span>
                    {id === me.data?.user?.id && <span className="text-muted"> (you)</span>}
                    <span className="block text-muted text-sm">{email}</span>
                  </>
                ),
              },
              { head: "Role", cell: ({ role }) => role },
              { head: "Groups", cell: ({ groups }) => (groups.length > 0 ? <Tags of={groups} /> : "–") },
              {
                head: "Reached by",
                wide: true,
                cell: ({ slack_user_id, notifications }) => (
                  <span className="text-muted text-sm">
                    {[
                      notifications.email === false ? "" : "e-mail",
                      slack_user_id && notifications.slack !== false ? "Slack" : "",
                    ]
                      .filter(Boolean)
                      .join(", ") || "nothing"}
                  </span>
                ),
              },
              {
                head: "Since",
                wide: true,
                cell: ({ created_at }) => <Time at={created_at} className="text-muted" />,
              },
              ...(may
                ? [
                    {
                      head: "What to do",
                      actions: true,
                      cell: (user: User) => (
                        <>
                          <Button
                            look="quiet"
                            aria-label={`Sign-in link for ${user.name}`}
                            onClick={() => invite.mutate(user)}
                          >
                            Sign-in link
                          </Button>
                          <Button
                            look="quiet"
                            aria-label={`Change ${user.name}`}
                            onClick={() => setEditing(user)}
                          >
                            Change
                          </Button>
                          <Button
                            look="danger-quiet"
                            aria-label={`Remove ${user.name}`}
                            onClick={() => setEnding(user)}
                          >
                            Remove…
                          </Button>
                        </>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Paged>
      {link && (
        <Once
          title={`A link for ${link.name}`}
          value={link.url}
          label="the link"
          onClose={() => setLink(null)}
        >
          <p className="text-muted">
            No mail can be sent from here, so hand it over yourself. It signs in once, within a day, and
            whoever has it is {oneLine(link.name, 80)} here.
          </p>
        </Once>
      )}
      {adding && (
        <FormDialog
          title="Add a person"
          verb="Add the person"
          fields={[NAME, EMAIL, ROLE, GROUPS, SLACK, INVITE]}
          initial={{ role: "approver", invite: true }}
          submit={async (body) => {
            const header = idempotencyKey();
            const { user } = await ask(
              api.POST("/api/iam/users", { params: { header }, body: body as never }),
            );
            // They are added: what goes wrong with the link is said apart from it.
            if (body.invite === true) await handOver(user).catch(toastProblem);
          }}
          onDone={done}
          onClose={() => setAdding(false)}
        />
      )}
      {editing && (
        <FormDialog
          title={`Change ${editing.name}`}
          verb="Save the person"
          fields={[NAME, ROLE, GROUPS, SLACK]}
          initial={editing}
          nulls
          submit={(body) =>
            ask(api.PUT("/api/iam/users/{id}", { params: { path: { id: editing.id } }, body: body as never }))
          }
          onDone={done}
          onClose={() => setEditing(null)}
        />
      )}
      {ending && (
        <Confirm
          title={`Remove ${ending.name} from the workspace?`}
          verb={`Remove ${ending.name}`}
          run={() => ask(api.DELETE("/api/iam/users/{id}", { params: { path: { id: ending.id } } }))}
          onDone={done}
          onClose={() => setEnding(null)}
        >
          <p>
            Their tokens, sessions and links open nothing any more. What they did stays in the audit trail.
          </p>
        </Confirm>
      )}
    </Page>
  );
}
