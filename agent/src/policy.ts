/** What this machine lets the workspace do. The server can ask for anything; only what stands here runs. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import { EFFECTS, type Effect } from "@tw/shared/engine/statuses";
import { ConfigError } from "./config.ts";
import { isUnder, onPath, sameFile } from "./find-program.ts";
import { followed } from "./followed.ts";
import { DEFAULT_ENV, DEFAULT_PROGRAMS, SCRIPT_RUNNERS } from "./policy-defaults.ts";

export interface Policy {
  /** Names found on PATH or in the project, or absolute paths. */
  programs: string[];
  /** Files under the root that may be run, `scripts/*` style; nothing unless said. */
  scripts: string[];
  /** Slugs of commands; `*` is any. */
  commands: string[];
  /** Directories under the root in which programs may run. */
  directories: string[];
  /** Environment names a definition may set; a `*` at the end means any ending. */
  env: string[];
  effects: Effect[];
}
const FIELDS = [
  "programs",
  "scripts",
  "commands",
  "directories",
  "env",
  "effects",
  "deny_programs",
  "defaults",
] as const;

/** Not allowed here; the message says by which rule and how a person changes it. Reported as `policy_denied`. */
export class PolicyDenied extends Error {
  override name = "PolicyDenied";
}

const DEFAULTS: Policy = {
  programs: DEFAULT_PROGRAMS,
  scripts: [],
  commands: ["*"],
  directories: ["."],
  env: DEFAULT_ENV,
  effects: [...EFFECTS],
};

