/** What this machine lets the workspace do. The server can ask for anything; only what stands here runs. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import type { JobStep } from "@tw/shared/contracts/agent-protocol";
import type { Effect } from "@tw/shared/engine/statuses";
import { wordPaths } from "./argv-paths.ts";
import { isUnder, onPath, sameFile } from "./find-program.ts";
import { followed } from "./followed.ts";
import { SCRIPT_RUNNERS } from "./policy-defaults.ts";
import type { Demand, Policy } from "./policy-file.ts";

/** Not allowed here; the message says by which rule and how a person changes it. Reported as `policy_denied`. */
export class PolicyDenied extends Error {
  override name = "PolicyDenied";
}

/** The judge: holds the policy and the root, answers with a real path or throws PolicyDenied. */
export class PolicyGuard {
  readonly #source: () => Policy;
  readonly #root: string;
  readonly #file: string;
  readonly #refresh: () => Promise<unknown>;
  /** @param policy itself, or where it is asked for each time, since its file may change */
  constructor(
    policy: Policy | (() => Policy),
    root: string,
    file: string,
    refresh: () => Promise<unknown> = async () => {},
  ) {
    this.#source = typeof policy === "function" ? policy : () => policy;
    this.#root = root;
    this.#file = file;
    this.#refresh = refresh;
  }

  /** Before a step: the policy as its file is now. */
  async fresh(): Promise<void> {
    await this.#refresh();
  }

  get #policy(): Policy {
    try {
      return this.#source();
    } catch (error) {
      throw new PolicyDenied(`Nothing runs here until this is put right: ${(error as Error).message}`);
    }
  }

  /** May this command, with this effect, run here at all? */
  command(slug: string, effect: Effect): void {
    if (!this.#policy.commands.some((pattern) => matches(pattern, slug)))
      this.#deny(`the command "${slug}" is not among "commands"`);
    if (this.#policy.effects[effect] === "deny") this.#deny(`"effects" denies what is ${effect}`);
  }

  /**
   * What must stand before this step: the stricter of what its effect asks for and what its programs do. The effect is the
   * workspace's word; that a program is one of `receipt_for` is this machine's.
   */
  demand(step: JobStep, pinned: boolean): { demand: "allow" | "receipt" | "votes"; because: string } {
    const { effects } = this.#policy;
    const asked: [Demand, string][] = [[effects[step.effect], `"effects.${step.effect}"`]];
    const taking = this.#takesAway(step);
    if (taking !== null) asked.push([effects.destructive, `"receipt_for" (${taking})`]);
    const strict = asked.map(([demand, because]) => ({ demand: settled(demand, pinned), because }));
    for (const one of ["deny", "votes", "receipt"] as const) {
      const found = strict.find(({ demand }) => demand === one);
      if (found && one === "deny") this.#deny(`${found.because} denies it`);
      if (found) return found as { demand: "receipt" | "votes"; because: string };
    }
    return { demand: "allow", because: `"effects.${step.effect}"` };
  }

  /** The entry of `receipt_for` that one of the step's programs matches. */
  #takesAway({ run }: JobStep): string | null {
    if (!run) return null;
    const calls = [run, ...run.before, ...run.after];
    const found = this.#policy.receipt_for.find((entry) => {
      const [program, ...words] = entry.split(/\s+/);
      return calls.some(
        (call) =>
          basename(call.program) === program &&
          words.every((word) => (call.argv as unknown[]).some((item) => item === word)),
      );
    });
    return found ?? null;
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

  /** The words of a program's argv that name files must not lead out of the root either, unless `outside` says so. */
  words(cwd: string, program: string, argv: readonly unknown[]): void {
    for (const { path, link, maybe } of wordPaths(program, argv)) {
      const end = followed(cwd, path, link);
      const inside = (dir: string) => isUnder(end, resolve(this.#root, dir));
      if (isUnder(end, this.#root) && this.#policy.directories.some(inside)) continue;
      if (this.#policy.outside.some(inside) || (maybe && !existsSync(end))) continue;
      this.#deny(`"${path}", given to ${basename(program)}, leads out of the agent's root or "directories"`);
    }
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

function settled(demand: Demand, pinned: boolean): Exclude<Demand, "pinned"> {
  if (demand !== "pinned") return demand;
  return pinned ? "receipt" : "allow";
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
