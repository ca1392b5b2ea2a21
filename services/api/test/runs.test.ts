/** Plans and runs over the real Workers: what is answered when, what a rerun keeps, what an undo does, who decides. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkpointSchema, commandSchema, pageOf, planSchema, runSchema } from "../src/schemas.ts";
import { type Api, put, putNoop, settled, startApi } from "./api.ts";

let api: Api;
beforeAll(async () => {
  api = await startApi();
  await putNoop(api.owner);
  const give = { name: "give", type: "api", effect: "read", definition: { handler: "echo" } };
  await put(api.owner, "give", { ...give, parameters: [{ name: "text", type: "string" }] });
  await put(api.owner, "take-back", { ...give, parameters: [{ name: "text", type: "string" }] });
  await put(api.owner, "make", {
    ...give,
    effect: "write",
    parameters: [{ name: "text", type: "string" }],
    rollback: { command: "take-back", args: { text: { from: "outputs.text" } } },
  });
  await put(api.owner, "break", {
    name: "break",
    type: "api",
    effect: "write",
    parameters: [{ name: "message", type: "string" }],
    definition: { handler: "fail" },
  });
});
afterAll(() => api?.stop());

const workflow = (slug: string, steps: unknown[], more: object = {}, command: object = {}) =>
  put(api.owner, slug, { name: slug, type: "workflow", definition: { steps, ...more }, ...command });
const execute = (slug: string, body: object = {}) => api.owner("POST", `/api/commands/${slug}/execute`, body);

test("execute answers 202 with the run and where it is; the run, its list and its plan have the documented shape", async () => {
  await workflow(
    "three",
    [
      { id: "a", command: "give", args: { text: { from: "args.text" } } },
      { id: "b", command: "test-noop" },
    ],
    {},
    { parameters: [{ name: "text", type: "string", required: true }] },
  );
  const { status, body, headers } = await execute("three", { args: { text: "hello" }, note: "first" });
  expect(status).toBe(202);
  expect(headers.get("location")).toBe(`/api/runs/${body.run.id}`);
  expect(runSchema.parse(body.run)).toMatchObject({
    status: "succeeded",
    note: "first",
    args: { text: "hello" },
  });
  const run = await settled(api.owner, body.run.id);
  expect(runSchema.parse(run)).toMatchObject({
    status: "succeeded",
    error: null,
    rollback: { status: "none" },
  });
  expect(run.steps[0]).toMatchObject({
    id: "a",
    status: "succeeded",
    outputs: { text: "hello" },
    attempt: 1,
  });
  expect(run.steps[1].needs).toEqual(["a"]);
  const list = await api.owner("GET", "/api/runs?command=three");
  expect(
    pageOf(runSchema)
      .parse(list.body)
      .items.map((item) => item.id),
  ).toEqual([run.id]);
  const command = await api.owner("GET", "/api/commands/three");
  expect(commandSchema.parse(command.body)).toMatchObject({ usage_count: 1, version: 1 });
});

test("a dry run and /api/plan answer the same plan and store nothing", async () => {
  await workflow(
    "planned",
    [
      { id: "a", command: "make", args: { text: "x" } },
      { id: "b", command: "test-noop", checkpoint: true },
    ],
    { rollback_on_error: true },
  );
  const before = await api.rows();
  const dry = await execute("planned", { dry_run: true });
  const plan = await api.owner("POST", "/api/plan", { command: "planned" });
  expect(dry.status).toBe(200);
  expect(isDeepStrictEqual(dry.body, plan.body)).toBe(true);
  expect(planSchema.parse(plan.body.plan)).toMatchObject({
    steps: [
      { id: "a", rollback: { command: "take-back" } },
      { id: "b", checkpoint: { quorum: 1 } },
    ],
    plan_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await api.rows()).toEqual(before);
  const run = (await execute("planned")).body.run;
  expect(run.plan_digest).toBe(plan.body.plan.plan_digest);
});

test("a workflow and a command are found by slug and by id; only workflows under /workflows", async () => {
  const { id } = (await api.owner("GET", "/api/commands/planned")).body;
  expect((await api.owner("POST", `/api/workflows/${id}/execute`, { dry_run: true })).status).toBe(200);
  expect((await execute(id, { dry_run: true })).body.plan.command).toBe("planned");
  const noop = (await api.owner("GET", "/api/commands/test-noop")).body;
  expect((await api.owner("POST", `/api/workflows/${noop.id}/execute`, {})).status).toBe(404);
});

test("a run that is over cannot be cancelled, and the answer says how it ended", async () => {
  const run = await settled(api.owner, (await execute("test-noop")).body.run.id);
  const before = await api.rows();
  const late = await api.owner("POST", `/api/runs/${run.id}/cancel`, { reason: "late" });
  expect(late).toMatchObject({
    status: 409,
    body: { error: { code: "conflict", message: expect.stringContaining("succeeded") } },
  });
  expect(await api.rows()).toEqual(before);
});

test("a waiting run is cancelled; its checkpoint is withdrawn and a vote comes too late", async () => {
  await workflow("gated", [{ id: "a", command: "test-noop", checkpoint: true }]);
  const run = await settled(api.owner, (await execute("gated")).body.run.id);
  expect(run.status).toBe("waiting");
  const cancelled = await api.owner("POST", `/api/runs/${run.id}/cancel`, { reason: "changed my mind" });
  expect(cancelled.status).toBe(202);
  expect((await settledAs(run.id, "cancelled")).checkpoints[0].status).toBe("withdrawn");
  const vote = await api.owner("POST", `/api/checkpoints/${run.checkpoints[0].id}/approve`, {
    approved: true,
  });
  expect(vote).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
});

test("a vote decides once: machines have none, others hear what was decided, the list of mine empties", async () => {
  const run = await settled(api.owner, (await execute("gated")).body.run.id);
  const { id, plan_digest } = run.checkpoints[0];
  expect(checkpointSchema.parse((await api.owner("GET", `/api/checkpoints/${id}`)).body)).toMatchObject({
    status: "pending",
    required: 1,
  });
  const mine = await api.owner("GET", "/api/checkpoints?mine=true");
  expect(mine.body.items.map((item: { id: string }) => item.id)).toContain(id);
  const machine = await api.service(["admin"]);
  expect((await machine("POST", `/api/checkpoints/${id}/approve`, { approved: true })).status).toBe(403);
  const operator = await api.person("operator");
  expect((await operator("POST", `/api/checkpoints/${id}/approve`, { approved: true })).status).toBe(403);
  const stale = await api.owner("POST", `/api/checkpoints/${id}/approve`, {
    approved: true,
    plan_digest: "0".repeat(64),
  });
  expect(stale.status).toBe(409);
  const approver = await api.person("approver");
  const votes = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      (i % 2 ? approver : api.owner)("POST", `/api/checkpoints/${id}/approve`, {
        approved: i % 3 !== 0,
        plan_digest,
        comment: `vote ${i}`,
      }),
    ),
  );
  expect(votes.filter((vote) => vote.status === 200)).toHaveLength(1);
  for (const late of votes.filter((vote) => vote.status !== 200))
    expect(late).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringMatching(/approved|rejected/) } },
    });
  const decided = (await api.owner("GET", `/api/checkpoints/${id}`)).body.status;
  const after = await settledAs(run.id, decided === "approved" ? "succeeded" : "rejected");
  expect(after.checkpoints[0].votes).toHaveLength(1);
  const left = await api.owner("GET", "/api/checkpoints?mine=true");
  expect(left.body.items.map((item: { id: string }) => item.id)).not.toContain(id);
});

test("one checkpoint says whether the caller may vote, why not, and how many people may", async () => {
  await workflow("gated-by-others", [
    { id: "a", command: "test-noop", checkpoint: { quorum: 1, requester_may_vote: false } },
  ]);
  const run = await settled(api.owner, (await execute("gated-by-others")).body.run.id);
  const path = `/api/checkpoints/${run.checkpoints[0].id}`;
  const say = async (who: typeof api.owner) => checkpointSchema.parse((await who("GET", path)).body).may_vote;
  const approver = await api.person("approver");
  expect(await say(api.owner)).toMatchObject({
    yes: false,
    why: "You asked for this run yourself; somebody else has to decide it.",
  });
  expect(await say(approver)).toMatchObject({ yes: true, why: null });
  expect((await say(await api.person("operator")))?.why).toMatch(/Your role is operator/);
  expect(await say(await api.service(["admin"]))).toBeUndefined();
  const before = (await say(approver))?.people ?? 0;
  expect(before).toBeGreaterThan(0);
  await api.person("approver");
  expect((await say(approver))?.people).toBe(before + 1);
});

test("a rerun from a step keeps what came before it and does not depend on it; other arguments make a new plan", async () => {
  await workflow(
    "diamond",
    [
      { id: "a", command: "give", args: { text: { from: "args.text" } }, needs: [] },
      { id: "left", command: "give", args: { text: { from: "steps.a.outputs.text" } }, needs: ["a"] },
      { id: "right", command: "give", args: { text: "r" }, needs: ["a"] },
      {
        id: "join",
        command: "give",
        args: { text: { from: "steps.left.outputs.text" } },
        needs: ["left", "right"],
      },
    ],
    {},
    { parameters: [{ name: "text", type: "string", default: "one" }] },
  );
  const first = await settled(api.owner, (await execute("diamond")).body.run.id);
  const again = await api.owner("POST", `/api/runs/${first.id}/rerun`, { from_step: "right" });
  expect(again).toMatchObject({
    status: 202,
    body: { run: { rerun_of: first.id, plan_digest: first.plan_digest } },
  });
  const second = await settled(api.owner, again.body.run.id);
  const starts = (run: typeof first) =>
    Object.fromEntries(run.steps.map((s: { id: string; started_at: number }) => [s.id, s.started_at]));
  expect(second.status).toBe("succeeded");
  expect(starts(second)).toMatchObject({ a: starts(first).a, left: starts(first).left });
  expect(starts(second).right).toBeGreaterThan(starts(first).right);
  expect(starts(second).join).toBeGreaterThan(starts(first).join);
  const other = await api.owner("POST", `/api/runs/${first.id}/rerun`, { args: { text: "two" } });
  const third = await settled(api.owner, other.body.run.id);
  expect(third.plan_digest).not.toBe(first.plan_digest);
  expect(third.steps.at(-1).outputs).toEqual({ text: "two" });
  const wrong = await api.owner("POST", `/api/runs/${first.id}/rerun`, { from_step: "middle" });
  expect(wrong).toMatchObject({ status: 422, body: { error: { issues: [{ path: "from_step" }] } } });
});

test("a checkpoint that the caller asked for is asked for again, the workflow's own are not doubled", async () => {
  for (const [slug, body] of [
    ["gated", {}],
    ["gated", { checkpoint: true }],
    ["test-noop", { checkpoint: true }],
  ] as const) {
    const first = (await execute(slug, body)).body.run;
    await api.owner("POST", `/api/runs/${first.id}/cancel`, {});
    await settledAs(first.id, "cancelled");
    const again = (await api.owner("POST", `/api/runs/${first.id}/rerun`, { args: {} })).body.run;
    expect(again.plan_digest).toBe(first.plan_digest);
    await api.owner("POST", `/api/runs/${again.id}/cancel`, {});
  }
});

test("a run that is not over is not run again; one that failed keeps its good steps", async () => {
  await workflow("half", [
    { id: "good", command: "make", args: { text: "kept" } },
    { id: "bad", command: "break", args: { message: "no" } },
  ]);
  const failed = await settled(api.owner, (await execute("half")).body.run.id);
  expect(failed).toMatchObject({ status: "failed", error: { step: "bad" } });
  const rerun = await api.owner("POST", `/api/runs/${failed.id}/rerun`, { from_step: "bad" });
  expect(rerun.body.run.steps[0]).toMatchObject({
    id: "good",
    status: "succeeded",
    started_at: failed.steps[0].started_at,
  });
  expect((await settled(api.owner, rerun.body.run.id)).status).toBe("failed");
  const waiting = await settled(api.owner, (await execute("gated")).body.run.id);
  expect((await api.owner("POST", `/api/runs/${waiting.id}/rerun`, {})).status).toBe(409);
});

test("an undo is a run of its own: newest first, behind a checkpoint, only once", async () => {
  await workflow("build", [
    { id: "one", command: "make", args: { text: "first" } },
    { id: "look", command: "test-noop" },
    { id: "two", command: "make", args: { text: "second" } },
  ]);
  const done = await settled(api.owner, (await execute("build")).body.run.id);
  const undo = await api.owner("POST", `/api/runs/${done.id}/undo`, {});
  expect(undo).toMatchObject({ status: 202, body: { run: { parent_run_id: done.id } } });
  const waiting = await settled(api.owner, undo.body.run.id);
  expect(waiting.status).toBe("waiting");
  expect(waiting.checkpoints[0].prompt).toBe("Undo build (2 steps, from take-back to take-back)?");
  expect((await api.owner("POST", `/api/runs/${done.id}/undo`, {})).status).toBe(409);
  await api.owner("POST", `/api/checkpoints/${waiting.checkpoints[0].id}/approve`, { approved: true });
  const undone = await settledAs(waiting.id, "succeeded");
  expect(
    undone.steps.map((s: { id: string; command: string; outputs: unknown }) => [s.id, s.command, s.outputs]),
  ).toEqual([
    ["two", "take-back", { text: "second" }],
    ["one", "take-back", { text: "first" }],
  ]);
  expect((await api.owner("POST", `/api/runs/${done.id}/undo`, {})).status).toBe(409);
  const plain = await settled(api.owner, (await execute("test-noop")).body.run.id);
  expect((await api.owner("POST", `/api/runs/${plain.id}/undo`, {})).status).toBe(409);

  const { body } = await api.owner("POST", "/api/commands/make/execute", { args: { text: "alone" } });
  const single = await settled(api.owner, body.run.id);
  const asked = (await api.owner("POST", `/api/runs/${single.id}/undo`, {})).body.run.id;
  const { checkpoints } = await settled(api.owner, asked);
  expect(checkpoints[0].prompt).toBe("Undo make (one step, take-back)?");
});

test("lists page without gaps or repeats, and filter", async () => {
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await api.owner("GET", `/api/runs?limit=3${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map((item: { id: string }) => item.id));
    cursor = body.next_cursor ?? "";
  } while (cursor);
  expect(new Set(seen).size).toBe(seen.length);
  expect([...seen].sort().reverse()).toEqual(seen);
  const failed = await api.owner("GET", "/api/runs?status=failed");
  expect(failed.body.items.length).toBeGreaterThan(0);
  for (const item of failed.body.items) expect(item.status).toBe("failed");
  const me = (await api.owner("GET", "/api/me")).body.id;
  expect((await api.owner("GET", `/api/runs?requested_by=${me}`)).body.items).toHaveLength(seen.length);
  expect((await api.owner("GET", `/api/runs?since=${Date.now() + 60_000}`)).body.items).toEqual([]);
});

async function settledAs(runId: string, status: string) {
  for (let i = 0; i < 200; i++) {
    const { body } = await api.owner("GET", `/api/runs/${runId}?wait_s=1`);
    if (body.status === status) return body;
  }
  throw new Error(`run ${runId} did not become ${status}`);
}
