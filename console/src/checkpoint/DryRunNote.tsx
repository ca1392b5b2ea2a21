/** Beside the question of a step that only tries: which steps before it were no trial. */
import { useQuery } from "@tanstack/react-query";
import { runPlanQuery } from "../api/place-queries.ts";
import { Code } from "../components/Code.tsx";
import { stepsOf } from "../components/PlanView.tsx";
import { oneLine } from "../components/visible.ts";
import { doneForReal, type Question } from "./question.ts";

export function DryRunNote({ runId, question }: { runId: string; question: Question }) {
  const plan = useQuery({ ...runPlanQuery(runId), enabled: question.dryRun });
  const real = question.dryRun && plan.data ? doneForReal(question, stepsOf(plan.data.plan)) : [];
  if (real.length === 0) return null;
  return (
    <p className="foreign text-muted text-sm">
      This step only tries. Done for real before it: <Code>{oneLine(real.join(", "), 300)}</Code>.
    </p>
  );
}
