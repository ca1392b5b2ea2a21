import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSocket } from "./socket.ts";
import { EventReader } from "./sse.ts";
import { addEvents, addJob, addRun, reported, type Stack, startStack, step, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const moved = (run: string, seq: number, terminal = false) =>
  stack.committed({ runs: [{ id: run, seq, terminal }] });

/** An agent that holds a job of a new run with these steps. */
async function working(steps = [step("build")], purpose = "forward") {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const run = await addRun(stack);
  const job = await addJob(stack, run, { agent: id, steps, purpose });
  await agent.ask({ type: "ask", request: run, free: 8 });
  const log = (start: number, text: string, more: object = {}) =>
    agent.ask({ type: "log", job, fence: 1, step: "build", attempt: 1, start, text, ...more });
  return { agent, run, job, log, logs: `/api/runs/${run}/logs` };
}
const text = async (path: string) => (await stack.request(path)).text();

test("a watcher sees a line within 500 ms of the agent's write, in order, and the end", async () => {
  const { agent, run, job, log, logs } = await working();
  const watcher = await EventReader.open(stack, logs);
  expect(await log(0, "first\n")).toMatchObject({ type: "ok" });
  await until("the first line", () => watcher.of("log").length === 1);
  // A busy machine may be slow now and then; found by looking again alone, each of them would take its three seconds.
  const delays: number[] = [];
  for (let i = 1; i <= 6; i++) {
    const writtenAt = performance.now();
    await log(6 * i, `line ${i}`);
    await until(`line ${i}`, () => watcher.of("log").length === i + 1);
    delays.push(watcher.seen[i]!.at - writtenAt);
  }
  expect(Math.min(...delays)).toBeLessThan(500);
  expect(watcher.seen[1]).toMatchObject({ data: { step: "build", attempt: 1, start: 6, text: "line 1" } });
  await agent.ask({
    type: "report",
    job,
    fence: 1,
    seq: 1,
    steps: [reported("build", "succeeded")],
    done: true,
  });
  await log(42, "late\n");
  await addEvents(stack, run, 1, ["run.succeeded"], "succeeded");
  await moved(run, 1, true);
  await until("the end", () => watcher.ended);
  expect(
    watcher
      .of("log")
      .map((one) => one.data.text)
      .join(""),
  ).toBe("first\nline 1line 2line 3line 4line 5line 6late\n");
  expect(watcher.of("end")).toMatchObject([{ data: { status: "succeeded" } }]);
  agent.close();
});

test("the end waits for what is on its way: a result does not wait for a log that is slow", async () => {
  const { agent, run, job, log, logs } = await working();
  const watcher = await EventReader.open(stack, logs);
  expect(await log(0, "first\n")).toMatchObject({ type: "ok" });
  const steps = [{ ...reported("build", "succeeded"), log_bytes: 18 }];
  await agent.ask({ type: "report", job, fence: 1, seq: 1, steps, done: true });
  await addEvents(stack, run, 1, ["run.succeeded"], "succeeded");
  await moved(run, 1, true);
  await log(6, "second\n");
  await until("the second line", () => watcher.of("log").length === 2);
  expect(watcher.ended).toBe(false);
  await log(13, "last\n");
  await until("the end", () => watcher.ended);
  const shown = watcher.of("log").map((one) => one.data.text);
  expect(shown.join("")).toBe("first\nsecond\nlast\n");
  agent.close();
});

test("a log resumed after hanging up has no piece lost or doubled", async () => {
  const steps = [step("build"), step("test")];
  const { agent, run, log, logs } = await working(steps);
  const lines = Array.from({ length: 60 }, (_, i) => `line ${String(i).padStart(3, "0")}\n`);
  const writing = (async () => {
    for (const [i, line] of lines.entries())
      await Promise.all(steps.map(({ step: name }) => log(i * line.length, line, { step: name })));
    await addEvents(stack, run, 1, ["run.succeeded"], "succeeded");
    await moved(run, 1, true);
  })();
  const read = new Map(steps.map((one) => [one.step, ""]));
  let lastId: string | undefined;
  for (let ended = false; !ended; ) {
    const watcher = await EventReader.open(stack, logs, lastId);
    await until("more log", () => watcher.ended || watcher.seen.length >= 20);
    watcher.hangUp();
    ended = watcher.ended;
    for (const { data } of watcher.of("log")) read.set(data.step, read.get(data.step) + data.text);
    lastId = watcher.lastId || lastId;
  }
  await writing;
  expect([...read.values()]).toEqual([lines.join(""), lines.join("")]);
  agent.close();
});

test("pieces out of order, twice, overlapping and of many bytes per letter make one log; what is missing is said", async () => {
  const { agent, log, logs } = await working();
  await log(8, "cccc");
  await log(0, "aaaa");
  expect(await text(logs)).toBe("aaaa\n[… 4 bytes missing …]\ncccc");
  await log(8, "cccc");
  await log(0, "aaaabbbb");
  await log(4, "bbbbcccc");
  expect(await text(logs)).toBe("aaaabbbbcccc");
  await log(12, "größe ✓\n");
  await log(12, "größe ✓\nnext\n");
  expect(await text(logs)).toBe("aaaabbbbccccgröße ✓\nnext\n");
  expect(await text(`${logs}?after=12`)).toBe("größe ✓\nnext\n");
  expect(await text(`${logs}?after=10`)).toBe("ccgröße ✓\nnext\n");
  await log(1_259, "far\n");
  expect(await text(`${logs}?after=24`)).toBe("next\n[… 1,230 bytes missing …]\nfar\n");
  agent.close();
});

test("any pieces of a log, sent at once and again in any order, are that log", async () => {
  const { agent, log, logs } = await working();
  const whole = Array.from({ length: 400 }, (_, i) => `${i} ${"äx✓".repeat(i % 7)}\n`).join("");
  const bytes = new TextEncoder().encode(whole);
  const cuts = [0];
  // Pieces of uneven size that end between characters, as an agent sends them.
  for (let at = 0; at < bytes.length; ) {
    at = Math.min(bytes.length, at + 17 + ((at * 31) % 211));
    while (at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at++;
    cuts.push(at);
  }
  const pieces = cuts.slice(1).map((end, i) => ({ start: cuts[i]!, end }));
  const order = pieces
    .flatMap((piece, i) => [
      { piece, key: (i * 7919) % 101 },
      { piece, key: (i * 104729) % 97 },
    ])
    .sort((a, b) => a.key - b.key);
  const outcomes = await Promise.all(
    order.map(({ piece }) =>
      log(piece.start, new TextDecoder().decode(bytes.subarray(piece.start, piece.end))),
    ),
  );
  expect(outcomes.every((one) => one.type === "ok")).toBe(true);
  expect(await text(logs)).toBe(whole);
  agent.close();
});

test("a log ends at the cap with a mark, whatever is sent behind it", async () => {
  const { agent, run, log, logs } = await working();
  const cap = 10 * 1024 * 1024;
  await log(0, "head\n");
  await log(cap - 4, "tail and more than fits");
  await log(cap + 500, "never");
  await log(cap, "never");
  const all = await text(logs);
  expect(all).toMatch(
    /^head\n\[… 10,485,751 bytes missing …\]\ntail\n\[… the log ends here: more than 10,485,760 bytes were written …\]\n$/,
  );
  const { n } = (await stack.db
    .prepare("SELECT count(*) AS n FROM log_chunks WHERE run_id = ?")
    .bind(run)
    .first<{ n: number }>())!;
  expect(n).toBe(3);
  agent.close();
});

test("steps and attempts stand in order under their names; a rollback's log is apart", async () => {
  const { agent, run, log, logs } = await working([step("build"), step("test")]);
  await log(0, "testing\n", { step: "test" });
  await log(0, "building\n");
  const undo = await addJob(stack, run, { purpose: "rollback", fence: 2 });
  await stack.db
    .prepare(
      "UPDATE jobs SET status = 'leased', agent_id = (SELECT agent_id FROM jobs WHERE run_id = ?1 AND purpose = 'forward'), lease_expires_at = 9e15 WHERE id = ?2",
    )
    .bind(run, undo)
    .run();
  expect(await log(0, "undoing\n", { job: undo, fence: 2 })).toMatchObject({ type: "ok" });
  expect(await log(0, "x", { step: "other" })).toMatchObject({ type: "error", code: "bad_request" });
  expect(await log(0, "x", { attempt: 2 })).toMatchObject({ type: "error", code: "bad_request" });
  for (const [id, position] of [
    ["build", 0],
    ["test", 1],
  ] as const)
    await stack.db
      .prepare(
        "INSERT INTO step_executions (run_id, id, tenant_id, status, max_attempts, position) VALUES (?, ?, ?, 'running', 1, ?)",
      )
      .bind(run, id, stack.tenant, position)
      .run();
  expect(await text(logs)).toBe(
    "── build, attempt 1 ──\nbuilding\n── test, attempt 1 ──\ntesting\n── build:undo, attempt 1 ──\nundoing\n",
  );
  expect(await text(`${logs}?step=test`)).toBe("testing\n");
  expect(await text(`${logs}?step=build:undo&attempt=1`)).toBe("undoing\n");
  expect((await stack.request(`${logs}?after=1`)).status).toBe(400);
  expect((await stack.request(`${logs}?attempt=0`)).status).toBe(400);
  agent.close();
});

test("a piece comes up to 30 s after the result, and not later", async () => {
  const { agent, job, log, logs } = await working();
  await agent.ask({
    type: "report",
    job,
    fence: 1,
    seq: 1,
    steps: [reported("build", "succeeded")],
    done: true,
  });
  expect(await log(0, "late\n")).toMatchObject({ type: "ok" });
  await stack.db
    .prepare("UPDATE jobs SET finished_at = ? WHERE id = ?")
    .bind(Date.now() - 30_001, job)
    .run();
  expect(await log(5, "too late\n")).toMatchObject({ type: "lost" });
  expect(await text(logs)).toBe("late\n");
  agent.close();
});
