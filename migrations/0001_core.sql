-- The core of the workspace. Append-only: a change is a new file. Times are integer milliseconds since the epoch.
-- Tables keyed by text are WITHOUT ROWID, which halves the rows D1 bills for an insert.

CREATE TABLE workspace (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL DEFAULT 1          -- raised after a restore, so that no fence from the lost future can win
);
INSERT INTO workspace (id, epoch) VALUES (1, 1);

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO tenants (id, name, created_at) VALUES ('system', 'Public library', 0);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'operator', 'approver', 'viewer')),
  groups_json TEXT NOT NULL DEFAULT '[]',
  slack_user_id TEXT,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'removed')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_email ON users (tenant_id, email);

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  labels_json TEXT NOT NULL DEFAULT '[]',
  status TEXT NOT NULL DEFAULT 'offline' CHECK (status IN ('online', 'offline', 'draining')),
  session INTEGER NOT NULL DEFAULT 0,       -- the newest connection wins
  hello_json TEXT,                          -- platform, version, tools, root, policy hash as last reported
  facts_json TEXT,                          -- branch, dirty, ahead, ... as last reported
  last_seen_at INTEGER,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX agents_by_tenant ON agents (tenant_id);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,                    -- SHA-256 of the token, hex; the token itself is never stored
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  type TEXT NOT NULL CHECK (type IN ('person', 'service', 'agent')),
  user_id TEXT,
  agent_id TEXT,
  name TEXT NOT NULL,
  scopes_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;
CREATE INDEX tokens_by_tenant ON tokens (tenant_id, id);

CREATE TABLE agent_commands (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL DEFAULT 'system',
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  category TEXT NOT NULL DEFAULT 'other',
  command_text TEXT NOT NULL DEFAULT '',
  parameters_json TEXT NOT NULL DEFAULT '[]',
  implementation_type TEXT NOT NULL CHECK (implementation_type IN ('builtin', 'api', 'workflow', 'external')),
  implementation_ref TEXT NOT NULL DEFAULT '',
  code_json TEXT NOT NULL,                  -- the definition, as design section 4 describes it
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'deprecated')),
  is_public INTEGER NOT NULL DEFAULT 0,
  usage_count INTEGER NOT NULL DEFAULT 0,
  last_used_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  effect TEXT NOT NULL DEFAULT 'write' CHECK (effect IN ('read', 'write', 'destructive')),
  aliases_json TEXT NOT NULL DEFAULT '[]',
  requires_json TEXT NOT NULL DEFAULT '[]',
  rollback_json TEXT,
  timeout_s INTEGER,
  retry_json TEXT,
  examples_json TEXT NOT NULL DEFAULT '[]',
  digest TEXT NOT NULL                      -- SHA-256 of the canonical definition: equal digest, no new version
) WITHOUT ROWID;
CREATE UNIQUE INDEX commands_by_slug ON agent_commands (slug, tenant_id);

CREATE TABLE command_versions (
  command_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  command_json TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (command_id, version)
) WITHOUT ROWID;

CREATE TABLE workflow_executions (
  id TEXT PRIMARY KEY,                      -- run_..., sortable by creation
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  command TEXT NOT NULL,
  command_version INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'rolling_back', 'succeeded', 'failed', 'rejected', 'cancelled')),
  rollback_status TEXT NOT NULL DEFAULT 'none' CHECK (rollback_status IN ('none', 'pending', 'running', 'succeeded', 'failed')),
  version INTEGER NOT NULL DEFAULT 1,       -- every transition is a compare-and-swap on it
  txn TEXT NOT NULL,                        -- stamp of the write that won last
  event_seq INTEGER NOT NULL,               -- seq of the newest event
  fence INTEGER NOT NULL DEFAULT 0,         -- number of the newest job; it only rises
  next_check_at INTEGER,
  throws INTEGER NOT NULL DEFAULT 0,        -- how often reconcile threw on this run in a row
  plan_json TEXT NOT NULL,
  plan_digest TEXT NOT NULL,
  args_json TEXT NOT NULL DEFAULT '{}',
  context_json TEXT NOT NULL DEFAULT '{}',
  note TEXT,
  requested_by_json TEXT NOT NULL,          -- {id, name, type}
  parent_run_id TEXT,
  rerun_of TEXT,
  concurrency_group TEXT,
  outcome TEXT,                             -- the terminal status that a rollback in progress leads to
  cancel_requested_at INTEGER,
  cancel_json TEXT,                         -- {by, reason}
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  deadline_at INTEGER,
  error_json TEXT,
  CHECK (status IN ('succeeded', 'failed', 'rejected', 'cancelled') OR next_check_at IS NOT NULL),
  CHECK ((status IN ('succeeded', 'failed', 'rejected', 'cancelled')) = (finished_at IS NOT NULL))
) WITHOUT ROWID;
CREATE INDEX runs_by_tenant ON workflow_executions (tenant_id, id);
CREATE INDEX runs_due ON workflow_executions (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX runs_by_command ON workflow_executions (tenant_id, command, id);
CREATE INDEX runs_active_group ON workflow_executions (tenant_id, concurrency_group, id)
  WHERE concurrency_group IS NOT NULL AND next_check_at IS NOT NULL;
CREATE INDEX runs_unsuccessful ON workflow_executions (tenant_id, status, id)
  WHERE status IN ('waiting', 'rolling_back', 'failed', 'rejected', 'cancelled');

CREATE TABLE step_executions (
  run_id TEXT NOT NULL,
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'ready', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled', 'unknown')),
  attempt INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  position INTEGER NOT NULL,                -- order in the plan, children of a fan-out after their parent
  job_id TEXT,
  agent_id TEXT,
  exit_code INTEGER,
  outputs_json TEXT,
  error_json TEXT,
  wake_at INTEGER,                          -- a timer: backoff, sleep
  item_json TEXT,                           -- a fan-out child's item
  children INTEGER,                         -- a fan-out parent's planned number of children
  started_at INTEGER,
  started_seq INTEGER,                      -- order of starts within the run; rollback walks it backwards
  finished_at INTEGER,
  rollback_status TEXT NOT NULL DEFAULT 'none' CHECK (rollback_status IN ('none', 'pending', 'running', 'succeeded', 'failed')),
  rollback_attempt INTEGER NOT NULL DEFAULT 0,
  rollback_json TEXT,                       -- {command, job_id, exit_code, error, wake_at}
  PRIMARY KEY (run_id, id)
) WITHOUT ROWID;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,                      -- derived: job_<run>.<step>.<attempt>.<fence>[.undo]
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('agent', 'call')),
  purpose TEXT NOT NULL CHECK (purpose IN ('forward', 'rollback')),
  status TEXT NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'lost', 'cancelled')),
  steps_json TEXT NOT NULL,                 -- JobStep[]: what is to be run, in order
  wanted_agent_id TEXT,                     -- only this agent may take it
  labels_json TEXT NOT NULL DEFAULT '[]',   -- or any agent with all of these
  headroom INTEGER NOT NULL,                -- attempts left over all its steps when queued; the lease takes one
  fence INTEGER NOT NULL,
  agent_id TEXT,
  session INTEGER,
  request_id TEXT,                          -- a repeated ask gets the same lease back
  lease_expires_at INTEGER,
  leased_at INTEGER,
  cancel_requested_at INTEGER,
  report_seq INTEGER NOT NULL DEFAULT 0,
  report_json TEXT,                         -- StepReport[], cumulative
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) WITHOUT ROWID;
-- Covers queued and leased jobs alike, so that a lease does not touch it. A run's jobs are found by their ids' common beginning.
CREATE INDEX jobs_live ON jobs (tenant_id, kind, created_at) WHERE finished_at IS NULL;

