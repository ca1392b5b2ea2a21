-- Approvals: policies as data, stand-ins, reminders and escalation, questions asked again, break-glass.

CREATE TABLE approval_policies (
  tenant_id TEXT NOT NULL,                  -- 'system': for every workspace of the installation
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  enabled INTEGER NOT NULL DEFAULT 1,
  match_json TEXT NOT NULL,                 -- {effects, environments, tags, commands, tenants}: what is there must match
  require_json TEXT NOT NULL,               -- what a matching step's checkpoint must ask at least
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

CREATE TABLE stand_ins (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  user_id TEXT NOT NULL,                    -- who is away
  stand_in_id TEXT NOT NULL,                -- who votes with that person's role and groups meanwhile
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL CHECK (until_at > from_at),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX stand_ins_by_stand_in ON stand_ins (tenant_id, stand_in_id);
CREATE INDEX stand_ins_by_person ON stand_ins (tenant_id, user_id);

ALTER TABLE command_checkpoints ADD COLUMN next_tell_at INTEGER;              -- when people are to be reminded, or others asked
ALTER TABLE command_checkpoints ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE command_checkpoints ADD COLUMN escalated_at INTEGER;
ALTER TABLE command_checkpoints ADD COLUMN changed_json TEXT;                 -- withdrawn because this changed: [{what, before, after}]
ALTER TABLE command_checkpoints ADD COLUMN break_glass_json TEXT;             -- {by, reason, at, review: {by, comment, at} | null}
CREATE INDEX checkpoints_tell ON command_checkpoints (next_tell_at) WHERE next_tell_at IS NOT NULL;
CREATE INDEX checkpoints_break_glass ON command_checkpoints (tenant_id, id) WHERE break_glass_json IS NOT NULL;
ALTER TABLE agents ADD COLUMN facts_at INTEGER;                               -- when facts_json came
