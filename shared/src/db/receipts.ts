/** Receipts as they were issued: what an agent was shown can be looked up, and verified, afterwards. */
import type { Receipt, ReceiptBody } from "../contracts/receipt.ts";
import type { Row } from "./rows.ts";

/** Keep it beside the question it rests on. The same step's newer one replaces it. */
export async function keepReceipt(
  db: D1Database,
  { body, receipt }: { body: ReceiptBody; receipt: Receipt },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO receipts (job_id, step_id, tenant_id, run_id, checkpoint_id, receipt_json, issued_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (job_id, step_id) DO UPDATE SET receipt_json = excluded.receipt_json, issued_at = excluded.issued_at`,
    )
    .bind(
      body.job,
      body.step,
      body.tenant,
      body.run,
      body.checkpoints.at(-1)?.id ?? null,
      JSON.stringify(receipt),
      now,
    )
    .run();
}

/** The receipts of one job's steps. */
export async function readReceipts(
  db: D1Database,
  tenantId: string,
  jobId: string,
): Promise<{ step: string; receipt: Receipt }[]> {
  const { results } = await db
    .prepare(
      "SELECT step_id, receipt_json FROM receipts WHERE job_id = ?2 AND tenant_id = ?1 ORDER BY step_id",
    )
    .bind(tenantId, jobId)
    .all<Row>();
  return results.map((r) => ({ step: r.step_id as string, receipt: JSON.parse(r.receipt_json as string) }));
}
