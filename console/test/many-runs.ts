/** A long history: one real run as the pattern of thousands, since an agent would take minutes for them. */
import type { Stack } from "./stack.ts";

/** Stores `count` runs, five minutes apart; every seventh failed, every third is a `git-status`. */
export async function fillRuns(stack: Stack, count: number): Promise<void> {
  const { db } = stack.workspace;
  const id = await stack.run("pwd");
  const many = Array.from({ length: count }, (_, index) => {
    const at = Date.now() - 60_000 - index * 300_000;
    return {
      id: `run_${at.toString(36).padStart(9, "0")}${String(index).padStart(14, "0")}`,
      at,
      status: index % 7 === 0 ? "failed" : "succeeded",
      command: index % 3 === 0 ? "git-status" : "pwd",
    };
  });
  const { results } = await db
    .prepare("SELECT name FROM pragma_table_info('workflow_executions')")
    .all<{ name: string }>();
  const set: { [column: string]: string } = {
    id: "value ->> 'id'",
    command: "value ->> 'command'",
    status: "value ->> 'status'",
    created_at: "value ->> 'at'",
    finished_at: "(value ->> 'at') + 1500",
    next_check_at: "NULL",
  };
  const columns = results.map(({ name }) => name);
  for (let from = 0; from < many.length; from += 1_000)
    await db
      .prepare(
        `INSERT INTO workflow_executions (${columns.join(", ")})
         SELECT ${columns.map((name) => set[name] ?? `r.${name}`).join(", ")}
         FROM json_each(?1), workflow_executions r WHERE r.id = ?2`,
      )
      .bind(JSON.stringify(many.slice(from, from + 1_000)), id)
      .run();
}
