/** Looking for a secret in everything that a workspace and an agent keep. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { encodings } from "../../agent/test/encodings.ts";
import type { Workspace } from "../src/testing/workspace.ts";
import type { TestAgent } from "./agent.ts";

/** Everything that is stored: the database's rows, its files and the bucket's, what the agent keeps and said. */
export async function everything(ws: Workspace, agent: TestAgent): Promise<Buffer> {
  const { results } = await ws.db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    .all<{ name: string }>();
  const tables = results.filter(({ name }) => !name.startsWith("knowledge_index"));
  // In one request: of as many connections as there are tables, one is closed by the server just when it is used again.
  const rows = await ws.db.batch(tables.map(({ name }) => ws.db.prepare(`SELECT * FROM ${name}`)));
  const cells = rows.flatMap((one) => one.results.flatMap((row) => Object.values(row as object).map(String)));
  const files = [...filesOf(ws.data), ...filesOf(agent.state)].flatMap(contentOf);
  return Buffer.concat([Buffer.from([...cells, agent.said()].join("\n")), ...files]);
}

/** Nothing of a file that was removed since it was listed, as the databases' journals are. */
function contentOf(file: string): Buffer[] {
  try {
    return [readFileSync(file)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => join(dir, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Pieces of 10 bytes side by side: whatever shows 19 in a row shows one of them. */
export function findReadable(stored: Buffer, value: string): string[] {
  return Object.entries(encodings(value)).flatMap(([name, form]) => {
    const bytes = Buffer.from(form);
    const starts = Array.from({ length: Math.floor(bytes.length / 10) }, (_, i) => i * 10);
    const found = starts.filter((at) => stored.includes(bytes.subarray(at, at + 10)));
    return found.length > 0 ? [`${name}: at ${found.join(", ")}`] : [];
  });
}
