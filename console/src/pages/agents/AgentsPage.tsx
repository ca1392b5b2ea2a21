/** Machines that run steps: which there are, whether they are there, how another one is added. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useMay } from "../../api/may.ts";
import { agentsQuery } from "../../api/queries.ts";
import type { Agent } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Tags } from "../../components/Facts.tsx";
import { List } from "../../components/List.tsx";
import { Page } from "../../components/Page.tsx";
import { Status } from "../../components/Status.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { AddAgent } from "./AddAgent.tsx";

export function AgentsPage() {
  const agents = useQuery(agentsQuery);
  const may = useMay("agents:manage");
  const [adding, setAdding] = useState(false);
  useActions(
    may
      ? [{ id: "agents.add", label: "Add an agent", keys: "n", group: "Agents", run: () => setAdding(true) }]
      : [],
  );
  const add = may && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden="true" /> Add an agent
    </Button>
  );
  return (
    <Page title="Agents" actions={add}>
      <div className="border-t">
        {!agents.data ? (
          agents.error ? (
            <Problem error={agents.error} retry={() => void agents.refetch()} />
          ) : (
            <Loading lines={4} label="Loading agents" mayBeEmpty />
          )
        ) : agents.data.length === 0 ? (
          <Empty title="There is no agent yet." first={add}>
            An agent is a small program on a machine of yours. It connects out to this workspace and runs the
            steps there, in one folder, with what its own policy allows.
          </Empty>
        ) : (
          <>
            {agents.error && <Problem error={agents.error} retry={() => void agents.refetch()} />}
            <List
              label="Agents"
              items={agents.data}
              idOf={({ id }) => id}
              to={({ id }) => `/agents/${id}`}
              row={(agent) => <Row agent={agent} />}
            />
          </>
        )}
      </div>
      {adding && <AddAgent onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Row({ agent }: { agent: Agent }) {
  const { name, labels, status, platform, version, running_jobs, last_seen_at, root } = agent;
  return (
    <div className="grid min-h-13 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-1.5 md:grid-cols-[7rem_minmax(0,1fr)_minmax(0,16rem)_8rem_10rem] md:px-6">
      <span className="max-md:order-2 max-md:text-right">
        <Status status={status} />
        <span className="block text-muted text-sm md:hidden">
          <Doing jobs={running_jobs} at={last_seen_at} />
        </span>
      </span>
      <span className="min-w-0">
        <span className="foreign block truncate font-medium">{oneLine(name, 120)}</span>
        <span className="foreign block truncate font-mono text-muted text-sm" title={root ?? undefined}>
          {root === null ? "never connected" : oneLine(root, 160)}
        </span>
      </span>
      <span className="max-md:hidden">
        <Tags of={labels} none="no labels" />
      </span>
      <span className="text-muted text-sm max-md:hidden">
        {platform} {version}
      </span>
      <span className="text-right text-muted text-sm max-md:hidden">
        <Doing jobs={running_jobs} at={last_seen_at} />
      </span>
    </div>
  );
}

function Doing({ jobs, at }: { jobs: number; at: number | null }) {
  if (jobs > 0) return `runs ${jobs} ${jobs === 1 ? "step" : "steps"}`;
  return at === null ? null : (
    <>
      last heard <Time at={at} />
    </>
  );
}
