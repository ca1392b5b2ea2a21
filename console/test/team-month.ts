/** Thirty days of runs, made of copies of a few that have run: an agent would take hours for them. */
import { DAY } from "./past.ts";
import type { Stack } from "./stack.ts";

export interface Pattern {
  slug: string;
  run: string;
  /** As its copies are to end. */
  status: string;
  /** It is looked at itself. */
  keep?: boolean;
}
interface Person {
  id: string;
  name: string;
}
interface Copy {
  of: string;
  id: string;
  /** How much earlier than its pattern, ms. */
  at: number;
  by: string;
  args: string | null;
  note: string | null;
  status: string;
  /** When it failed. */
  error: string | null;
  /** How much longer it took than its pattern, ms: a wait for a person is the longest part of a deployment. */
  longer: number;
}

const MESSAGES = [
  "Show prices with tax in the basket",
  "Fix the order mail for people without a first name",
  "Index orders by day: the report took 40 s",
  "Retry the payment webhook three times",
  "Accept umlauts in voucher codes",
  "Do not cache the basket page",
  "Move sessions to their own table",
  "Translate the returns form into Polish",
  "Stop asking for a phone number",
  "Round totals after the discount",
  "Log which carrier refused a parcel",
  "Upgrade wrangler to 4.155",
];
/** How often each runs on a weekday, about. */
const PER_DAY: { [slug: string]: number } = {
  "git-status": 5,
  "run-checks": 5,
  "smoke-test": 3,
  "workflow-deploy": 2,
  "verify-all": 2,
  "warm-cache": 1,
  "sync-translations": 1,
  "rebuild-search": 0.5,
  "import-orders": 0.4,
  "send-digest": 0.2,
};
/** What goes wrong with them, how often, what they say then, and how long they have waited for it, ms. */
const BREAKS: { [slug: string]: [share: number, step: string, message: string, waited?: number] } = {
  "run-checks": [0.09, "run-checks", "checks/orders/total-1184: expected 41.90, got 41.89"],
  "verify-all": [0.07, "unit", "checks/basket/voucher-12: timed out after 5 s", 5_000],
  "smoke-test": [0.04, "smoke-test", "503  /orders"],
  "sync-translations": [
    0.1,
    "sync-translations",
    "translations.example.com did not answer within 30 s",
    30_000,
  ],
  "import-orders": [0.2, "import-orders", "Row 1842: currency “EURO” is not one of EUR, GBP, SEK."],
};
const DAYS = 30;
const HOUR = 3_600_000;

/** The same figures each time, so that two pictures of a page can be laid beside each other. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Copies the patterns into the 30 days before now. */
export async function fillMonth(stack: Stack, patterns: Pattern[], people: Person[]): Promise<void> {
  const copies = plan(patterns, people, Date.now());
  const { db } = stack.workspace;
  const columnsOf = async (table: string) =>
    (
      await db.prepare("SELECT name FROM pragma_table_info(?1)").bind(table).all<{ name: string }>()
    ).results.map(({ name }) => name);
  const copy = async (
    table: string,
    key: string,
    set: { [column: string]: string },
    where = "",
  ): Promise<void> => {
    const columns = await columnsOf(table);
    for (let from = 0; from < copies.length; from += 200)
      await db
        .prepare(
          `INSERT INTO ${table} (${columns.join(", ")})
           SELECT ${columns.map((name) => set[name] ?? `r.${name}`).join(", ")}
           FROM json_each(?1) c JOIN ${table} r ON r.${key} = c.value ->> 'of' ${where}`,
        )
        .bind(JSON.stringify(copies.slice(from, from + 200)))
        .run();
  };
  const earlier = (column: string) => `r.${column} - (c.value ->> 'at')`;
  const later = (column: string) => `${earlier(column)} + (c.value ->> 'longer')`;
  await copy("workflow_executions", "id", {
    id: "c.value ->> 'id'",
    requested_by_json: "c.value ->> 'by'",
    args_json: "coalesce(c.value ->> 'args', r.args_json)",
    note: "c.value ->> 'note'",
    status: "c.value ->> 'status'",
    outcome: "c.value ->> 'status'",
    error_json: "c.value ->> 'error'",
    created_at: earlier("created_at"),
    started_at: earlier("started_at"),
    finished_at: later("finished_at"),
  });
  await copy("step_executions", "run_id", {
    run_id: "c.value ->> 'id'",
    started_at: earlier("started_at"),
    finished_at: earlier("finished_at"),
  });
  const own = "'chk_' || substr(c.value ->> 'id', 5) || substr(r.id, length(r.run_id) + 1)";
  await copy("command_checkpoints", "run_id", {
    id: own,
    run_id: "c.value ->> 'id'",
    context_json:
      "json_set(r.context_json, '$.requested_by', json(c.value ->> 'by'), '$.note', c.value ->> 'note')",
    created_at: earlier("created_at"),
    announced_at: earlier("announced_at"),
    expires_at: earlier("expires_at"),
    decided_at: later("decided_at"),
  });
  // They have served: a dozen runs within one minute are no team's morning.
  const served = JSON.stringify(patterns.filter(({ keep }) => !keep).map(({ run }) => run));
  await db.batch([
    db.prepare("DELETE FROM step_executions WHERE run_id IN (SELECT value FROM json_each(?1))").bind(served),
    db.prepare("DELETE FROM workflow_executions WHERE id IN (SELECT value FROM json_each(?1))").bind(served),
  ]);
}

