/** The workspace's own commands, each run by name as a person would, through the launcher and its agent. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ask, cleanUp, folder, type Launched, launch, type Ready, until } from "./launcher.ts";

type Outputs = { [name: string]: unknown };
type Run = { id: string; status: string; steps: { id: string; outputs: Outputs | null }[]; error: unknown };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const data = folder();
const root = join(data, "workspace");
let launched: Launched;
let ready: Ready;
beforeAll(async () => {
  launched = launch("--json", "--port", "0", "--data", data);
  ready = await launched.ready();
  mkdirSync(join(root, "demo", "files"));
  writeFileSync(join(root, "demo", "files", "a b.txt"), "kept whole\n");
});
afterAll(async () => {
  launched.child.kill("SIGTERM");
  expect(await launched.exit).toBe(0);
  await cleanUp();
});

/** The last step's outputs of a run that succeeded. */
async function outputs(slug: string, args: object): Promise<Outputs> {
  const path = `/api/commands/${slug}/execute`;
  const { run } = await ask<{ run: Run }>(ready, path, { cwd: "demo", args });
  let now = run;
  await until(
    async () => {
      now = await ask<Run>(ready, `/api/runs/${run.id}?wait_s=20`);
      return ["succeeded", "failed", "rejected", "cancelled"].includes(now.status);
    },
    `${slug} is over`,
    () => JSON.stringify(now, null, 1),
  );
  expect(now.status, JSON.stringify(now.error)).toBe("succeeded");
  return now.steps.at(-1)?.outputs ?? {};
}

/** Slug, arguments, what its outputs hold; in this order, for some use what those before made. */
const RUNS: [string, object, (found: Outputs) => void][] = [
  [
    "clients-list",
    {},
    ({ items }) => expect(items).toMatchObject([{ name: "Acme & Söhne", email: "ann@example.com" }]),
  ],
  ["db-query", { sql: "SELECT name FROM clients" }, ({ rows }) => expect(rows).toEqual([["Acme & Söhne"]])],
  ["db-tables", {}, (found) => expect(JSON.stringify(found)).toContain('"clients"')],
  [
    "iam-users",
    {},
    ({ items }) => expect(items).toMatchObject([{ email: "olga@example.com", role: "owner" }]),
  ],
  ["iam-permissions", {}, (found) => expect(JSON.stringify(found)).toContain("checkpoints:decide")],
  ["infrastructure-status", {}, ({ agent_list }) => expect(agent_list).toMatchObject([{}])],
  [
    "knowledge-add",
    { title: "Zürich office", body: "The door code is kept by Ann.", tags: ["office"] },
    ({ id }) => expect(id).toMatch(/_/),
  ],
  [
    "knowledge-search",
    { q: "zurich door" },
    ({ items }) => expect(items).toMatchObject([{ title: "Zürich office" }]),
  ],
  [
    "meauxos-costs-import",
    { csv: "date,category,amount,currency\n2026-01-05,hosting,12.50,EUR\n2026-01-06,hosting,0.50,EUR\n" },
    ({ imported }) => expect(imported).toBe(2),
  ],
  [
    "meauxos-costs",
    { from: "2026-01", to: "2026-01" },
    ({ totals }) => expect(totals).toEqual([{ currency: "EUR", amount_minor: 1_300 }]),
  ],
  ["meauxos-employees", {}, ({ items }) => expect(items).toMatchObject([{ name: "Ann Lee" }])],
  ["deployments-record", { worker: "demo", environment: "staging" }, ({ id }) => expect(id).toMatch(/^dep_/)],
  ["list", { path: "/api/clients" }, ({ of, items }) => expect([of, items]).toMatchObject(["clients", [{}]])],
  [
    "r2-upload",
    { file: "files/a b.txt", key: "notes/a b.txt" },
    (found) => expect(found).toMatchObject({ existed: false }),
  ],
  ["r2-list", { prefix: "notes/" }, (found) => expect(JSON.stringify(found)).toContain("notes/a b.txt")],
  [
    "r2-download",
    { key: "notes/a b.txt", file: "files/again.txt" },
    () => expect(readFileSync(join(root, "demo", "files", "again.txt"), "utf8")).toBe("kept whole\n"),
  ],
  ["meauxos-backup", { database: "demo" }, ({ kept }) => expect(kept).toBe(1)],
];

test("clients-get finds a client that clients-create made", async () => {
  const { id } = await outputs("clients-create", { name: "Acme & Söhne", email: "ann@example.com" });
  const found = await outputs("clients-get", { id });
  expect(JSON.stringify(found)).toContain("Acme & Söhne");
  await outputs("meauxos-employees-add", { name: "Ann Lee", title: "Engineer" });
});

test.each(RUNS)("%s runs and answers", async (slug, args, check) => {
  check(await outputs(slug, args));
});
