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
      cell: ({ worker, environment }) => (
        <>
          <Code className="font-medium">{worker}</Code> <span className="text-muted">{environment}</span>
        </>
      ),
    },
    {
      head: "Version",
      cell: ({ version_id, commit, branch }) => (
        <Code className="text-sm">
          {[version_id, commit?.slice(0, 10), branch].filter(Boolean).join(" ") || "–"}
        </Code>
      ),
    },
    { head: "Address", cell: ({ url }) => (url ? <Code className="text-sm">{url}</Code> : "–") },
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
    { head: "Note", cell: ({ note }) => <span className="text-muted">{oneLine(note ?? "", 160)}</span> },
    { head: "When", cell: ({ created_at }) => <Time at={created_at} /> },
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
