/** The tables that a person may query: each the tenant's own rows, and of those the columns that hold no secret. */
import type { Scope } from "../scopes.ts";

export interface QueryTable {
  name: string;
  /** Other names it answers to. */
  also: readonly string[];
  description: string;
  /** Who may read it: the scope that the same rows ask for over HTTP. */
  scope: Scope;
  columns: readonly { name: string; type: "text" | "integer" | "json" | "time"; sql?: string }[];
  /** What stands behind FROM, every table under an alias `tw:…`; `?1` is the tenant. */
  from: string;
  /** The tables that it reads, by alias. */
  reads: readonly {
    alias: string;
    table: string;
    unique: readonly (readonly string[])[];
    fan?: { readonly [column: string]: number };
    /** No index leads to the tenant's rows. */
    whole?: boolean;
  }[];
}

type Columns = QueryTable["columns"];
const text = (...names: string[]): Columns => names.map((name) => ({ name, type: "text" }));
const integer = (...names: string[]): Columns => names.map((name) => ({ name, type: "integer" }));
const json = (...names: string[]): Columns => names.map((name) => ({ name, type: "json" }));
const time = (...names: string[]): Columns => names.map((name) => ({ name, type: "time" }));

/** A table whose rows carry the tenant themselves. */
function plain(
  name: string,
  scope: Scope,
  description: string,
  columns: Columns,
  more: { also?: string[]; unique?: string[][]; whole?: boolean } = {},
): QueryTable {
  const unique = more.unique ?? [["tenant_id", "id"]];
  return {
    name,
    also: more.also ?? [],
    description,
    scope,
    columns,
    from: `main.${name} AS "tw:${name}" WHERE "tw:${name}".tenant_id = ?1`,
    reads: [{ alias: `tw:${name}`, table: name, unique, ...(more.whole ? { whole: true } : {}) }],
  };
}

/** A table whose rows are found through their run: there is no index over the tenant's alone. */
function ofRuns(
  name: string,
  description: string,
  columns: Columns,
  also: string[],
  fan: number,
): QueryTable {
  const [run, row] = [`tw:run_of_${name}`, `tw:${name}`];
  return {
    name,
    also,
    description,
    scope: "runs:read",
    columns: columns.map((column) => ({ ...column, sql: column.sql ?? `"${row}".${column.name}` })),
    from: `main.workflow_executions AS "${run}" JOIN main.${name} AS "${row}" ON "${row}".run_id = "${run}".id
           WHERE "${run}".tenant_id = ?1 AND "${row}".tenant_id = ?1`,
    reads: [
      { alias: run, table: "workflow_executions", unique: [["id"]] },
      { alias: row, table: name, unique: [["run_id", "id"]], fan: { run_id: fan } },
    ],
  };
}

/** Steps of a run as a size is reckoned: most have ten, a fan-out has hundreds. */
const STEPS_OF_A_RUN = 200;

export const QUERY_TABLES: readonly QueryTable[] = [
  plain("clients", "runs:read", "Clients", [
    ...text("id", "name", "email", "company", "phone", "notes", "status"),
    ...time("created_at", "updated_at"),
  ]),
  plain("deployments", "runs:read", "What was deployed where, when and by whom", [
    ...text("id", "worker", "environment", "version_id", "url", "commit_sha", "branch", "run_id", "note"),
    ...json("deployed_by_json"),
    ...time("created_at"),
  ]),
  plain("employees", "audit:read", "People who work here", [
    ...text("id", "name", "email", "title", "department", "started_on", "ended_on", "currency", "status"),
    ...integer("monthly_cost_minor"),
    ...time("created_at", "updated_at"),
  ]),
  plain("costs", "audit:read", "What was spent, in the currency's smallest unit", [
    ...text("id", "spent_on", "category", "vendor", "description", "currency", "source"),
    ...integer("amount_minor"),
    ...time("created_at"),
  ]),
  plain("knowledge", "runs:read", "Articles of the knowledge base", [
    ...text("id", "title", "body", "tags", "url"),
    ...json("created_by_json"),
    ...time("created_at", "updated_at"),
  ]),
  plain(
    "services",
    "runs:read",
    "Long-running programs that agents keep",
    [
      ...text("name", "driver", "status"),
      ...json("status_json"),
      ...time("status_at", "created_at", "updated_at"),
    ],
    { unique: [["tenant_id", "name"]] },
  ),
  plain(
    "users",
    "audit:read",
    "People of the workspace",
    [
      ...text("id", "email", "name", "role", "status"),
      ...json("groups_json"),
      ...time("created_at", "updated_at"),
    ],
    { unique: [["id"], ["tenant_id", "email"]] },
  ),
  plain(
    "agents",
    "runs:read",
    "Machines that run steps",
    [
      ...text("id", "name", "status"),
      ...json("labels_json"),
      ...time("last_seen_at", "revoked_at", "created_at"),
    ],
    { unique: [["id"]] },
  ),
  plain(
    "agent_commands",
    "commands:read",
    "Commands of this workspace's own; the public library is not among them",
    [
      ...text("id", "slug", "name", "description", "category", "implementation_type", "status", "effect"),
      ...integer("version", "usage_count"),
      ...json("aliases_json", "parameters_json"),
      ...time("last_used_at", "created_at", "updated_at"),
    ],
    { also: ["commands"], unique: [["id"], ["slug", "tenant_id"]], whole: true },
  ),
  plain(
    "workflow_executions",
    "runs:read",
    "Runs of commands",
    [
      ...text("id", "command", "status", "rollback_status", "note", "parent_run_id", "rerun_of"),
      ...integer("command_version"),
      ...json("requested_by_json", "error_json"),
      ...time("created_at", "started_at", "finished_at"),
    ],
    { also: ["runs"], unique: [["id"]] },
  ),
  ofRuns(
    "step_executions",
    "Steps of runs",
    [
      ...text("run_id", "id", "status", "agent_id", "rollback_status"),
      ...integer("attempt", "exit_code"),
      ...json("outputs_json", "error_json"),
      ...time("started_at", "finished_at"),
    ],
    ["steps"],
    STEPS_OF_A_RUN,
  ),
  plain(
    "command_checkpoints",
    "runs:read",
    "Questions that runs asked people",
    [
      ...text("id", "run_id", "step_id", "name", "prompt", "status", "reason"),
      ...json("decided_by_json"),
      ...time("created_at", "expires_at", "decided_at"),
    ],
    { also: ["checkpoints"], unique: [["id"]] },
  ),
  plain(
    "audit",
    "audit:read",
    "Who did what, when, to what",
    [...integer("seq"), ...text("action", "target"), ...json("actor_json", "detail_json"), ...time("at")],
    { unique: [["tenant_id", "seq"]] },
  ),
];

const BY_NAME = new Map(
  QUERY_TABLES.flatMap((table) => [table.name, ...table.also].map((name) => [name, table])),
);

/** The table of this name, whichever of its names it is. */
export function queryTable(name: string): QueryTable | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The common table expression that stands in for the table under one of its names. */
export function standIn(name: string, table: QueryTable): string {
  const only = table.reads.length === 1 ? `"${table.reads[0]?.alias}".` : "";
  const columns = table.columns.map((column) => `${column.sql ?? `${only}${column.name}`} AS ${column.name}`);
  return `${name} AS (SELECT ${columns.join(", ")} FROM ${table.from})`;
}
