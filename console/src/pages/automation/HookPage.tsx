/** One webhook: its address, what came in, and what became of it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { Button } from "../../components/Button.tsx";
import { Code, CodeBlock, Id } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Facts, Tags } from "../../components/Facts.tsx";
import { Once } from "../../components/Once.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Status } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { toastProblem } from "../../frame/toasts.ts";
import { useName } from "../people/use-name.ts";
import { HookForm } from "./HookForm.tsx";
import { outcomeOf, RunLink, whyOf } from "./Outcome.tsx";

interface Delivery {
  id: string;
  status: string;
  run_id: string | null;
  message: string | null;
  tries: number;
  at: number;
}

export function HookPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const path = { id };
  const navigate = useNavigate();
  const may = useMay("runs:execute");
  const name = useName();
  const [doing, setDoing] = useState<"change" | "delete" | "renew" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ["hooks", id],
    queryFn: async () => (await ask(api.GET("/api/hooks/{id}", { params: { path } }))).hook,
  });
  const deliveries = usePaged<Delivery>(
    ["hooks", id, "deliveries"],
    (cursor) =>
      ask(
        api.GET("/api/hooks/{id}/deliveries", {
          params: { path, query: { limit: 50, ...(cursor ? { cursor: Number(cursor) } : {}) } },
        }),
      ),
    10_000,
  );
  const turn = useMutation({
    mutationFn: (enabled: boolean) =>
      ask(api.PUT("/api/hooks/{id}", { params: { path }, body: { enabled } })),
    onSuccess: () => changed("hooks"),
    onError: toastProblem,
  });
  const hook = query.data;
  if (!hook)
    return (
      <Page title="Webhook">
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </Page>
    );
  const pairs = (of: { [name: string]: unknown }) =>
    Object.keys(of).length > 0 && (
      <ul>
        {Object.entries(of).map(([key, value]) => (
          <li key={key}>
            <span className="text-muted">{key}</span> <Code>{oneLine(valueText(value), 300)}</Code>
          </li>
        ))}
      </ul>
    );
  const args = pairs(hook.args ?? {});
  const map = pairs(hook.map);
  const when = pairs(hook.when);
  return (
    <Page
      title={hook.name}
      beside={<Status status={hook.enabled ? "on" : "off"} />}
      actions={
        may && (
          <>
            <Button look="danger-quiet" onClick={() => setDoing("delete")}>
              Delete…
            </Button>
            <Button busy={turn.isPending} onClick={() => turn.mutate(!hook.enabled)}>
              {hook.enabled ? "Switch it off" : "Switch it on"}
            </Button>
            <Button look="primary" onClick={() => setDoing("change")}>
              Change
            </Button>
          </>
        )
      }
    >
      <div className="px-4 pb-3 md:px-6">
        <CodeBlock lines={[hook.url]} label="the address" />
      </div>
      <Facts
        of={[
          [
            "Runs",
            <Link
              key="command"
              to="/library/$slug"
              params={{ slug: hook.command }}
              className="font-mono text-accent text-sm hover:underline"
            >
              {hook.command}
            </Link>,
          ],
          args && ["With", args],
          map && ["Arguments from the message", map],
          when && ["Only when the message has", when],
          [
            "Signature",
            <span key="signed" className="inline-flex flex-wrap items-baseline gap-x-2">
              {hook.scheme === "github" ? "GitHub" : "Standard Webhooks"}
              {may && (
                // No taller than the line it stands in.
                <Button look="quiet" className="-my-1 pointer-coarse:-my-2" onClick={() => setDoing("renew")}>
                  New secret…
                </Button>
              )}
            </span>,
          ],
          hook.events.length > 0 && ["Only the events", <Tags key="events" of={hook.events} />],
          ["Asked for by", name(hook.user_id)],
          ["Id", <Id key="id" of={hook.id} />],
        ]}
      />
      <Section title="What came in">
        <Paged
          of={deliveries}
          label="Loading messages"
          empty={
            <p className="px-4 pb-4 text-muted md:px-6">
              No message came in yet. Give the sender the address above and the secret.
            </p>
          }
        >
          {(items) => (
            <Table
              label="Messages"
              rows={items}
              idOf={(delivery) => delivery.id}
              columns={[
                { head: "When", cell: ({ at }) => <Time at={at} /> },
                { head: "Outcome", cell: (delivery) => <Status status={outcomeOf(delivery)} /> },
                { head: "Run", cell: ({ run_id }) => <RunLink id={run_id} /> },
                {
                  head: "Why",
                  cell: (delivery) => {
                    const { message, tries } = delivery;
                    const more = [message, tries > 1 && `Sent ${tries} times.`].filter(Boolean).join(" ");
                    return whyOf(delivery, more);
                  },
                },
                {
                  head: "Its id",
                  wide: true,
                  cell: (delivery) => <Id of={delivery.id} />,
                },
              ]}
            />
          )}
        </Paged>
      </Section>
      {doing === "change" && <HookForm before={hook} onClose={() => setDoing(null)} />}
      {doing === "renew" && (
        <Confirm
          title="A new secret?"
          verb="Make a new secret"
          run={async () =>
            setSecret((await ask(api.POST("/api/hooks/{id}/secret", { params: { path } }))).secret)
          }
          onClose={() => setDoing(null)}
        >
          <p>
            It is shown once. The old one signs for one more day, so that the sender can be changed without a
            gap.
          </p>
        </Confirm>
      )}
      {secret !== null && (
        <Once title="The new secret" value={secret} label="the secret" onClose={() => setSecret(null)} />
      )}
      {doing === "delete" && (
        <Confirm
          title={`Delete ${hook.name}?`}
          verb={`Delete ${hook.name}`}
          run={() => ask(api.DELETE("/api/hooks/{id}", { params: { path } }))}
          onDone={() => {
            changed("hooks");
            void navigate({ to: "/schedules/webhooks" });
          }}
          onClose={() => setDoing(null)}
        >
          <p>Messages to its address are refused from now on. Runs it has started go on.</p>
        </Confirm>
      )}
    </Page>
  );
}
