/** A reconnect storm without machines for so many agents: the agent's own connection, many times in one process, with no work behind it. */
import { Connection } from "@tw/agent/src/connection.ts";
import { startWorkspace, type Workspace } from "@tw/local/src/testing/workspace.ts";
import { PROTOCOL_VERSION } from "@tw/shared/contracts/agent-codes";
import { answering, inTurns, seconds, until } from "./fleet-parts.ts";
import { figures } from "./stats.ts";

const AT_ONCE = 32;

/**
 * Connects so many agents, restarts the server, and waits until all of them have a session again.
 * @returns the restarted workspace, and what was not as it should be
 */
export async function storm(
  workspace: Workspace,
  count: number,
  settledS: number,
): Promise<{ workspace: Workspace; fault: string | null }> {
  const tokens: string[] = [];
  await inTurns(count, AT_ONCE, async (i) => {
    const answer = await workspace.request("/api/agents", { method: "POST", body: { name: `socket-${i}` } });
    if (!answer.ok) throw new Error(`an agent was not registered: ${answer.status} ${await answer.text()}`);
    tokens.push(((await answer.json()) as { token: string }).token);
  });
  let [tries, sentAway] = [0, 0];
  const openAt = new Map<Connection, number>();
  const connections = tokens.map((token) => {
    const connection = new Connection({ url: workspace.url, token, hello: hello, beforeMessage: () => {} });
    connection.on("open", () => openAt.set(connection, Date.now()));
    connection.on("note", (note) => {
      tries++;
      if (note.includes("503")) sentAway++;
    });
    connection.on("ended", ({ reason }) => {
      throw new Error(reason);
    });
    return connection;
  });
  try {
    const began = Date.now();
    for (const connection of connections) connection.start();
    await until(() => openAt.size === count, 120, `all ${count} sockets are open`);
    console.log(`${count} sockets opened at once: all have a session in ${seconds(Date.now() - began)}`);
    openAt.clear();
    [tries, sentAway] = [0, 0];
    const { data, identity, url } = workspace;
    const down = Date.now();
    await workspace.stop({ keep: true });
    const answers = answering(url);
    workspace = await startWorkspace({ port: Number(new URL(url).port), data, identity });
    const up = await answers;
    await until(() => connections.every(({ isOpen }) => isOpen), 120, `all ${count} sockets are back`);
    const back = [...openAt.values()].map((at) => Math.max(0, at - up) / 1000);
    const last = Math.max(...back);
    console.log(
      `the server was away for ${seconds(up - down)}; ${back.length} of ${count} sockets are back: half of them ${figures(back).p50} s after it, the last ${last.toFixed(1)} s, to be within ${settledS} s; ${tries} waits, ${sentAway} of them because the hub sent it away`,
    );
    const fault =
      last > settledS ? `the last of ${count} sockets came back after ${last.toFixed(1)} s` : null;
    return { workspace, fault };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function hello() {
  return {
    protocol: PROTOCOL_VERSION,
    version: "0.1.0",
    platform: "linux-x64",
    labels: [],
    root: "/nowhere",
    capacity: 1,
    policy_hash: "",
    tools: {},
    facts: {},
    holding: [],
  };
}
