/** What the agent was told at its start: options first, then the environment, then defaults. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { LIMITS } from "@tw/shared/limits";

export interface Config {
  url: string;
  token: string;
  /** By its real path: every working directory must lie under it. */
  root: string;
  labels: string[];
  capacity: number;
  stateDir: string;
  policyFile: string | null;
  /** The public key receipts are believed of, several by commas; null: the one that is pinned, or the first the workspace shows. */
  approvalKey: string | null;
  /** Stop when stdin ends: the launcher that started this agent is gone. */
  parentWatch: boolean;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  /** How long output is still read after a program ended. */
  drainMs: number;
}

/** A start that cannot work; the message is all a person needs. Ends the process with code 2. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

export interface Options {
  url?: string;
  token?: string;
  "token-file"?: string;
  root?: string;
  labels?: string;
  capacity?: string;
  state?: string;
  policy?: string;
  "approval-key"?: string;
}

/** Reads options and environment; throws ConfigError with a sentence that says what to give. */
export function readConfig(options: Options, env: NodeJS.ProcessEnv): Config {
  const url = readUrl(options.url || env.TW_URL);
  const token = readToken(options, env);
  const root = realRoot(options.root ?? env.TW_ROOT ?? process.cwd());
  const capacity = Number(options.capacity ?? env.TW_CAPACITY ?? LIMITS.agentCapacity);
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 64)
    throw new ConfigError("--capacity must be a whole number from 1 to 64.");
  const stateDir = resolve(options.state ?? env.TW_STATE ?? defaultStateDir(url, root, env));
  makeStateDir(stateDir);
  return {
    url,
    token,
    root,
    labels: (options.labels ?? env.TW_LABELS ?? "")
      .split(",")
      .map((label) => label.trim())
      .filter(Boolean),
    capacity,
    stateDir: realpathSync(stateDir),
    policyFile: options.policy ?? env.TW_POLICY ?? null,
    approvalKey: options["approval-key"] ?? env.TW_APPROVAL_KEY ?? null,
    parentWatch: env.TW_PARENT_WATCH === "1",
    graceMs: Number(env.TW_KILL_GRACE_MS ?? 10_000),
    drainMs: 2_000,
  };
}

/** Without slashes at the end: the state directory is found by it. */
function readUrl(given: string | undefined): string {
  if (!given)
    throw new ConfigError(
      "No workspace given: use --url https://…, set TW_URL, or sign in with tw login URL.",
    );
  if (!/^https?:\/\//.test(given))
    throw new ConfigError(`--url must begin with http:// or https://, not "${given}".`);
  if (!URL.canParse(given)) throw new ConfigError(`--url "${given}" is no address.`);
  return given.replace(/\/+$/, "");
}

function makeStateDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError(
      `The state directory ${dir} cannot be made (${(error as Error).message}). Give another with --state.`,
    );
  }
}

function readToken(options: Options, env: NodeJS.ProcessEnv): string {
  const token = givenToken(options, env);
  if (!token)
    throw new ConfigError(
      "No agent's token given: set TW_TOKEN, or use --token-file FILE or --token. The console makes one under Agents; tw agent install makes its own.",
    );
  return token;
}

/**
 * The agent's token as it was given: an option before the environment, there TW_TOKEN before TW_TOKEN_FILE, as for every verb;
 * what is empty is not given. Throws ConfigError when the file cannot be read.
 */
export function givenToken(
  options: { token?: string | undefined; "token-file"?: string | undefined },
  env: NodeJS.ProcessEnv,
): string | undefined {
  const { token, "token-file": file } = options;
  if (token !== undefined) return token;
  if (file !== undefined) return readTokenFile(file);
  return env.TW_TOKEN || (env.TW_TOKEN_FILE ? readTokenFile(env.TW_TOKEN_FILE) : undefined);
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new ConfigError(`The token's file cannot be read: ${(error as Error).message}`);
  }
}

function realRoot(path: string): string {
  try {
    const root = realpathSync(path);
    if (statSync(root).isDirectory()) return root;
  } catch {
    // Said below.
  }
  throw new ConfigError(`--root must be an existing directory; "${path}" is not.`);
}

/** The agent's PATH, with the product's own programs (`tw-kit`, those of our dependencies) behind everything else. */
export function pathWithOwn(path: string | undefined): string {
  const dirs = (path || "/usr/local/bin:/usr/bin:/bin").split(delimiter);
  return [...dirs, ...ownBins(import.meta.dirname).filter((own) => !dirs.includes(own))].join(delimiter);
}

/** Where npm put programs, seen from a file of ours: `bin` of an installed package, and the nearest `node_modules/.bin` there is. */
export function ownBins(here: string): string[] {
  const packed = resolve(here, "../bin");
  const found = existsSync(join(packed, "tw-kit")) ? [packed] : [];
  for (let dir = dirname(here), up = 0; up < 5 && dir !== dirname(dir); dir = dirname(dir), up++) {
    const bin = join(dir, "node_modules", ".bin");
    if (existsSync(bin)) return [...found, bin];
  }
  return found;
}

/** One state directory per workspace and root, so that two agents of one person do not meet. */
function defaultStateDir(url: string, root: string, env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME ?? join(homedir(), ".local", "state");
  const key = createHash("sha256").update(`${url}\n${root}`).digest("hex").slice(0, 12);
  return join(base, "tw-agent", key);
}
