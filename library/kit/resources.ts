/** What a Worker's configuration needs of the account: checked, and made where it is missing. */
import { existsSync } from "node:fs";
import { attempt, run } from "./run.ts";
import { Failed, type Words } from "./words.ts";
import { boundResources, loadWrangler, readConfig, type WranglerConfig } from "./wrangler.ts";

const ABSENT = /not exist|not found|could ?n.t find|no such/i;

/** Reads the configuration as wrangler does and says what it binds; fails with wrangler's own words when it is wrong. */
export async function configCheck(words: Words): Promise<object> {
  const { config, path } = await readConfig(words);
  if (!config.name) throw new Failed(`${path} has no "name"; wrangler needs one to deploy`);
  if (config.main !== undefined && !existsSync(config.main))
    throw new Failed(`${path} names ${config.main} as "main", but there is no such file`);
  return { name: config.name, config: path, ...withFirst(config) };
}

/**
 * Makes the databases, buckets and queues that the configuration binds and the account does not have. The id of a new
 * database is written into the configuration. On this machine nothing has to be made: wrangler makes what is bound at its first use.
 */
export async function ensureResources(words: Words): Promise<object> {
  const { config, path } = await readConfig(words);
  const bound = boundResources(config);
  const created: string[] = [];
  if (words.has("remote")) {
    for (const database of await createDatabases(config, path, words.value("env")))
      created.push(`d1 ${database}`);
    for (const bucket of bound.buckets)
      if (isAbsent(["r2", "bucket", "info", bucket, "--json"])) {
        run("wrangler", ["r2", "bucket", "create", bucket]);
        created.push(`r2 ${bucket}`);
      }
    for (const queue of bound.queues)
      if (isAbsent(["queues", "info", queue])) {
        run("wrangler", ["queues", "create", queue]);
        created.push(`queue ${queue}`);
      }
  }
  return { config: path, ...withFirst(config), created };
}

/** A database is wanted where the account has none of its name. One that is there but whose id the configuration lacks gets it. */
async function createDatabases(config: WranglerConfig, path: string, env?: string): Promise<string[]> {
  const wanted = config.d1_databases.filter((one) => one.database_name !== undefined);
  if (wanted.length === 0) return [];
  const list = () =>
    JSON.parse(run("wrangler", ["d1", "list", "--json"], false).stdout) as { name: string; uuid: string }[];
  let there = list();
  const created: string[] = [];
  for (const { database_name: name = "" } of wanted) {
    if (there.some((one) => one.name === name) || created.includes(name)) continue;
    run("wrangler", ["d1", "create", name]);
    created.push(name);
  }
  if (created.length > 0) there = list();
  const idOf = (name?: string) => there.find((one) => one.name === name)?.uuid;
  if (wanted.every((one) => one.database_id === idOf(one.database_name))) return created;
  const d1_databases = config.d1_databases.map((one) => ({
    ...one,
    database_id: idOf(one.database_name) ?? one.database_id,
  }));
  const { experimental_patchConfig: patch } = await loadWrangler();
  patch(path, env === undefined ? { d1_databases } : { env: { [env]: { d1_databases } } }, false);
  return created;
}

/** Only a plain "there is none" counts; a login that ended or a network that is down must not make anything. */
function isAbsent(argv: string[]): boolean {
  const ran = attempt("wrangler", argv, false);
  if (ran.code === 0) return false;
  const said = (ran.stdout + ran.stderr).trim();
  if (ABSENT.test(said)) return true;
  throw new Failed(`wrangler ${argv.slice(0, 3).join(" ")} ended with ${ran.code}\n${said.slice(0, 500)}`);
}

function withFirst(config: WranglerConfig) {
  const bound = boundResources(config);
  return {
    ...bound,
    ...(bound.databases[0] === undefined ? {} : { database: bound.databases[0] }),
    ...(bound.buckets[0] === undefined ? {} : { bucket: bound.buckets[0] }),
  };
}
