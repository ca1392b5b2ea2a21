/** `tw` alone, on a terminal: type what you want, choose, fill in what is missing, see the plan, run it, watch it. */
import {
  autocomplete,
  cancel,
  confirm,
  intro,
  isCancel,
  log,
  note,
  outro,
  password,
  select,
  text,
} from "@clack/prompts";
import { Api, ApiError, type Command, type Parameter, type Run } from "./api.ts";
import { typedValue, UsageError } from "./arguments.ts";
import { EXIT, exitOfStatus } from "./exit-codes.ts";
import { planLines } from "./follow.ts";
import { findWhere } from "./logins.ts";
import { type Candidate, executePath, resolve, watch, word } from "./run.ts";
import { rememberSlugs } from "./slug-cache.ts";
import { tame } from "./terminal.ts";
import { verbOf } from "./verb.ts";

/** The person ended it, by a no (code 0) or by Ctrl-C or Esc (code 130): no more is said than that nothing was run. */
class Ended extends Error {
  readonly code: number;
  constructor(code: number) {
    super();
    this.code = code;
  }
}

const SHOWN = 8;

/** Exit code as of the run that was started; 0 when the plan was declined, 130 after Ctrl-C. */
export async function palette(env: NodeJS.ProcessEnv): Promise<number> {
  const verb = verbOf({}, env);
  // A terminal that does not say how large it is would get one letter to a line.
  process.stdout.columns ||= 80;
  process.stdout.rows ||= 24;
  try {
    const api = new Api(await findWhere({}, env));
    const { items } = await api.get<{ items: Command[] }>("/api/commands");
    rememberSlugs(env, api.url, items);
    intro(`${items.length} commands · ${api.url}`);
    const chosen = await choose(api, items);
    const command = items.find((one) => one.slug === chosen.slug);
    const args = await fill(command?.parameters ?? [], chosen.args);
    if (!(await agreed(api, chosen.slug, args))) throw new Ended(EXIT.done);
    const { run } = await api.post<{ run: Run }>(executePath(chosen.slug), { args });
    outro(
      `tw run ${[chosen.slug, ...Object.entries(args).map(([name, value]) => word(name, value))].join(" ")}`,
    );
    return await watch(verb, api, run.id, false);
  } catch (error) {
    if (error instanceof Ended) {
      cancel("Nothing was run.");
      return error.code;
    }
    if (error instanceof UsageError) {
      process.stderr.write(`tw: ${error.message}\n\ntw --help shows all verbs.\n`);
      return EXIT.usage;
    }
    if (!(error instanceof ApiError)) throw error;
    log.error(error.message);
    return exitOfStatus(error.status);
  }
}

function given<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Ended(EXIT.interrupted);
  return answer as Exclude<T, symbol>;
}

/** By name as it is typed; words that are no name are given to the workspace, which knows what they mean. */
async function choose(
  api: Api,
  commands: Command[],
): Promise<{ slug: string; args: Record<string, unknown> }> {
  const ASK = "";
  let typed = "";
  const slug = given(
    await autocomplete<string>({
      message: "What do you want to do?",
      placeholder: "type a command's name, or say it in your words",
      maxItems: SHOWN,
      options() {
        // What stood first before this letter is not what is meant with it.
        if (this.userInput !== typed) this.focusedValue = undefined;
        typed = this.userInput;
        const found = rank(commands, typed).map((one) => ({
          value: one.slug,
          label: one.slug,
          hint: tame(one.description).slice(0, 70),
        }));
        const words = typed.trim().includes(" ") || found.length === 0;
        const ask = { value: ASK, label: `what does "${typed.trim()}" mean here?` };
        return words && typed.trim() !== "" ? [ask, ...found] : found;
      },
      // `options` has chosen already.
      filter: () => true,
    }),
  );
  if (slug !== ASK) return { slug, args: {} };
  const { candidates } = await resolve(api, typed);
  if (candidates.length === 0) {
    log.warn(`Nothing here is called or means "${typed.trim()}".`);
    return choose(api, commands);
  }
  const picked = given(
    await select<string>({
      message: "Which one?",
      options: candidates.slice(0, SHOWN).map((one: Candidate, i) => ({
        value: String(i),
        label: [one.slug, ...Object.entries(one.args).map(([name, value]) => word(name, value))].join(" "),
        hint: tame(one.description).slice(0, 70),
      })),
    }),
  );
  const { slug: found, args } = candidates[Number(picked)] as Candidate;
  return { slug: found, args };
}

/** Commands whose name or description has every word, names first. */
export function rank(commands: Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (one: Command) => {
    let total = 0;
    for (const typedWord of words) {
      const at = one.slug.indexOf(typedWord);
      if (at === 0) total += 4;
      else if (at > 0) total += one.slug[at - 1] === "-" ? 3 : 2;
      else if (`${one.name} ${one.description}`.toLowerCase().includes(typedWord)) total += 1;
      else return 0;
    }
    return total;
  };
  if (words.length === 0) return commands;
  return commands
    .map((one) => ({ one, score: score(one) }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score || a.one.slug.length - b.one.slug.length || (a.one.slug < b.one.slug ? -1 : 1),
    )
    .map(({ one }) => one);
}

/** Asks for what is required and not known yet. */
async function fill(
  parameters: Parameter[],
  known: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const args = { ...known };
  for (const parameter of parameters) {
    // What the place tells is filled in by the workspace.
    const open = parameter.required && parameter.default === undefined && parameter.from === undefined;
    if (parameter.name in args || !open) continue;
    args[parameter.name] = await ask(parameter);
  }
  return args;
}

async function ask(parameter: Parameter): Promise<unknown> {
  const message = `${parameter.name}${parameter.description ? `: ${tame(parameter.description)}` : ""}`;
  if (parameter.options)
    return given(
      await select<string>({ message, options: parameter.options.map((value) => ({ value, label: value })) }),
    );
  if (parameter.type === "boolean") return given(await confirm({ message }));
  const required = (value: string | undefined) => (value?.trim() ? undefined : "It is needed.");
  if (parameter.type === "secret")
    // The name of a stored secret, never its value; hidden all the same, for those who paste the wrong one.
    return given(await password({ message: `${message} (the name of a stored secret)`, validate: required }));
  const validate = (value: string | undefined) => required(value) ?? mistyped(value ?? "", parameter.type);
  return typedValue(given(await text({ message, validate })), parameter.type);
}

/** What is wrong with words for a type, before the workspace is asked. */
export function mistyped(value: string, type: string): string | undefined {
  if (type === "number" && typeof typedValue(value, type) !== "number") return "It is a number.";
  if (type !== "json") return undefined;
  try {
    JSON.parse(value);
    return undefined;
  } catch {
    return "It is JSON: text stands in quotes.";
  }
}

async function agreed(api: Api, slug: string, args: Record<string, unknown>): Promise<boolean> {
  const { plan } = await api.post<{ plan: unknown }>(executePath(slug), { args, dry_run: true });
  note(planLines(plan).slice(0, -1).join("\n"), "What will happen");
  return given(await confirm({ message: "Run it?" }));
}
