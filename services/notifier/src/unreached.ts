/** When a message cannot be delivered: its person is tried through another channel, and when nobody can be reached the owners are told. */
import type { Channels, Recipient, To } from "@tw/shared/approvals/audience";
import { ASKING_KINDS } from "@tw/shared/approvals/request";
import type { Due } from "@tw/shared/db/claim-notifications";
import { type Asked, readAsked } from "@tw/shared/db/delivery-log";
import { notificationStatements, type Telling } from "@tw/shared/db/notifications";
import { channelsOf, type Env } from "./env.ts";

/** Write down what follows from messages that were given up. Derived from the rows: made once, however often it is called. */
export async function noteUnreached(env: Env, failed: Due[], now: number): Promise<void> {
  const asking = failed.filter(
    (due) => due.checkpoint?.status === "pending" && ASKING_KINDS.includes(due.kind),
  );
  const ids = [...new Set(asking.flatMap((due) => (due.checkpoint ? [due.checkpoint.id] : [])))];
  if (ids.length === 0) return;
  const asked = await readAsked(env.DB, ids);
  const tellings = asked.flatMap((one) => otherWays(one, channelsOf(env)));
  const statements = notificationStatements(env.DB, tellings, now);
  if (statements.length > 0) await env.DB.batch(statements);
}

/** Pure: what else to try for one checkpoint, given what became of its messages. */
export function otherWays(asked: Asked, channels: Channels): Telling[] {
  const base = { tenantId: asked.tenantId, runId: asked.runId, checkpointId: asked.checkpointId };
  const dead = (userId: string): boolean => {
    const own = asked.messages.filter((m) => m.userId === userId);
    return own.length > 0 && own.every((m) => m.status === "failed");
  };
  const tried = (userId: string, channel: string): boolean =>
    asked.messages.some((m) => m.userId === userId && m.channel === channel);
  const again: To[] = asked.people.flatMap(({ id, email }): To[] => {
    if (!dead(id)) return [];
    if (channels.slackDirect && !tried(id, "slack")) return [{ channel: "slack", userId: id }];
    if (channels.email && email.includes("@") && !tried(id, "email"))
      return [{ channel: "email", userId: id }];
    return [];
  });
  if (again.length > 0) return [{ ...base, kind: "request", to: again }];
  if (asked.messages.some((m) => m.status !== "failed")) return [];
  const owners = asked.owners.filter((owner) => !asked.messages.some((m) => m.userId === owner.id));
  const to: To[] = owners.flatMap((owner: Recipient): To[] => [
    ...(channels.email && owner.email.includes("@") ? [{ channel: "email" as const, userId: owner.id }] : []),
    ...(channels.slackDirect ? [{ channel: "slack" as const, userId: owner.id }] : []),
  ]);
  if (to.length === 0) return [];
  const why = [...new Set(asked.messages.map((m) => `${m.to}: ${m.error ?? "not delivered"}`))].join("; ");
  return [{ ...base, kind: "escalation", to, data: { unreached: why.slice(0, 1000) } }];
}
