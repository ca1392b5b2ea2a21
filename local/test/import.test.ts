/** Bringing in what people already have: preview, import, again, with changes on either side, and run by a real agent. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fixtures } from "../../shared/test/importing/files.ts";
import { ROOT } from "../src/ports.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent } from "./agent.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;
beforeAll(async () => {
  ws = await startWorkspace({ library: false });
  agent = await startAgent(ws);
});
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
});

const KINDS = ["package-json", "makefile", "justfile", "warp", "github-actions"] as const;
const importOf = (files: object[], more: object = {}) => call(ws, "/api/import", { files, ...more });
const actions = ({ items }: { items: { slug: string; action: string }[] }) => {
  const count: { [action: string]: number } = {};
  for (const { action } of items) count[action] = (count[action] ?? 0) + 1;
  return count;
};
const rows = async () =>
  (await ws.db.prepare("SELECT count(*) AS n FROM command_versions").first<{ n: number }>())?.n;

test.each(KINDS)(
  "three files of %s: a preview stores nothing, the import all of it, the same again nothing",
  async (kind) => {
    const files = fixtures(kind);
    const before = await rows();
    const preview = await importOf(files, { kind });
    expect(preview.dry_run).toBe(true);
    expect(await rows()).toBe(before);
    const { create = 0 } = actions(preview);
    expect(create).toBeGreaterThan(1);
    const done = await importOf(files, { kind, dry_run: false });
    expect(done.items).toEqual(preview.items);
    expect(await rows()).toBe((before ?? 0) + create);
    for (const { slug, action } of done.items) {
      if (action !== "create") continue;
      const command = await call(ws, `/api/commands/${slug}`);
      expect(command).toMatchObject({ version: 1, is_public: false, category: "imported" });
      expect(command.effect === "write" || /just-/.test(slug)).toBe(true);
    }
    const again = await importOf(files, { kind, dry_run: false });
    expect(actions(again)).toMatchObject({ unchanged: create });
    expect(await rows()).toBe((before ?? 0) + create);
  },
);

test("what a person changed stays, what the file changed is taken over, what it lost is told", async () => {
  const makefile = (recipes: string) => [{ path: "Makefile", text: `.PHONY: check ship old\n${recipes}` }];
  await importOf(makefile("check: ## look\n\ttrue\nship:\n\ttrue\nold:\n\ttrue\n"), { dry_run: false });
  const { definition, parameters, requires, name, type, description, category } = await call(
    ws,
    "/api/commands/make-check",
  );
  await ws.request("/api/commands/make-check", {
    method: "PUT",
    body: {
      type,
      name,
      description,
      category,
      definition,
      parameters,
      requires,
      effect: "read",
      aliases: ["is it fine"],
    },
  });
  const second = await importOf(makefile("MODE ?= fast\ncheck: ## look closely\n\ttrue\nship:\n\ttrue\n"), {
    dry_run: false,
  });
  expect(second.items.map((item: { slug: string; action: string }) => [item.slug, item.action])).toEqual([
    ["make-check", "update"],
    ["make-ship", "update"],
  ]);
  expect(second.gone).toEqual([{ slug: "make-old", path: "Makefile", name: "old" }]);
  expect(await call(ws, "/api/commands/make-check")).toMatchObject({
    version: 3,
    effect: "read",
    aliases: ["is it fine"],
    description: "look closely",
    parameters: [{ name: "MODE" }],
  });
});

test("somebody else's command is not replaced unless that is said", async () => {
  const own = { type: "api", name: "mine", definition: { handler: "noop" } };
  await ws.request("/api/commands/make-lint", { method: "PUT", body: own });
  const files = [{ path: "Makefile", text: ".PHONY: lint\nlint:\n\ttrue\n" }];
  const [kept] = (await importOf(files, { dry_run: false })).items;
  expect(kept).toMatchObject({ action: "conflict", conflict: expect.stringContaining("was not imported") });
  expect(await call(ws, "/api/commands/make-lint")).toMatchObject({ type: "api", version: 1 });
  const [replaced] = (await importOf(files, { dry_run: false, replace: ["make-lint"] })).items;
  expect(replaced.action).toBe("update");
  expect(await call(ws, "/api/commands/make-lint")).toMatchObject({ type: "builtin", version: 2 });
});

test("who may not write commands, or sends what is no such file, changes nothing", async () => {
  const made = await call(ws, "/api/tokens", { name: "reader", type: "service", scopes: ["commands:read"] });
  const files = [{ path: "Makefile", text: "all:\n" }];
  const denied = await ws.request("/api/import", {
    body: { files },
    headers: { authorization: `Bearer ${made.token}` },
  });
  expect(denied.status).toBe(403);
  const wrong = await call(ws, "/api/import", { files: [{ path: "package.json", text: "{" }] }, 422);
  expect(wrong.error).toMatchObject({
    code: "invalid_args",
    message: expect.stringContaining("package.json is not JSON"),
  });
  await call(ws, "/api/import", { files: [{ path: "../Makefile", text: "" }] }, 422);
  await call(ws, "/api/import", { files, unknown: 1 }, 400);
});

test("imported targets and scripts run on the agent, values arrive, a script that needs a shell after it was confirmed", async () => {
  const project = join(agent.root, "shop");
  mkdirSync(join(project, ".warp"), { recursive: true });
  writeFileSync(
    join(project, "Makefile"),
    "WHO ?= nobody\n.PHONY: hello\nhello: ## Greet\n\t@echo hello $(WHO)\n",
  );
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({
      name: "shop",
      scripts: { say: "node say.mjs", "say:loud": "node say.mjs LOUD", test: "node say.mjs" },
    }),
  );
  writeFileSync(join(project, "say.mjs"), "console.log(JSON.stringify(process.argv.slice(2)))");
  writeFileSync(
    join(project, ".warp", "count.yaml"),
    "name: Count words\ncommand: printf '%s' '{{text}}' | wc -w\narguments: [{ name: text }]\n",
  );
  await ws.request("/api/commands/npm-test", {
    method: "PUT",
    body: { name: "theirs", effect: "read", type: "builtin", definition: { program: "true", argv: [] } },
  });
  // As a person would: by the command line, from the project, first without and then with --yes.
  const tw = (...argv: string[]) =>
    promisify(execFile)(process.execPath, [join(ROOT, "agent/src/main.ts"), "import", ...argv], {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: agent.home, TW_URL: ws.url, TW_TOKEN: ws.token },
    });
  await expect(tw(".")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
  const first = await tw(".", "--yes");
  expect(first.stdout).toContain("+ make-hello");
  expect(first.stdout).toContain("+ npm-say-loud");
  expect(first.stdout).toMatch(
    /npm-test[^\n]*was not imported[^\n]*\n.*left out; --replace npm-test takes it/,
  );
  expect(first.stdout).toMatch(/\? warp-count-words[\s\S]*printf/);
  const second = await tw(".warp/count.yaml", "--yes", "--scripts");
  expect(second.stdout).toContain("wrote .tw/scripts/warp-count-words.sh");
  expect(readFileSync(join(project, ".tw/scripts/warp-count-words.sh"), "utf8")).toContain(
    "set -euo pipefail",
  );

  const run = async (slug: string, args: object) => {
    const { run } = await call(ws, `/api/commands/${slug}/execute`, { cwd: "shop", args });
    const done = await ended(ws, run.id);
    expect(done, JSON.stringify(done.error)).toMatchObject({ status: "succeeded" });
    return (await ws.request(`/api/runs/${run.id}/logs`)).text();
  };
  expect(await run("make-hello", { WHO: "ada" })).toContain("hello ada");
  expect(await run("npm-say-loud", { args: ["a b", "--x=$(id)", "'q'"] })).toContain(
    `["LOUD","a b","--x=$(id)","'q'"]`,
  );
  expect((await run("warp-count-words", { text: "one 'two' $(three)" })).trim()).toBe("3");
  cpSync(project, join(agent.root, "copy"), { recursive: true });
  const refused = await call(ws, "/api/commands/make-hello/execute", { args: { WHO: "$(shell id)" } }, 422);
  expect(refused.error.message).toContain("WHO");
});
