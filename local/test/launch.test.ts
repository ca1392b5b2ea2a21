import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { freePort } from "../src/ports.ts";
import { isAlive, marked } from "../src/processes.ts";
import { ask, cleanUp, folder, launch, type Ready, until } from "./launcher.ts";

// Several whole starts and stops each; a machine that is busy takes a while.
vi.setConfig({ testTimeout: 180_000 });
afterEach(cleanUp);

/** The parts are given nine seconds together; the rest is for a machine that is busy. */
const STOPPED_WITHIN_MS = 40_000;

const healthy = (ready: Ready): Promise<boolean> =>
  fetch(`${ready.url}/api/health`).then(
    (answer) => answer.ok,
    () => false,
  );

test("starts everything, stops everything on SIGTERM, and knows everything at the next start", async () => {
  const data = folder();
  const first = launch("--json", "--port", "0", "--data", data);
  const ready = await first.ready();
  expect(Object.keys(ready).slice(0, 5)).toEqual(["url", "token", "tenant", "agent_id", "data"]);
  expect(ready.data).toBe(data);
  expect(ready.token).toMatch(/^tw_[\w-]{43}$/);
  expect(statSync(join(data, "owner-token")).mode & 0o777).toBe(0o600);
  expect(statSync(join(data, "identity.json")).mode & 0o777).toBe(0o600);
  expect(existsSync(join(data, "workspace", "demo", "wrangler.jsonc"))).toBe(true);
  expect(existsSync(join(data, "workspace", "demo.git", "HEAD"))).toBe(true);
  const me = await ask<{ user: { email: string; role: string } }>(ready, "/api/me");
  expect(me.user).toMatchObject({ email: "olga@example.com", role: "owner" });
  expect(ready.console_url).toMatch(new RegExp(`^${ready.url}/sign-in/[0-9a-f]{64}$`));
  const entered = await fetch(ready.console_url, { redirect: "manual" });
  expect(entered.status).toBe(303);
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const signedIn = await fetch(`${ready.url}/api/me`, { headers: { cookie } });
  expect(await signedIn.json()).toMatchObject({ user: { email: "olga@example.com" }, channel: "console" });
  expect((await fetch(ready.console_url, { redirect: "manual" })).status).toBe(410);
  const agents = await ask<{ items: { id: string; status: string }[] }>(ready, "/api/agents");
  expect(agents.items).toMatchObject([{ id: ready.agent_id, status: "online" }]);
  const { run } = await ask<{ run: { id: string } }>(ready, "/api/commands/noop/execute", {});
  const stopped = Date.now();
  first.child.kill("SIGTERM");
  expect(await first.exit).toBe(0);
  expect(Date.now() - stopped).toBeLessThan(STOPPED_WITHIN_MS);
  expect(marked(data)).toEqual([]);
  expect(first.stdout().trim().split("\n")).toHaveLength(1);

  const second = launch("--json", "--port", "0", "--data", data, "--no-agent");
  const again = await second.ready();
  expect(again).toMatchObject({ token: ready.token, tenant: ready.tenant, agent_id: null });
  await until(
    async () => (await ask<{ status: string }>(again, `/api/runs/${run.id}`)).status === "succeeded",
    "the run of the first start has ended",
  );
  second.child.kill("SIGINT");
  expect(await second.exit).toBe(130);
  expect(marked(data)).toEqual([]);
});

