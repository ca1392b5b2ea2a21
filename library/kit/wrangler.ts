/** The project's wrangler as a library: its own reading of the configuration, so that ours can never differ from it. */
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { Failed, type Words } from "./words.ts";

/** What we use of a configuration as wrangler has read it: environments merged, defaults filled in. */
export interface WranglerConfig {
  name?: string;
  main?: string;
  configPath?: string;
  d1_databases: { binding: string; database_name?: string; database_id?: string }[];
  r2_buckets: { binding: string; bucket_name?: string }[];
  kv_namespaces: { binding: string; id?: string }[];
  queues: { producers?: { queue: string }[]; consumers?: { queue: string; dead_letter_queue?: string }[] };
}
interface WranglerModule {
  unstable_readConfig(args: { config?: string; env?: string }, options: object): WranglerConfig;
  experimental_patchConfig(path: string, patch: object, insertIntoArrays: boolean): string;
}
export const CONFIG_FILES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

/** The wrangler that a step would run: the project's own first, as PATH has it. */
export async function loadWrangler(): Promise<WranglerModule> {
  const program = (process.env.PATH ?? "")
    .split(delimiter)
    .map((dir) => join(dir, "wrangler"))
    .find((file) => existsSync(file));
  if (!program) throw new Failed("wrangler was not found, neither in the project nor on PATH");
  const file = join(dirname(dirname(realpathSync(program))), "wrangler-dist", "cli.js");
  const module = (await import(file)) as { default?: WranglerModule } & WranglerModule;
  return module.default ?? module;
}

/** The configuration `--config` names, or that of this directory, for `--env`. Says what wrangler says when it is wrong. */
export async function readConfig(words: Words): Promise<{ config: WranglerConfig; path: string }> {
  const wrangler = await loadWrangler();
  const asked = words.value("config") ?? CONFIG_FILES.find((name) => existsSync(name));
  // wrangler itself would look in the directories above as well, which are not this project.
  if (asked === undefined || !existsSync(asked))
    throw new Failed(
      `there is no ${asked ?? CONFIG_FILES.join(" or ")} in this directory; worker-new makes a project`,
    );
  const env = words.value("env");
  try {
    const config = wrangler.unstable_readConfig({ config: asked, ...(env === undefined ? {} : { env }) }, {});
    return { config, path: relative(process.cwd(), config.configPath ?? asked) || asked };
  } catch (error) {
    throw new Failed(`${asked}: ${(error as Error).message}`);
  }
}

/** Names a configuration binds, each once. */
export function boundResources({ d1_databases, r2_buckets, kv_namespaces, queues }: WranglerConfig) {
  const once = (names: (string | undefined)[]) => [
    ...new Set(names.filter((name): name is string => Boolean(name))),
  ];
  return {
    databases: once(d1_databases.map((one) => one.database_name)),
    buckets: once(r2_buckets.map((one) => one.bucket_name)),
    namespaces: once(kv_namespaces.map((one) => one.binding)),
    queues: once([
      ...(queues.producers ?? []).map((one) => one.queue),
      ...(queues.consumers ?? []).flatMap((one) => [one.queue, one.dead_letter_queue]),
    ]),
  };
}
