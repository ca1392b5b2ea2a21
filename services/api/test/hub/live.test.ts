import { afterAll, beforeAll, expect, test } from "vitest";
import { EventReader } from "./sse.ts";
import { addEvents, addRun, type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const moved = (run: string, seq: number, terminal = false) =>
  stack.committed({ runs: [{ id: run, seq, terminal }] });
const seqs = (reader: EventReader) => reader.seen.map((one) => Number(one.id));

const text = async (path: string) => (await stack.request(path)).text();

test("events come as history first, then live, and end after the last one", async () => {
  const run = await addRun(stack);
  await addEvents(stack, run, 1, ["run.created", "run.started"]);
  const reader = await EventReader.open(stack, `/api/runs/${run}/events`);
  await until("the history", () => reader.seen.length === 2);
  await addEvents(stack, run, 3, ["step.started"]);
  await moved(run, 3);
  await until("the live event", () => reader.seen.length === 3);
  await addEvents(stack, run, 4, ["step.succeeded", "run.succeeded"], "succeeded");
  await moved(run, 5, true);
  await until("the end", () => reader.ended);
  expect(seqs(reader)).toEqual([1, 2, 3, 4, 5]);
  expect(reader.seen[2]).toMatchObject({
    event: "step.started",
    data: { seq: 3, type: "step.started", at: 1, data: {} },
  });

  const late = await EventReader.open(stack, `/api/runs/${run}/events?after=3`);
  await until("the end of the history", () => late.ended);
  expect(seqs(late)).toEqual([4, 5]);
  const list = await stack.request(`/api/runs/${run}/events?after=2`, {
    headers: { accept: "application/json" },
  });
  expect(((await list.json()) as { items: { seq: number }[] }).items.map((one) => one.seq)).toEqual([
    3, 4, 5,
  ]);
});

test("a lost ping costs seconds, not the event", async () => {
  const run = await addRun(stack);
  await addEvents(stack, run, 1, ["run.created"]);
  const reader = await EventReader.open(stack, `/api/runs/${run}/events`);
  await until("the history", () => reader.seen.length === 1);
  await addEvents(stack, run, 2, ["run.failed"], "failed");
  await until("the event nobody was told of", () => reader.ended);
  expect(seqs(reader)).toEqual([1, 2]);
});

test("a reader that hangs up again and again sees every event once", async () => {
  const run = await addRun(stack);
  const last = 120;
  let written = 0;
  const writing = (async () => {
    while (written < last) {
      const size = Math.min(1 + (written % 4), last - written);
      const from = written + 1;
      written += size;
      await addEvents(
        stack,
        run,
        from,
        Array(size).fill("step.moved"),
        written === last ? "succeeded" : "running",
      );
      await moved(run, written, written === last);
    }
  })();
  const all: number[] = [];
  let lastId = "0";
  for (let wanted = 15; ; wanted += 15) {
    const reader = await EventReader.open(stack, `/api/runs/${run}/events`, lastId);
    await until("more events", () => reader.ended || all.length + reader.seen.length >= wanted);
    reader.hangUp();
    all.push(...seqs(reader));
    if (reader.ended) break;
    lastId = reader.lastId || lastId;
  }
  await writing;
  expect(all).toEqual(Array.from({ length: last }, (_, i) => i + 1));
});

test("a watch ends with its reader, however it went away", async () => {
  const watching = async () => Number(await text(`/test/watching/${stack.tenant}`));
  await until("nobody watches", async () => (await watching()) === 0);
  const run = await addRun(stack);
  await addEvents(stack, run, 1, ["run.created"]);
  const readers = await Promise.all([
    EventReader.open(stack, `/api/runs/${run}/events`),
    EventReader.open(stack, `/api/runs/${run}/logs`),
  ]);
  const other = await addRun(stack);
  const waiting = text(`/test/wait/${stack.tenant}/${other}?ms=20000`);
  await until("all watch", async () => (await watching()) === 3);
  await addEvents(stack, other, 1, ["run.failed"], "failed");
  await moved(other, 1, true);
  await waiting;
  await until("the one that waited is gone", async () => (await watching()) === 2);
  for (const reader of readers) reader.hangUp();
  await until("nobody watches any more", async () => (await watching()) === 0);
});

test("another tenant's run and an unknown one are the same 404", async () => {
  const run = await addRun(stack);
  await stack.db.prepare("INSERT INTO tenants (id, name, created_at) VALUES ('ten_b', 'b', 0)").run();
  await stack.db.prepare("UPDATE workflow_executions SET tenant_id = 'ten_b' WHERE id = ?").bind(run).run();
  for (const path of ["events", "logs"]) {
    const foreign = await stack.request(`/api/runs/${run}/${path}`);
    const unknown = await stack.request(`/api/runs/run_nope/${path}`);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(await foreign.text()).toBe(await unknown.text());
  }
});

test("waiting for a run returns as soon as it is over or waits for a person, else in time", async () => {
  for (const [type, status] of [
    ["checkpoint.opened", "waiting"],
    ["run.failed", "failed"],
  ] as const) {
    const run = await addRun(stack);
    const wait = async (id: string, ms: number) =>
      (await stack.request(`/test/wait/${stack.tenant}/${id}?ms=${ms}`)).json();
    expect(await wait("run_nope", 20_000)).toBe(false);
    expect(await wait(run, 0)).toBe(true);
    expect(await wait(run, 300)).toBe(true);
    let over = false;
    const waiting = wait(run, 20_000).finally(() => {
      over = true;
    });
    await addEvents(stack, run, 1, [type], status);
    await until("it returns", async () => {
      await moved(run, 1, status === "failed");
      return over;
    });
    expect(await waiting).toBe(true);
    // It is so already: there is nothing to wait for.
    expect(await wait(run, 20_000)).toBe(true);
  }
});
