/** `tw secret set|list|delete`: of this machine's agent, or, with `--workspace`, of the workspace. A value is never an argument. */
import { isCancel, password } from "@clack/prompts";
import type { Command as Commander } from "commander";
import type { Options } from "../config.ts";
import {
  checked,
  deleteSecret,
  hasKeychain,
  listSecrets,
  SecretError,
  type Store,
  setSecret,
} from "../secrets.ts";
import { Interrupted, UsageError } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import { placeOf, placeOptions, strange } from "./place.ts";
import { type Verb, verbOf } from "./verb.ts";

type SecretOptions = Options & { workspace?: boolean; store?: string; json?: boolean };
type Env = NodeJS.ProcessEnv;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

export function addSecretVerbs(program: Commander, env: Env, ended: (code: number) => void): void {
  const secret = program
    .command("secret")
    .description("secrets that commands name: of this machine, or of the workspace");
  const verb = (usage: string, summary: string) =>
    placeOptions(secret.command(usage).description(summary)).option(
      "--workspace",
      "of the workspace, for every agent, instead of this machine's",
    );
  verb("set <name>", "keep a value; it is asked for, or read from a pipe")
    .option("--store <store>", "keychain or file; the keychain where there is one")
    .action(async (name: string, options: SecretOptions) => ended(await told(set(name, options, env))));
  verb("list", "the names, and where they are kept; never a value").action(async (options: SecretOptions) =>
    ended(await told(list(options, env))),
  );
  verb("delete <name>", "forget a value").action(async (name: string, options: SecretOptions) =>
    ended(await told(remove(name, options, env))),
  );
}

/** What a store says of itself is for the person, not a fault of ours. */
async function told(work: Promise<number>): Promise<number> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SecretError) throw new UsageError(error.message);
    throw error;
  }
}

async function set(name: string, options: SecretOptions, env: Env): Promise<number> {
  const verb = verbOf(options, env);
  if (!NAME.test(name))
    throw new UsageError("A secret's name has letters, digits and _, and begins with a letter.");
  if (options.store !== undefined && options.store !== "keychain" && options.store !== "file")
    throw new UsageError('--store is "keychain" or "file".');
  const value = await readValue(name, verb);
  if (options.workspace) {
    const api = await verb.api();
    const { secret } = await api.put<{ secret: { version: number } }>(`/api/secrets/${name}`, { value });
    verb.answer({ name, from: "workspace", version: secret.version }, () => [
      `✓ ${name} is kept by the workspace`,
    ]);
    return EXIT.done;
  }
  const { stateDir } = await placeOf(options, env);
  const store: Store = (options.store as Store | undefined) ?? (hasKeychain(stateDir) ? "keychain" : "file");
  setSecret(name, checked(name, value), stateDir, store);
  verb.answer({ name, from: store }, () => [
    `✓ ${name} is kept in ${store === "file" ? `a file only you can read, in ${stateDir}` : "the system's keychain"}`,
    ...(store === "file" ? strange(stateDir) : []),
  ]);
  return EXIT.done;
}

async function readValue(name: string, { screen }: Verb): Promise<string> {
  if (screen.interactive) {
    const typed = await password({ message: `The value of ${name}` });
    if (isCancel(typed)) throw new Interrupted("Nothing was kept.");
    return typed;
  }
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  // What echo and editors put at the end is not meant.
  return Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

async function list(options: SecretOptions, env: Env): Promise<number> {
  const verb = verbOf(options, env);
  const found = options.workspace
    ? (await allOfWorkspace(verb)).map((name) => ({ name, from: "workspace" }))
    : listSecrets((await placeOf(options, env)).stateDir, env);
  verb.answer(found, () =>
    found.length === 0 ? ["There are none."] : found.map(({ name, from }) => `${name.padEnd(32)} ${from}`),
  );
  return EXIT.done;
}

async function allOfWorkspace(verb: Verb): Promise<string[]> {
  const api = await verb.api();
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: { name: string }[]; next_cursor: string | null } = await api.get(
      `/api/secrets?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    names.push(...page.items.map((one) => one.name));
    cursor = page.next_cursor;
  }
  return names;
}

async function remove(name: string, options: SecretOptions, env: Env): Promise<number> {
  const verb = verbOf(options, env);
  if (options.workspace) {
    await (await verb.api()).delete(`/api/secrets/${encodeURIComponent(name)}`);
    verb.answer({ name, from: ["workspace"] }, () => [`✓ ${name} is forgotten by the workspace`]);
    return EXIT.done;
  }
  const gone = deleteSecret(name, (await placeOf(options, env)).stateDir);
  if (gone.length === 0)
    throw new UsageError(`There is no secret ${name} here; tw secret list shows those there are.`);
  verb.answer({ name, from: gone }, () => [`✓ ${name} is forgotten`]);
  return EXIT.done;
}