test("a killed server comes back on its port; a killed launcher takes its parts with it", async () => {
  const data = folder();
  const port = await freePort();
  const flags = ["--json", "--port", String(port), "--data", data, "--no-demo"];
  const first = launch(...flags);
  const ready = await first.ready();
  const [server] = marked(data, "server");
  process.kill(server!, "SIGKILL");
  await until(() => first.stderr().includes("is started again"), "the launcher has seen it");
  // Until its own server is up, the killed one's workerd may still answer.
  await until(() => marked(data, "server").length === 2, "there is a server with a workerd again");
  await until(() => healthy(ready), "the server is back");
  expect(ready.url).toBe(`http://127.0.0.1:${port}`);
  expect(first.stderr()).toContain("The server ended by SIGKILL and is started again");

  process.kill(first.pid, "SIGKILL");
  await until(() => marked(data).length === 0, "the parts have ended by themselves");
  // Killed together: workerd stays, with the port and the databases, and the next start clears it away.
  const second = launch(...flags);
  await second.ready();
  const pids = [second.pid, ...marked(data)].filter(
    (pid) => !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd"),
  );
  // Stopped first: a part that sees the launcher go would end workerd in an orderly way.
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const pid of pids) process.kill(pid, signal);
  await until(() => !isAlive(second.pid) && marked(data).length === 1, "workerd alone is left");
  const third = launch(...flags);
  expect(await third.ready()).toEqual({ ...ready, console_url: expect.stringContaining("/sign-in/") });
  third.child.kill("SIGTERM");
  expect(await third.exit).toBe(0);
});

test("work that never ends is broken off when everything stops", async () => {
  const data = folder();
  const started = launch("--json", "--port", "0", "--data", data, "--no-demo");
  const ready = await started.ready();
  const seconds = String(100_000 + Math.floor(Math.random() * 100_000));
  const command = {
    name: "hang",
    category: "test",
    type: "builtin",
    effect: "read",
    definition: { program: "sleep", argv: [seconds] },
  };
  const put = await fetch(`${ready.url}/api/commands/hang`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ready.token}`, "content-type": "application/json" },
    body: JSON.stringify(command),
  });
  expect(put.status, await put.clone().text()).toBeLessThan(300);
  await ask(ready, "/api/commands/hang/execute", {});
  const hanging = (): boolean => allCommandLines().includes(`sleep ${seconds}`);
  await until(hanging, "the job runs");
  const stopped = Date.now();
  started.child.kill("SIGTERM");
  expect(await started.exit).toBe(0);
  expect(Date.now() - stopped).toBeLessThan(STOPPED_WITHIN_MS);
  expect(hanging()).toBe(false);
  expect(marked(data)).toEqual([]);
});

test("says in one sentence why it cannot start", async () => {
  const data = folder();
  const running = launch("--json", "--port", "0", "--data", data, "--no-agent", "--no-demo");
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
  });
  const said = async (...flags: string[]): Promise<string> => {
    const refused = launch("--json", ...flags);
    expect(await refused.exit).toBe(1);
    expect(refused.stdout()).toBe("");
    expect(refused.stderr().trim().split("\n")).toHaveLength(1);
    return refused.stderr().trim();
  };
  try {
    expect(await said("--port", String(port), "--data", folder())).toMatch(/Port \d+ .* is already in use/);
    expect(await said("--data", "/proc/nothing")).toContain("--data /proc/nothing cannot be used");
    expect(await said("--prot", "1")).toContain("unknown option '--prot'");
    await running.ready();
    expect(await said("--data", data)).toContain("is in use by a running workspace");
  } finally {
    taken.close();
  }
});

test("says in one sentence that the machine's own Node is too old", () => {
  const env = {
    ...process.env,
    npm_config_user_agent: "npm/10.8.2 node/v18.20.8 linux x64 workspaces/false",
  };
  const refused = spawnSync(process.execPath, [join(import.meta.dirname, "..", "start.mjs")], {
    env,
  });
  expect(refused.status).toBe(1);
  expect(refused.stdout.toString()).toBe("");
  expect(refused.stderr.toString()).toMatch(/^This machine has Node 18; .* Node 20 or newer .*\n$/);
});

test("tells a person where everything is, with commands that work as printed", async () => {
  const data = folder();
  const started = launch("--port", "0", "--data", data, "--no-agent");
  await until(() => started.stdout().includes("Ctrl-C"), "the text is there", started.stderr);
  expect(started.stdout()).toContain(join(data, "owner-token"));
  expect(started.stdout()).not.toContain(readFileSync(join(data, "owner-token"), "utf8").trim());
  const line = started
    .stdout()
    .split("\n")
    .find((text) => text.trim().endsWith("/api/runs"));
  expect(JSON.parse(execFileSync("sh", ["-c", line!], { encoding: "utf8" }))).toMatchObject({ items: [] });
});

function allCommandLines(): string {
  return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
}
