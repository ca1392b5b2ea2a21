/** Messages that follow from the rows: how runs ended, what became of what was asked. Derived, so that each is made once. */
import type { Channels } from "../approvals/audience.ts";

/** What was sent and is to be followed up: of some runs, or of all. A partial index holds only these. */
function openOnes(runIds: string[] | null): string {
  return `n.open = 1${runIds === null ? " AND ?1 IS NULL" : " AND n.run_id IN (SELECT value FROM json_each(?1))"}`;
}

/**
 * Write down whom the ends of these runs are to be told: the requester of a run that had to ask somebody else (whoever voted
 * themselves was there), the requester in Slack of a run started there, the threads below Slack's messages, the webhook.
 * @returns how many messages this call made
 */
export async function noteEnds(
  db: D1Database,
  runIds: string[],
  channels: Pick<Channels, "email" | "slackDirect" | "webhook">,
  now: number,
): Promise<number> {
  const runs = JSON.stringify(runIds);
  const ended = "r.id IN (SELECT value FROM json_each(?1)) AND r.finished_at IS NOT NULL";
  const asked = `EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.run_id = r.id AND c.announced_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM command_checkpoints c JOIN checkpoint_votes v ON v.checkpoint_id = c.id
      WHERE c.run_id = r.id AND v.user_id = u.id)`;
  const requester = `JOIN users u ON u.id = json_extract(r.requested_by_json, '$.id') AND u.tenant_id = r.tenant_id AND u.status = 'active'`;
  const into =
    "INSERT INTO notifications (id, tenant_id, run_id, user_id, channel, kind, data_json, status, next_try_at, created_at)";
  const statements: D1PreparedStatement[] = [];
  if (channels.email)
    statements.push(
      db
        .prepare(
          `${into} SELECT 'ntf_' || r.id || '.' || u.id || '.email.finished', r.tenant_id, r.id, u.id, 'email', 'finished', NULL, 'pending', ?2, ?2
           FROM workflow_executions r ${requester} AND instr(u.email, '@') > 0
             AND coalesce(json_extract(u.preferences_json, '$.email'), 1) <> 0
           WHERE ${ended} AND ${asked} ON CONFLICT DO NOTHING`,
        )
        .bind(runs, now),
    );
  if (channels.slackDirect)
    statements.push(
      db
        .prepare(
          `${into} SELECT 'ntf_' || r.id || '.' || u.id || '.slack.finished', r.tenant_id, r.id, u.id, 'slack', 'finished', NULL, 'pending', ?2, ?2
           FROM workflow_executions r ${requester}
           WHERE ${ended} AND (json_extract(r.context_json, '$.slack.user') IS NOT NULL
             OR (json_extract(u.preferences_json, '$.slack') = 1 AND ${asked})) ON CONFLICT DO NOTHING`,
        )
        .bind(runs, now),
      db
        .prepare(
          `${into} SELECT n.id || '.finished', n.tenant_id, n.run_id, NULL, 'slack', 'finished',
             json_object('channel', n.receipt_json ->> 'channel', 'thread', n.receipt_json ->> 'ts'), 'pending', ?2, ?2
           FROM notifications n JOIN workflow_executions r ON r.id = n.run_id AND r.tenant_id = n.tenant_id
           WHERE n.run_id IN (SELECT value FROM json_each(?1)) AND ${ended} AND n.channel = 'slack' AND n.kind IN ('request', 'changed')
             AND n.status = 'sent' AND n.receipt_json ->> 'ts' IS NOT NULL ON CONFLICT DO NOTHING`,
        )
        .bind(runs, now),
    );
  if (channels.webhook)
    statements.push(
      db
        .prepare(
          `${into} SELECT DISTINCT 'ntf_' || r.id || '.all.webhook.finished', r.tenant_id, r.id, NULL, 'webhook', 'finished', NULL, 'pending', ?2, ?2
           FROM workflow_executions r JOIN notifications n ON n.run_id = r.id AND n.tenant_id = r.tenant_id AND n.channel = 'webhook'
           WHERE ${ended} ON CONFLICT DO NOTHING`,
        )
        .bind(runs, now),
    );
  if (statements.length === 0) return 0;
  const results = await db.batch(statements);
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}

// Sent and still asking, though there is nothing left to decide with it.
const STALE = `n.kind <> 'progress' AND EXISTS (SELECT 1 FROM command_checkpoints c
  WHERE c.id = n.checkpoint_id AND c.tenant_id = n.tenant_id AND (c.status <> 'pending' OR c.plan_digest <> n.receipt_json ->> 'digest'))`;

/**
 * For every sent message that still asks although its checkpoint is decided (or asks for another plan by now): write down that
 * it is to show that, and for a decided one in Slack that progress is told below it.
 * @param runIds of these runs, or (null) of all
 */
export async function noteSettled(db: D1Database, runIds: string[] | null, now: number): Promise<void> {
  const runs = runIds === null ? null : JSON.stringify(runIds);
  const from = "notifications AS n INDEXED BY notifications_open";
  const stale = `${openOnes(runIds)} AND ${STALE}`;
  const into = `INSERT INTO notifications (id, tenant_id, run_id, checkpoint_id, channel, kind, data_json, status, next_try_at, created_at)`;
  await db.batch([
    db
      .prepare(
        `${into} SELECT n.id || '.settled', n.tenant_id, n.run_id, n.checkpoint_id, n.channel, 'settled', json_object('of', n.id,
           'channel', n.receipt_json ->> 'channel', 'ts', n.receipt_json ->> 'ts'), 'pending', ?2, ?2
         FROM ${from} WHERE ${stale} ON CONFLICT DO NOTHING`,
      )
      .bind(runs, now),
    db
      .prepare(
        `${into} SELECT n.id || '.progress', n.tenant_id, n.run_id, n.checkpoint_id, 'slack', 'progress', json_object(
           'channel', n.receipt_json ->> 'channel', 'thread', n.receipt_json ->> 'ts'), 'pending', ?2, ?2
         FROM ${from} WHERE ${stale} AND n.channel = 'slack' AND n.kind IN ('request', 'changed') AND EXISTS (SELECT 1 FROM command_checkpoints c
           WHERE c.id = n.checkpoint_id AND c.status <> 'pending') ON CONFLICT DO NOTHING`,
      )
      .bind(runs, now),
    db.prepare(`UPDATE ${from} SET open = 0 WHERE ${stale}`).bind(runs),
  ]);
}

/**
 * Have the progress in Slack told anew where the run has moved since, at most every `everyMs`; and for the last time when it is over.
 * @returns whether there was any
 */
export async function rearmProgress(
  db: D1Database,
  runIds: string[] | null,
  everyMs: number,
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE notifications AS n INDEXED BY notifications_open SET status = 'pending', next_try_at = max(?2, n.sent_at + ?3), attempts_before = n.attempts
       WHERE ${openOnes(runIds)} AND n.kind = 'progress' AND n.status = 'sent'
         AND EXISTS (SELECT 1 FROM workflow_executions r WHERE r.id = n.run_id AND r.tenant_id = n.tenant_id
           AND r.event_seq > coalesce(n.receipt_json ->> 'seq', 0))`,
    )
    .bind(runIds === null ? null : JSON.stringify(runIds), now, everyMs)
    .run();
  return meta.changes > 0;
}
