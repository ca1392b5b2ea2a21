-- What starts commands without a person at that moment: schedules, and signed webhooks that come in.

CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  cron TEXT NOT NULL,                       -- five fields
  time_zone TEXT NOT NULL,
  command TEXT NOT NULL,
  ask_json TEXT NOT NULL,                   -- args, agent, cwd, checkpoint, note: as POST /execute takes them
  overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'allow')),
  catch_up INTEGER NOT NULL,                -- after a time in which nothing ran: one run for all that was missed
  enabled INTEGER NOT NULL,
  user_id TEXT NOT NULL,                    -- who last set it: runs are asked for by them, with the rights they have then
  next_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX schedules_by_tenant ON schedules (tenant_id, id);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL AND enabled = 1;

CREATE TABLE schedule_fires (
  schedule_id TEXT NOT NULL,
  due_at INTEGER NOT NULL,                  -- the key: one moment fires once, however many sweeps see it
  tenant_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'started', 'refused', 'skipped')),
  run_id TEXT NOT NULL,                     -- derived from schedule and moment, so that a second one cannot be made
  missed INTEGER NOT NULL DEFAULT 0,        -- moments that passed while nothing ran, and that this one stands for
  message TEXT,
  claimed_until INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (schedule_id, due_at)
) WITHOUT ROWID;
CREATE INDEX schedule_fires_open ON schedule_fires (claimed_until) WHERE status = 'pending';

CREATE TABLE hooks (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  command TEXT NOT NULL,
  ask_json TEXT NOT NULL,
  map_json TEXT NOT NULL,                   -- argument → path into the body
  when_json TEXT NOT NULL,                  -- path → value the body must have there
  events_json TEXT NOT NULL,                -- of GitHub: only these
  scheme TEXT NOT NULL CHECK (scheme IN ('standard', 'github')),
  secret_sealed TEXT NOT NULL,              -- AES-GCM under a key derived from the link key and this id
  old_secret_sealed TEXT,                   -- after a change the one before still signs for a while
  old_secret_until INTEGER,
  enabled INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX hooks_by_tenant ON hooks (tenant_id, id);

CREATE TABLE hook_deliveries (
  hook_id TEXT NOT NULL,
  message_id TEXT NOT NULL,                 -- the key: one message starts one run
  tenant_id TEXT NOT NULL,
  label TEXT NOT NULL,                      -- what the sender calls it
  status TEXT NOT NULL CHECK (status IN ('pending', 'started', 'ignored', 'refused')),
  run_id TEXT,
  message TEXT,
  tries INTEGER NOT NULL DEFAULT 1,
  at INTEGER NOT NULL,
  PRIMARY KEY (hook_id, message_id)
) WITHOUT ROWID;
CREATE INDEX hook_deliveries_by_time ON hook_deliveries (hook_id, at);
