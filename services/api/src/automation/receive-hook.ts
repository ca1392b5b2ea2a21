/** `POST /hooks/{id}`: a signed message from elsewhere starts a command, once. */
import { derivedRunId } from "@tw/shared/automation/run-id";
import { bodyMatches, mappedArgs, readSignature } from "@tw/shared/automation/webhook-in";
import type { Json } from "@tw/shared/contracts/json";
import { findHook, type Hook, settleDelivery, takeDelivery } from "@tw/shared/db/hooks";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { readText } from "../body.ts";
import type { Env } from "../env.ts";
import { RateLimit } from "../rate-limit.ts";
import { open } from "../seal.ts";
import { launch } from "./launch.ts";

const perSender = new RateLimit(LIMITS.hooksPerMinute, "messages a minute for one webhook");
/** One answer for a hook that is not there, a signature that is wrong and one that is too old: who has no secret learns nothing. */
const unsigned = () =>
  new Refusal("unauthorized", "This message is not signed as the webhook asks, or its signature is too old.");

/** The secret's encryption is bound to the hook, so that a sealed one cannot be moved to another. */
export function hookKey(env: Env, hookId: string): string {
  return `hook secret\n${hookId}\n${env.LINK_KEY}`;
}

/** Takes one message. */
export async function receiveHook(env: Env, request: Request, id: string): Promise<Response> {
  const received = Date.now();
  perSender.take(`${id} ${request.headers.get("cf-connecting-ip") ?? ""}`, received);
  // The very bytes that were signed, before anything looks into them.
  const text = await readText(request);
  const hook = await findHook(env.DB, id);
  const now = Date.now();
  const genuine =
    hook && (await readSignature(hook.scheme, await secretsOf(env, hook, now), request.headers, text, now));
  if (!hook || !genuine) throw unsigned();
  if (!hook.enabled) throw new Refusal("forbidden", "This webhook is switched off.");
  const event = hook.scheme === "github" ? request.headers.get("x-github-event") : null;
  if (event === "ping") return Response.json({ status: "pong" });
  const { delivery, taken } = await takeDelivery(env.DB, hook, genuine, now);
  if (!taken) return Response.json({ status: delivery.status, run_id: delivery.runId, duplicate: true });
  return start(env, hook, { ...genuine, event, text, at: delivery.at });
}

async function start(
  env: Env,
  hook: Hook,
  message: { messageId: string; label: string; event: string | null; text: string; at: number },
): Promise<Response> {
  const settle = (status: "started" | "ignored" | "refused", runId: string | null, said: string | null) =>
    settleDelivery(env.DB, hook, message.messageId, { status, runId, message: said });
  try {
    const body = parsed(message.text);
    const unwanted =
      hook.events.length > 0 && message.event !== null && !hook.events.includes(message.event)
        ? `It was about “${message.event}”; this webhook only takes ${hook.events.join(", ")}.`
        : bodyMatches(hook.when, body)
          ? null
          : "The message does not have what this webhook waits for.";
    if (unwanted) {
      await settle("ignored", null, unwanted);
      return Response.json({ status: "ignored", message: unwanted });
    }
    // The time it first came, not this one: a second try of the same message must come to the same run.
    const runId = await derivedRunId(`${hook.id}\n${message.messageId}`, message.at);
    await launch(env, {
      tenantId: hook.tenantId,
      userId: hook.userId,
      command: hook.command,
      ask: {
        ...hook.ask,
        args: mappedArgs(hook.ask.args, hook.map, body),
        note: hook.ask.note ?? `Webhook: ${hook.name}`,
      },
      context: { trigger: { type: "hook", id: hook.id, delivery: message.label } },
      runId,
    });
    await settle("started", runId, null);
    return Response.json({ status: "started", run_id: runId }, { status: 202 });
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) await settle("refused", null, error.message);
    throw error;
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Refusal("bad_request", "The body is not JSON. Choose application/json at the sender.");
  }
}

async function secretsOf(env: Env, hook: Hook, now: number): Promise<string[]> {
  const old = hook.oldSecretSealed !== null && (hook.oldSecretUntil ?? 0) > now ? [hook.oldSecretSealed] : [];
  return Promise.all([hook.secretSealed, ...old].map((sealed) => open(sealed, hookKey(env, hook.id))));
}
