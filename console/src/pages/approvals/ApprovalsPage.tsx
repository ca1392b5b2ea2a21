/** What waits for me, and what was decided: the list on the left, the question on the right; on a phone one after the other. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useEffect } from "react";
import { api, ask } from "../../api/client.ts";
import { checkpointQuery, inboxQuery, LIVE_MS, meQuery, runQuery, runsQuery } from "../../api/queries.ts";
import type { Checkpoint, Run } from "../../api/types.ts";
import { AskedFor } from "../../checkpoint/AskedFor.tsx";
import { Decision } from "../../checkpoint/Decision.tsx";
import { Id } from "../../components/Code.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Select } from "../../components/Field.tsx";
import { List } from "../../components/List.tsx";
import { useTitle } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Status, StatusIcon } from "../../components/Status.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { asTyped } from "../runs/as-commands.ts";
import { type ApprovalSearch, SHOWN, type Shown } from "./search.ts";
import { APPROVAL_TABS } from "./tabs.ts";

export function ApprovalsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const search = useSearch({ strict: false }) as ApprovalSearch;
  const navigate = useNavigate();
  const inbox = useQuery(inboxQuery);
  const show = search.show ?? "mine";
  useTitle("Approvals");
  // Where both have room the first question is there at once. By its address: what one looks at never becomes another by itself.
  const first = show === "mine" ? inbox.data?.[0]?.id : undefined;
  useEffect(() => {
    if (!id && first && matchMedia("(width >= 64rem)").matches)
      void navigate({ to: "/approvals/$id", params: { id: first }, search, replace: true });
  }, [id, first, navigate, search]);
  // The count is of what waits for me: over a list of something else it would be taken for that list's.
  const tabs = APPROVAL_TABS.map((tab) =>
    tab.to === "/approvals" && show === "mine" ? { ...tab, count: inbox.data?.length } : tab,
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className={id ? "max-lg:hidden" : ""}>
        <header className="flex min-h-14 items-center gap-3 px-4 py-2.5 md:px-6">
          <h1 className="font-semibold text-xl">Approvals</h1>
          <Select
            aria-label="Show"
            className="ml-auto w-auto"
            value={show}
            onChange={({ target }) =>
              void navigate({
                to: "/approvals",
                search: target.value === "mine" ? {} : { show: target.value as Shown },
              })
            }
          >
            {Object.entries(SHOWN).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        </header>
        <Tabs of={tabs} label="Approvals" here="/approvals" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div
          className={`min-h-0 w-full overflow-y-auto lg:w-96 lg:shrink-0 lg:border-r ${id ? "max-lg:hidden" : ""}`}
        >
          {show === "mine" ? <Mine /> : <Others show={show} />}
        </div>
        <div className={`flex min-h-0 min-w-0 flex-1 flex-col ${id ? "" : "max-lg:hidden"}`}>
          {id ? <One key={id} id={id} /> : <NoneChosen waiting={inbox.data?.length ?? 0} />}
        </div>
      </div>
    </div>
  );
}

function Mine() {
  const inbox = useQuery(inboxQuery);
  if (!inbox.data)
    return inbox.error ? (
      <Problem error={inbox.error} retry={() => void inbox.refetch()} />
    ) : (
      <Loading lines={4} label="Loading what waits for you" />
    );
  if (inbox.data.length === 0)
    return (
      <Empty
        title="Nothing waits for you."
        action={
          <Link to="/approvals" search={{ show: "decided" }} className="text-accent hover:underline">
            What you decided
          </Link>
        }
      >
        When a run stops at a checkpoint that you may decide, its question is here, and in the count beside
        “Approvals”.
      </Empty>
    );
  return <Checkpoints label="Waits for me" items={inbox.data} search="" />;
}

function Others({ show }: { show: Exclude<Shown, "mine"> }) {
  const me = useQuery(meQuery);
  const found = usePaged<Checkpoint>(
    ["checkpoints", show],
    (cursor) =>
      ask(
        api.GET("/api/checkpoints", {
          params: {
            query: {
              limit: 100,
              ...(cursor ? { cursor } : {}),
              ...(show === "waiting" ? { status: "pending" } : {}),
              ...(show === "emergencies" ? { break_glass: "all" } : {}),
            },
          },
        }),
      ),
    5_000,
  );
  const mine = me.data?.user?.id;
  const items =
    show === "decided"
      ? found.items?.filter(({ votes }) => votes.some(({ by }) => by.id === mine))
      : found.items;
  return (
    <Paged of={{ ...found, items }} label="Loading checkpoints" empty={<Empty title={EMPTY[show]} />}>
      {(all) => <Checkpoints label={SHOWN[show]} items={all} search={`?show=${show}`} />}
    </Paged>
  );
}

const EMPTY = {
  waiting: "Nothing waits for anybody.",
  decided: "You have decided nothing yet.",
  all: "No run has stopped at a checkpoint yet.",
  emergencies: "Nobody went past a checkpoint.",
};

function Checkpoints({ label, items, search }: { label: string; items: Checkpoint[]; search: string }) {
  // One look for all that waits; of what was decided long ago the question itself says enough.
  const waiting = useQuery(runsQuery({ status: "waiting" }, 100));
  const runs = new Map(waiting.data?.items.map((run) => [run.id, run]));
  return (
    <List
      label={label}
      items={items}
      idOf={({ id }) => id}
      to={({ id }) => `/approvals/${id}${search}`}
      row={(checkpoint) => (
        <Row
          checkpoint={checkpoint}
          run={runs.get(checkpoint.run_id)}
          near={items.indexOf(checkpoint) < NEAR}
        />
      )}
    />
  );
}

/** So many of a list are told in full without being opened. */
const NEAR = 12;

