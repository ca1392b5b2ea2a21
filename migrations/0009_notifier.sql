-- What messages say beyond their kind, Slack's copies that still ask, and the requests of Slack that were taken.

ALTER TABLE notifications ADD COLUMN data_json TEXT;               -- what this kind says besides: a difference, a reason, a channel
ALTER TABLE notifications ADD COLUMN open INTEGER NOT NULL DEFAULT 0;  -- 1: sent, and to be followed up: buttons that still ask, progress that goes on
ALTER TABLE notifications ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;  -- attempts when a person last had it tried anew
CREATE INDEX notifications_open ON notifications (open, run_id) WHERE open = 1;
CREATE INDEX notifications_by_tenant ON notifications (tenant_id, status, created_at);
CREATE INDEX notifications_by_checkpoint ON notifications (checkpoint_id) WHERE checkpoint_id IS NOT NULL;

-- A request that Slack signed is taken once. Kept a little longer than its signature is good for.
CREATE TABLE slack_requests (
  signature TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX slack_requests_by_age ON slack_requests (at);
CREATE INDEX users_by_slack ON users (slack_user_id) WHERE slack_user_id IS NOT NULL;
