/** The workspace's database alone, without the Workers: for commands that run while the workspace does not. */
import { join } from "node:path";
import { migrate } from "./migrations.ts";
import { Miniflare, NoOpLog } from "./miniflare.ts";
import { ROOT } from "./ports.ts";
import { miniflareWorker, readConfig } from "./workers.ts";

/** Opens the database kept in `state`, with all migrations applied. Close it, or its process stays. */
export async function openDatabase(state: string): Promise<{ db: D1Database; close(): Promise<void> }> {
  const config = await readConfig(ROOT, "api");
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const { name, compatibility_date, compatibility_flags, d1_databases } = config;
  const alone = { name, main: config.main, compatibility_date, compatibility_flags, d1_databases };
  const miniflare = new Miniflare({
    cf: false,
    log: new NoOpLog(),
    resourcePersistencePath: state,
    // Else the Workers of every workspace on this machine would find each other by name and take each other's hints.
    enableDevRegistry: false,
    unsafeLocalExplorer: false,
    unsafeObservability: false,
    workers: [
      miniflareWorker(
        { ...alone, vars: {}, r2_buckets: [], queues: { producers: [], consumers: [] }, services: [] },
        "export default {};",
        {},
        undefined,
      ),
    ],
  });
  try {
    await miniflare.ready;
    const db = (await miniflare.getD1Database("DB")) as unknown as D1Database;
    await migrate(db, join(ROOT, "migrations"));
    return { db, close: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
