/**
 * The audit's hash chain. A seal covers every entry after the one before it, and its hash covers that one's hash, so
 * an entry changed, removed or slipped in later no longer fits. What is not covered: whoever can write the database can
 * seal anew from any point on. Keeping `head` of a verification somewhere else makes that visible too.
 */
import type { Json } from "../contracts/json.ts";
import { canonicalJson, sha256Hex } from "../library/canonical.ts";
import { LIMITS } from "../limits.ts";

interface EntryRow {
  seq: number;
  at: number;
  actor_json: string;
  action: string;
  target: string;
  detail_json: string;
}
interface Seal {
  lastSeq: number;
  hash: string;
}
/** Entries that are ready to be sealed on top of `previous`. */
export interface Slice {
  previous: Seal;
  lastSeq: number;
  hash: string;
  entries: number;
}
export interface AuditVerdict {
  ok: boolean;
  /** How many entries there are, and how many of them are sealed. */
  entries: number;
  sealed: number;
  /** Hash of the newest seal that holds: keep it elsewhere, and nobody can rewrite what came before it. */
  head: string | null;
  /** The first entry that is missing, or the first of a sealed stretch that does not fit its seal. */
  broken_at?: number;
}

/** Tenants with entries that no seal covers. Both maxima are one step down their primary key. */
export async function tenantsToSeal(db: D1Database, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM (SELECT t.id AS id,
         coalesce((SELECT max(seq) FROM audit WHERE tenant_id = t.id), 0) AS newest,
         coalesce((SELECT max(last_seq) FROM audit_seals WHERE tenant_id = t.id), 0) AS sealed FROM tenants t)
       WHERE newest > sealed ORDER BY newest - sealed DESC LIMIT ?1 + 0`,
    )
    .bind(limit)
    .all<{ id: string }>();
  return results.map((row) => row.id);
}

/** The next entries to seal, with the hash their seal has; null when there are none. */
export async function nextSlice(db: D1Database, tenantId: string, limit: number): Promise<Slice | null> {
  const seal = await db
    .prepare("SELECT last_seq, hash FROM audit_seals WHERE tenant_id = ?1 ORDER BY last_seq DESC LIMIT 1")
    .bind(tenantId)
    .first<{ last_seq: number; hash: string }>();
  const previous = seal ? { lastSeq: seal.last_seq, hash: seal.hash } : firstSeal(tenantId);
  const rows = await entriesAfter(db, tenantId, previous.lastSeq, limit);
  const last = rows.at(-1);
  if (!last) return null;
  return { previous, lastSeq: last.seq, hash: await sealHash(previous.hash, rows), entries: rows.length };
}

/** Store the slice's seal, if its predecessor is still the newest one. @returns whether it was stored */
export async function storeSeal(
  db: D1Database,
  tenantId: string,
  slice: Slice,
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO audit_seals (tenant_id, last_seq, hash, at) SELECT ?1, ?2, ?3, ?4
       WHERE coalesce((SELECT max(last_seq) FROM audit_seals WHERE tenant_id = ?1), 0) = ?5
       ON CONFLICT (tenant_id, last_seq) DO NOTHING`,
    )
    .bind(tenantId, slice.lastSeq, slice.hash, now, slice.previous.lastSeq)
    .run();
  return meta.changes > 0;
}

/** Compute the whole chain again, in bounded pieces. Entries newer than the newest seal are only checked for gaps. */
export async function verifyAudit(db: D1Database, tenantId: string): Promise<AuditVerdict> {
  const { entries } = (await db
    .prepare("SELECT count(*) AS entries FROM audit WHERE tenant_id = ?1")
    .bind(tenantId)
    .first<{ entries: number }>()) ?? { entries: 0 };
  let previous = firstSeal(tenantId);
  const verdict = (broken?: number): AuditVerdict => ({
    ok: broken === undefined,
    entries,
    sealed: Math.min(previous.lastSeq, entries),
    head: previous.lastSeq === 0 ? null : previous.hash,
    ...(broken === undefined ? {} : { broken_at: broken }),
  });
  for (;;) {
    const seals = await sealsAfter(db, tenantId, previous.lastSeq);
    if (seals.length === 0) break;
    for (const seal of seals) {
      const rows = await entriesAfter(
        db,
        tenantId,
        previous.lastSeq,
        seal.lastSeq - previous.lastSeq,
        seal.lastSeq,
      );
      const gap = firstGap(rows, previous.lastSeq, seal.lastSeq);
      if (gap !== null) return verdict(gap);
      if ((await sealHash(previous.hash, rows)) !== seal.hash) return verdict(previous.lastSeq + 1);
      previous = seal;
    }
  }
  let at = previous.lastSeq;
  for (;;) {
    const rows = await entriesAfter(db, tenantId, at, LIMITS.sealEntries);
    const last = rows.at(-1);
    if (!last) return verdict();
    const gap = firstGap(rows, at, last.seq);
    if (gap !== null) return verdict(gap);
    at = last.seq;
  }
}

/** The chain starts from the tenant's own name, so that no tenant's chain fits another's entries. */
function firstSeal(tenantId: string): Seal {
  return { lastSeq: 0, hash: `audit of ${tenantId}` };
}

async function entriesAfter(
  db: D1Database,
  tenantId: string,
  after: number,
  limit: number,
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<EntryRow[]> {
  const { results } = await db
    .prepare(
      `SELECT seq, at, actor_json, action, target, detail_json FROM audit
       WHERE tenant_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4 + 0`,
    )
    .bind(tenantId, after, upTo, limit)
    .all<EntryRow>();
  return results;
}

async function sealsAfter(db: D1Database, tenantId: string, after: number): Promise<Seal[]> {
  const { results } = await db
    .prepare(
      "SELECT last_seq, hash FROM audit_seals WHERE tenant_id = ?1 AND last_seq > ?2 ORDER BY last_seq LIMIT 100",
    )
    .bind(tenantId, after)
    .all<{ last_seq: number; hash: string }>();
  return results.map((row) => ({ lastSeq: row.last_seq, hash: row.hash }));
}

function firstGap(rows: EntryRow[], after: number, upTo: number): number | null {
  for (let i = 0; i < upTo - after; i++) if (rows[i]?.seq !== after + 1 + i) return after + 1 + i;
  return null;
}

function sealHash(previousHash: string, rows: EntryRow[]): Promise<string> {
  const entries = rows.map(({ seq, at, actor_json, action, target, detail_json }) => ({
    seq,
    at,
    actor: value(actor_json),
    action,
    target,
    detail: value(detail_json),
  }));
  return sha256Hex(`${previousHash}\n${canonicalJson(entries)}`);
}

/** The column's value; a text that is no JSON any more stands for itself and so fits no seal. */
function value(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return { not_json: json };
  }
}
