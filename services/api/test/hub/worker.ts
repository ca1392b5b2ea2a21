/** The api Worker's agent and live routes alone: no dispatcher moves the rows that a test puts there. */

import { hubName, hubOf } from "@tw/shared/hub";
import type { Hint } from "@tw/shared/queues/catalogue";
import { AgentHub as RealHub } from "../../src/agent-hub.ts";
import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/env.ts";
import { agentRoutes } from "../../src/routes/agents.ts";
import { eventRoutes } from "../../src/routes/events.ts";
import { logRoutes } from "../../src/routes/logs.ts";
import { waitForRun } from "../../src/watch.ts";

/** The hub, and how many streams it has open. */
export class AgentHub extends RealHub {
  async watching(): Promise<number> {
    return this.watchers.size;
  }
}

const app = createApp([...agentRoutes, ...eventRoutes, ...logRoutes]);
/** What the dispatcher would do: call the hub after a commit. */
app.post("/test/committed/:tenant", async (c) => {
  await hubOf(c.env.HUB as unknown as DurableObjectNamespace, c.req.param("tenant")).committed(
    await c.req.json(),
  );
  return c.body(null, 204);
});
app.post("/test/probe/:tenant", async (c) => {
  const hub = hubOf(c.env.HUB as unknown as DurableObjectNamespace, c.req.param("tenant"));
  return c.json(await hub.probe(await c.req.json()));
});
app.get("/test/watching/:tenant", async (c) => {
  const hub = c.env.HUB.getByName(hubName(c.req.param("tenant"))) as unknown as AgentHub;
  return c.text(String(await hub.watching()));
});
app.get("/test/wait/:tenant/:run", async (c) => {
  const { tenant: tenantId, run: runId } = c.req.param();
  return c.json(await waitForRun(c.env, { tenantId, runId, waitMs: Number(c.req.query("ms")) }));
});

export default {
  fetch: app.fetch,
  async queue(batch: MessageBatch<Hint>, env: Env) {
    for (const { body } of batch.messages)
      await env.DB.prepare("INSERT INTO test_hints (run_id) SELECT value FROM json_each(?1)")
        .bind(JSON.stringify(body.runs))
        .run();
  },
};