function Row({ checkpoint, run, near }: { checkpoint: Checkpoint; run: Run | undefined; near: boolean }) {
  const { prompt, step, status, created_at, votes, required, decided_at } = checkpoint;
  const me = useQuery(meQuery).data?.user?.id;
  const voted = status === "pending" && votes.some(({ by }) => by.id === me);
  const approvals = votes.filter(({ decision }) => decision === "approve").length;
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 px-4 py-2.5 md:pl-6">
      <span className="pt-0.5">
        <StatusIcon status={status === "pending" ? "waiting" : status} titled />
      </span>
      <div className="min-w-0">
        <p className="flex items-baseline gap-2">
          <span className="foreign line-clamp-2 min-w-0 flex-1 font-medium">
            {oneLine(prompt || `Go on with ${step}?`, 240)}
          </span>
          {required > 1 && (
            <span className="shrink-0 text-muted text-sm">
              {approvals} of {required}
            </span>
          )}
          <Time at={decided_at ?? created_at} className="shrink-0 text-muted text-sm" />
        </p>
        <AskedFor checkpoint={checkpoint} run={run} near={near} />
        {voted && <p className="text-sm text-warn">you voted, still waiting for others</p>}
      </div>
    </div>
  );
}

function NoneChosen({ waiting }: { waiting: number }) {
  return (
    <div className="m-auto max-w-sm p-6 text-center text-muted">
      {waiting > 0
        ? "Choose a question on the left: j and k move, Enter opens; a or x chooses, Enter decides."
        : "What you open on the left is shown here, with what would run and what it would undo."}
    </div>
  );
}

function One({ id }: { id: string }) {
  return (
    <>
      <h1 className="sr-only lg:hidden">Approval</h1>
      <Link
        to="/approvals"
        search={(old: ApprovalSearch) => old}
        className="flex min-h-11 items-center gap-1.5 border-b px-3 text-muted lg:hidden"
      >
        <ArrowLeft size={15} aria-hidden="true" /> Approvals
      </Link>
      <About id={id} />
      <div className="flex min-h-0 w-full max-w-4xl flex-1 flex-col max-lg:overflow-y-auto">
        <Decision id={id} />
      </div>
    </>
  );
}

/** The run it belongs to. */
function About({ id }: { id: string }) {
  const found = useQuery(checkpointQuery(id));
  const run = useQuery({
    ...runQuery(found.data?.run_id ?? ""),
    enabled: found.data !== undefined,
    refetchInterval: ({ state }) => (state.data?.finished_at === null ? LIVE_MS : false),
  });
  if (!found.data || !run.data) return null;
  const { requested_by, note, status } = run.data;
  return (
    <div className="grid gap-0.5 border-b px-4 py-2.5">
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-1">
        <Link
          to="/runs/$id"
          params={{ id: run.data.id }}
          search={{ step: found.data.step }}
          className="foreign min-w-0 font-mono text-accent text-sm hover:underline"
        >
          {oneLine(asTyped(run.data), 300)}
        </Link>
        {status !== "waiting" && <Status status={status} className="text-sm" />}
        <Id of={id} className="max-md:hidden" />
      </p>
      <p className="foreign text-muted text-sm">
        {oneLine(requested_by.name, 100)} asked for it <Time at={run.data.created_at} />
        {note && <> with the note “{oneLine(note, 300)}”</>}
      </p>
    </div>
  );
}
