/** Who is signed in where, on this machine: a file only its owner can read, the tokens in it or in the system's keychain. */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ApiError, type Where } from "./api.ts";
import { UsageError } from "./arguments.ts";

interface Login {
  /** Null: it is in the keychain. */
  token: string | null;
  /** Id of the token, to revoke it at `tw logout`, when it was made here. */
  token_id: string | null;
  name: string;
  workspace: string;
}
interface Logins {
  /** The one that is used when nothing else is said. */
  current: string | null;
  logins: { [url: string]: Login };
}
export type Store = "file" | "keychain";

const SERVICE = "turbocharged-workspace";

export function loginsFile(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "tw", "logins.json");
}

/** Where the system keeps secrets without asking for a password at each start. */
export function usualStore(platform: NodeJS.Platform = process.platform): Store {
  return platform === "darwin" || platform === "win32" ? "keychain" : "file";
}

/** Keeps a login and makes it the current one. @returns where the token went: a keychain that fails means the file */
export async function saveLogin(
  env: NodeJS.ProcessEnv,
  url: string,
  login: { token: string; tokenId: string | null; name: string; workspace: string },
  store: Store,
): Promise<Store> {
  const kept = store === "keychain" && (await inKeychain(url, login.token));
  const all = read(env);
  all.logins[url] = {
    token: kept ? null : login.token,
    token_id: login.tokenId,
    name: login.name,
    workspace: login.workspace,
  };
  all.current = url;
  write(env, all);
  return kept ? "keychain" : "file";
}

/** Forgets a login; what it was, or null when there was none. */
export async function removeLogin(
  env: NodeJS.ProcessEnv,
  url: string | undefined,
): Promise<(Where & { tokenId: string | null }) | null> {
  const all = read(env);
  const which = url ?? all.current;
  const login = which ? all.logins[which] : undefined;
  if (!which || !login) return null;
  const token = await tokenOf(which, login);
  if (login.token === null) await keychain(which, (entry) => entry.deletePassword());
  delete all.logins[which];
  all.current = Object.keys(all.logins)[0] ?? null;
  write(env, all);
  return { url: which, token: token ?? "", tokenId: login.token_id };
}

/** Where to and as whom: options, then the environment, then the login. Throws UsageError that says what to do. */
export async function findWhere(
  options: { url?: string; token?: string },
  env: NodeJS.ProcessEnv,
): Promise<Where> {
  const all = read(env);
  const url = normal(options.url ?? (env.TW_URL || all.current || ""));
  if (!url) throw new UsageError("No workspace given: sign in with tw login URL, or use --url or TW_URL.");
  const given = options.token ?? (env.TW_TOKEN || fromFile(env.TW_TOKEN_FILE));
  const login = all.logins[url];
  const token = given ?? (login ? await tokenOf(url, login) : null);
  if (!token) throw new ApiError(401, `No token for ${url}: sign in with tw login ${url}, or set TW_TOKEN.`);
  return { url, token };
}

/** Where somebody signed in last on this machine. */
export function currentUrl(env: NodeJS.ProcessEnv): string | null {
  return read(env).current;
}

/** An address without what does not matter: a path, a slash at the end. */
export function normal(url: string): string {
  if (url === "") return "";
  if (!/^https?:\/\//.test(url))
    throw new UsageError(`A workspace's address begins with https:// or http://, not "${url}".`);
  if (!URL.canParse(url)) throw new UsageError(`"${url}" is no address.`);
  return new URL(url).origin;
}

async function tokenOf(url: string, login: Login): Promise<string | null> {
  return login.token ?? (await keychain(url, (entry) => entry.getPassword())) ?? null;
}

interface Entry {
  setPassword(value: string): void;
  getPassword(): string | null;
  deletePassword(): boolean;
}

/** Something done with the keychain's entry; null where there is no keychain or it refuses. */
async function keychain<T>(url: string, work: (entry: Entry) => T): Promise<T | null> {
  try {
    const { Entry } = await import("@napi-rs/keyring");
    return work(new Entry(SERVICE, url) as Entry);
  } catch {
    return null;
  }
}

async function inKeychain(url: string, token: string): Promise<boolean> {
  const put = (entry: Entry) => {
    entry.setPassword(token);
    return true;
  };
  return (await keychain(url, put)) === true;
}

function read(env: NodeJS.ProcessEnv): Logins {
  const file = loginsFile(env);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return { current: null, logins: {} };
  // Made readable for others by whatever copied it here: a token is in it.
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) chmodSync(file, 0o600);
  try {
    const { current = null, logins = {} } = JSON.parse(readFileSync(file, "utf8")) as Partial<Logins>;
    if (current !== null && typeof current !== "string") throw new Error("not as it was written");
    return { current, logins };
  } catch {
    throw new UsageError(`${file} cannot be read. Remove it and sign in again with tw login URL.`);
  }
}

function write(env: NodeJS.ProcessEnv, all: Logins): void {
  const file = loginsFile(env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}`;
  writeFileSync(part, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, file);
}

function fromFile(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`TW_TOKEN_FILE: ${(error as Error).message}`);
  }
}
