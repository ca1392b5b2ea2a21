/** `tw commands`, `search`, `run`, `plan`: finding a command, seeing what it would do, doing it. */
import { type Api, ApiError, type Command, type Run } from "./api.ts";
import { typedArgs, UsageError } from "./arguments.ts";
import { EXIT, exitOfRun } from "./exit-codes.ts";
import { follow, planLines } from "./follow.ts";
import { rememberSlugs } from "./slug-cache.ts";
import { table, tame } from "./terminal.ts";
import type { Verb } from "./verb.ts";

export interface RunOptions {
  arg?: string[];
  cwd?: string;
  note?: string;
  label?: string[];
  agent?: string;
  checkpoint?: boolean;
  consent?: string[];
  dryRun?: boolean;
  /** False with `--no-wait`. */
  wait?: boolean;
  /** False with `--no-wait-for-people`. */
  waitForPeople?: boolean;
}
export interface Candidate {
  slug: string;
  name: string;
  description: string;
  type: string;
  effect: string;
  score: number;
  reasons: string[];
  args: Record<string, unknown>;
  missing: string[];
  warnings: string[];
}

export async function commands(verb: Verb, options: { category?: string; type?: string }): Promise<number> {
  const query = new URLSearchParams(
    Object.entries(options).filter(([key]) => ["category", "type"].includes(key)),
  );
  const api = await verb.api();
  const { items } = await api.get<{ items: Command[] }>(`/api/commands?${query}`);
  if (query.size === 0) rememberSlugs(verb.env, api.url, items);
  if (items.length === 0 && !verb.json) verb.screen.note("no such command");
  verb.answer(items, () =>
    table(items.map(({ slug, effect, description }) => [slug, effect, tame(description)])),
  );
  return EXIT.done;
}

/** One command: what it does and the arguments it takes. */
export async function oneCommand(verb: Verb, slug: string): Promise<number> {
  const command = await findCommand(await verb.api(), slug);
  verb.answer(command, () => [
    `${command.slug} (${command.effect})  ${tame(command.description)}`,
    ...table(
      command.parameters.map((one) => [
        `    ${one.name}=${one.options?.join("|") ?? one.type}`,
        one.default !== undefined ? `else ${JSON.stringify(one.default)}` : one.required ? "needed" : "",
        tame(one.description),
      ]),
    ),
  ]);
  return EXIT.done;
}

/** The commands that plain words mean, with the arguments the words and the place give. */
export async function search(
  verb: Verb,
  words: string[],
  options: { agent?: string; cwd?: string },
): Promise<number> {
  const api = await verb.api();
  const { candidates } = await resolve(api, words.join(" "), options);
  verb.answer(candidates, () =>
    candidates.length === 0
      ? ["nothing found; tw commands shows all"]
      : candidates.flatMap((candidate) => candidateLines(candidate)),
  );
  return candidates.length > 0 ? EXIT.done : EXIT.failed;
}

export function resolve(
  api: Api,
  text: string,
  context: { agent?: string; cwd?: string } = {},
  typing = false,
): Promise<{ kind: string; candidates: Candidate[] }> {
  const { agent, cwd } = context;
  return api.post("/api/resolve", {
    text,
    context: { ...(agent ? { agent } : {}), ...(cwd ? { cwd } : {}) },
    ...(typing ? { typing } : {}),
  });
}

function candidateLines({ slug, effect, description, args, missing }: Candidate): string[] {
  const given = Object.entries(args).map(([name, value]) => word(name, value));
  const wanted = missing.map((name) => `${name}=…`);
  return [
    `${slug} (${effect})  ${tame(description)}`,
    `    tw run ${[slug, ...given, ...wanted].map((one) => tame(one)).join(" ")}`,
  ];
}

/** An argument as it is typed in a shell. */
export function word(name: string, value: unknown): string {
  const text = `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export async function run(verb: Verb, slug: string, words: string[], options: RunOptions): Promise<number> {
  const api = await verb.api();
  const body = await bodyOf(api, slug, words, options);
  if (options.dryRun) return showPlan(verb, api, slug, body);
  const { run: started } = await api.post<{ run: Run }>(executePath(slug), body);
  if (options.wait === false) {
    verb.answer(started, () => [started.id]);
    return EXIT.done;
  }
  return watch(verb, api, started.id, options.waitForPeople === false);
}

/** Shows a run to its end; the exit code says how it ended. */
export async function watch(verb: Verb, api: Api, id: string, stopAtPeople: boolean): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  const quiet = verb.json ? { ...verb.screen, print: () => {} } : verb.screen;
  // Whoever stops reading (`tw run … | head`) has not seen it succeed.
  process.exitCode = EXIT.interrupted;
  const ended = await follow(api, id, quiet, { stopAtPeople, signal: stop.signal });
  process.off("SIGINT", interrupt);
  if (verb.json && ended) verb.screen.print(JSON.stringify(ended, null, 2));
  if (stop.signal.aborted || !ended) {
    verb.screen.note(`The run goes on. Watch it: tw logs -f ${id}   end it: tw cancel ${id}`);
    return EXIT.interrupted;
  }
  return exitOfRun(ended.status);
}

export async function plan(verb: Verb, slug: string, words: string[], options: RunOptions): Promise<number> {
  const api = await verb.api();
  return showPlan(verb, api, slug, await bodyOf(api, slug, words, options));
}

async function showPlan(verb: Verb, api: Api, slug: string, body: object): Promise<number> {
  const { plan } = await api.post<{ plan: unknown }>(executePath(slug), { ...body, dry_run: true });
  verb.answer(plan, () => planLines(plan));
  return EXIT.done;
}

export function executePath(slug: string): string {
  return `/api/commands/${encodeURIComponent(slug)}/execute`;
}

async function bodyOf(api: Api, slug: string, words: string[], options: RunOptions): Promise<object> {
  const { parameters } = await findCommand(api, slug);
  const agent = {
    ...(options.agent ? { id: options.agent } : {}),
    ...(options.label?.length ? { labels: options.label } : {}),
  };
  return {
    args: typedArgs([...words, ...(options.arg ?? [])], parameters),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.checkpoint ? { checkpoint: true } : {}),
    ...(options.consent?.length ? { consent: options.consent } : {}),
    ...(Object.keys(agent).length > 0 ? { agent } : {}),
  };
}

/** The command, or a refusal that names what was perhaps meant. */
async function findCommand(api: Api, slug: string): Promise<Command> {
  try {
    return await api.get<Command>(`/api/commands/${encodeURIComponent(slug)}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const { candidates } = await resolve(api, slug.replaceAll("-", " ")).catch(() => ({ candidates: [] }));
    const near = candidates.slice(0, 3).map((candidate) => candidate.slug);
    throw new UsageError(
      `There is no command "${slug}".${near.length > 0 ? ` Perhaps ${near.join(", ")}?` : ""} tw search WORDS finds more.`,
    );
  }
}
