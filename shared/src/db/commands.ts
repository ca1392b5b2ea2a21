/** Commands of a tenant and of the public library. A tenant's own command hides the library's one of the same slug. */
import type { Command, CommandInput } from "../contracts/definition.ts";
import type { Actor } from "../engine/state.ts";
import { canonicalJson, sha256Hex } from "../library/canonical.ts";
import { auditStatement } from "./audit.ts";
import type { Row } from "./rows.ts";

/** Who the public library belongs to. */
export const SYSTEM = "system";
/** More commands than any workspace has; a list is never unbounded. */
const LIST_MAX = 5_000;

/** The tenant of a token, for statements that travel with the token's own look-up. */
const TENANT_OF_TOKEN = "(SELECT tenant_id FROM bearers WHERE hash = ?2)";
/** An active command before any other, a tenant's own before the library's. */
const BEST_FIRST = `ORDER BY (status = 'active') DESC, (tenant_id <> '${SYSTEM}') DESC`;
/** A slug holds no underscore, so what begins like an id is one. */
const column = (ref: string) => (ref.startsWith("cmd_") ? "id" : "slug");

export interface CommandFilter {
  tenantId: string;
  category: string | null;
  type: string | null;
  status: string | null;
}

/** All commands the tenant sees, by slug; its own in place of the library's. */
export async function listCommands(db: D1Database, filter: CommandFilter): Promise<Command[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM agent_commands WHERE tenant_id IN (?1, '${SYSTEM}') AND (?2 IS NULL OR category = ?2)
         AND (?3 IS NULL OR implementation_type = ?3) ORDER BY slug LIMIT ${LIST_MAX}`,
    )
    .bind(filter.tenantId, filter.category, filter.type)
    .all<Row>();
  return bestBySlug(results.map(commandFromRow)).filter(
    (command) => filter.status === null || command.status === filter.status,
  );
}

/**
 * The rows behind the tenant's list that changed at `since` or later, whatever became of them; all from 0 on. `bestBySlug` makes
 * the list of them.
 */
export async function changedCommands(db: D1Database, tenantId: string, since: number): Promise<Command[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM agent_commands WHERE tenant_id IN (?1, '${SYSTEM}') AND updated_at >= ?2 ORDER BY slug LIMIT ${LIST_MAX}`,
    )
    .bind(tenantId, since)
    .all<Row>();
  return results.map(commandFromRow);
}

/** One command by slug or id, as the tenant sees it. */
export async function readCommand(db: D1Database, tenantId: string, ref: string): Promise<Command | null> {
  const row = await db
    .prepare(
      `SELECT * FROM agent_commands WHERE ${column(ref)} = ?1 AND tenant_id IN (?2, '${SYSTEM}') ${BEST_FIRST} LIMIT 1`,
    )
    .bind(ref, tenantId)
    .first<Row>();
  return row ? commandFromRow(row) : null;
}

/** Commands by slug, with the commands that undo them, in one query. */
export async function findCommands(db: D1Database, tenantId: string, slugs: string[]): Promise<Command[]> {
  const { results } = await db
    .prepare(
      `WITH asked (slug) AS (SELECT value FROM json_each(?1)),
         undo (slug) AS (SELECT c.rollback_json ->> 'command' FROM asked JOIN agent_commands c ON c.slug = asked.slug
                         WHERE c.tenant_id IN (?2, '${SYSTEM}'))
       SELECT * FROM agent_commands
       WHERE slug IN (SELECT slug FROM asked UNION SELECT slug FROM undo) AND tenant_id IN (?2, '${SYSTEM}')`,
    )
    .bind(JSON.stringify(slugs), tenantId)
    .all<Row>();
  return bestBySlug(results.map(commandFromRow));
}

/**
 * The command of an execution and, second, the commands of its steps and of their rollbacks: what most plans need,
 * in the same round trip as the token.
 */
export function executionStatements(db: D1Database, tokenHash: string, ref: string): D1PreparedStatement[] {
  const seen = `tenant_id IN (${TENANT_OF_TOKEN}, '${SYSTEM}')`;
  return [
    db
      .prepare(`SELECT * FROM agent_commands WHERE ${column(ref)} = ?1 AND ${seen} ${BEST_FIRST} LIMIT 1`)
      .bind(ref, tokenHash),
    db
      .prepare(
        `WITH top AS (SELECT code_json, rollback_json FROM agent_commands WHERE ${column(ref)} = ?1 AND ${seen}),
           named (slug) AS (
             SELECT s.value ->> 'command' FROM top, json_each(top.code_json, '$.steps') s
             UNION SELECT s.value ->> '$.rollback.command' FROM top, json_each(top.code_json, '$.steps') s
             UNION SELECT rollback_json ->> 'command' FROM top),
           undo (slug) AS (SELECT c.rollback_json ->> 'command' FROM named JOIN agent_commands c ON c.slug = named.slug WHERE c.${seen})
         SELECT * FROM agent_commands WHERE slug IN (SELECT slug FROM named UNION SELECT slug FROM undo) AND ${seen}`,
      )
      .bind(ref, tokenHash),
  ];
}

