/** How `tw` ends when something or somebody ends it: a code that says so, and no word of our code. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, emptyHome, fakeWorkspace, onTerminal, stream } from "./tw-process.ts";
import { until } from "./until.ts";

vi.setConfig({ testTimeout: 60_000 });

let home: string;
const atEnd: (() => unknown)[] = [];
beforeEach(() => {
  const made = emptyHome();
  home = made.home;
  atEnd.push(made.remove);
});
afterEach(async () => {
  for (const work of atEnd.splice(0)) await work();
});

const run = (status: string) => ({
  id: "run_1",
  command: "slow",
  status,
  steps: [{ id: "slow", command: "slow", status, attempt: 1, exit_code: null, error: null }],
  checkpoints: [],
  error: null,
});
const LINES = { event: "log", data: { step: "slow", attempt: 1, start: 0, text: "one\ntwo\n" } };

/** A workspace with one command, whose run goes on; and the environment that leads to it. */
async function workspace(more: Parameters<typeof fakeWorkspace>[0] = {}) {
  const fake = await fakeWorkspace({
    "/api/commands": { items: [{ slug: "slow", name: "slow", description: "Ticks", parameters: [] }] },
    "/api/commands/slow": { slug: "slow", parameters: [] },
    "/api/commands/slow/execute": { run: run("running"), plan: { steps: [] } },
    "/api/runs/run_1": run("running"),
    "/api/runs/run_1/events": stream(),
    "/api/runs/run_1/logs": stream(LINES),
    "/api/runs": { items: [run("running")] },
    ...more,
  });
  atEnd.push(fake.leave);
  return { ...fake, env: { HOME: home, TW_URL: fake.url, TW_TOKEN: "tw_x" } };
}

test("Ctrl-C while the workspace is gone: the run goes on, and that is said", async () => {
  const { env, leave } = await workspace();
  const tw = begin(["run", "slow"], env, 'exec "$@"');
  await until(() => tw.said.out.includes("│ two"), "the log");
  await leave();
  await until(() => tw.said.err.includes("The connection was lost"), "the note");
  tw.child.kill("SIGINT");
  expect(await tw.ended).toMatchObject({ code: 130, err: expect.stringContaining("tw logs -f run_1") });
});

test("run --json and logs -f say that the line is lost, too", async () => {
  for (const argv of [
    ["run", "slow", "--json"],
    ["logs", "-f", "run_1"],
    ["logs", "-f", "run_1", "--json"],
  ]) {
    let asked = 0;
    const answer = stream();
    const { env, leave } = await workspace({
      "/api/runs/run_1/events": (...with_) => {
        asked++;
        answer(...with_);
      },
      "/api/runs/run_1/logs": (...with_) => {
        asked++;
        answer(...with_);
      },
    });
    const tw = begin(argv, env, 'exec "$@"');
    await until(() => asked > 0, "a stream asked for");
    await leave();
    await until(() => tw.said.err.includes("The connection was lost"), "the note");
    tw.child.kill("SIGINT");
    expect((await tw.ended).code).toBe(130);
  }
});

test("a workspace that is busy for a moment does not end a run that is watched", async () => {
  let reads = 0;
  const { env } = await workspace({
    "/api/runs/run_1": (_, response) => {
      reads += 1;
      response.writeHead(reads === 2 ? 503 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(run(reads < 2 ? "running" : "succeeded")));
    },
    "/api/runs/run_1/events": stream({ event: "step", data: {} }),
    "/api/runs/run_1/logs": (_, response) => response.end(),
  });
  expect(await begin(["run", "slow"], env).ended).toMatchObject({
    code: 0,
    out: expect.stringContaining("succeeded"),
  });
});

test("a run nobody reads to its end has not succeeded; a list has been read", async () => {
  const { env } = await workspace({
    "/api/runs/run_1/logs": (request, response) => {
      stream()(request, response);
      const more = setInterval(
        () => response.write(`event: log\ndata: ${JSON.stringify(LINES.data)}\n\n`),
        10,
      );
      request.on("close", () => clearInterval(more));
    },
  });
  expect((await begin(["run", "slow"], env, '"$@" | head -1').ended).code).toBe(130);
  expect((await begin(["logs", "-f", "run_1"], env, '"$@" | head -1').ended).code).toBe(130);
  expect((await begin(["runs"], env, '"$@" | head -1').ended).code).toBe(0);
});

test("an answer that does not fit on the disk is no success", async () => {
  const { env } = await workspace();
  expect(await begin(["runs", "--json"], env, '"$@" >/dev/full').ended).toMatchObject({
    code: 1,
    err: expect.stringContaining("could not be written"),
  });
});

test("Ctrl-C and Ctrl-D at a question: nothing was done, code 130", async () => {
  const { env, url } = await workspace();
  for (const key of ["\x03", "\x04"]) {
    const login = onTerminal(["login", url], env);
    await until(() => login.said.out.includes("Token: "), "the question");
    login.child.stdin?.write(key);
    expect(await login.ended).toMatchObject({ code: 130, out: expect.stringContaining("not signed in") });
  }
  const palette = onTerminal([], env);
  await until(() => palette.said.out.includes("What do you want"), "the palette");
  palette.child.stdin?.write("\x03");
  expect(await palette.ended).toMatchObject({ code: 130, out: expect.stringContaining("Nothing was run") });
});
