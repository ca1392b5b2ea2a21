import { hintSchema } from "@tw/shared/queues/catalogue";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Env } from "../src/env.ts";
import { onDeadLetters } from "../src/on-dead-letters.ts";

let db: TestD1;
beforeEach(() => {
  db = openTestD1();
  db.sqlite.exec("INSERT INTO tenants (id, name, created_at) VALUES ('ten_a', 'A', 0)");
});

function message(id: string, body: unknown) {
  const outcome: string[] = [];
  return {
    id,
    body,
    attempts: 1,
    outcome,
    ack: () => void outcome.push("ack"),
    retry: () => void outcome.push("retry"),
  };
}
async function deliver(...messages: ReturnType<typeof message>[]) {
  await onDeadLetters({ queue: "tw-dead-letters", messages }, { DB: db } as unknown as Env);
  return messages.map((m) => m.outcome.join());
}
function run(id: string, nextCheckAt: number | null) {
  const status = nextCheckAt === null ? "succeeded" : "running";
  db.sqlite
    .prepare(
      `INSERT INTO workflow_executions (id, tenant_id, command, command_version, status, txn, event_seq, next_check_at, plan_json,
         plan_digest, requested_by_json, created_at, finished_at)
       VALUES (?, 'ten_a', 'x', 1, ?, 't', 1, ?, '{}', 'd', '{}', 0, ?)`,
    )
    .run(id, status, nextCheckAt, nextCheckAt === null ? 1 : null);
}
const nextCheck = (id: string) =>
  db.sqlite
    .prepare("SELECT next_check_at AS n, version AS v FROM workflow_executions WHERE id = ?")
    .get(id) as { n: number | null; v: number };

describe("dead letters", () => {
  test("are recorded once, acked, and make their runs due at once", async () => {
    const far = Date.now() + 3_600_000;
    run("run_1", far);
    run("run_2", null);
    const letter = { v: 1, runs: ["run_1", "run_2", "run_unknown"] };
    expect(await deliver(message("m1", letter), message("m2", "what?"))).toEqual(["ack", "ack"]);
    expect(await deliver(message("m1", letter))).toEqual(["ack"]);
    expect(db.tables().dead_letters).toMatchObject([
      {
        id: "m1",
        queue: "tw-dead-letters",
        body: JSON.stringify(letter),
        reason: "given up after all deliveries",
      },
      { id: "m2", body: "what?", reason: "not a hint" },
    ]);
    expect(nextCheck("run_1").n).toBeLessThanOrEqual(Date.now());
    // Only the timer was moved: the run itself is as it was, and one that is over stays over.
    expect(nextCheck("run_1").v).toBe(1);
    expect(nextCheck("run_2").n).toBeNull();
  });

  test("bodies of any kind are recorded and acked", async () => {
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
      fc.record({ v: fc.anything(), runs: fc.anything() }),
      fc.constant("x".repeat(127_000)),
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 4 }), async (bodies) => {
        const outcomes = await deliver(...bodies.map((body) => message(`fuzz${n++}`, body)));
        expect(outcomes.every((outcome) => outcome === "ack")).toBe(true);
        expect(db.tables().dead_letters).toHaveLength(n);
      }),
      { numRuns: 60 },
    );
  });

  test("a hundred letters of full size fit", async () => {
    const letters = Array.from({ length: 100 }, (_, i) => message(`big${i}`, "\u0001".repeat(127_000)));
    expect(new Set(await deliver(...letters))).toEqual(new Set(["ack"]));
    expect(db.tables().dead_letters).toHaveLength(100);
  });

  test("while D1 is away they are kept", async () => {
    db.intercept = {
      before() {
        throw new Error("D1_ERROR: overloaded");
      },
    };
    expect(await deliver(message("m1", { v: 1, runs: ["run_1"] }))).toEqual(["retry"]);
    db.intercept = null;
    expect(await deliver(message("m1", { v: 1, runs: ["run_1"] }))).toEqual(["ack"]);
  });

  test("a hint has one shape", () => {
    for (const body of [
      null,
      1,
      "x",
      {},
      { v: 2, runs: ["a"] },
      { v: 1, runs: [] },
      { v: 1, runs: ["a"], tenant: "b" },
    ])
      expect(hintSchema.safeParse(body).success).toBe(false);
  });
});
