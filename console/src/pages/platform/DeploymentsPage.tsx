import { Link } from "@tanstack/react-router";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import type { Deployment } from "../../api/types.ts";
import { Code } from "../../components/Code.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { type Kind, Records } from "./Records.tsx";

const DEPLOYMENTS: Kind<Deployment> = {
  key: "deployments",
  title: "Deployments",
  one: "deployment",
  nameOf: ({ worker }) => worker,
  list: ({ cursor }) =>
    ask(api.GET("/api/deployments", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
  columns: [
    {
      head: "What",
      cell: ({ worker, environment, created_at }) => (
        <span className="flex items-baseline gap-x-2 md:inline">
          <Code className="font-medium">{worker}</Code>{" "}
          <span className={environment === "production" ? "text-warn" : "text-muted"}>{environment}</span>
          <Time at={created_at} className="ml-auto text-muted text-sm md:hidden" />
        </span>
      ),
    },
    {
      head: "Version",
      cell: ({ version_id, commit, branch }) =>
        version_id || commit || branch ? (
          <>
            {version_id && <Code className="mr-2 text-sm">{version_id}</Code>}
            {commit && <Code className="mr-2 text-muted text-sm">{commit.slice(0, 10)}</Code>}
            {branch && (
              <span className="text-muted text-sm" title={branch}>
                {branch === "main" ? "main" : `of ${oneLine(branch, 60)}`}
              </span>
            )}
          </>
        ) : (
          "–"
        ),
    },
    {
      head: "Address",
      cell: ({ url }) =>
        url && /^https?:/.test(url) ? (
          <a
            href={url}
            target="_blank"
            rel="noopener noreferrer"
            className="font-mono text-accent text-sm hover:underline"
          >
            {oneLine(url.replace(/^https:\/\//, ""), 120)}
          </a>
        ) : (
          (url ?? "–")
        ),
    },
    {
      head: "By",
      cell: ({ deployed_by, run_id }) => (
        <>
          {oneLine(deployed_by.name, 80)}
          {run_id && (
            <>
              {", "}
              <Link to="/runs/$id" params={{ id: run_id }} className="text-accent hover:underline">
                run
              </Link>
            </>
          )}
        </>
      ),
    },
    {
      head: "Note",
      cell: ({ note }) => note !== null && <span className="text-muted">{oneLine(note, 160)}</span>,
    },
    {
      head: "When",
      right: true,
      wide: true,
      cell: ({ created_at }) => <Time at={created_at} className="text-muted" />,
    },
  ],
  fields: [
    { name: "worker", label: "What", required: true, mono: true },
    { name: "environment", label: "Environment", required: true },
    { name: "version_id", label: "Version", mono: true },
    { name: "url", label: "Address" },
    { name: "commit", label: "Commit", mono: true },
    { name: "branch", label: "Branch", mono: true },
    { name: "note", label: "Note" },
  ],
  initial: { environment: "production" },
  create: (body) =>
    ask(api.POST("/api/deployments", { params: { header: idempotencyKey() }, body: body as never })),
  empty: "What a workflow deploys is recorded by itself. What was deployed elsewhere can be added by hand.",
};

export function DeploymentsPage() {
  return <Records of={DEPLOYMENTS} />;
}
