/** Who votes in whose place while somebody is away. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed, peopleQuery } from "../../api/place-queries.ts";
import { inboxQuery, meQuery } from "../../api/queries.ts";
import type { StandIn } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { type FieldSpec, FormDialog, localMoment } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { exactTime, Time } from "../../components/Time.tsx";
import { APPROVAL_TABS } from "../approvals/tabs.ts";
import { useName } from "../people/use-name.ts";

const WEEK_MS = 7 * 86_400_000;

export function StandInsPage() {
  const me = useQuery(meQuery);
  const inbox = useQuery(inboxQuery);
  const may = useMay("checkpoints:decide");
  const people = useQuery({ ...peopleQuery, enabled: useMay("audit:read") });
  const name = useName();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<StandIn | null>(null);
  const found = usePaged<StandIn>(["stand-ins"], (cursor) =>
    ask(api.GET("/api/stand-ins", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
  );
  const owner = me.data?.role === "owner";
  const mine = me.data?.user?.id ?? "";
  const choice = (people.data ?? []).map(({ id, name: of }) => [id, of] as const);
  const WHO: FieldSpec = { name: "user_id", label: "Who is away", kind: "select", options: choice };
  const add = may && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden="true" /> Name a stand-in
    </Button>
  );
  return (
    <Page title="Stand-ins" actions={add}>
      <Tabs
        of={APPROVAL_TABS.map((tab) =>
          tab.to === "/approvals" ? { ...tab, count: inbox.data?.length } : tab,
        )}
        label="Approvals"
      />
      <Paged
        of={found}
        label="Loading stand-ins"
        empty={
          <Empty title="Nobody stands in for anybody." first={add}>
            While you are away, somebody else can vote with your role and your groups, between two times, so
            that nothing waits for you in vain.
          </Empty>
        }
      >
        {(items) => (
          <Table
            label="Stand-ins"
            rows={items}
            idOf={({ id }) => id}
            columns={[
              {
                head: "Who votes for whom",
                cell: ({ user_id, stand_in_id }) => (
                  <>
                    <span className="font-medium">{name(stand_in_id)}</span>
                    <span className="text-muted"> votes for </span>
                    <span className="font-medium">{name(user_id)}</span>
                  </>
                ),
              },
              { head: "From", cell: ({ from }) => <Moment at={from} /> },
              { head: "Until", cell: ({ until }) => <Moment at={until} /> },
              {
                head: "What to do",
                actions: true,
                cell: (one) =>
                  may &&
                  (owner || one.user_id === mine) && (
                    <Button
                      look="danger-quiet"
                      aria-label={`Revoke ${name(one.stand_in_id)} for ${name(one.user_id)}`}
                      onClick={() => setEnding(one)}
                    >
                      Revoke…
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
      {adding && (
        <FormDialog
          title="Name a stand-in"
          verb="Name the stand-in"
          fields={[
            ...(owner ? [WHO] : []),
            choice.length > 0
              ? {
                  name: "stand_in_id",
                  label: "Who votes instead",
                  kind: "select",
                  required: true,
                  options: [["", "choose"], ...choice],
                }
              : { name: "stand_in_id", label: "Who votes instead", required: true, mono: true },
            { name: "from", label: "From", kind: "moment", required: true },
            { name: "until", label: "Until", kind: "moment", required: true },
          ]}
          initial={{ user_id: mine, from: Date.now(), until: localMoment(Date.now() + WEEK_MS) }}
          submit={(body) =>
            ask(api.POST("/api/stand-ins", { params: { header: idempotencyKey() }, body: body as never }))
          }
          onDone={() => changed("stand-ins")}
          onClose={() => setAdding(false)}
        />
      )}
      {ending && (
        <Confirm
          title={`Revoke ${name(ending.stand_in_id)} as stand-in?`}
          verb="Revoke the stand-in"
          run={() => ask(api.DELETE("/api/stand-ins/{id}", { params: { path: { id: ending.id } } }))}
          onDone={() => changed("stand-ins")}
          onClose={() => setEnding(null)}
        >
          <p>{name(ending.stand_in_id)} votes from now on only for themselves.</p>
        </Confirm>
      )}
    </Page>
  );
}

const moment = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
});

/** Both ends alike, so that they can be compared; how far away beside it. */
function Moment({ at }: { at: number }) {
  return (
    <>
      <span className="tabular-nums" title={exactTime(at)}>
        {moment.format(at)}
      </span>{" "}
      {Math.abs(at - Date.now()) < 6 * 86_400_000 && <Time at={at} className="text-muted text-sm" />}
    </>
  );
}
