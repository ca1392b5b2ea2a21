/** Prerequisites with a real agent: looked at once per state of a tool, shown in plans, refused before anything ran, installed with consent. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent } from "./agent.ts";

// An agent is stopped and started in some; a busy machine takes its time over it.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;
const bin = mkdtempSync(join(tmpdir(), "tw-tools-"));
const asked = () => (existsSync(join(bin, "asked")) ? readFileSync(join(bin, "asked"), "utf8").length : 0);
/** A tool that notes each time it is started. */
function tool(name: string, version: string) {
  writeFileSync(join(bin, name), `#!/bin/sh\nprintf x >> ${bin}/asked\necho ${name} ${version}\n`);
  chmodSync(join(bin, name), 0o755);
}
const put = async (slug: string, command: object) => {
  const answer = await ws.request(`/api/commands/${slug}`, {
    method: "PUT",
    body: { name: slug, ...command },
  });
  if (!answer.ok) throw new Error(await answer.text());
};
const builtin = (program: string, argv: unknown[], requires: object[], more: object = {}) => ({
  type: "builtin",
  requires,
  definition: { program, argv },
  ...more,
});
const planOf = async (command: string, body: object = {}) =>
  (await call(ws, "/api/plan", { command, ...body })).plan;
const runs = async () =>
  (await ws.db.prepare("SELECT count(*) AS n FROM workflow_executions").first<{ n: number }>())?.n;

beforeAll(async () => {
  tool("acme", "2.3.4");
  ws = await startWorkspace({ library: false });
  agent = await startAgent(ws, {
    path: bin,
    policy: { programs: ["acme", "late", "forbidden", "sh"], deny_programs: ["forbidden"] },
  });
  mkdirSync(join(agent.root, "shop"));
  await put("git-init", builtin("git", ["init"], [{ tool: "git" }]));
  await put("uses-acme", builtin("acme", [], [{ tool: "acme", version: ">=2" }]));
  await put("acme-3", builtin("acme", [], [{ tool: "acme", version: ">=3", fix: "acme-upgrade" }]));
  await put("acme-upgrade", builtin("true", [], []));
  await put("in-git", builtin("git", ["status"], [{ git: "repository", fix: "git-init" }]));
});
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
  rmSync(bin, { recursive: true, force: true });
});

test("a plan shows what is there, and a tool is asked for its version once, across restarts, until it changes", async () => {
  const before = asked();
  const first = await planOf("uses-acme");
  expect(first.prerequisites).toEqual([
    expect.objectContaining({
      step: "uses-acme",
      requirement: { tool: "acme", version: ">=2" },
      state: "met",
      found: `acme 2.3.4 at ${join(bin, "acme")}`,
      agent_id: ws.agent.id,
      fix: null,
      probed_at: expect.any(Number),
    }),
  ]);
  expect(asked()).toBe(before + 1);
  for (let i = 0; i < 3; i += 1) await planOf("uses-acme");
  await agent.stop();
  await agent.start();
  expect((await planOf("uses-acme")).prerequisites[0].state).toBe("met");
  expect(asked()).toBe(before + 1);
  // The same size and an old time, as npm and tar leave them: still another file.
  tool("acme", "1.9.9");
  utimesSync(join(bin, "acme"), 1, 1);
  const changed = (await planOf("uses-acme")).prerequisites[0];
  expect(changed).toMatchObject({
    state: "missing",
    message: "acme 1.9.9 is installed, but >=2 is needed.",
    blocks: true,
  });
  expect(asked()).toBe(before + 2);
  tool("acme", "2.3.4");
  expect((await planOf("uses-acme")).prerequisites[0].state).toBe("met");
});

test("what is missing for certain is a 422 that names it and the command that sets it up; nothing was begun", async () => {
  const count = await runs();
  const { error } = await call(ws, "/api/commands/acme-3/execute", {}, 422);
  expect(error.code).toBe("prerequisite_missing");
  expect(error.message).toBe(
    'acme 2.3.4 is installed, but >=3 is needed. Run the command "acme-upgrade" to set it up.',
  );
  expect(error.issues).toEqual([{ path: "steps.acme-3.requires", message: error.message }]);
  const git = await call(ws, "/api/commands/in-git/execute", { cwd: "shop" }, 422);
  expect(git.error.message).toBe(
    'There is no git repository in shop. Run the command "git-init" to set it up.',
  );
  expect((await planOf("in-git", { cwd: "shop" })).prerequisites[0]).toMatchObject({
    state: "missing",
    fix: { command: "git-init", args: {} },
    blocks: true,
  });
  expect(await runs()).toBe(count);
  const { run } = await call(ws, "/api/commands/git-init/execute", { cwd: "shop" });
  expect((await ended(ws, run.id)).status).toBe("succeeded");
  const again = await call(ws, "/api/commands/in-git/execute", { cwd: "shop" });
  expect((await ended(ws, again.run.id)).status).toBe("succeeded");
});