/** Reads the policy file; what it does not mention keeps its default. `programs`, `scripts` and `env` add to the defaults. */
export async function loadPolicy(
  file: string | null,
  stateDir: string,
): Promise<{ policy: Policy; hash: string; file: string }> {
  const standard = join(stateDir, "policy.json");
  const path = file ?? [standard, join(stateDir, "policy.yaml")].find((one) => existsSync(one));
  const policy = path ? merge(await readPolicyFile(path), path) : DEFAULTS;
  const hash = createHash("sha256").update(JSON.stringify(policy)).digest("hex");
  return { policy, hash, file: path ?? standard };
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

function merge(given: unknown, path: string): Policy {
  const wrong = (what: string) => new ConfigError(`The policy file ${path}: ${what}`);
  if (given === null || typeof given !== "object" || Array.isArray(given))
    throw wrong("it must be an object.");
  const said = given as Record<string, unknown>;
  for (const [name, value] of Object.entries(said)) {
    if (!(FIELDS as readonly string[]).includes(name))
      throw wrong(`"${name}" is not a field; known are ${FIELDS.join(", ")}.`);
    if (name === "defaults") {
      if (typeof value !== "boolean") throw wrong('"defaults" must be true or false.');
    } else if (!Array.isArray(value) || value.some((item) => typeof item !== "string"))
      throw wrong(`"${name}" must be a list of words.`);
    const unknown =
      name === "effects" &&
      (value as string[]).find((item) => !(EFFECTS as readonly string[]).includes(item));
    if (unknown) throw wrong(`"${unknown}" is not one of the effects ${EFFECTS.join(", ")}.`);
  }
  const list = (name: string) => said[name] as string[] | undefined;
  const base = said.defaults === false ? { programs: [], env: [] } : DEFAULTS;
  const denied = new Set(list("deny_programs"));
  return {
    programs: [...base.programs, ...(list("programs") ?? [])].filter((name) => !denied.has(name)),
    scripts: list("scripts") ?? [],
    commands: list("commands") ?? DEFAULTS.commands,
    directories: list("directories") ?? DEFAULTS.directories,
    env: [...base.env, ...(list("env") ?? [])],
    effects: (list("effects") as Effect[] | undefined) ?? DEFAULTS.effects,
  };
}

/** The judge: holds the policy and the root, answers with a real path or throws PolicyDenied. */
export class PolicyGuard {
  readonly #policy: Policy;
  readonly #root: string;
  readonly #file: string;
  constructor(policy: Policy, root: string, file: string) {
    this.#policy = policy;
    this.#root = root;
    this.#file = file;
  }

  /** May this command, with this effect, run here at all? */
  command(slug: string, effect: Effect): void {
    if (!this.#policy.commands.some((pattern) => matches(pattern, slug)))
      this.#deny(`the command "${slug}" is not among "commands"`);
    if (!this.#policy.effects.includes(effect)) this.#deny(`the effect "${effect}" is not among "effects"`);
  }

  /** The real path of the working directory. */
  cwd(relative: string | null): string {
    const asked = resolve(this.#root, relative ?? ".");
    let real: string;
    try {
      real = realpathSync(asked);
    } catch {
      if (!isUnder(asked, this.#root))
        this.#deny(`the directory "${relative}" lies outside the agent's root`);
      throw new PolicyDenied(
        `The directory "${relative}" does not exist under the agent's root ${this.#root}.`,
      );
    }
    if (!isUnder(real, this.#root)) this.#deny(`the directory "${relative}" lies outside the agent's root`);
    if (!statSync(real).isDirectory()) throw new PolicyDenied(`"${relative}" is not a directory.`);
    const allowed = this.#policy.directories.some((dir) => isUnder(real, resolve(this.#root, dir)));
    if (!allowed) this.#deny(`the directory "${relative ?? "."}" is not under one of "directories"`);
    return real;
  }

  /** A path among a step's values: followed link by link, as the program will, it must not lead out of the root. */
  path(cwd: string, path: string, link: boolean): void {
    const end = followed(cwd, path, link);
    if (!isUnder(end, this.#root)) this.#deny(`the path "${path}" leads out of the agent's root`);
    const allowed = this.#policy.directories.some((dir) => isUnder(end, resolve(this.#root, dir)));
    if (!allowed) this.#deny(`the path "${path}" does not lie under one of "directories"`);
  }

  /**
   * May this program run? `found` is where it was found, null when nowhere. A shell may when its first argument is a file
   * under the root.
   */
  program(program: string, found: string | null, path: string, script?: string): void {
    const { programs, scripts } = this.#policy;
    if (script !== undefined && SCRIPT_RUNNERS.includes(program) && this.#isOwnFile(script)) return;
    if (!program.includes("/")) {
      if (!programs.includes(program)) this.#deny(`the program "${program}" is not among "programs"`);
      return;
    }
    if (programs.includes(program)) return;
    // /bin/true is `true` when that is what PATH means by it; a file of this name elsewhere is not.
    const name = basename(program);
    const standard = isAbsolute(program) && programs.includes(name) ? onPath(name, path) : null;
    if (standard && sameFile(standard, program)) return;
    if (found !== null) {
      const real = realpathSync(found);
      if (
        isUnder(real, this.#root) &&
        scripts.some((pattern) => matchesPath(resolve(this.#root, pattern), real))
      )
        return;
    }
    this.#deny(`the program "${program}" is not among "programs" or "scripts"`);
  }

  /** A file under the root by its real path, and so never an option or a text to interpret. */
  #isOwnFile(path: string): boolean {
    try {
      const real = realpathSync(path);
      return isUnder(real, this.#root) && statSync(real).isFile();
    } catch {
      return false;
    }
  }

  env(names: Iterable<string>): void {
    for (const name of names) {
      if (!this.#policy.env.some((pattern) => matches(pattern, name)))
        this.#deny(`the environment name "${name}" is not among "env"`);
    }
  }

  #deny(what: string): never {
    throw new PolicyDenied(
      `This machine's policy does not allow it: ${what}. To allow it, edit ${this.#file} on that machine.`,
    );
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** `/root/scripts/*` means files directly in that directory; without the star, that very file. */
function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.endsWith("/*")) return sameFile(pattern, path);
  const dir = pattern.slice(0, -1);
  return path.startsWith(dir) && !path.slice(dir.length).includes("/");
}