/** Each command has run as often as there are runs of it: copies are not counted when they are made, and what has served is gone. */
export async function countUses(stack: Stack): Promise<void> {
  await stack.workspace.db
    .prepare(
      `UPDATE agent_commands AS c SET usage_count =
         (SELECT count(*) FROM workflow_executions r WHERE r.tenant_id = ?1 AND r.command = c.slug)`,
    )
    .bind(stack.workspace.tenant)
    .run();
}

function plan(patterns: Pattern[], people: Person[], now: number): Copy[] {
  const chance = dice(7);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;
  const copies: Copy[] = [];
  for (let day = DAYS - 1; day >= 0; day--) {
    const weekday = new Date(now - day * DAY).getDay();
    const busy = weekday === 0 || weekday === 6 ? 0.15 : 0.7 + chance() * 0.7;
    for (const [slug, often] of Object.entries(PER_DAY)) {
      const count = Math.floor(often * busy + chance());
      for (let index = 0; index < count; index++) {
        const own = patterns.filter((pattern) => pattern.slug === slug);
        // The first is as it should be.
        const of = (own.length > 1 && chance() < 0.14 ? own[1] : own[0]) as Pattern;
        const [share, step, said, waited = 0] = BREAKS[slug] ?? [0, "", ""];
        const broken = chance() < share;
        // At daytime, and at least some minutes ago.
        const back = Math.max(day * DAY + (chance() - 0.6) * 8 * HOUR, 240_000 + chance() * 7_200_000);
        const at = now - back;
        const who = pick(people);
        const deploys = slug === "workflow-deploy";
        copies.push({
          of: of.run,
          id: `run_${Math.floor(at).toString(36).padStart(9, "0")}${String(copies.length).padStart(14, "0")}`,
          at: Math.floor(back),
          by: JSON.stringify({ id: who.id, name: who.name, type: "person" }),
          args: deploys ? JSON.stringify({ message: pick(MESSAGES), dry_run: chance() < 0.3 }) : null,
          note: deploys && chance() < 0.25 ? "as agreed with the shop" : null,
          status: broken ? "failed" : of.status,
          error: broken
            ? JSON.stringify({
                code: "exit_code",
                message: `The program ended with exit code 1. It said: ${said}`,
                step,
              })
            : of.status === "rejected"
              ? JSON.stringify({
                  code: "rejected",
                  message: `Checkpoint pre-deploy was rejected by ${pick(people).name}.`,
                  step: "wrangler-deploy",
                })
              : null,
          // It is over by now.
          longer: Math.floor(
            deploys
              ? Math.min(chance() * chance() * 5_400_000 + 40_000, back / 2)
              : chance() * 1_800 + (broken ? waited : 0),
          ),
        });
      }
    }
  }
  // The pages count from midnight, 29 days ago; an hour is for the change of the clock.
  const first = new Date(now).setHours(0, 0, 0, 0) - (DAYS - 1) * DAY + HOUR;
  return copies.filter(({ at }) => now - at >= first);
}
