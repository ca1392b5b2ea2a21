/** Until the first run has succeeded: the way to it, walked here. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { agentsQuery } from "../../api/queries.ts";
import type { Run } from "../../api/types.ts";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { StatusIcon } from "../../components/Status.tsx";
import { openPalette } from "../../palette/open.ts";

/** The demo project's deployment: git for real, wrangler only builds and checks. */
const DEMO = {
  slug: "workflow-deploy",
  args: { message: "My first deployment", env: "staging", dry_run: true },
  cwd: "demo",
};

export function FirstRun({ runs }: { runs: readonly Run[] }) {
  const agents = useQuery(agentsQuery);
  const agent = agents.data?.find(({ status }) => status === "online");
  const run = runs[0];
  const waiting = run?.checkpoints.find(({ status }) => status === "pending");
  const over = run && run.finished_at !== null;
  return (
    <section aria-label="Your first run" className="border-b bg-accent-soft">
      <div className="px-4 pt-4 pb-1 md:px-6">
        <h2 className="font-semibold text-lg">Your first run, in three steps</h2>
        <p className="max-w-prose text-muted">
          A deployment of the demo project: it commits, pushes, stops and asks you, and then builds with
          wrangler. Nothing leaves this machine.
        </p>
      </div>
      <ol className="grid md:grid-cols-3">
        <Step done={agent !== undefined} title="An agent is connected">
          {agent ? (
            <>
              <Code>{agent.name}</Code> works in <Code>{agent.root ?? "its folder"}</Code>.
            </>
          ) : (
            <>
              No agent is online. Start the workspace without <Code>--no-agent</Code>.
            </>
          )}
        </Step>
        <Step
          done={run !== undefined && !over}
          title="See what will run, and run it"
          action={
            agent &&
            (!run || over) && (
              <Button look="primary" onClick={() => openPalette({ command: DEMO })}>
                {over ? "Try once more" : "Prepare the deployment"}
              </Button>
            )
          }
        >
          {over
            ? `The last run was ${run.status}.`
            : run
              ? "It is under way."
              : "You see every line before it runs. Enter starts it."}
        </Step>
        <Step
          done={false}
          title="Approve it"
          action={
            run &&
            !over && (
              <Link
                to="/runs/$id"
                params={{ id: run.id }}
                className={buttonLook(waiting ? "primary" : "plain")}
              >
                {waiting ? "Look and decide" : "Watch it"}
              </Link>
            )
          }
        >
          {waiting ? "It waits for you." : "Before it deploys it asks. Reject, and all of it is undone."}
        </Step>
      </ol>
    </section>
  );
}

function Step({
  done,
  title,
  action,
  children,
}: {
  done: boolean;
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <li className="grid content-start gap-1 px-4 pt-2 pb-4 md:px-6">
      <h3 className="flex items-center gap-2 font-medium">
        <StatusIcon status={done ? "succeeded" : "pending"} titled />
        {title}
      </h3>
      <p className="foreign text-muted">{children}</p>
      {action && <div className="mt-1.5">{action}</div>}
    </li>
  );
}