test("a workflow that sets it up itself is not refused; one that is sure to lack it is, before its first step", async () => {
  mkdirSync(join(agent.root, "fresh"));
  await put("set-up", {
    type: "workflow",
    definition: { steps: [{ command: "git-init" }, { command: "in-git" }] },
  });
  const plan = await planOf("set-up", { cwd: "fresh" });
  expect(plan.prerequisites).toMatchObject([
    { step: "git-init", state: "met" },
    { step: "in-git", state: "missing", blocks: false },
  ]);
  const { run } = await call(ws, "/api/workflows/set-up/execute", { cwd: "fresh" });
  expect((await ended(ws, run.id)).status).toBe("succeeded");
  await put("look", builtin("true", [], [], { effect: "read" }));
  await put("doomed", {
    type: "workflow",
    definition: { steps: [{ command: "look" }, { command: "acme-3" }] },
  });
  const refused = await call(ws, "/api/workflows/doomed/execute", {}, 422);
  expect(refused.error.issues).toMatchObject([{ path: "steps.acme-3.requires" }]);
});

test("what may be installed is installed with consent only, as a step of the plan that people see", async () => {
  const install = join(agent.root, "install.sh");
  writeFileSync(install, `printf '#!/bin/sh\\necho late 7.1.0\\n' > ${bin}/late && chmod +x ${bin}/late\n`);
  await put("late-install", builtin("sh", ["install.sh"], []));
  await put("uses-late", builtin("late", [], [{ tool: "late", version: "^7", install: "late-install" }]));
  const { error } = await call(ws, "/api/commands/uses-late/execute", {}, 422);
  expect(error.message).toContain('start the run with "consent": ["late-install"]');
  expect(existsSync(join(bin, "late"))).toBe(false);
  const shown = await planOf("uses-late", { consent: ["late-install"] });
  expect(shown.steps.map(({ id, needs }: { id: string; needs: string[] }) => [id, needs])).toEqual([
    ["install-late-install", []],
    ["uses-late", ["install-late-install"]],
  ]);
  expect(existsSync(join(bin, "late"))).toBe(false);
  const { run } = await call(ws, "/api/commands/uses-late/execute", {
    consent: ["late-install"],
    checkpoint: true,
  });
  const waiting = await ended(ws, run.id);
  expect(waiting.status).toBe("waiting");
  expect(existsSync(join(bin, "late"))).toBe(false);
  await call(ws, `/api/checkpoints/${waiting.checkpoints[0].id}/approve`, { approved: true });
  let done = await ended(ws, run.id);
  while (done.status === "waiting") done = await ended(ws, run.id);
  expect(done, JSON.stringify(done.error)).toMatchObject({ status: "succeeded" });
  // Once it is there, consent adds nothing.
  expect((await planOf("uses-late", { consent: ["late-install"] })).steps).toHaveLength(1);
});

test("what the machine does not tell is unknown, not missing; the root's outside is not told of", async () => {
  writeFileSync(join(bin, "forbidden"), `#!/bin/sh\ntouch ${bin}/was-run\necho 9.9.9\n`);
  chmodSync(join(bin, "forbidden"), 0o755);
  writeFileSync(join(agent.home, "outside.txt"), "");
  await put(
    "odd",
    builtin(
      "true",
      [],
      [
        { tool: "forbidden", version: ">=1" },
        { login: "nowhere" },
        { file: "../home/outside.txt" },
        { tool: "git", file: "nothing.here" },
      ],
    ),
  );
  const { prerequisites } = await planOf("odd");
  expect(prerequisites.map((one: { state: string }) => one.state)).toEqual([
    "unknown",
    "unknown",
    "missing",
    "missing",
  ]);
  expect(existsSync(join(bin, "was-run"))).toBe(false);
  const away = await planOf("in-git", { cwd: "no/such/directory" });
  expect(away.prerequisites[0]).toMatchObject({
    state: "unknown",
    message: expect.stringContaining("does not exist"),
  });
});

test("with the agent offline a plan shows what was found last, and unknown for the rest; runs are taken and checked later", async () => {
  await agent.stop();
  // Another workspace's row, whatever it says, is never read.
  await ws.db
    .prepare(
      "INSERT INTO probes (tenant_id, agent_id, cwd, requirement, state, probed_at) VALUES ('ten_other', ?1, '', ?2, 'missing', ?3)",
    )
    .bind(ws.agent.id, JSON.stringify({ tool: "acme", version: ">=2" }), Date.now() + 1_000)
    .run();
  const seen = await planOf("uses-acme");
  expect(seen.prerequisites[0]).toMatchObject({ state: "met", blocks: false });
  expect(Date.now() - seen.prerequisites[0].probed_at).toBeGreaterThan(0);
  await put("never-seen", builtin("true", [], [{ tool: "rare-tool" }]));
  expect((await planOf("never-seen")).prerequisites[0]).toMatchObject({
    state: "unknown",
    probed_at: null,
    message: expect.stringContaining("offline"),
    fix: expect.stringContaining("Install rare-tool"),
  });
  const { run } = await call(ws, "/api/commands/never-seen/execute", {});
  await agent.start();
  const done = await ended(ws, run.id);
  expect(done).toMatchObject({ status: "failed", steps: [{ error: { code: "prerequisite_missing" } }] });
  // What the run's own look found is known from then on. The agent tells it apart from the job's end.
  const known = () =>
    ws.db.prepare("SELECT state FROM probes WHERE requirement LIKE '%rare-tool%'").first<{ state: string }>();
  await expect.poll(async () => (await known())?.state).toBe("missing");
});
