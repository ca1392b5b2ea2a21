/** The policy file: how it is found and read, what it adds to the defaults, and that a change of it counts from the next step on. */
import { createHash } from "node:crypto";
import { readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { EFFECTS, type Effect } from "@tw/shared/engine/statuses";
import { canonicalJson } from "@tw/shared/library/canonical";
import { ConfigError } from "./config.ts";
import { DEFAULT_ENV, DEFAULT_PROGRAMS, DEFAULT_RECEIPT_FOR } from "./policy-defaults.ts";

/**
 * What stands before a step of an effect: nothing, a receipt of the approvals service, a receipt with somebody's vote in it, or a
 * refusal. `pinned` is the default of destructive steps: `receipt` once this agent knows the key of its workspace, else nothing.
 */
export const DEMANDS = ["allow", "pinned", "receipt", "votes", "deny"] as const;
export type Demand = (typeof DEMANDS)[number];

export interface Policy {
  /** Names found on PATH or in the project, or absolute paths. */
  programs: string[];
  /** Files under the root that may be run, `scripts/*` style; nothing unless said. */
  scripts: string[];
  /** Slugs of commands; `*` is any. */
  commands: string[];
  /** Directories under the root in which programs may run. */
  directories: string[];
  /** Directories not under the root that programs may be given files of. */
  outside: string[];
  /** Environment names a definition may set; a `*` at the end means any ending. */
  env: string[];
  effects: { [effect in Effect]: Demand };
  /** Programs with words of their argv that count as destructive, whatever effect the workspace says they have. */
  receipt_for: string[];
}
const LISTS = [
  "programs",
  "scripts",
  "commands",
  "directories",
  "outside",
  "env",
  "receipt_for",
  "deny_programs",
] as const;
const FIELDS = [...LISTS, "effects", "defaults"] as const;

export const DEFAULTS: Policy = {
  programs: DEFAULT_PROGRAMS,
  scripts: [],
  commands: ["*"],
  directories: ["."],
  outside: [],
  env: DEFAULT_ENV,
  effects: { read: "allow", write: "allow", destructive: "pinned" },
  receipt_for: DEFAULT_RECEIPT_FOR,
};

export interface LoadedPolicy {
  policy: Policy;
  /** Of what counts, not of the text: a comment changes nothing. */
  hash: string;
  /** The file, or where it would be. */
  file: string;
  /** False when nobody wrote one. */
  written: boolean;
}

/** Where the policy may lie, the first that is there counts. */
export function policyFiles(file: string | null, stateDir: string): string[] {
  return file ? [file] : [join(stateDir, "policy.json"), join(stateDir, "policy.yaml")];
}

/** Reads the policy; what the file does not mention keeps its default. Throws ConfigError that says what is wrong and where. */
export async function loadPolicy(file: string | null, stateDir: string): Promise<LoadedPolicy> {
  const candidates = policyFiles(file, stateDir);
  const path = file ?? candidates.find((one) => statOf(one) !== undefined);
  const policy = path ? mergePolicy(await readPolicyFile(path), path) : DEFAULTS;
  const hash = createHash("sha256").update(canonicalJson(policy)).digest("hex");
  return { policy, hash, file: path ?? (candidates[0] as string), written: path !== undefined };
}

async function readPolicyFile(path: string): Promise<unknown> {
  try {
    const text = readFileSync(path, "utf8");
    if (!/\.ya?ml$/.test(path)) return JSON.parse(text);
    return (await import("yaml")).parse(text);
  } catch (error) {
    throw new ConfigError(`The policy file ${path} cannot be read: ${(error as Error).message}`);
  }
}

function mergePolicy(given: unknown, path: string): Policy {
  const wrong = (what: string) => new ConfigError(`The policy file ${path}: ${what}`);
  if (given === null || typeof given !== "object" || Array.isArray(given))
    throw wrong("it must be an object.");
  const said = given as Record<string, unknown>;
  for (const [name, value] of Object.entries(said)) {
    if (!(FIELDS as readonly string[]).includes(name))
      throw wrong(`"${name}" is not a field; known are ${FIELDS.join(", ")}.`);
    if (name === "defaults" && typeof value !== "boolean") throw wrong('"defaults" must be true or false.');
    if (!(LISTS as readonly string[]).includes(name)) continue;
    if (!Array.isArray(value) || value.some((item) => typeof item !== "string"))
      throw wrong(`"${name}" must be a list of words.`);
  }
  const list = (name: (typeof LISTS)[number]) => said[name] as string[] | undefined;
  const base = said.defaults === false ? { programs: [], env: [] } : DEFAULTS;
  const denied = new Set(list("deny_programs"));
  return {
    programs: [...base.programs, ...(list("programs") ?? [])].filter((name) => !denied.has(name)),
    scripts: list("scripts") ?? [],
    commands: list("commands") ?? DEFAULTS.commands,
    directories: list("directories") ?? DEFAULTS.directories,
    outside: list("outside") ?? DEFAULTS.outside,
    env: [...base.env, ...(list("env") ?? [])],
    effects: effectsOf(said.effects, wrong),
    receipt_for: list("receipt_for") ?? DEFAULTS.receipt_for,
  };
}

/** A list names the effects that are allowed, the others are denied; an object says for each what stands before it. */
function effectsOf(said: unknown, wrong: (what: string) => Error): Policy["effects"] {
  const effects: { [name: string]: Demand } = { ...DEFAULTS.effects };
  if (said === undefined) return DEFAULTS.effects;
  const known = (name: unknown) => {
    if (!(EFFECTS as readonly unknown[]).includes(name))
      throw wrong(`"${String(name)}" is not one of the effects ${EFFECTS.join(", ")}.`);
  };
  if (Array.isArray(said)) {
    said.forEach(known);
    return Object.fromEntries(
      EFFECTS.map((name) => [name, said.includes(name) ? effects[name] : "deny"]),
    ) as Policy["effects"];
  }
  if (said === null || typeof said !== "object") throw wrong('"effects" must be a list or an object.');
  for (const [name, demand] of Object.entries(said)) {
    known(name);
    if (!(DEMANDS as readonly unknown[]).includes(demand))
      throw wrong(`"effects.${name}" must be one of ${DEMANDS.join(", ")}.`);
    effects[name] = demand as Demand;
  }
  return effects as Policy["effects"];
}

/** The policy as it is now: looks before each step whether the file is another one. */
export class PolicyFile {
  readonly #given: string | null;
  readonly #stateDir: string;
  #loaded: LoadedPolicy;
  #seen: string;
  #wrong: ConfigError | null = null;
  #checking: Promise<boolean> | null = null;

  private constructor(given: string | null, stateDir: string, loaded: LoadedPolicy, seen: string) {
    this.#given = given;
    this.#stateDir = stateDir;
    this.#loaded = loaded;
    this.#seen = seen;
  }

  /** Throws ConfigError when there is one that cannot be read. */
  static async open(given: string | null, stateDir: string): Promise<PolicyFile> {
    const seen = look(given, stateDir);
    return new PolicyFile(given, stateDir, await loadPolicy(given, stateDir), seen);
  }

  get loaded(): LoadedPolicy {
    return this.#loaded;
  }
  get file(): string {
    return this.#loaded.file;
  }

  /** The policy in force. Throws when the file was changed to something that is none: then nothing runs until it is put right. */
  current(): Policy {
    if (this.#wrong) throw this.#wrong;
    return this.#loaded.policy;
  }

  /** Reads the file again when it is another one. @returns whether another policy is in force now */
  async refresh(): Promise<boolean> {
    const seen = look(this.#given, this.#stateDir);
    if (seen === this.#seen) return this.#checking ?? false;
    this.#seen = seen;
    this.#checking = this.#reload();
    return this.#checking;
  }

  async #reload(): Promise<boolean> {
    const { hash } = this.#loaded;
    const had = this.#wrong;
    try {
      this.#loaded = await loadPolicy(this.#given, this.#stateDir);
      this.#wrong = null;
    } catch (error) {
      this.#wrong = error as ConfigError;
    }
    this.#checking = null;
    return hash !== this.#loaded.hash || had?.message !== this.#wrong?.message;
  }

  /** What is wrong with the file; null when nothing is. */
  get problem(): string | null {
    return this.#wrong?.message ?? null;
  }
}

/** Tells one state of the file from another without reading it. */
function look(given: string | null, stateDir: string): string {
  return policyFiles(given, stateDir)
    .map((path) => {
      const stat = statOf(path);
      return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : "-";
    })
    .join("|");
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
