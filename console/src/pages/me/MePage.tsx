/** What belongs to me: how I am told, where I am signed in, my tokens, how the console looks. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import { meQuery } from "../../api/queries.ts";
import { useStore } from "../../api/store.ts";
import type { Session } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Facts, Tags } from "../../components/Facts.tsx";
import { Checkbox, Select } from "../../components/Field.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { signOut } from "../../frame/sign-out.ts";
import { setTheme, type Theme, theme } from "../../frame/theme.ts";
import { toast, toastProblem } from "../../frame/toasts.ts";
import { SCOPE_WORDS } from "../people/scope-words.ts";
import { NewToken, TokenList } from "../people/TokensPage.tsx";
import { browserWords } from "./browser-words.ts";

export function MePage() {
  const me = useQuery(meQuery);
  const chosen = useStore(theme);
  const [adding, setAdding] = useState(false);
  if (!me.data)
    return (
      <Page title="Settings">
        {me.error ? <Problem error={me.error} retry={() => void me.refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  const { user, tenant, scopes } = me.data;
  return (
    <Page title="Settings" actions={<Button onClick={() => void signOut()}>Sign out</Button>}>
      <Facts
        of={[
          ["Name", user?.name ?? me.data.name],
          user && ["E-mail address", user.email],
          ["Workspace", tenant.name],
          user && ["Role", user.role],
          user && ["Groups", <Tags key="groups" of={user.groups} />],
          [
            "Permissions",
            scopes.includes("admin") ? (
              "everything"
            ) : (
              <ul key="scopes">
                {scopes.map((scope) => (
                  <li key={scope}>{SCOPE_WORDS[scope] ?? scope}</li>
                ))}
              </ul>
            ),
          ],
          [
            "Theme",
            <Select
              key="theme"
              aria-label="Theme"
              className="w-auto"
              value={chosen}
              onChange={(event) => setTheme(event.target.value as Theme)}
            >
              <option value="system">as the system</option>
              <option value="light">light</option>
              <option value="dark">dark</option>
            </Select>,
          ],
        ]}
      />
      {user && <Told id={user.id} />}
      <Sessions />
      {user && (
        <Section
          title="My tokens"
          beside={
            <Button look="quiet" onClick={() => setAdding(true)}>
              Make one…
            </Button>
          }
        >
          <TokenList only={user.id} />
        </Section>
      )}
      {adding && <NewToken onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** Through what I want to be told. */
function Told({ id }: { id: string }) {
  const one = useQuery({
    queryKey: ["people", id],
    retry: false,
    queryFn: async () => (await ask(api.GET("/api/iam/users/{id}", { params: { path: { id } } }))).user,
  });
  const save = useMutation({
    mutationFn: (body: { email?: boolean; slack?: boolean }) =>
      ask(api.PUT("/api/me/notifications", { body })),
    onSuccess: () => {
      changed("people");
      toast({ kind: "ok", text: "Kept." });
    },
    onError: toastProblem,
  });
  const now = one.data?.notifications ?? {};
  return (
    <Section title="Notifications">
      <div className="grid gap-1 px-4 pb-4 md:px-6">
        <Checkbox
          label="by e-mail"
          checked={now.email !== false}
          disabled={!one.data || save.isPending}
          onChange={(event) => save.mutate({ ...now, email: event.target.checked })}
        />
        <Checkbox
          label="by Slack, in a message to me alone"
          checked={now.slack === true}
          disabled={!one.data || save.isPending}
          onChange={(event) => save.mutate({ ...now, slack: event.target.checked })}
        />
        <p className="text-muted text-sm">
          Without e-mail you are told in Slack only, as long as you can be reached there. What waits for you
          is always in Approvals.
        </p>
      </div>
    </Section>
  );
}

const METHODS: { [method: string]: string } = {
  link: "a link from the mail",
  console: "the console’s own link",
};

function Sessions() {
  const found = usePaged<Session>(["sessions"], (cursor) =>
    ask(api.GET("/api/sessions", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
  );
  const end = useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? ask(api.DELETE("/api/sessions"))
        : ask(api.DELETE("/api/sessions/{id}", { params: { path: { id } } })),
    onSuccess: () => changed("sessions"),
    onError: toastProblem,
  });
  const others = found.items?.some(({ current }) => !current) ?? false;
  return (
    <Section
      title="Where I am signed in"
      beside={
        others && (
          <Button look="quiet" busy={end.isPending} onClick={() => end.mutate(null)}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <Paged of={found} label="Loading sessions" empty={<Empty title="Nowhere: you came with a token." />}>
        {(items) => (
          <Table
            label="Sessions"
            rows={items}
            idOf={({ id }) => id}
            columns={[
              {
                head: "Browser",
                cell: ({ user_agent, current }) => (
                  <>
                    <span className="font-medium" title={oneLine(user_agent ?? "", 400)}>
                      {browserWords(user_agent ?? "") ?? oneLine(user_agent || "not told", 80)}
                    </span>
                    {current && (
                      <span className="ml-2 whitespace-nowrap rounded-sm bg-ok-soft px-1.5 text-ok text-sm">
                        this one
                      </span>
                    )}
                  </>
                ),
              },
              { head: "Signed in by", cell: ({ method }) => METHODS[method] ?? method },
              { head: "Last seen", cell: ({ last_seen_at }) => <Time at={last_seen_at} /> },
              { head: "Ends", cell: ({ expires_at }) => <Time at={expires_at} className="text-muted" /> },
              {
                head: "What to do",
                actions: true,
                cell: ({ id, current }) =>
                  !current && (
                    <Button look="quiet" onClick={() => end.mutate(id)}>
                      Sign out there
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
    </Section>
  );
}
