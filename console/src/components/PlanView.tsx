/** A plan as a person reads it before it runs: the lines, where they run, who is asked, what is missing, what undoes what. */
import type { PlanCondition } from "@tw/shared/contracts/plan";
import { conditionWords } from "@tw/shared/library/condition-words";
import type { ReactNode } from "react";
import type { Plan, Values } from "../api/types.ts";
import { useAgentName } from "../frame/agents.ts";
import { openPalette } from "../palette/open.ts";
import { Code } from "./Code.tsx";
import { markOf } from "./plan-mark.ts";
import { EffectMark, StatusIcon } from "./Status.tsx";
import { oneLine, valueText, visible } from "./visible.ts";
import { Where } from "./Where.tsx";

/** What of a described step is shown. The document leaves these open, since later versions say more. */
interface Step {
  id: string;
  command: string;
  type?: string;
  line?: string;
  effect?: string;
  args?: Values;
  when?: unknown;
  for_each?: unknown;
  checkpoint?: { who?: string; prompt?: string; name?: string } | null;
  rollback?: { line?: string; command?: string } | null;
}

export function stepsOf(plan: Plan): Step[] {
  return plan.steps as unknown as Step[];
}

export function PlanView({
  plan,
  compact = false,
  missing,
}: {
  plan: Plan;
  compact?: boolean;
  /** Stands in place of what is missing. */
  missing?: ReactNode;
}) {
  const steps = stepsOf(plan);
  const { cwd, agent } = plan as unknown as {
    cwd?: string | null;
    agent?: { id: string | null; labels: string[] };
  };
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
        <span>
          {steps.length} {steps.length === 1 ? "step" : "steps"}
        </span>
        <EffectMark {...markOf(plan)} long />
        <span>
          <Where
            agent={agent?.id ?? null}
            labels={agent?.labels ?? []}
            cwd={cwd ?? null}
            ofType={steps.map(({ type }) => type)}
          />
        </span>
      </p>
      {plan.warnings.map((warning) => (
        <p key={warning} className="foreign rounded bg-warn-soft px-2.5 py-1.5 text-warn">
          {visible(warning)}
        </p>
      ))}
      {missing || <Missing plan={plan} />}
      <ol className="rounded border bg-sunken">
        {steps.map((step, index) => {
          const condition = onlyIf(step.when, steps);
          const skipped = condition === SKIPPED;
          return (
            <li key={step.id} className="border-b px-2.5 py-1.5 last:border-b-0">
              {step.checkpoint && (
                <p className="mb-1 flex items-baseline gap-1.5 text-sm text-warn">
                  <span className="translate-y-0.5">
                    <StatusIcon status="waiting" size={12} />
                  </span>
                  <span className="foreign">
                    Stops here and asks {visible(step.checkpoint.who ?? "a person")}
                  </span>
                </p>
              )}
              <div className="flex items-baseline gap-2">
                <span className="w-5 shrink-0 text-right text-faint text-sm tabular-nums">{index + 1}</span>
                <Line of={step.line ?? step.command} skipped={skipped} />
                {/* Of one step alone the head has said it. */}
                {steps.length > 1 && !skipped && step.effect && step.effect !== "read" && (
                  <EffectMark effect={step.effect} dry={step.args?.dry_run === true} />
                )}
              </div>
              {!compact && (condition || step.for_each || step.rollback) && (
                <div className="ml-7 grid gap-0.5 text-muted text-sm">
                  {condition && <p className="foreign">{condition}</p>}
                  {step.for_each ? (
                    <p className="foreign">once for each of {valueText(step.for_each)}</p>
                  ) : null}
                  {step.rollback && (
                    <p className="flex items-baseline gap-1.5">
                      <span className="translate-y-0.5">
                        <StatusIcon status="undone" size={12} />
                      </span>
                      <span className="foreign">
                        undone by <Code line>{step.rollback.line ?? step.rollback.command ?? ""}</Code>
                      </span>
                    </p>
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** Characters from which on a line scrolls in a place of its own: the steps behind it must not be a mile away. */
const LONG_LINE = 1_000;

function Line({ of, skipped }: { of: string; skipped: boolean }) {
  const long = of.length > LONG_LINE;
  return (
    <pre
      className={`foreign min-w-0 flex-1 whitespace-pre-wrap text-sm ${long ? "max-h-40 overflow-y-auto" : ""} ${skipped ? "text-muted **:line-through" : ""}`}
      {...(long ? { tabIndex: 0 } : {})}
    >
      <Code line>{of}</Code>
    </pre>
  );
}

/** What keeps it from running. */
export function blockers(plan: Plan): NonNullable<Plan["prerequisites"]> {
  return (plan.prerequisites ?? []).filter(({ state, blocks }) => state === "missing" && blocks);
}

/** Is a repository or a file of a project missing where it would run, which none of its own steps makes? It may run all the same. */
export function lacksProject(plan: Plan): boolean {
  const makes = (fix: unknown) =>
    stepsOf(plan).some(({ command }) => command === (Object(fix) as { command?: string }).command);
  return (plan.prerequisites ?? []).some(
    ({ state, requirement, fix }) =>
      state === "missing" && (requirement.git ?? requirement.file) !== undefined && !makes(fix),
  );
}

/** Prerequisites that do not hold where it would run: what is missing, and the command that sets it up. */
function Missing({ plan }: { plan: Plan }) {
  const missing = (plan.prerequisites ?? []).filter(({ state }) => state === "missing");
  const nameOf = useAgentName();
  const seen = new Set<string>();
  return missing.map(({ step, message, requirement, fix, blocks, agent_id }) => {
    const words =
      message ?? `${requirement.tool ?? requirement.file ?? requirement.git ?? requirement.login} is missing`;
    if (seen.has(words)) return null;
    seen.add(words);
    return (
      <p
        key={`${step} ${words}`}
        className={`foreign rounded px-2.5 py-1.5 ${blocks ? "bg-bad-soft text-bad" : "bg-warn-soft text-warn"}`}
      >
        {agent_id && (
          <>
            On <Code>{oneLine(nameOf(agent_id) ?? `agt_…${agent_id.slice(-6)}`, 60)}</Code>:{" "}
          </>
        )}
        {visible(words)}
        {fix && (
          <>
            {" "}
            <Fix fix={fix as FixOf} cwd={(plan as { cwd?: string | null }).cwd ?? undefined} />
          </>
        )}
      </p>
    );
  });
}

type FixOf = string | { command: string; args?: Values };
/** The next thing to do: the command that sets it up, one press away. */
function Fix({ fix, cwd }: { fix: FixOf; cwd: string | undefined }) {
  if (typeof fix === "string") return visible(fix);
  const open = () =>
    openPalette({ command: { slug: fix.command, args: fix.args ?? {}, ...(cwd ? { cwd } : {}) } });
  return (
    <button type="button" onClick={open} className="font-medium underline underline-offset-2">
      Set it up with <Code>{fix.command}</Code>
    </button>
  );
}

const SKIPPED = "skipped with these arguments";
/** Whether a step will run, as a sentence; null where it simply does. `steps` are the plan's. */
export function onlyIf(condition: unknown, steps: Step[]): string | null {
  if (!condition) return null;
  const told = conditionWords(
    condition as PlanCondition,
    (id) => steps.find((step) => step.id === id)?.command,
  );
  if (told.will === "depends") return `only if ${visible(told.words)}`;
  return told.will === "never" ? SKIPPED : null;
}
