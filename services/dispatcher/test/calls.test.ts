import type { HttpExternal } from "@tw/shared/contracts/definition";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type HttpPeer, httpPeer } from "./http-peer.ts";
import { api, http, planOf, step } from "./plans.ts";
import { untilRun, viewRun } from "./views.ts";
import { startWorkbench, TENANT, type Workbench } from "./workbench.ts";

let bench: Workbench;
const peers: HttpPeer[] = [];
beforeAll(async () => {
  bench = await startWorkbench();
});
afterAll(() => bench?.stop());
afterEach(async () => {
  await Promise.all(peers.splice(0).map((p) => p.close()));
});
async function peer(answer: Answer): Promise<HttpPeer> {
  const made = await httpPeer(answer);
  peers.push(made);
  return made;
}
/** One HTTP step, run to its end. */
async function callOnce(definition: Partial<HttpExternal> & { url: string }, more: object = {}) {
  const run = await bench.run(planOf([step("call", { ...http(definition), ...more })]));
  await bench.hint([run]);
  return { run, ...(await untilRun(bench, run)) };
}

describe("HTTP steps", () => {
  test("give status and outputs to the steps behind them", async () => {
    const server = await peer((_, response) => response.end('{"version": "1.2.3", "nested": {"a": [5]}}'));
    const run = await bench.run(
      planOf([
        step(
          "call",
          http({
            url: `${server.url}/v`,
            expect: { status: 200, body_matches: '"version"' },
            outputs: { format: "json", select: { version: "version", five: "nested.a.0" } },
          }),
        ),
        step("echo", api("echo", { seen: { ref: { of: "outputs", step: "call", path: ["version"] } } }), {
          needs: ["call"],
        }),
      ]),
    );
    await bench.hint([run]);
    const { status, steps } = await untilRun(bench, run);
    expect(status).toBe("succeeded");
    expect(steps.call?.outputs).toEqual({ http_status: 200, version: "1.2.3", five: 5 });
    expect(steps.echo?.outputs).toEqual({ seen: "1.2.3" });
    expect(server.seen[0]?.key).toMatch(/^job_.*\.call\.1/);
  });

  test("an unexpected status or body fails the step with what was seen", async () => {
    const server = await peer((r, response) => response.writeHead(r.url === "/500" ? 500 : 200).end("hello"));
    const wrong = await callOnce({ url: `${server.url}/500` });
    expect(wrong.steps.call?.error).toEqual({
      code: "unexpected_status",
      message: `GET ${server.url}/500 answered 500, expected 200`,
    });
    const log = bench.db.prepare("SELECT text FROM log_chunks WHERE run_id = ?").bind(wrong.run);
    await expect
      .poll(() => log.first("text"))
      .toBe(`GET ${server.url}/500 answered 500\nhello\nGET ${server.url}/500 answered 500, expected 200\n`);
    const body = await callOnce({ url: server.url, expect: { status: 200, body_matches: "bye" } });
    expect(body.steps.call?.error?.code).toBe("unexpected_body");
  });

  test("a read is tried again until it fits, once per attempt", async () => {
    const stopTicks = bench.tick(50);
    let left = 2;
    const server = await peer((_, response) => response.writeHead(left-- > 0 ? 502 : 200).end());
    const { status, steps } = await callOnce({ url: server.url }, { retry: { max: 3, backoff_s: 0.01 } });
    await stopTicks();
    expect([status, steps.call?.attempt]).toEqual(["succeeded", 3]);
    expect([...server.effects.values()]).toEqual([1, 1, 1]);
  });

  test("a write whose reply is lost is not known to have failed, and is never sent twice", async () => {
    const server = await peer((request) => void request.socket.destroy());
    const run = await bench.run(
      planOf([
        step("call", { ...http({ url: server.url, method: "POST", body: { a: 1 } }), effect: "write" }),
      ]),
    );
    await bench.hint([run]);
    await expect
      .poll(async () => (await viewRun(bench.db, run)).steps.call?.status, { timeout: 20_000 })
      .toBe("unknown");
    expect((await viewRun(bench.db, run)).status).toBe("waiting");
    await bench.deliver("tw-calls", [{ body: { v: 1, runs: [run] } }]);
    expect([...server.effects.values()]).toEqual([1]);
  });

  test("429 with a day of Retry-After waits an hour, in a timer of the run", async () => {
    const server = await peer((_, response) => response.writeHead(429, { "retry-after": "86400" }).end());
    const run = await bench.run(
      planOf([step("call", { ...http({ url: server.url }), retry: { max: 3, backoff_s: 1 } })]),
    );
    await bench.hint([run]);
    await expect
      .poll(async () => (await viewRun(bench.db, run)).steps.call?.status, { timeout: 20_000 })
      .toBe("waiting");
    const { steps } = await viewRun(bench.db, run);
    expect(steps.call?.error?.code).toBe("retry_after");
    const wakeAt = (steps.call as unknown as { wake_at: number }).wake_at;
    expect(wakeAt - Date.now()).toBeGreaterThan(3_500_000);
    expect(wakeAt - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  test("a redirect to the metadata address is refused, and so is every other notation of a private address", async () => {
    const server = await peer((_, response) =>
      response.writeHead(302, { location: "http://169.254.169.254/latest/" }).end(),
    );
    expect((await callOnce({ url: server.url })).steps.call?.error?.code).toBe("policy_denied");
    for (const url of [
      "http://0xa9fea9fe/",
      "http://0251.0376.0251.0376/",
      "http://10.1/",
      "http://[fd00::1]/",
    ])
      expect((await callOnce({ url })).steps.call?.error?.code, url).toBe("policy_denied");
  });

  test("an endless slow body ends at the step's time-out", async () => {
    const timers: NodeJS.Timeout[] = [];
    const server = await peer((_, response) => {
      response.writeHead(200);
      timers.push(setInterval(() => response.write("."), 20));
    });
    const { steps } = await callOnce(
      { url: server.url, expect: { status: 200, body_matches: "end" } },
      { timeout_s: 0.5 },
    );
    for (const timer of timers) clearInterval(timer);
    expect(steps.call?.error?.code).toBe("timeout");
  });

  test("a huge body is given up at the cap", async () => {
    const server = await peer((_, response) => response.end(Buffer.alloc(3_000_000, "a")));
    const { steps } = await callOnce({ url: server.url, expect: { status: 200, body_matches: "b" } });
    expect(steps.call?.error?.code).toBe("body_too_large");
  });

  test("a slow call does not hold up the ones beside it", async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const server = await peer(async (request, response) => {
      if (request.url === "/slow") await held;
      response.end();
    });
    const slow = await bench.run(planOf([step("call", http({ url: `${server.url}/slow` }))]));
    const quick = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        bench.run(planOf([step("call", http({ url: `${server.url}/${i}` }))])),
      ),
    );
    await bench.hint([slow, ...quick]);
    for (const run of quick) expect((await untilRun(bench, run)).status).toBe("succeeded");
    // What takes its time is shown as running, and started.
    await expect
      .poll(async () => (await viewRun(bench.db, slow)).steps.call?.status, { timeout: 20_000 })
      .toBe("running");
    letGo();
    expect((await untilRun(bench, slow)).status).toBe("succeeded");
  });

  test("a slow call does not hold up those that come later, though the queue hands out one batch at a time", async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const server = await peer(async (request, response) => {
      if (request.url === "/slow") await held;
      response.end();
    });
    const slow = await bench.run(planOf([step("call", http({ url: `${server.url}/slow` }))]));
    await bench.hint([slow]);
    await expect.poll(() => server.seen.length, { timeout: 20_000 }).toBe(1);
    const later = await bench.run(planOf([step("call", http({ url: `${server.url}/later` }))]));
    await bench.hint([later]);
    expect((await untilRun(bench, later)).status).toBe("succeeded");
    expect((await viewRun(bench.db, slow)).status).toBe("running");
    letGo();
    expect((await untilRun(bench, slow)).status).toBe("succeeded");
  });

  test("a secret's name is never sent in its value's place", async () => {
    const server = await peer((_, response) => response.end());
    const call = http(
      { url: server.url, headers: { Authorization: { param: "token" } } },
      { token: "DEPLOY_TOKEN" },
    );
    const parameters = [{ name: "token", type: "secret" as const, required: false, description: "" }];
    const run = await bench.run(planOf([step("call", { ...call, parameters })]));
    await bench.hint([run]);
    expect((await untilRun(bench, run)).steps.call?.error?.code).toBe("secret_missing");
    expect(server.seen).toEqual([]);
  });

  test("a handler of our own that needs the database", async () => {
    const run = await bench.run(planOf([step("status", api("infrastructure-status"))]));
    await bench.hint([run]);
    const { status, steps } = await untilRun(bench, run);
    expect(status).toBe("succeeded");
    expect(steps.status?.outputs).toMatchObject({ runs_in_work: expect.any(Number), agents: 0 });
    const unknown = await bench.run(planOf([step("what", api("no-such-handler"))]));
    await bench.hint([unknown]);
    expect((await untilRun(bench, unknown)).steps.what?.error?.message).toContain(
      "no handler named no-such-handler",
    );
  });
});

