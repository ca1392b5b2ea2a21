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
  code_json TEXT NOT NULL,
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
  digest TEXT NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX commands_by_slug ON agent_commands (slug, tenant_id);

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  labels_json TEXT NOT NULL DEFAULT '[]',
  status TEXT NOT NULL DEFAULT 'offline' CHECK (status IN ('online', 'offline', 'draining')),
  session INTEGER NOT NULL DEFAULT 0,
  hello_json TEXT,
  facts_json TEXT,
  last_seen_at INTEGER,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX agents_by_tenant ON agents (tenant_id);

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

CREATE TABLE audit (
  tenant_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor_json TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail_json TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, seq)
) WITHOUT ROWID;

CREATE TABLE audit_seals (
  tenant_id TEXT NOT NULL,
  last_seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, last_seq)
) WITHOUT ROWID;

CREATE TABLE checkpoint_votes (
  checkpoint_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
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

CREATE TABLE command_checkpoints (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  name TEXT NOT NULL,
  prompt TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT 'gate' CHECK (reason IN ('gate', 'unknown')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
  policy_json TEXT NOT NULL,
  form_json TEXT,
  inputs_json TEXT,
  plan_digest TEXT NOT NULL,
  context_json TEXT NOT NULL DEFAULT '{}',
  announced_at INTEGER,
  txn TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  decided_at INTEGER,
  decided_by_json TEXT
) WITHOUT ROWID;

CREATE INDEX checkpoints_by_run ON command_checkpoints (run_id);

CREATE INDEX checkpoints_by_tenant ON command_checkpoints (tenant_id, status, id);

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

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  owner TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER,
  response_json TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, route, key)
) WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency_keys (created_at);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('agent', 'call')),
  purpose TEXT NOT NULL CHECK (purpose IN ('forward', 'rollback')),
  status TEXT NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'lost', 'cancelled')),
  steps_json TEXT NOT NULL,
  wanted_agent_id TEXT,
  labels_json TEXT NOT NULL DEFAULT '[]',
  headroom INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  agent_id TEXT,
  session INTEGER,
  request_id TEXT,
  lease_expires_at INTEGER,
  leased_at INTEGER,
  cancel_requested_at INTEGER,
  report_seq INTEGER NOT NULL DEFAULT 0,
  report_json TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) WITHOUT ROWID;

CREATE INDEX jobs_live ON jobs (tenant_id, kind, created_at) WHERE finished_at IS NULL;

CREATE TABLE log_chunks (
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  start INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, step_id, attempt, start)
) WITHOUT ROWID;

CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  checkpoint_id TEXT,
  user_id TEXT,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'slack', 'webhook')),
  kind TEXT NOT NULL,
  salt TEXT,
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER,
  claimed_until INTEGER,
  error TEXT,
  receipt_json TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER
) WITHOUT ROWID;

CREATE INDEX notifications_by_run ON notifications (run_id);

CREATE INDEX notifications_due ON notifications (next_try_at) WHERE status = 'pending';

CREATE TABLE run_events (
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  txn TEXT NOT NULL,
  events_json TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

CREATE TABLE step_executions (
  run_id TEXT NOT NULL,
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'ready', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled', 'unknown')),
  attempt INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  position INTEGER NOT NULL,
  job_id TEXT,
  agent_id TEXT,
  exit_code INTEGER,
  outputs_json TEXT,
  error_json TEXT,
  wake_at INTEGER,
  item_json TEXT,
  children INTEGER,
  started_at INTEGER,
  started_seq INTEGER,
  finished_at INTEGER,
  rollback_status TEXT NOT NULL DEFAULT 'none' CHECK (rollback_status IN ('none', 'pending', 'running', 'succeeded', 'failed')),
  rollback_attempt INTEGER NOT NULL DEFAULT 0,
  rollback_json TEXT,
  PRIMARY KEY (run_id, id)
) WITHOUT ROWID;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
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

CREATE TABLE workflow_executions (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  command TEXT NOT NULL,
  command_version INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'rolling_back', 'succeeded', 'failed', 'rejected', 'cancelled')),
  rollback_status TEXT NOT NULL DEFAULT 'none' CHECK (rollback_status IN ('none', 'pending', 'running', 'succeeded', 'failed')),
  version INTEGER NOT NULL DEFAULT 1,
  txn TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  fence INTEGER NOT NULL DEFAULT 0,
  next_check_at INTEGER,
  throws INTEGER NOT NULL DEFAULT 0,
  plan_json TEXT NOT NULL,
  plan_digest TEXT NOT NULL,
  args_json TEXT NOT NULL DEFAULT '{}',
  context_json TEXT NOT NULL DEFAULT '{}',
  note TEXT,
  requested_by_json TEXT NOT NULL,
  parent_run_id TEXT,
  rerun_of TEXT,
  concurrency_group TEXT,
  outcome TEXT,
  cancel_requested_at INTEGER,
  cancel_json TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  deadline_at INTEGER,
  error_json TEXT,
  CHECK (status IN ('succeeded', 'failed', 'rejected', 'cancelled') OR next_check_at IS NOT NULL),
  CHECK ((status IN ('succeeded', 'failed', 'rejected', 'cancelled')) = (finished_at IS NOT NULL))
) WITHOUT ROWID;

CREATE INDEX runs_active_group ON workflow_executions (tenant_id, concurrency_group, id)
  WHERE concurrency_group IS NOT NULL AND next_check_at IS NOT NULL;

CREATE INDEX runs_by_command ON workflow_executions (tenant_id, command, id);

CREATE INDEX runs_by_tenant ON workflow_executions (tenant_id, id);

CREATE INDEX runs_due ON workflow_executions (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE INDEX runs_unsuccessful ON workflow_executions (tenant_id, status, id)
  WHERE status IN ('waiting', 'rolling_back', 'failed', 'rejected', 'cancelled');

CREATE TABLE workspace (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL DEFAULT 1
);
