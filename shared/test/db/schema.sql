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

CREATE INDEX commands_by_change ON agent_commands (tenant_id, updated_at);

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
, facts_at INTEGER) WITHOUT ROWID;

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

CREATE TABLE approval_policies (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  enabled INTEGER NOT NULL DEFAULT 1,
  match_json TEXT NOT NULL,
  require_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

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

CREATE VIEW bearers AS
  SELECT hash, tenant_id, user_id FROM tokens UNION ALL SELECT hash, tenant_id, user_id FROM sessions;

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

CREATE TABLE clients (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  company TEXT,
  phone TEXT,
  notes TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
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
, next_tell_at INTEGER, reminders INTEGER NOT NULL DEFAULT 0, escalated_at INTEGER, changed_json TEXT, break_glass_json TEXT) WITHOUT ROWID;

CREATE INDEX checkpoints_break_glass ON command_checkpoints (tenant_id, id) WHERE break_glass_json IS NOT NULL;

CREATE INDEX checkpoints_by_run ON command_checkpoints (run_id);

CREATE INDEX checkpoints_by_tenant ON command_checkpoints (tenant_id, status, id);

CREATE INDEX checkpoints_tell ON command_checkpoints (next_tell_at) WHERE next_tell_at IS NOT NULL;

CREATE TABLE command_usage (
  tenant_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  command TEXT NOT NULL,
  runs INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id, command)
) WITHOUT ROWID;

CREATE TABLE command_versions (
  command_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  command_json TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL, source TEXT,
  PRIMARY KEY (command_id, version)
) WITHOUT ROWID;

CREATE TABLE costs (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  spent_on TEXT NOT NULL,
  category TEXT NOT NULL,
  vendor TEXT,
  description TEXT,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('manual', 'csv')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;

CREATE INDEX costs_by_day ON costs (tenant_id, spent_on, id);

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX dead_letters_by_age ON dead_letters (at);

CREATE TABLE deployments (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  worker TEXT NOT NULL,
  environment TEXT NOT NULL,
  version_id TEXT,
  url TEXT,
  commit_sha TEXT,
  branch TEXT,
  run_id TEXT,
  note TEXT,
  deployed_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;

CREATE INDEX deployments_by_worker ON deployments (tenant_id, worker, environment, id);

CREATE TABLE employees (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  title TEXT,
  department TEXT,
  started_on TEXT,
  ended_on TEXT,
  monthly_cost_minor INTEGER,
  currency TEXT,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'left')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX employees_by_email ON employees (tenant_id, email) WHERE email IS NOT NULL;

CREATE TABLE grants (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subject_type TEXT NOT NULL CHECK (subject_type IN ('user', 'group')),
  subject TEXT NOT NULL,
  scope TEXT NOT NULL,
  granted_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (tenant_id, subject_type, subject, scope)
) WITHOUT ROWID;

CREATE TABLE hook_deliveries (
  hook_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  label TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'started', 'ignored', 'refused')),
  run_id TEXT,
  message TEXT,
  tries INTEGER NOT NULL DEFAULT 1,
  at INTEGER NOT NULL,
  PRIMARY KEY (hook_id, message_id)
) WITHOUT ROWID;

CREATE INDEX hook_deliveries_by_time ON hook_deliveries (hook_id, at);

CREATE TABLE hooks (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  command TEXT NOT NULL,
  ask_json TEXT NOT NULL,
  map_json TEXT NOT NULL,
  when_json TEXT NOT NULL,
  events_json TEXT NOT NULL,
  scheme TEXT NOT NULL CHECK (scheme IN ('standard', 'github')),
  secret_sealed TEXT NOT NULL,
  old_secret_sealed TEXT,
  old_secret_until INTEGER,
  enabled INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX hooks_by_tenant ON hooks (tenant_id, id);

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

CREATE TABLE identities (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject, tenant_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX identities_by_user ON identities (tenant_id, user_id, issuer);

CREATE TABLE imported_commands (
  tenant_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  command_json TEXT NOT NULL,
  imported_by TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, slug)
) WITHOUT ROWID;

CREATE INDEX imported_by_file ON imported_commands (tenant_id, kind, path);

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

CREATE TRIGGER knowledge_added AFTER INSERT ON knowledge BEGIN
  INSERT INTO knowledge_index (rowid, tenant_id, title, body, tags) VALUES (new.num, new.tenant_id, new.title, new.body, new.tags);
END;

CREATE TRIGGER knowledge_changed AFTER UPDATE ON knowledge BEGIN
  INSERT INTO knowledge_index (knowledge_index, rowid, tenant_id, title, body, tags)
  VALUES ('delete', old.num, old.tenant_id, old.title, old.body, old.tags);
  INSERT INTO knowledge_index (rowid, tenant_id, title, body, tags) VALUES (new.num, new.tenant_id, new.title, new.body, new.tags);
END;

CREATE TRIGGER knowledge_removed AFTER DELETE ON knowledge BEGIN
  INSERT INTO knowledge_index (knowledge_index, rowid, tenant_id, title, body, tags)
  VALUES ('delete', old.num, old.tenant_id, old.title, old.body, old.tags);
END;

CREATE TABLE knowledge (
  num INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  tags TEXT NOT NULL DEFAULT '',
  url TEXT,
  created_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, id)
);

