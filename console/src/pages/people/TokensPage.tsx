/** Tokens: who holds which, what they may, how one is made and ended. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { agentsQuery, meQuery } from "../../api/queries.ts";
import type { Token } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Id } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { type Draft, FormDialog } from "../../components/FormDialog.tsx";
import { Once } from "../../components/Once.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { SCOPE_WORDS } from "./scope-words.ts";
import { PEOPLE_TABS } from "./tabs.ts";
import { useName } from "./use-name.ts";

const scopeWord = (scope: string) => SCOPE_WORDS[scope] ?? scope;
const DAY_S = 86_400;
const DECIDES = "checkpoints:decide";

export function TokensPage() {
  const [adding, setAdding] = useState(false);
  useActions([
    { id: "tokens.new", label: "Make a token", keys: "n", group: "Tokens", run: () => setAdding(true) },
  ]);
  return (
    <Page
      title="Tokens"
      actions={
        <Button look="primary" onClick={() => setAdding(true)}>
          <Plus size={14} aria-hidden="true" /> Make a token
        </Button>
      }
    >
      <Tabs of={PEOPLE_TABS} label="People" />
      <TokenList />
      {adding && <NewToken onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** All that may be seen; `only` narrows to one's own. */
export function TokenList({ only }: { only?: string }) {
  const name = useName();
  const admin = useMay("admin");
  const [ending, setEnding] = useState<Token | null>(null);
  const found = usePaged<Token>(["tokens"], (cursor) =>
    ask(api.GET("/api/tokens", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
  );
  const items = only ? found.items?.filter(({ user_id }) => user_id === only) : found.items;
  const agents = useQuery(agentsQuery);
  const holder = ({ user_id, agent_id }: Token): ReactNode => {
    if (user_id) return name(user_id);
    if (!agent_id) return <span className="text-muted">a program</span>;
    const agent = agents.data?.find(({ id }) => id === agent_id);
    return agent ? (
      <>
        <Link to="/agents/$id" params={{ id: agent_id }} className="text-accent hover:underline">
          {oneLine(agent.name, 80)}
        </Link>
        <span className="block text-muted text-sm">an agent</span>
      </>
    ) : (
      <>
        an agent that is revoked <Id of={agent_id} />
      </>
    );
  };
  return (
    <>
      <Paged
        of={{ ...found, items }}
        label="Loading tokens"
        empty={
          <Empty title="There is no token.">
            A token lets a program act here: a pipeline, a script, the command line on another machine.
          </Empty>
        }
      >
        {(all) => (
          <Table
            label="Tokens"
            rows={all}
            idOf={({ id }) => id}
            columns={[
              {
                head: "Name",
                cell: (token) => (
                  <>
                    <span className="font-medium">{oneLine(token.name, 120)}</span>
                    <span className="block text-sm">
                      <Id of={token.id} />
                    </span>
                  </>
                ),
              },
              ...(only ? [] : [{ head: "Held by", cell: holder }]),
              {
                head: "Permissions",
                cell: ({ scopes, type }) =>
                  scopes.length > 0 ? (
                    <span title={scopes.join(", ")}>
                      {scopes.includes("admin") ? SCOPE_WORDS.admin : scopes.map(scopeWord).join(", ")}
                    </span>
                  ) : (
                    <span className="text-muted">
                      {type === "agent" ? "connect as its agent" : "nothing"}
                    </span>
                  ),
              },
              {
                head: "Made",
                wide: true,
                cell: ({ created_at }) => <Time at={created_at} className="text-muted" />,
              },
              {
                head: "Last used",
                cell: ({ last_used_at }) =>
                  last_used_at === null ? (
                    <span className="text-muted">never</span>
                  ) : (
                    <Time at={last_used_at} className="text-muted" />
                  ),
              },
              {
                head: "Ends",
                cell: ({ expires_at }) =>
                  expires_at === null ? <span className="text-muted">never</span> : <Time at={expires_at} />,
              },
              {
                head: "What to do",
                actions: true,
                cell: (token) =>
                  (admin || token.user_id !== null) && (
                    <Button
                      look="danger-quiet"
                      aria-label={`Revoke ${token.name}`}
                      onClick={() => setEnding(token)}
                    >
                      Revoke…
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
      {ending && (
        <Confirm
          title={`Revoke ${ending.name}?`}
          verb={`Revoke ${ending.name}`}
          run={() => ask(api.DELETE("/api/tokens/{id}", { params: { path: { id: ending.id } } }))}
          onDone={() => changed("tokens")}
          onClose={() => setEnding(null)}
        >
          <p>Whoever uses it is refused from now on.</p>
        </Confirm>
      )}
    </>
  );
}

export function NewToken({ onClose }: { onClose(): void }) {
  const me = useQuery(meQuery);
  const [token, setToken] = useState<string | null>(null);
  const scopes = me.data?.scopes ?? [];
  // A form takes what it begins with once: without the scopes it would make a token that may do nothing.
  if (!me.data) return null;
  if (token !== null)
    return <Once title="The token was made" value={token} label="the token" onClose={onClose} />;
  return (
    <FormDialog
      title="Make a token"
      verb="Make the token"
      fields={[
        { name: "name", label: "Name", required: true, placeholder: "pipeline" },
        {
          name: "type",
          label: "Whose",
          kind: "select",
          options: [
            ["service", "a program’s: decides no checkpoint"],
            ["person", "mine: acts as me"],
          ],
        },
        {
          name: "days",
          label: "Ends after",
          kind: "select",
          options: [
            ["7", "7 days"],
            ["30", "30 days"],
            ["90", "90 days"],
            ["365", "a year"],
            ["", "never"],
          ],
        },
        ...scopes.map((scope) => ({
          name: scope,
          label: SCOPE_WORDS[scope] ?? scope,
          kind: "check" as const,
          path: "scopes",
          group: "What it may do",
          // The vote of a program counts nowhere.
          ...(scope === DECIDES ? { when: ({ type }: Draft) => type === "person" } : {}),
        })),
      ]}
      initial={{
        type: "service",
        days: "90",
        "commands:read": true,
        "runs:read": true,
        "runs:execute": true,
      }}
      submit={async ({ name, type, days, ...held }) => {
        const made = await ask(
          api.POST("/api/tokens", {
            params: { header: idempotencyKey() },
            body: {
              name: String(name),
              type: type as "service" | "person",
              scopes: scopes.filter((scope) => held[scope] === true),
              ...(days ? { expires_in_s: Number(days) * DAY_S } : {}),
            },
          }),
        );
        changed("tokens");
        setToken(made.token);
      }}
      stay
      onClose={onClose}
    />
  );
}
