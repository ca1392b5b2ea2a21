import type { Plan, Values } from "../api/types.ts";

/** What a plan does at most, for its mark: where all that destroys is only tried, it is what the others do. */
export function markOf(plan: Plan): { effect: string; dry: boolean } {
  const steps = plan.steps as unknown as { effect?: string; args?: Values }[];
  const done = steps.filter(({ args }) => args?.dry_run !== true);
  const tried = steps.some(({ effect, args }) => args?.dry_run === true && effect === plan.effect);
  if (!tried || done.some(({ effect }) => effect === plan.effect)) return { effect: plan.effect, dry: false };
  const writes = done.some(({ effect }) => effect === "write");
  return writes ? { effect: "write", dry: false } : { effect: plan.effect, dry: true };
}