CREATE VIRTUAL TABLE knowledge_index USING fts5 (
  tenant_id, title, body, tags, content = 'knowledge', content_rowid = 'num', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE 'knowledge_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'knowledge_index_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'knowledge_index_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'knowledge_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

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
, data_json TEXT, open INTEGER NOT NULL DEFAULT 0, attempts_before INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE INDEX notifications_by_checkpoint ON notifications (checkpoint_id) WHERE checkpoint_id IS NOT NULL;

CREATE INDEX notifications_by_run ON notifications (run_id);

CREATE INDEX notifications_by_tenant ON notifications (tenant_id, status, created_at);

CREATE INDEX notifications_due ON notifications (next_try_at) WHERE status = 'pending';

CREATE INDEX notifications_open ON notifications (open, run_id) WHERE open = 1;

CREATE TABLE oauth_states (
  state_hash TEXT PRIMARY KEY,
  browser_hash TEXT NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  return_to TEXT NOT NULL,
  workspace TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX oauth_states_by_age ON oauth_states (expires_at);

CREATE TABLE people_groups (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

CREATE TABLE probes (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  cwd TEXT NOT NULL,
  requirement TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('met', 'missing', 'unknown')),
  found TEXT,
  message TEXT,
  probed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, cwd, requirement)
) WITHOUT ROWID;

CREATE TABLE receipts (
  job_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  checkpoint_id TEXT,
  receipt_json TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  PRIMARY KEY (job_id, step_id)
) WITHOUT ROWID;

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

CREATE TABLE schedule_fires (
  schedule_id TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'started', 'refused', 'skipped')),
  run_id TEXT NOT NULL,
  missed INTEGER NOT NULL DEFAULT 0,
  message TEXT,
  claimed_until INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (schedule_id, due_at)
) WITHOUT ROWID;

CREATE INDEX schedule_fires_open ON schedule_fires (claimed_until) WHERE status = 'pending';

CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  command TEXT NOT NULL,
  ask_json TEXT NOT NULL,
  overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'allow')),
  catch_up INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  next_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX schedules_by_tenant ON schedules (tenant_id, id);

CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL AND enabled = 1;

CREATE TABLE secrets (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

CREATE TABLE services (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  driver TEXT NOT NULL CHECK (driver IN ('process', 'systemd', 'compose')),
  definition_json TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'unknown' CHECK (status IN ('unknown', 'stopped', 'starting', 'running', 'failed')),
  status_json TEXT,
  status_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('mail', 'console', 'oidc', 'access')),
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id, id);

CREATE TABLE sign_in_links (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('mail', 'invitation', 'console')),
  return_to TEXT NOT NULL DEFAULT '/',
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) WITHOUT ROWID;

CREATE INDEX sign_in_links_by_user ON sign_in_links (tenant_id, user_id, created_at);

CREATE TABLE slack_requests (
  signature TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX slack_requests_by_age ON slack_requests (at);

CREATE TABLE stand_ins (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  stand_in_id TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL CHECK (until_at > from_at),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX stand_ins_by_person ON stand_ins (tenant_id, user_id);

CREATE INDEX stand_ins_by_stand_in ON stand_ins (tenant_id, stand_in_id);

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
, last_used_at INTEGER) WITHOUT ROWID;

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
, preferences_json TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID;

CREATE INDEX users_by_address ON users (email);

CREATE UNIQUE INDEX users_by_email ON users (tenant_id, email);

CREATE INDEX users_by_slack ON users (slack_user_id) WHERE slack_user_id IS NOT NULL;

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

CREATE INDEX runs_by_parent ON workflow_executions (tenant_id, parent_run_id, id) WHERE parent_run_id IS NOT NULL;

CREATE INDEX runs_by_tenant ON workflow_executions (tenant_id, id);

CREATE INDEX runs_due ON workflow_executions (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE INDEX runs_unsuccessful ON workflow_executions (tenant_id, status, id)
  WHERE status IN ('waiting', 'rolling_back', 'failed', 'rejected', 'cancelled');

CREATE TABLE workspace (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL DEFAULT 1
, usage_run TEXT, usage_at INTEGER);
