/** `tw waiting`, `approve`, `reject`: what waits for people, and their votes. */
import { typedArgs } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import { ago, tame } from "./terminal.ts";
import type { Verb } from "./verb.ts";

interface Checkpoint {
  id: string;
  run_id: string;
  step: string;
  prompt: string;
  status: string;
  required: number;
  votes: { by: { name: string }; decision: string }[];
  form?: { name: string; type: string }[];
  plan_digest: string;
  created_at: number;
}

/** What waits for you; with `all` for anybody. */
export async function waiting(verb: Verb, options: { all?: boolean }): Promise<number> {
  const query = new URLSearchParams({ status: "pending", ...(options.all ? {} : { mine: "true" }) });
  const { items } = await (await verb.api()).get<{ items: Checkpoint[] }>(`/api/checkpoints?${query}`);
  const now = Date.now();
  const { style } = verb.screen;
  verb.answer(items, () =>
    items.length === 0
      ? [options.all ? "nothing waits for anybody" : "nothing waits for you"]
      : items.flatMap((one) => [
          `${style.warn("?")} ${style.strong(tame(one.prompt))}  ${style.dim(`${one.run_id}, ${ago(now - one.created_at)}, ${one.votes.length} of ${one.required} votes`)}`,
          `  tw approve ${one.id}   or   tw reject ${one.id}`,
        ]),
  );
  return EXIT.done;
}

export async function decide(
  verb: Verb,
  approved: boolean,
  id: string,
  options: { comment?: string; input?: string[] },
): Promise<number> {
  const api = await verb.api();
  const path = `/api/checkpoints/${encodeURIComponent(id)}`;
  // The vote names the plan it saw, so that it cannot count for another.
  const seen = await api.get<Checkpoint>(path);
  const { checkpoint } = await api.post<{ checkpoint: Checkpoint }>(`${path}/approve`, {
    approved,
    plan_digest: seen.plan_digest,
    ...(options.comment ? { comment: options.comment } : {}),
    ...(options.input?.length ? { inputs: typedArgs(options.input, seen.form ?? []) } : {}),
  });
  verb.answer(checkpoint, () => [`${id}: your vote counts; the checkpoint is ${checkpoint.status}`]);
  return EXIT.done;
}