/** Commands of rows, one per slug: active before others, the tenant's own before the library's. */
export function bestBySlug(commands: Command[]): Command[] {
  const best = new Map<string, Command>();
  const rank = (c: Command) => (c.status === "active" ? 2 : 0) + (c.tenant_id === SYSTEM ? 0 : 1);
  for (const command of commands) {
    const held = best.get(command.slug);
    if (!held || rank(command) > rank(held)) best.set(command.slug, command);
  }
  return [...best.values()];
}

export interface CommandVersion {
  version: number;
  /** As it was put. */
  command: CommandInput;
  createdAt: number;
  /** Id of who put it; `library` for what was loaded. */
  createdBy: string;
  /** The YAML it was written as, when it came with one. */
  source: string | null;
}

/** The versions a command had, newest first, from before `before`. */
export async function listVersions(
  db: D1Database,
  ask: { tenantId: string; commandId: string; before: number | null; limit: number },
): Promise<CommandVersion[]> {
  const { results } = await db
    .prepare(
      `SELECT version, command_json, created_at, created_by, source FROM command_versions
       WHERE command_id = ?1 AND tenant_id IN (?2, '${SYSTEM}') AND version < ?3 ORDER BY version DESC LIMIT ?4 + 0`,
    )
    .bind(ask.commandId, ask.tenantId, ask.before ?? Number.MAX_SAFE_INTEGER, ask.limit)
    .all<Row>();
  return results.map((r) => ({
    version: r.version as number,
    command: JSON.parse(r.command_json as string),
    createdAt: r.created_at as number,
    createdBy: r.created_by as string,
    source: r.source as string | null,
  }));
}

export interface PutCommand {
  tenantId: string;
  slug: string;
  /** Of a command that is not there yet. */
  newId: string;
  input: CommandInput;
  /** The YAML it was written as: kept beside the version, and no part of it. */
  source?: string | undefined;
  by: Actor;
}
/** `unchanged`: the stored definition is the same, and so stays its version. */
export type PutOutcome = "created" | "updated" | "unchanged";

