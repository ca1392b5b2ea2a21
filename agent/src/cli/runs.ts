/** `tw runs`, `logs`, `cancel`, `rerun`, `undo`: what ran, and what becomes of it. */
import type { Api, Run } from "./api.ts";
import { typedArgs, UsageError } from "./arguments.ts";
import { EXIT, exitOfRun } from "./exit-codes.ts";
import { followLogs } from "./follow.ts";
import { watch } from "./run.ts";
import { ago, table } from "./terminal.ts";
import type { Verb } from "./verb.ts";

export async function runs(
  verb: Verb,
  options: { status?: string; command?: string; limit?: number },
): Promise<number> {
  const { status, command, limit = 20 } = options;
  const query = new URLSearchParams({ limit: String(limit) });
  if (status) query.set("status", status);
  if (command) query.set("command", command);
  const { items } = await (await verb.api()).get<{ items: Run[] }>(`/api/runs?${query}`);
  const now = Date.now();
  const { style } = verb.screen;
  const paint = (status: string, text: string) =>
    status === "succeeded"
      ? style.good(text)
      : status === "failed" || status === "rejected"
        ? style.bad(text)
        : status === "waiting"
          ? style.warn(text)
          : text;
  if (items.length === 0 && !verb.json)
    verb.screen.note(status || command ? "no such run" : "there are no runs yet");
  verb.answer(items, () =>
    table(items.map((run) => [run.id, run.status, ago(now - run.created_at), asListed(run)])).map(
      (line, i) => {
        const status = items[i]?.status ?? "";
        return line.replace(` ${status} `, ` ${paint(status, status)} `);
      },
    ),
  );
  return EXIT.done;
}

/** The command, and whether the run undoes another or was undone. */
export function asListed({ command, parent_run_id, undone_by }: Run): string {
  const undoes = parent_run_id ? `, undo of ${parent_run_id}` : "";
  return `${command}${undoes}${undone_by ? `, undone by ${undone_by}` : ""}`;
}

export async function logs(
  verb: Verb,
  id: string,
  options: { step?: string; attempt?: number; follow?: boolean },
): Promise<number> {
  const { step, attempt } = options;
  const api = await verb.api();
  const of = { ...(step ? { step } : {}), ...(attempt ? { attempt: String(attempt) } : {}) };
  const path = `/api/runs/${encodeURIComponent(id)}`;
  if (step) await checkStep(api, path, step);
  if (!options.follow) {
    const text = await api.text(`${path}/logs?${new URLSearchParams(of)}`);
    if (verb.json) verb.screen.print(JSON.stringify({ run: id, text }));
    else if (text !== "") verb.screen.print(text.replace(/\n$/, ""));
    return EXIT.done;
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  // Whoever stops reading (`tw logs -f … | head`) has not seen how it ends.
  process.exitCode = EXIT.interrupted;
  const lost = () => verb.screen.note("The connection was lost; trying again.");
  if (verb.json) {
    // One event to a line, as it comes.
    for await (const { event, data } of api.events(
      `${path}/logs?${new URLSearchParams(of)}`,
      stop.signal,
      lost,
    ))
      verb.screen.print(JSON.stringify({ event, ...(JSON.parse(data) as object) }));
  } else await followLogs(api, id, verb.screen, of, stop.signal, lost);
  const run = await api.getWhenThere<Run>(path, stop.signal, lost);
  if (stop.signal.aborted || !run) return EXIT.interrupted;
  return exitOfRun(run.status);
}

/** A step that the run does not have has no log: that is no empty one. */
async function checkStep(api: Api, path: string, step: string): Promise<void> {
  const { steps } = await api.get<Run>(path);
  const names = steps.map((one) => one.id);
  if (!names.includes(step))
    throw new UsageError(`This run has no step "${step}". It has ${names.join(", ")}.`);
}

export async function cancel(verb: Verb, id: string, options: { reason?: string }): Promise<number> {
  const { run } = await (await verb.api()).post<{ run: Run }>(
    `/api/runs/${encodeURIComponent(id)}/cancel`,
    options.reason ? { reason: options.reason } : {},
  );
  verb.answer(run, () => [`${id} is being cancelled`]);
  return EXIT.done;
}

export async function rerun(
  verb: Verb,
  id: string,
  words: string[],
  options: { fromStep?: string; wait?: boolean; waitForPeople?: boolean },
): Promise<number> {
  const api = await verb.api();
  const path = `/api/runs/${encodeURIComponent(id)}`;
  let args: object | undefined;
  if (words.length > 0) {
    const before = await api.get<Run & { args: object }>(path);
    const { parameters } = await api.get<{ parameters: { name: string; type: string }[] }>(
      `/api/commands/${encodeURIComponent(before.command)}`,
    );
    args = { ...before.args, ...typedArgs(words, parameters) };
  }
  return begin(
    verb,
    `${path}/rerun`,
    { ...(options.fromStep ? { from_step: options.fromStep } : {}), ...(args ? { args } : {}) },
    options,
  );
}

export async function undo(
  verb: Verb,
  id: string,
  options: { wait?: boolean; waitForPeople?: boolean },
): Promise<number> {
  return begin(verb, `/api/runs/${encodeURIComponent(id)}/undo`, {}, options);
}

async function begin(
  verb: Verb,
  path: string,
  body: object,
  options: { wait?: boolean; waitForPeople?: boolean },
): Promise<number> {
  const api = await verb.api();
  const { run } = await api.post<{ run: Run }>(path, body);
  if (options.wait !== false) return watch(verb, api, run.id, options.waitForPeople === false);
  verb.answer(run, () => [run.id]);
  return EXIT.done;
}
