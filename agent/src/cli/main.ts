/** The verbs for people: run, runs, logs, cancel, import, approve, reject. Reads arguments, calls the API, prints. */
import { parseArgs } from "node:util";
import { Api, type Run } from "./api.ts";
import { follow, printPlan } from "./follow.ts";

const COMMON = { url: { type: "string" }, token: { type: "string" }, json: { type: "boolean" } } as const;
type Print = (line: string) => void;

/** Runs a verb; the exit code: 0 done, 1 failed, 2 wrong use. Undefined when there is no such verb. */
export async function cli(
  verb: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<number | undefined> {
  switch (verb) {
    case "run":
      return run(args, env, print);
    case "runs":
      return runs(args, env, print);
    case "logs":
      return logs(args, env, print);
    case "cancel":
      return cancel(args, env, print);
    case "import":
      return (await import("./import.ts")).importFiles(args, env, print);
    case "approve":
    case "reject":
      return decide(verb === "approve", args, env, print);
  }
  return undefined;
}

async function run(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...COMMON,
      arg: { type: "string", multiple: true },
      cwd: { type: "string" },
      note: { type: "string" },
      "dry-run": { type: "boolean" },
      checkpoint: { type: "boolean" },
      "no-wait": { type: "boolean" },
    },
  });
  const slug = one(positionals, "tw run COMMAND");
  const api = new Api(values, env);
  const { parameters } = await api.get<{ parameters: { name: string; type: string }[] }>(
    `/api/commands/${encodeURIComponent(slug)}`,
  );
  const body = {
    args: typedArgs(values.arg ?? [], parameters),
    ...(values.cwd === undefined ? {} : { cwd: values.cwd }),
    ...(values.note === undefined ? {} : { note: values.note }),
    ...(values.checkpoint ? { checkpoint: true } : {}),
  };
  const path = `/api/commands/${encodeURIComponent(slug)}/execute`;
  if (values["dry-run"]) {
    const { plan } = await api.post<{ plan: unknown }>(path, { ...body, dry_run: true });
    if (values.json) print(JSON.stringify(plan, null, 2));
    else printPlan(plan, print);
    return 0;
  }
  const { run: started } = await api.post<{ run: Run }>(path, body);
  if (values["no-wait"]) {
    print(values.json ? JSON.stringify(started) : started.id);
    return 0;
  }
  const ended = await follow(api, started.id, values.json ? () => {} : print);
  if (values.json) print(JSON.stringify(ended, null, 2));
  return ended.status === "succeeded" ? 0 : 1;
}

/** `name=value` words in the types the command's parameters have. What cannot be read stays text; the server says why it is wrong. */
export function typedArgs(
  words: string[],
  parameters: { name: string; type: string }[],
): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) throw usage(`--arg takes name=value, not "${word}"`);
    const name = word.slice(0, at);
    const text = word.slice(at + 1);
    const type = parameters.find((parameter) => parameter.name === name)?.type ?? "string";
    args[name] = ["number", "boolean", "json"].includes(type) ? readJson(text) : text;
  }
  return args;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function runs(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMON,
      status: { type: "string" },
      command: { type: "string" },
      limit: { type: "string", default: "20" },
    },
  });
  const query = new URLSearchParams({ limit: values.limit });
  if (values.status) query.set("status", values.status);
  if (values.command) query.set("command", values.command);
  const { items } = await new Api(values, env).get<{ items: Run[] }>(`/api/runs?${query}`);
  if (values.json) print(JSON.stringify(items, null, 2));
  else
    for (const item of items)
      print(
        `${item.id}  ${item.status.padEnd(12)} ${new Date(item.created_at).toLocaleString()}  ${item.command}`,
      );
  return 0;
}

async function logs(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...COMMON, step: { type: "string" }, attempt: { type: "string" } },
  });
  const query = new URLSearchParams();
  if (values.step) query.set("step", values.step);
  if (values.attempt) query.set("attempt", values.attempt);
  const text = await new Api(values, env).text(`/api/runs/${one(positionals, "tw logs RUN")}/logs?${query}`);
  if (text !== "") print(text.replace(/\n$/, ""));
  return 0;
}

async function cancel(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...COMMON, reason: { type: "string" } },
  });
  const id = one(positionals, "tw cancel RUN");
  await new Api(values, env).post(`/api/runs/${id}/cancel`, values.reason ? { reason: values.reason } : {});
  print(`${id} is being cancelled`);
  return 0;
}

async function decide(
  approved: boolean,
  args: string[],
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...COMMON, comment: { type: "string" }, input: { type: "string", multiple: true } },
  });
  const id = one(positionals, `tw ${approved ? "approve" : "reject"} CHECKPOINT`);
  const api = new Api(values, env);
  // The vote names the plan it saw, so that it cannot count for another.
  const found = await api.get<Record<string, unknown>>(`/api/checkpoints/${id}`);
  const seen = (found.checkpoint ?? found) as {
    plan_digest: string;
    form?: { name: string; type: string }[];
    prompt: string;
  };
  const { checkpoint } = await api.post<{ checkpoint: { status: string } }>(
    `/api/checkpoints/${id}/approve`,
    {
      approved,
      plan_digest: seen.plan_digest,
      ...(values.comment ? { comment: values.comment } : {}),
      ...(values.input ? { inputs: typedArgs(values.input, seen.form ?? []) } : {}),
    },
  );
  print(`${id}: your vote counts; the checkpoint is ${checkpoint.status}`);
  return 0;
}

function one(positionals: string[], form: string): string {
  if (positionals.length !== 1) throw usage(`it is ${form}`);
  return positionals[0]!;
}
function usage(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_PARSE_ARGS_TW" });
}
