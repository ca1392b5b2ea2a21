/** Whole runs over HTTP through all four Workers, without an agent. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorkspace, type Workspace } from "../../../local/src/testing/workspace.ts";
import { type HttpPeer, httpPeer } from "./http-peer.ts";

interface RunBody {
  id: string;
  status: string;
  rollback: { status: string; undone: unknown[]; left: unknown[] };
  error: { code: string; message: string; step: string | null } | null;
  steps: { id: string; status: string; attempt: number; outputs: unknown; error: { code: string } | null }[];
}
let workspace: Workspace;
let peer: HttpPeer;
beforeAll(async () => {
  workspace = await startWorkspace({ tickMs: 100 });
  peer = await httpPeer((request, response) => {
    if (request.url === "/busy") response.writeHead(503).end();
    else response.end(JSON.stringify({ path: request.url }));
  });
});
afterAll(async () => {
  await workspace?.stop();
  await peer?.close();
});

async function json<T>(response: Response, status: number): Promise<T> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  return JSON.parse(text) as T;
}
async function put(slug: string, command: object): Promise<void> {
  const response = await workspace.request(`/api/commands/${slug}`, {
    method: "PUT",
    body: { name: slug, ...command },
  });
  expect([200, 201], await response.text()).toContain(response.status);
}
async function execute(slug: string, body: object = {}): Promise<RunBody> {
  return (
    await json<{ run: RunBody }>(await workspace.request(`/api/commands/${slug}/execute`, { body }), 202)
  ).run;
}
async function ended(id: string): Promise<RunBody> {
  for (let tries = 0; tries < 4; tries++) {
    const response = await workspace.request(`/api/runs/${id}?wait_s=10`);
    const body = await json<RunBody | { run: RunBody }>(response, 200);
    const run = "run" in body ? body.run : body;
    if (["succeeded", "failed", "rejected", "cancelled"].includes(run.status)) return run;
  }
  throw new Error(`run ${id} did not end`);
}
const statuses = (run: RunBody) => Object.fromEntries(run.steps.map((s) => [s.id, s.status]));

describe("a workspace without an agent", () => {
  test("runs a workflow of its own and HTTP steps to its end, and its audit verifies", async () => {
    await put("fetch-path", {
      type: "external",
      effect: "read",
      parameters: [{ name: "path", type: "string", required: true }],
      definition: { url: { join: [peer.url, "/", { param: "path" }] }, outputs: { format: "json" } },
    });
    await put("workflow-look", {
      type: "workflow",
      effect: "read",
      parameters: [{ name: "path", type: "string", required: true }],
      definition: {
        steps: [
          { id: "get", command: "fetch-path", args: { path: { from: "args.path" } } },
          { id: "skip", command: "noop", when: { from: "steps.get.outputs.path", equals: "/else" } },
          { id: "end", command: "noop" },
        ],
      },
    });
    const run = await ended((await execute("workflow-look", { args: { path: "x" } })).id);
    expect(run.status).toBe("succeeded");
    expect(statuses(run)).toEqual({ get: "succeeded", skip: "skipped", end: "succeeded" });
    expect(run.steps[0]?.outputs).toEqual({ http_status: 200, path: "/x" });
    await expect
      .poll(
        async () => {
          const verdict = await json<{ ok: boolean; entries: number; sealed: number }>(
            await workspace.request("/api/audit/verify"),
            200,
          );
          return verdict.ok && verdict.entries > 0 && verdict.entries === verdict.sealed;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
  });

  test("verify-deployment of the shipped library checks status and body", async () => {
    const good = await ended((await execute("verify-deployment", { args: { url: `${peer.url}/x` } })).id);
    expect([good.status, good.error]).toEqual(["succeeded", null]);
    const bad = await execute("verify-deployment", { args: { url: "http://169.254.169.254/" } });
    const refused = await ended(bad.id);
    expect([refused.status, refused.error?.code]).toEqual(["failed", "policy_denied"]);
  });

  test("a cancel over HTTP ends a sleeping run", async () => {
    await put("workflow-wait", {
      type: "workflow",
      effect: "read",
      definition: { steps: [{ id: "wait", command: "sleep", args: { seconds: 600 } }] },
    });
    const { id } = await execute("workflow-wait");
    await json(await workspace.request(`/api/runs/${id}/cancel`, { body: { reason: "enough" } }), 202);
    const run = await ended(id);
    expect([run.status, statuses(run)]).toEqual(["cancelled", { wait: "cancelled" }]);
  });

  test("a rerun from a step keeps what came before it", async () => {
    await put("workflow-two", {
      type: "workflow",
      effect: "read",
      parameters: [{ name: "n", type: "number", default: 1 }],
      definition: {
        steps: [
          { id: "get", command: "fetch-path", args: { path: "once" } },
          { id: "end", command: "fetch-path", args: { path: "again" } },
        ],
      },
    });
    const first = await ended((await execute("workflow-two")).id);
    expect(first.status).toBe("succeeded");
    const response = await workspace.request(`/api/runs/${first.id}/rerun`, { body: { from_step: "end" } });
    const { run } = await json<{ run: RunBody }>(response, 202);
    expect((await ended(run.id)).status).toBe("succeeded");
    const paths = peer.seen.map((r) => r.path);
    expect(paths.filter((p) => p === "/once")).toHaveLength(1);
    expect(paths.filter((p) => p === "/again")).toHaveLength(2);
    expect(new Set(peer.effects.values())).toEqual(new Set([1]));
  });

  test("after a stop and a start with the same data every run goes on", async () => {
    const { id } = await execute("workflow-wait");
    await put("workflow-nap", {
      type: "workflow",
      effect: "read",
      definition: {
        steps: [
          { id: "nap", command: "sleep", args: { seconds: 1 } },
          { id: "get", command: "fetch-path", args: { path: "after" } },
        ],
      },
    });
    const nap = await execute("workflow-nap");
    const { data, identity } = workspace;
    await workspace.stop({ keep: true });
    workspace = await startWorkspace({ data, identity, tickMs: 100 });
    expect((await ended(nap.id)).status).toBe("succeeded");
    const waiting = await json<{ status?: string; run?: RunBody }>(
      await workspace.request(`/api/runs/${id}`),
      200,
    );
    expect(waiting.run?.status ?? waiting.status).toBe("running");
  });
});
