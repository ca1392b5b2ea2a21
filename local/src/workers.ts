/** From a Worker's wrangler.jsonc to what Miniflare runs, so that the deployed bindings and the local ones are one text. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MiniflareOptions } from "miniflare";
import { parse } from "yaml";
import * as z from "zod";

export const SERVICES = ["api", "dispatcher", "approvals", "notifier"] as const;
export type Service = (typeof SERVICES)[number];
type WorkerOptions = MiniflareOptions["workers"][number];
type Env = NonNullable<WorkerOptions["config"]["env"]>;
type Triggers = NonNullable<WorkerOptions["config"]["triggers"]>;

const text = z.string();
/** What of wrangler's configuration we use. Strict: a key that would be obeyed in the cloud and ignored here is refused. */
const configSchema = z.strictObject({
  $schema: text.optional(),
  name: text,
  main: text,
  compatibility_date: text,
  compatibility_flags: z.array(text),
  workers_dev: z.boolean().optional(),
  preview_urls: z.boolean().optional(),
  vars: z.record(text, text).default({}),
  secrets: z.strictObject({ required: z.array(text) }).optional(),
  d1_databases: z.array(
    z.strictObject({ binding: text, database_name: text, database_id: text, migrations_dir: text }),
  ),
  r2_buckets: z.array(z.strictObject({ binding: text, bucket_name: text })).default([]),
  queues: z.strictObject({
    producers: z.array(z.strictObject({ binding: text, queue: text })),
    consumers: z
      .array(
        z.strictObject({
          queue: text,
          max_batch_size: z.number(),
          max_batch_timeout: z.number(),
          max_retries: z.number(),
          retry_delay: z.number(),
          dead_letter_queue: text.optional(),
        }),
      )
      .default([]),
  }),
  durable_objects: z
    .strictObject({
      bindings: z.array(z.strictObject({ name: text, class_name: text, script_name: text.optional() })),
    })
    .optional(),
  exports: z
    .record(text, z.strictObject({ type: z.literal("durable-object"), storage: z.literal("sqlite") }))
    .optional(),
  services: z.array(z.strictObject({ binding: text, service: text })).default([]),
  send_email: z.array(z.strictObject({ name: text })).optional(),
  triggers: z.strictObject({ crons: z.array(text) }).optional(),
  assets: z
    .strictObject({
      directory: text,
      binding: text.optional(),
      run_worker_first: z.union([z.boolean(), z.array(text)]).optional(),
      not_found_handling: z.enum(["none", "404-page", "single-page-application"]).optional(),
    })
    .optional(),
  observability: z.strictObject({ enabled: z.boolean() }).optional(),
});
export type WorkerConfig = z.infer<typeof configSchema>;

/** The parsed wrangler.jsonc of one service. YAML 1.2 contains JSON, and `//` comments are taken out before. */
export async function readConfig(root: string, service: Service): Promise<WorkerConfig> {
  const file = join(root, "services", service, "wrangler.jsonc");
  const source = (await readFile(file, "utf8")).replace(/^\s*\/\/.*$/gm, "");
  const parsed = configSchema.safeParse(parse(source));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The Miniflare Worker for `config` with its bundled `code`; `values` overrides variables and gives secrets. */
export function miniflareWorker(
  config: WorkerConfig,
  code: string,
  values: Record<string, string>,
  assets: string | undefined,
): WorkerOptions {
  const env: Env = {};
  for (const [name, value] of Object.entries({ ...config.vars, ...values }))
    env[name] = { type: "text", value };
  const missing = (config.secrets?.required ?? []).filter((name) => !values[name]);
  if (missing.length > 0) throw new Error(`${config.name} needs the secret ${missing.join(" and ")}.`);
  for (const d1 of config.d1_databases) env[d1.binding] = { type: "d1", id: d1.database_id };
  for (const r2 of config.r2_buckets) env[r2.binding] = { type: "r2", name: r2.bucket_name };
  for (const queue of config.queues.producers) env[queue.binding] = { type: "queue", name: queue.queue };
  for (const object of config.durable_objects?.bindings ?? []) {
    env[object.name] = {
      type: "durable-object",
      worker: object.script_name ?? config.name,
      exportName: object.class_name,
    };
  }
  for (const service of config.services) env[service.binding] = { type: "worker", worker: service.service };
  for (const email of config.send_email ?? []) env[email.name] = { type: "send-email" };
  if (config.assets?.binding && assets) env[config.assets.binding] = { type: "assets" };
  const triggers: Triggers = config.queues.consumers.map((consumer) => ({
    type: "queue",
    name: consumer.queue,
    maxBatchSize: consumer.max_batch_size,
    maxBatchTimeout: consumer.max_batch_timeout,
    maxRetries: consumer.max_retries,
    retryDelay: consumer.retry_delay,
    deadLetterQueue: consumer.dead_letter_queue,
  }));
  return {
    config: {
      name: config.name,
      compatibilityDate: config.compatibility_date,
      compatibilityFlags: config.compatibility_flags,
      env,
      triggers,
      exports: config.exports,
      manifest: {
        mainModule: "index.js",
        modules: { "index.js": { type: "esm", contents: code } },
      },
      assets:
        config.assets && assets
          ? {
              directory: assets,
              hasUserWorker: true,
              notFoundHandling: config.assets.not_found_handling,
              runWorkerFirst: config.assets.run_worker_first,
            }
          : undefined,
    },
  };
}
