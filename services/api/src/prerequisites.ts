/** Prerequisites of a plan, as an agent finds them now or found them last. */
import type { Plan } from "@tw/shared/contracts/plan";
import { type Agent, matchingLabels } from "@tw/shared/db/agents";
import { readProbes } from "@tw/shared/db/probes";
import { Refusal } from "@tw/shared/errors";
import { hubOf } from "@tw/shared/hub";
import { LIMITS } from "@tw/shared/limits";
import { type Need, needsOf } from "@tw/shared/prerequisites/needs";
import { type Found, type Prerequisite, report, sentence } from "@tw/shared/prerequisites/report";
import type { Call } from "./route.ts";

type From = Pick<Call, "env" | "caller" | "now">;

/**
 * What the plan needs and what is there. A connected agent is asked, for at most `LIMITS.probeWaitMs`: always for a plan that
 * is only looked at; for one that will run (`trust`) not when it lately found everything.
 */
export async function prerequisitesOf(
  { env, caller, now }: From,
  plan: Plan,
  { trust = false }: { trust?: boolean } = {},
): Promise<Prerequisite[]> {
  const needs = needsOf(plan);
  const wants = wantsOf(needs);
  if (needs.length === 0) return [];
  const { tenantId } = caller;
  const { agents, looks } = await readProbes(env.DB, { tenantId, wants });
  const able = agents.filter((agent) => mayTake(agent, plan.agent));
  const online = able.filter((agent) => isOnline(agent, now));
  const agent = online[0] ?? able[0];
  if (!agent) return report(needs, () => null, "No agent that could take this work is registered.", false);
  const mine = looks.filter(({ agentId }) => agentId === agent.id);
  const found = new Map<string, Found>(
    mine.map((look) => [keyOf(look), { agentId: agent.id, look, probedAt: look.probedAt }]),
  );
  const settled = wants.every((want) => {
    const last = found.get(keyOf(want));
    return last?.look.state === "met" && now - last.probedAt < LIMITS.probeFreshMs;
  });
  let asked = false;
  if (online.length > 0 && !(trust && settled)) {
    const fresh = await hubOf(env.HUB as unknown as DurableObjectNamespace, tenantId)
      .probe({ agentId: agent.id, probe: crypto.randomUUID(), wants, waitMs: LIMITS.probeWaitMs })
      // The look is a courtesy; a hub that just restarts must not fail the plan.
      .catch(() => null);
    for (const look of fresh ?? []) found.set(keyOf(look), { agentId: agent.id, look, probedAt: now });
    asked = fresh !== null;
  }
  const why =
    online.length > 0
      ? "The agent did not answer in time."
      : `The agent ${agent.name} is offline and never looked.`;
  const find = (need: Need) =>
    need.cwd === null ? null : (found.get(keyOf({ cwd: need.cwd, requirement: need.key })) ?? null);
  return report(needs, find, why, asked && online.length === 1);
}

/** Refuses a run that could not do its work, naming everything that is missing and what sets it up. */
export function refuseMissing(found: Prerequisite[], consent: readonly string[]): void {
  const missing = found.filter(({ blocks, install }) => blocks && !(install && consent.includes(install)));
  if (missing.length === 0) return;
  const said = [...new Set(missing.map(sentence))];
  throw new Refusal("prerequisite_missing", said.join(" "), {
    issues: missing.map((one) => ({ path: `steps.${one.step}.requires`, message: sentence(one) })),
  });
}

/** The install commands that are needed and consented to, each once. */
export function installsOf(found: Prerequisite[], consent: readonly string[]): string[] {
  const slugs = found.flatMap(({ state, install }) => (state === "missing" && install ? [install] : []));
  return [...new Set(slugs)].filter((slug) => consent.includes(slug));
}

function wantsOf(needs: Need[]): { cwd: string; requirement: string }[] {
  const wants = needs.flatMap(({ cwd, key }) => (cwd === null ? [] : [{ cwd, requirement: key }]));
  return [...new Map(wants.map((want) => [keyOf(want), want])).values()].slice(0, LIMITS.probeLooks);
}

function keyOf({ cwd, requirement }: { cwd: string; requirement: string }): string {
  return `${cwd}\n${requirement}`;
}

function mayTake(agent: Agent, wanted: Plan["agent"]): boolean {
  if (wanted.id !== null) return agent.id === wanted.id;
  const labels = matchingLabels(agent);
  return wanted.labels.every((label) => labels.includes(label));
}

function isOnline(agent: Agent, now: number): boolean {
  return (
    agent.status !== "offline" && agent.lastSeenAt !== null && now - agent.lastSeenAt < LIMITS.agentSilentMs
  );
}
