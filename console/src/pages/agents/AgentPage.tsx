/** One machine: what it has, what it knows of its projects, what it runs, and its end. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { agentQuery, changed } from "../../api/place-queries.ts";
import { runsQuery } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { Code, Id } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Facts, Tags } from "../../components/Facts.tsx";
import { List } from "../../components/List.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Status } from "../../components/Status.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { toast } from "../../frame/toasts.ts";
import { RunRow } from "../runs/RunRow.tsx";

export function AgentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const query = useQuery(agentQuery(id));
  const may = useMay("agents:manage");
  const [ending, setEnding] = useState(false);
  const agent = query.data;
  if (!agent)
    return (
      <Page title="Agent">
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </Page>
    );
  const { projects, ...own } = agent.facts as { projects?: { [name: string]: unknown } };
  const places: [string, unknown][] = [
    ...(flat(own).length > 0 ? [["its root folder", own] as [string, unknown]] : []),
    ...Object.entries(projects ?? {}),
  ];
  const tools = Object.entries(agent.tools).sort(([a], [b]) => a.localeCompare(b));
  return (
    <Page
      title={agent.name}
      beside={<Status status={agent.status} />}
      actions={
        may && (
          <Button look="danger" onClick={() => setEnding(true)}>
            Revoke…
          </Button>
        )
      }
    >
      {query.error && <Problem error={query.error} retry={() => void query.refetch()} />}
      <Facts
        of={[
          ["Runs now", `${agent.running_jobs}${agent.capacity ? ` of ${agent.capacity} at a time` : ""}`],
          ["Heard from", agent.last_seen_at === null ? "never" : <Time key="seen" at={agent.last_seen_at} />],
          agent.status === "draining" && [
            "Draining",
            "it ends what it has begun and takes nothing new; start it again on its machine",
          ],
          agent.status === "offline" && [
            "Offline",
            agent.last_seen_at === null
              ? "it has never connected; the lines that start it were shown when it was added"
              : "steps that only it can run wait; look whether its machine is on and “tw agent start” runs there",
          ],
          ["Works in", agent.root === null ? "–" : <Code key="root">{agent.root}</Code>],
          ["Labels", <Tags key="labels" of={agent.labels} />],
          [
            "Machine",
            agent.platform === null
              ? "–"
              : `${agent.platform}, agent ${agent.version ?? "of unknown version"}`,
          ],
          [
            "Local policy",
            agent.policy_hash ? (
              <Id key="policy" of={agent.policy_hash} />
            ) : (
              <span key="no-policy" className="text-muted">
                not reported
              </span>
            ),
          ],
          ["Added", <Time key="added" at={agent.created_at} />],
          ["Id", <Id key="id" of={agent.id} />],
        ]}
      />
      <Section title="Projects">
        {places.length === 0 ? (
          <p className="px-4 pb-4 text-muted md:px-6">It has reported no project yet.</p>
        ) : (
          <ul>
            {places.map(([name, facts]) => (
              <li key={name} className="border-t px-4 py-2 md:px-6">
                <Code className="font-medium">{name}</Code>
                <Known of={facts} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Programs it has">
        <p className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-4 md:px-6">
          {tools.length === 0 && <span className="text-muted">It has reported none.</span>}
          {tools.map(([name, version]) => (
            <span key={name} className="foreign whitespace-nowrap">
              <Code>{name}</Code> <span className="text-muted text-sm">{oneLine(version, 40)}</span>
            </span>
          ))}
        </p>
      </Section>
      <RunsHere agent={agent.id} />
      {ending && (
        <Confirm
          title={`Revoke ${agent.name}?`}
          verb={`Revoke ${agent.name}`}
          run={() => ask(api.DELETE("/api/agents/{id}", { params: { path: { id } } }))}
          onDone={() => {
            changed("agents");
            toast({ kind: "ok", text: `${agent.name} is revoked.` });
            void navigate({ to: "/agents" });
          }}
          onClose={() => setEnding(false)}
        >
          <p>Its connection is closed at once and its token is refused from now on.</p>
          {agent.running_jobs > 0 && (
            <p className="text-bad">
              It runs {agent.running_jobs} {agent.running_jobs === 1 ? "step" : "steps"} now, of which nobody
              will hear again.
            </p>
          )}
        </Confirm>
      )}
    </Page>
  );
}

/** Facts of a project as short words: branch, what is changed, the Worker, the scripts. */
function Known({ of }: { of: unknown }) {
  const words = flat(of);
  if (words.length === 0) return <p className="text-muted text-sm">nothing known</p>;
  return (
    <p className="foreign flex flex-wrap gap-x-4 text-sm">
      {words.map(([name, text]) => (
        <span key={name}>
          <span className="text-muted">{FACTS[name] ?? name.replaceAll(/[._]/g, " ")}</span>{" "}
          <Code>{oneLine(text, 200)}</Code>
        </span>
      ))}
    </p>
  );
}

const FACTS: { [path: string]: string } = {
  "git.branch": "branch",
  "git.commit": "at",
  "git.upstream": "follows",
  "git.ahead": "ahead by",
  "git.behind": "behind by",
  "git.dirty": "with",
  "wrangler.config": "deployed by",
  "wrangler.name": "as",
  "wrangler.environments": "to",
  "wrangler.database": "database",
  package_manager: "packages with",
};

function flat(of: unknown, before = ""): [string, string][] {
  if (typeof of !== "object" || of === null) return [];
  return Object.entries(of).flatMap(([name, value]): [string, string][] => {
    const path = before ? `${before}.${name}` : name;
    // The commit is told under both names.
    if (value === null || value === false || value === 0 || name === "directory" || name === "head")
      return [];
    if (name === "dirty") return [[path, "changes not committed"]];
    if (name === "commit") return [[path, String(value).slice(0, 10)]];
    if (Array.isArray(value)) return value.length === 0 ? [] : [[path, value.map(valueText).join(", ")]];
    return typeof value === "object" ? flat(value, path) : [[path, valueText(value)]];
  });
}

function RunsHere({ agent }: { agent: string }) {
  const runs = useQuery(runsQuery({}, 50));
  const here = runs.data?.items
    .filter(({ steps }) => steps.some(({ agent_id }) => agent_id === agent))
    .slice(0, 8);
  if (!here || here.length === 0) return null;
  return (
    <Section title="Its newest runs">
      <List
        label="Its newest runs"
        items={here}
        idOf={({ id }) => id}
        to={({ id }) => `/runs/${id}`}
        row={(run) => <RunRow run={run} />}
      />
    </Section>
  );
}
