/** The folder a workspace lives in: who holds it, its secrets, its parts' places. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { newId } from "@tw/shared/ids";
import { newToken } from "@tw/shared/tokens";
import * as z from "zod";
import { ancestors, isAlive, killAll, startOf } from "./processes.ts";
import { Refused } from "./refused.ts";

/** How long a new start waits for a workspace whose starter has died and which is just ending itself. */
const TAKE_OVER_MS = 5_000;

/** Kept in a 0600 file: what is hashed or only used in the database must be known again at the next start. */
const identitySchema = z.object({
  tenant: z.string(),
  owner: z.string(),
  ownerTokenId: z.string(),
  ownerToken: z.string(),
  agent: z.string(),
  agentTokenId: z.string(),
  agentToken: z.string(),
  linkKey: z.string(),
  notifyWebhookKey: z.string(),
  // A folder made before there were these gets them at its next start.
  secretsKey: z.string().default(newSecretsKey),
  receiptKey: z.string().default(newReceiptKey),
});
/** Who this workspace is: its ids, and the secrets behind them. */
export type Identity = z.infer<typeof identitySchema>;

const holderSchema = z.object({
  pid: z.number(),
  start: z.string().optional(),
  /** The npm that started it: when that was killed, so was the workspace, whatever still runs. */
  starter: z.object({ pid: z.number(), start: z.string().optional() }).optional(),
});

export type DataFolder = {
  path: string;
  state: string;
  logs: string;
  agent: string;
  temp: string;
  workspace: string;
  identity: Identity;
  /** File that holds the owner's token alone. */
  tokenFile: string;
  release(): void;
};

/** Makes or opens the folder and holds it until this process ends, however it ends. */
export async function openDataFolder(given: string): Promise<DataFolder> {
  let path = given;
  try {
    makeFolder(given);
    // By its one real name: what an earlier start left is found by it.
    path = realpathSync(given);
    if (!statSync(path).isDirectory()) throw new Error("it is not a folder");
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Refused(`--data ${given} cannot be used: ${reason(error)}.`);
  }
  const release = await hold(path);
  const place = (name: string): string => {
    const folder = join(path, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  };
  // Left by a killed process; nothing in it outlives a start.
  rmSync(join(path, "tmp"), { recursive: true, force: true });
  const identity = readIdentity(join(path, "identity.json"));
  const tokenFile = join(path, "owner-token");
  writePrivate(tokenFile, `${identity.ownerToken}\n`);
  return {
    path,
    state: place("state"),
    logs: place("logs"),
    agent: place("agent"),
    temp: place("tmp"),
    workspace: join(path, "workspace"),
    identity,
    tokenFile,
    release,
  };
}

/** A fresh one: every secret has 256 random bits. */
export function newIdentity(now: number): Identity {
  const key = (): string => randomBytes(32).toString("base64url");
  return {
    tenant: newId("tenant", now),
    owner: newId("user", now),
    ownerTokenId: newId("token", now),
    ownerToken: newToken(),
    agent: newId("agent", now),
    agentTokenId: newId("token", now),
    agentToken: newToken(),
    linkKey: key(),
    notifyWebhookKey: key(),
    secretsKey: newSecretsKey(),
    receiptKey: newReceiptKey(),
  };
}

/** For SECRETS_KEY: an id and 32 random bytes. */
function newSecretsKey(): string {
  return `k1:${randomBytes(32).toString("base64url")}`;
}
/** An Ed25519 pair as the approvals service takes it, `d.x`. */
function newReceiptKey(): string {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return `${d}.${x}`;
}

/** An exclusive SQLite lock: the kernel gives it back when its holder dies, so there is never a stale one. */
async function hold(path: string): Promise<() => void> {
  const holderFile = join(path, "holder.json");
  const until = Date.now() + TAKE_OVER_MS;
  for (;;) {
    const database = lock(join(path, "lock.sqlite"));
    if (database) {
      writePrivate(
        holderFile,
        JSON.stringify({ pid: process.pid, start: startOf(process.pid), starter: starter() }),
      );
      return () => database.close();
    }
    const holder = readHolder(holderFile);
    if (Date.now() > until || !holder || !orphaned(holder)) {
      throw new Refused(
        `--data ${path} is in use by a running workspace${holder ? ` (process ${holder.pid})` : ""}; stop that one first, or give another folder.`,
      );
    }
    if (isAlive(holder.pid) && startOf(holder.pid) === holder.start) await killAll([holder.pid], 1_000);
    await delay(100);
  }
}

function lock(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === 5) return undefined;
    throw new Refused(`--data ${file} cannot be written: ${reason(error)}.`);
  }
}

/** The npm process above this one, if npm started it. */
export function starter(): { pid: number; start: string | undefined } | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const npm = ancestors(process.pid, 3).find((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("npm") ||
        /\bnpm(-cli\.js)?\0/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))
      );
    } catch {
      return false;
    }
  });
  return npm === undefined ? undefined : { pid: npm, start: startOf(npm) };
}

function orphaned(holder: z.infer<typeof holderSchema>): boolean {
  if (!isAlive(holder.pid) || startOf(holder.pid) !== holder.start) return true;
  const { starter: by } = holder;
  return by !== undefined && (!isAlive(by.pid) || startOf(by.pid) !== by.start);
}

function readHolder(file: string): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function readIdentity(file: string): Identity {
  let text: string | undefined;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      throw new Refused(`${file} cannot be read: ${reason(error)}.`);
  }
  if (text !== undefined) {
    try {
      const kept: object = JSON.parse(text);
      const identity = identitySchema.parse(kept);
      if (Object.keys(identity).length > Object.keys(kept).length)
        writePrivate(file, JSON.stringify(identity, null, 2));
      return identity;
    } catch {
      throw new Refused(`${file} is damaged. Put it back from a copy, or start with another --data.`);
    }
  }
  const identity = newIdentity(Date.now());
  writePrivate(file, JSON.stringify(identity, null, 2));
  return identity;
}

/** One level at a time: Node's own recursive way never returns where a file system says ENOENT for the last level, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Whole or not at all, readable by the owner only. */
function writePrivate(file: string, text: string): void {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, text, { mode: 0o600, flush: true });
  renameSync(part, file);
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "it may not be written by this user";
  if (code === "ENOENT") return "no folder can be made there";
  if (code === "EROFS") return "it lies on a read-only file system";
  if (code === "ENOTDIR" || code === "EEXIST") return "it is not a folder";
  return message;
}