describe("timers that end soon", () => {
  test("have a hint of their own and need no sweep", async () => {
    let left = 1;
    const server = await peer((_, response) => response.writeHead(left-- > 0 ? 500 : 200).end());
    const run = await bench.run(
      planOf([
        step("sleep", api("sleep", { seconds: 1 })),
        step("call", { ...http({ url: server.url }), retry: { max: 2, backoff_s: 1 } }, { needs: ["sleep"] }),
      ]),
    );
    await bench.hint([run]);
    expect((await untilRun(bench, run)).status).toBe("succeeded");
    expect(server.seen).toHaveLength(2);
  });
});

describe("hints of the calls queue", () => {
  test("doubled, by id and by body, and two at once: one call", async () => {
    const server = await peer((_, response) => response.end());
    const runs = await Promise.all(
      Array.from({ length: 5 }, () => bench.run(planOf([step("call", http({ url: server.url }))]))),
    );
    const body = { v: 1, runs };
    // The runs' own consumer makes the jobs; its hint for the calls races with ours.
    await bench.deliver("tw-runs", [{ body }]);
    const results = await Promise.all([
      bench.deliver("tw-calls", [{ id: "same", body }, { id: "same", body }, { body }]),
      bench.deliver("tw-calls", [{ body, attempts: 57 }]),
    ]);
    for (const result of results) {
      expect(result.outcome).toBe("ok");
      expect(result.retryMessages).toEqual([]);
    }
    for (const run of runs) expect((await untilRun(bench, run)).status).toBe("succeeded");
    await bench.deliver("tw-calls", [{ body, timestamp: new Date(Date.now() - 13 * 86_400_000) }]);
    expect([...server.effects.values()]).toEqual([1, 1, 1, 1, 1]);
  });

  test.each(["tw-runs", "tw-calls", "tw-dead-letters"])(
    "%s: unknown run ids are acked and make nothing",
    async (queue) => {
      const body = { v: 1, runs: ["run_nobody_knows"] };
      const result = await bench.deliver(queue, [{ id: `unknown-${queue}`, body }]);
      expect(result.outcome).toBe("ok");
      expect(result.explicitAcks).toEqual([`unknown-${queue}`]);
      const found = await bench.db
        .prepare("SELECT count(*) AS n FROM workflow_executions WHERE id = 'run_nobody_knows'")
        .first("n");
      expect(found).toBe(0);
    },
  );

  test.each(["tw-runs", "tw-calls"])(
    "%s: poison is recorded and acked, and its neighbours are handled",
    async (queue) => {
      // Miniflare's proxy, which carries the bodies here, refuses that key itself.
      const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
      const poison = fc.sample(
        fc.oneof(
          json,
          fc.record({ v: fc.integer(), runs: json }),
          fc.record({ v: fc.constant(1), runs: fc.array(fc.integer()) }),
          fc.constant("x".repeat(100_000)),
        ),
        30,
      );
      const run = await bench.run(planOf([step("a", api("noop"))]));
      if (queue === "tw-calls") await bench.deliver("tw-runs", [{ body: { v: 1, runs: [run] } }]);
      const bodies = [...poison.slice(0, 15), { v: 1, runs: [run] }, ...poison.slice(15)];
      const result = await bench.deliver(
        queue,
        bodies.map((body, i) => ({ id: `${queue}-poison-${i}`, body })),
      );
      expect(result.outcome).toBe("ok");
      expect(result.explicitAcks).toHaveLength(31);
      expect((await untilRun(bench, run)).status).toBe("succeeded");
      const recorded = await bench.db
        .prepare("SELECT count(*) AS n FROM dead_letters WHERE queue = ? AND reason LIKE '%not a hint%'")
        .bind(queue)
        .first("n");
      expect(recorded).toBe(30);
    },
  );

  test("a dead letter with attempts 1 of a healthy run is recorded, and the run goes on at the next tick", async () => {
    const run = await bench.run(planOf([step("a", api("noop"))]));
    await bench.db
      .prepare("UPDATE workflow_executions SET next_check_at = ? WHERE id = ?")
      .bind(Date.now() + 3_600_000, run)
      .run();
    await bench.sweep();
    expect((await viewRun(bench.db, run)).status).toBe("queued");
    const result = await bench.deliver("tw-dead-letters", [
      { id: "dead", body: { v: 1, runs: [run] }, attempts: 1 },
    ]);
    expect(result.explicitAcks).toEqual(["dead"]);
    expect((await viewRun(bench.db, run)).status).toBe("queued");
    await bench.sweep();
    expect((await untilRun(bench, run)).status).toBe("succeeded");
  });

  test("a lease that ran out before its report lets a read run again", async () => {
    const server = await peer((_, response) => response.end());
    const run = await bench.run(
      planOf([step("call", { ...http({ url: server.url }), retry: { max: 2, backoff_s: 0 } })]),
    );
    // The job is taken by an invocation that dies: leased, and then nothing.
    await bench.db.prepare("UPDATE workflow_executions SET next_check_at = 1 WHERE id = ?").bind(run).run();
    await bench.db
      .prepare(
        "CREATE TRIGGER die AFTER INSERT ON jobs BEGIN UPDATE jobs SET status = 'leased', agent_id = 'dispatcher', headroom = headroom - 1, leased_at = 1, lease_expires_at = 2 WHERE id = NEW.id; END",
      )
      .run();
    await bench.deliver("tw-runs", [{ body: { v: 1, runs: [run] } }]);
    await bench.db.prepare("DROP TRIGGER die").run();
    expect(server.seen).toHaveLength(0);
    await bench.db.prepare("UPDATE workflow_executions SET next_check_at = 1 WHERE id = ?").bind(run).run();
    await expect
      .poll(
        async () => {
          await bench.sweep();
          return (await viewRun(bench.db, run)).status;
        },
        { timeout: 20_000 },
      )
      .toBe("succeeded");
    expect([...server.effects.values()]).toEqual([1]);
  });

  test("the tick seals the audit of every tenant", async () => {
    await bench.sweep();
    const row = await bench.db
      .prepare(
        "SELECT (SELECT max(seq) FROM audit WHERE tenant_id = ?1) AS newest, (SELECT max(last_seq) FROM audit_seals WHERE tenant_id = ?1) AS sealed",
      )
      .bind(TENANT)
      .first<{ newest: number; sealed: number }>();
    expect(row?.newest).toBeGreaterThan(0);
    expect(row?.sealed).toBe(row?.newest);
  });
});
