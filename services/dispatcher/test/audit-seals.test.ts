import { auditStatement } from "@tw/shared/db/audit";
import { nextSlice, storeSeal, verifyAudit } from "@tw/shared/db/audit-seals";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { beforeEach, describe, expect, test } from "vitest";
import { sealAudit } from "../src/seal-audit.ts";

let db: TestD1;
beforeEach(() => {
  db = openTestD1();
  for (const id of ["ten_a", "ten_b"])
    db.sqlite.prepare("INSERT INTO tenants (id, name, created_at) VALUES (?, ?, 0)").run(id, id);
});

async function write(tenantId: string, count: number): Promise<void> {
  const actor = { id: "usr_1", name: "Ada", type: "person" as const };
  for (let i = 0; i < count; i++)
    await db.batch([
      auditStatement(db, {
        tenantId,
        at: 1_000 + i,
        actor,
        action: "run.created",
        target: `run_${i}`,
        detail: { i },
      }),
    ]);
}

describe("the audit's seals", () => {
  test("every tick seals what is new, tenant by tenant, and the chain verifies", async () => {
    await write("ten_a", 3);
    await write("ten_b", 2);
    expect(await sealAudit(db, 1)).toBe(5);
    expect(await sealAudit(db, 2)).toBe(0);
    await write("ten_a", 4);
    expect(await sealAudit(db, 3)).toBe(4);
    const verdict = await verifyAudit(db, "ten_a");
    expect(verdict).toMatchObject({ ok: true, entries: 7, sealed: 7 });
    expect(verdict.head).toMatch(/^[0-9a-f]{64}$/);
    await write("ten_a", 1);
    expect(await verifyAudit(db, "ten_a")).toMatchObject({ ok: true, entries: 8, sealed: 7 });
    expect(await verifyAudit(db, "nobody")).toEqual({ ok: true, entries: 0, sealed: 0, head: null });
  });

  test("equal entries of two tenants have different hashes", async () => {
    await write("ten_a", 1);
    await write("ten_b", 1);
    await sealAudit(db, 1);
    expect((await verifyAudit(db, "ten_a")).head).not.toBe((await verifyAudit(db, "ten_b")).head);
  });

  test.each([
    [
      "a changed actor",
      "UPDATE audit SET actor_json = replace(actor_json, 'Ada', 'Bob') WHERE tenant_id = 'ten_a' AND seq = 3",
      3,
    ],
    ["a changed time", "UPDATE audit SET at = at + 1 WHERE tenant_id = 'ten_a' AND seq = 4", 3],
    [
      "a detail that is no JSON",
      "UPDATE audit SET detail_json = '{' WHERE tenant_id = 'ten_a' AND seq = 3",
      3,
    ],
    ["a removed entry", "DELETE FROM audit WHERE tenant_id = 'ten_a' AND seq = 2", 2],
    ["a removed newest entry", "DELETE FROM audit WHERE tenant_id = 'ten_a' AND seq = 4", 4],
    ["a removed seal", "DELETE FROM audit_seals WHERE tenant_id = 'ten_a' AND last_seq = 2", 1],
    ["a changed seal", "UPDATE audit_seals SET hash = 'x' WHERE tenant_id = 'ten_a' AND last_seq = 2", 1],
  ])("%s is found", async (_what, sql, brokenAt) => {
    await write("ten_a", 2);
    await sealAudit(db, 1);
    await write("ten_a", 2);
    await sealAudit(db, 2);
    db.sqlite.exec(sql);
    expect(await verifyAudit(db, "ten_a")).toMatchObject({ ok: false, broken_at: brokenAt });
  });

  test("a gap among entries that are not sealed yet is found", async () => {
    await write("ten_a", 3);
    db.sqlite.exec("DELETE FROM audit WHERE tenant_id = 'ten_a' AND seq = 2");
    expect(await verifyAudit(db, "ten_a")).toMatchObject({ ok: false, broken_at: 2, sealed: 0 });
  });

  test("two ticks that saw different entries never fork the chain", async () => {
    await write("ten_a", 2);
    const early = await nextSlice(db, "ten_a", 500);
    await write("ten_a", 3);
    const late = await nextSlice(db, "ten_a", 500);
    if (!early || !late) throw new Error("there are entries");
    expect(await storeSeal(db, "ten_a", early, 1)).toBe(true);
    expect(await storeSeal(db, "ten_a", late, 1)).toBe(false);
    expect(await sealAudit(db, 2)).toBe(3);
    expect(await verifyAudit(db, "ten_a")).toMatchObject({ ok: true, sealed: 5 });
  });

  test("a tick seals a bounded slice and the next goes on", async () => {
    await write("ten_a", 5);
    const slice = await nextSlice(db, "ten_a", 2);
    expect(slice).toMatchObject({ lastSeq: 2, entries: 2 });
  });

  test("the two reads of a tick walk the primary keys", () => {
    const plan = (sql: string) =>
      db.sqlite
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row.detail));
    expect(plan("SELECT max(seq) FROM audit WHERE tenant_id = 'x'").join()).toContain("USING PRIMARY KEY");
    expect(plan("SELECT max(last_seq) FROM audit_seals WHERE tenant_id = 'x'").join()).toContain(
      "USING PRIMARY KEY",
    );
  });
});