CREATE TABLE command_checkpoints (
  id TEXT PRIMARY KEY,                      -- derived: chk_<run>.<step>.<n>
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  name TEXT NOT NULL,
  prompt TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT 'gate' CHECK (reason IN ('gate', 'unknown')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
  policy_json TEXT NOT NULL,                -- quorum, groups, requester_may_vote, expiry_s, on_expiry
  form_json TEXT,
  inputs_json TEXT,                         -- what the deciding form was filled with
  plan_digest TEXT NOT NULL,
  context_json TEXT NOT NULL DEFAULT '{}',  -- what the approver is shown: argv, results so far, rollback
  announced_at INTEGER,
  txn TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  decided_at INTEGER,
  decided_by_json TEXT
) WITHOUT ROWID;
CREATE INDEX checkpoints_by_run ON command_checkpoints (run_id);
CREATE INDEX checkpoints_by_tenant ON command_checkpoints (tenant_id, status, id);

CREATE TABLE checkpoint_votes (
  checkpoint_id TEXT NOT NULL,
  user_id TEXT NOT NULL,                    -- the key: one vote per person
  tenant_id TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')),
  channel TEXT NOT NULL CHECK (channel IN ('api', 'console', 'link', 'slack', 'cli')),
  name TEXT NOT NULL,
  comment TEXT,
  inputs_json TEXT,
  plan_digest TEXT NOT NULL,
  txn TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (checkpoint_id, user_id)
) WITHOUT ROWID;

CREATE TABLE approval_links (
  token_hash TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  checkpoint_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX links_by_checkpoint ON approval_links (checkpoint_id);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY,                      -- derived: checkpoint (or run), person, channel, kind; so a second one cannot be made
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  checkpoint_id TEXT,
  user_id TEXT,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'slack', 'webhook')),
  kind TEXT NOT NULL,
  salt TEXT,                                -- the link's token is HMAC(link key, salt)
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER,
  claimed_until INTEGER,
  error TEXT,
  receipt_json TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER
) WITHOUT ROWID;
CREATE INDEX notifications_due ON notifications (next_try_at) WHERE status = 'pending';
CREATE INDEX notifications_by_run ON notifications (run_id);

CREATE TABLE run_events (
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,                     -- seq of the last event in the row
  tenant_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  txn TEXT NOT NULL,
  events_json TEXT NOT NULL,                -- RunEvent[], one commit's events with consecutive seqs
  PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

CREATE TABLE log_chunks (
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  start INTEGER NOT NULL,                   -- offset of the chunk's first byte within the attempt's log
  bytes INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, step_id, attempt, start)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  owner TEXT NOT NULL,                      -- token id
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER,                           -- of the stored answer; NULL while in flight
  response_json TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, route, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency_keys (created_at);

CREATE TABLE audit (
  tenant_id TEXT NOT NULL,
  seq INTEGER NOT NULL,                     -- without gaps within the tenant
  at INTEGER NOT NULL,
  actor_json TEXT NOT NULL,                 -- {id, name, type}
  action TEXT NOT NULL,                     -- noun.verb
  target TEXT NOT NULL,
  detail_json TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, seq)
) WITHOUT ROWID;
CREATE TABLE audit_seals (
  tenant_id TEXT NOT NULL,
  last_seq INTEGER NOT NULL,                -- the seal covers every entry after the previous seal up to here
  hash TEXT NOT NULL,                       -- SHA-256(previous hash, canonical entries)
  at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, last_seq)
) WITHOUT ROWID;

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
