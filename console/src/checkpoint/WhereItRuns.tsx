/** Where the step of a checkpoint runs: the agent it is for or ran on, and those that ran the steps before it. */
import { useQuery } from "@tanstack/react-query";
import { runPlanQuery } from "../api/place-queries.ts";
import { runQuery } from "../api/queries.ts";
import type { Checkpoint } from "../api/types.ts";
import { stepsOf } from "../components/PlanView.tsx";
import { Where } from "../components/Where.tsx";
import { agentsOf } from "../frame/agents.ts";
import type { Question } from "./question.ts";

export function WhereItRuns({ checkpoint, question }: { checkpoint: Checkpoint; question: Question }) {
  const run = useQuery(runQuery(checkpoint.run_id));
  const plan = useQuery(runPlanQuery(checkpoint.run_id));
  const id = checkpoint.step;
  const steps = run.data?.steps ?? [];
  const [ranOn] = agentsOf(steps.filter((step) => step.id === id));
  const planned =
    plan.data && stepsOf(plan.data.plan).find((one) => one.id === id || id.startsWith(`${one.id}.`));
  return (
    <Where
      agent={question.agent ?? ranOn ?? null}
      labels={question.labels}
      soFar={agentsOf(steps)}
      cwd={question.cwd}
      {...(planned ? { ofType: [planned.type] } : {})}
    />
  );
}