/** Create a command, or give it a new version if its definition differs. History stays in `command_versions`. */
export async function putCommand(
  db: D1Database,
  put: PutCommand,
  now: number,
): Promise<{ command: Command; outcome: PutOutcome }> {
  const { tenantId, slug, input } = put;
  const json = canonicalJson(input);
  const digest = await sha256Hex(json);
  const columns = columnsOf(input, tenantId, digest);
  const names = Object.keys(columns);
  const set = names.map((name) => `${name} = excluded.${name}`).join(", ");
  const results = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO agent_commands (id, tenant_id, slug, created_at, updated_at, ${names.join(", ")})
         VALUES (?1, ?2, ?3, ?4, ?4, ${names.map((_, i) => `?${i + 5}`).join(", ")})
         ON CONFLICT (slug, tenant_id) DO UPDATE SET ${set}, updated_at = excluded.updated_at, status = 'active', version = version + 1
         WHERE agent_commands.digest <> excluded.digest OR agent_commands.status <> 'active'`,
      )
      .bind(put.newId, tenantId, slug, now, ...Object.values(columns)),
    // A version that is already recorded stays as it is: nothing was changed above. Only its text may have other comments.
    db
      .prepare(
        `INSERT INTO command_versions (command_id, version, tenant_id, command_json, digest, created_at, created_by, source)
         SELECT id, version, tenant_id, ?3, digest, ?4, ?5, ?6 FROM agent_commands WHERE slug = ?1 AND tenant_id = ?2
         ON CONFLICT DO UPDATE SET source = excluded.source
           WHERE excluded.source IS NOT NULL AND excluded.source IS NOT command_versions.source`,
      )
      .bind(slug, tenantId, json, now, put.by.id, put.source ?? null),
    auditStatement(
      db,
      { tenantId, at: now, actor: put.by, action: "command.put", target: slug, detail: { digest } },
      { sql: "changes() = 1", values: [] },
    ),
    db.prepare("SELECT * FROM agent_commands WHERE slug = ?1 AND tenant_id = ?2").bind(slug, tenantId),
  ]);
  const command = commandFromRow(results.at(-1)?.results[0] as Row);
  const written = results[0]?.meta.changes !== 0;
  return { command, outcome: !written ? "unchanged" : command.version === 1 ? "created" : "updated" };
}

/**
 * Take one of the tenant's own commands out of use. Its row and its versions stay.
 * @returns the command as it is now, or null when the tenant has none of this name
 */
export async function deprecateCommand(
  db: D1Database,
  ask: { tenantId: string; ref: string; by: Actor },
  now: number,
): Promise<Command | null> {
  const results = await db.batch<Row>([
    db
      .prepare(
        `UPDATE agent_commands SET status = 'deprecated', updated_at = ?3
         WHERE ${column(ask.ref)} = ?1 AND tenant_id = ?2 AND status <> 'deprecated'`,
      )
      .bind(ask.ref, ask.tenantId, now),
    auditStatement(
      db,
      { tenantId: ask.tenantId, at: now, actor: ask.by, action: "command.deprecated", target: ask.ref },
      { sql: "changes() = 1", values: [] },
    ),
    db
      .prepare(`SELECT * FROM agent_commands WHERE ${column(ask.ref)} = ?1 AND tenant_id = ?2`)
      .bind(ask.ref, ask.tenantId),
  ]);
  const row = results.at(-1)?.results[0];
  return row ? commandFromRow(row) : null;
}

/** A stored command version from its row. */
export function commandFromRow(r: Row): Command {
  const optional = {
    ...(r.rollback_json === null ? {} : { rollback: JSON.parse(r.rollback_json as string) }),
    ...(r.timeout_s === null ? {} : { timeout_s: r.timeout_s as number }),
    ...(r.retry_json === null ? {} : { retry: JSON.parse(r.retry_json as string) }),
  };
  return {
    id: r.id as string,
    tenant_id: r.tenant_id as string,
    slug: r.slug as string,
    name: r.name as string,
    description: r.description as string,
    category: r.category as string,
    type: r.implementation_type as Command["type"],
    version: r.version as number,
    status: r.status as Command["status"],
    is_public: r.is_public === 1,
    effect: r.effect as Command["effect"],
    aliases: JSON.parse(r.aliases_json as string),
    parameters: JSON.parse(r.parameters_json as string),
    requires: JSON.parse(r.requires_json as string),
    examples: JSON.parse(r.examples_json as string),
    definition: JSON.parse(r.code_json as string),
    usage_count: r.usage_count as number,
    last_used_at: r.last_used_at as number | null,
    created_at: r.created_at as number,
    updated_at: r.updated_at as number,
    ...optional,
  } as Command;
}

/** The columns that a definition fills. */
export function columnsOf(input: CommandInput, tenantId: string, digest: string) {
  return {
    name: input.name,
    description: input.description,
    category: input.category,
    command_text: commandText(input),
    parameters_json: JSON.stringify(input.parameters),
    implementation_type: input.type,
    implementation_ref: reference(input),
    code_json: JSON.stringify(input.definition),
    is_public: tenantId === SYSTEM ? 1 : 0,
    effect: input.effect,
    aliases_json: JSON.stringify(input.aliases),
    requires_json: JSON.stringify(input.requires),
    rollback_json: input.rollback ? JSON.stringify(input.rollback) : null,
    timeout_s: input.timeout_s ?? null,
    retry_json: input.retry ? JSON.stringify(input.retry) : null,
    examples_json: JSON.stringify(input.examples),
    digest,
  };
}

/** Where it is done: the program, the handler, the address, or nothing for a workflow. */
function reference(input: CommandInput): string {
  switch (input.type) {
    case "builtin":
      return input.definition.program;
    case "api":
      return input.definition.handler;
    case "workflow":
      return "";
    case "external":
      return "ide" in input.definition
        ? input.definition.ide
        : typeof input.definition.url === "string"
          ? input.definition.url
          : "";
  }
}

/** The command as a person would write it, parameters in angle brackets. */
function commandText(input: CommandInput): string {
  if (input.type === "workflow") return input.definition.steps.map((step) => step.command).join(", ");
  if (input.type !== "builtin") return reference(input);
  const words = input.definition.argv.map((item) => {
    if (typeof item === "string") return item;
    if ("flag" in item) return `[${item.flag} <${item.param}>]`;
    if ("param" in item) return `<${item.param}>`;
    if ("literal" in item) return `[${item.literal}]`;
    if ("each" in item) return `<${item.each}…>`;
    return item.join.map((part) => (typeof part === "string" ? part : `<${part.param}>`)).join("");
  });
  return [input.definition.program, ...words].join(" ");
}
