/** What runs here is what would be deployed: wrangler itself accepts and builds every Worker, offline and without an account. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../src/ports.ts";
import { readConfig, SERVICES } from "../src/workers.ts";

const out = mkdtempSync(join(tmpdir(), "tw-deploy-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** What a deploy builds first: the console is part of the api's Worker. */
beforeAll(() => promisify(execFile)("npm", ["run", "build", "-w", "@tw/console"], { cwd: ROOT }), 300_000);

test.each(SERVICES)(
  "wrangler builds %s",
  async (service) => {
    const config = await readConfig(ROOT, service);
    const { stdout } = await promisify(execFile)(
      join(ROOT, "node_modules", ".bin", "wrangler"),
      ["deploy", "--dry-run", "--outdir", join(out, service)],
      {
        cwd: join(ROOT, "services", service),
        env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: out, CI: "true" },
      },
    );
    expect(stdout).toContain("--dry-run: exiting now.");
    for (const { binding } of config.queues.producers) expect(stdout).toContain(`env.${binding} `);
    expect(stdout).toContain("env.DB ");
    const built = readdirSync(join(out, service)).filter((name) => name.endsWith(".js"));
    expect(built).toEqual(["index.js"]);
    // Ten times below what a Worker may weigh, so that it also starts in its second.
    expect(statSync(join(out, service, "index.js")).size).toBeLessThan(6_000_000);
  },
  300_000,
);
