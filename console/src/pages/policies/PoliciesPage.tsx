/** Approval policies: which steps must ask whom, whatever the command itself says. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { changed, policiesQuery } from "../../api/place-queries.ts";
import { inboxQuery } from "../../api/queries.ts";
import type { ApprovalPolicy, Values } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Status } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { durationText } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { toastProblem } from "../../frame/toasts.ts";
import { APPROVAL_TABS } from "../approvals/tabs.ts";
import { bodyOf, formOf } from "./policy-form.ts";

const NAME: FieldSpec = {
  name: "name",
  label: "Name",
  required: true,
  mono: true,
  placeholder: "production",
  hint: "small letters, digits and hyphens",
};
const FIELDS: readonly FieldSpec[] = [
  { name: "description", label: "What it is for" },
  { name: "enabled", label: "Switched on", kind: "check" },
  {
    name: "commands",
    label: "About the commands",
    kind: "words",
    mono: true,
    path: "match.commands",
    hint: "as they are typed, such as git-push; * at the end stands for anything. Every command when left empty",
  },
  {
    name: "destructive",
    label: "destructive: hard to undo",
    kind: "check",
    path: "match.effects",
    group: "About steps with the effect",
  },
  { name: "write", label: "write: changes something", kind: "check", group: "About steps with the effect" },
  {
    name: "read",
    label: "read: only looks",
    kind: "check",
    group: "About steps with the effect",
    hint: "if you choose none, all three are meant",
  },
  {
    name: "environments",
    label: "In the environments",
    kind: "words",
    path: "match.environments",
    hint: "such as production; any when left empty",
  },
  { name: "tags", label: "Of the categories or tags", kind: "words", path: "match.tags" },
  { name: "quorum", label: "How many must approve", kind: "number", path: "require.quorum" },
  {
    name: "groups",
    label: "Of the groups",
    kind: "words",
    path: "require.groups",
    hint: "anybody who may decide when left empty",
  },
  {
    name: "requester",
    label: "Whoever asked for the run",
    kind: "select",
    options: [
      ["", "as the checkpoint says"],
      ["no", "may not vote"],
      ["yes", "may vote"],
    ],
  },
  { name: "expires_h", label: "Expires after hours", kind: "number", path: "require.expires_s" },
  { name: "prompt", label: "The question", kind: "area", path: "require.prompt" },
  {
    name: "more",
    label: "More rules",
    kind: "json",
    path: "require",
    hint: "form, minimums, escalate, remind_every_s, on_expiry, notify, sign_in, break_glass",
  },
];

export function PoliciesPage() {
  const policies = useQuery(policiesQuery);
  const inbox = useQuery(inboxQuery);
  const [editing, setEditing] = useState<ApprovalPolicy | "new" | null>(null);
  const [ending, setEnding] = useState<ApprovalPolicy | null>(null);
  const put = (name: string, body: unknown) =>
    ask(api.PUT("/api/policies/{name}", { params: { path: { name } }, body: body as never }));
  const turn = useMutation({
    mutationFn: ({ name, enabled, description, match, require }: ApprovalPolicy) =>
      put(name, { description, match, require, enabled: !enabled }),
    onSuccess: () => changed("policies"),
    onError: toastProblem,
  });
  useActions([
    {
      id: "policies.new",
      label: "Write a policy",
      keys: "n",
      group: "Policies",
      run: () => setEditing("new"),
    },
  ]);
  const add = (
    <Button look="primary" onClick={() => setEditing("new")}>
      <Plus size={14} aria-hidden="true" /> Write a policy
    </Button>
  );
  return (
    <Page title="Approval policies" actions={add}>
      <Tabs
        of={APPROVAL_TABS.map((tab) =>
          tab.to === "/approvals" ? { ...tab, count: inbox.data?.length } : tab,
        )}
        label="Approvals"
      />
      {!policies.data ? (
        policies.error ? (
          <Problem error={policies.error} retry={() => void policies.refetch()} />
        ) : (
          <Loading lines={4} label="Loading policies" mayBeEmpty />
        )
      ) : policies.data.length === 0 ? (
        <Empty title="There is no policy yet." first={add}>
          Without one, only the checkpoints that commands set themselves are asked. A policy adds one wherever
          it matches: everything destructive, everything in production.
        </Empty>
      ) : (
        <Table
          label="Policies"
          rows={policies.data}
          idOf={({ tenant_id, name }) => `${tenant_id} ${name}`}
          columns={[
            {
              head: "Name",
              cell: ({ name, description, tenant_id }) => (
                <>
                  <Code className="font-medium">{name}</Code>
                  {tenant_id === "system" && <span className="text-muted text-sm"> of the installation</span>}
                  {description && (
                    <span className="block text-muted text-sm">{oneLine(description, 200)}</span>
                  )}
                </>
              ),
            },
            { head: "About", cell: ({ match }) => aboutText(match) },
            { head: "Asks", cell: ({ require }) => asksText(require) },
            {
              head: "State",
              cell: ({ enabled }) => <Status status={enabled ? "on" : "off"} />,
            },
            {
              head: "What to do",
              actions: true,
              cell: (policy) =>
                policy.tenant_id !== "system" && (
                  <>
                    <Button
                      look="quiet"
                      aria-label={`Switch ${policy.enabled ? "off" : "on"} ${policy.name}`}
                      onClick={() => turn.mutate(policy)}
                    >
                      {policy.enabled ? "Switch off" : "Switch on"}
                    </Button>
                    <Button
                      look="quiet"
                      aria-label={`Change ${policy.name}`}
                      onClick={() => setEditing(policy)}
                    >
                      Change
                    </Button>
                    <Button
                      look="danger-quiet"
                      aria-label={`Delete ${policy.name}`}
                      onClick={() => setEnding(policy)}
                    >
                      Delete…
                    </Button>
                  </>
                ),
            },
          ]}
        />
      )}
      {editing && (
        <FormDialog
          title={editing === "new" ? "Write a policy" : `Change ${editing.name}`}
          verb={editing === "new" ? "Write the policy" : "Save the policy"}
          intro="It binds every run that is planned from now on."
          fields={editing === "new" ? [NAME, ...FIELDS] : FIELDS}
          initial={editing === "new" ? { enabled: true, destructive: true, quorum: 1 } : formOf(editing)}
          submit={({ name, ...values }: Values) =>
            put(editing === "new" ? String(name) : editing.name, bodyOf(values))
          }
          onDone={() => changed("policies")}
          onClose={() => setEditing(null)}
        />
      )}
      {ending && (
        <Confirm
          title={`Delete the policy ${ending.name}?`}
          verb={`Delete ${ending.name}`}
          run={() => ask(api.DELETE("/api/policies/{name}", { params: { path: { name: ending.name } } }))}
          onDone={() => changed("policies")}
          onClose={() => setEnding(null)}
        >
          <p>Runs that are planned already keep what it asked. New ones are not asked by it any more.</p>
        </Confirm>
      )}
    </Page>
  );
}

function aboutText({ effects, environments, tags, commands }: ApprovalPolicy["match"]): string {
  const parts = [
    commands?.join(", "),
    effects && `what is ${effects.join(" or ")}`,
    environments && `in ${environments.join(" or ")}`,
    tags && `tagged ${tags.join(" or ")}`,
  ].filter(Boolean);
  return parts.length === 0 ? "every step" : oneLine(parts.join("; "), 300);
}

function asksText(require: ApprovalPolicy["require"]): string {
  const { quorum = 1, groups = [], requester_may_vote, expires_s, minimums = [] } = require;
  return oneLine(
    [
      `${quorum} ${quorum === 1 ? "person" : "people"}${groups.length > 0 ? ` of ${groups.join(" or ")}` : ""}`,
      ...minimums.map(({ group, min }) => `at least ${min} of ${[group].flat().join(" or ")}`),
      requester_may_vote === false && "not whoever asked",
      typeof expires_s === "number" && `within ${durationText(expires_s * 1_000)}`,
      expires_s === "never" && "without an end",
      require.sign_in && "signed in",
      require.form && "with a form",
    ]
      .filter(Boolean)
      .join("; "),
    300,
  );
}
