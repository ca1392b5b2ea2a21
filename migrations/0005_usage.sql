-- How often who ran what, for ranking, and which state of the library an index was built from.

-- Counted by the tick from the runs themselves, some thousand at a time: a run costs no row of its own here.
CREATE TABLE command_usage (
  tenant_id TEXT NOT NULL,
  person_id TEXT NOT NULL,                  -- '' is everybody of the tenant
  command TEXT NOT NULL,
  runs INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, person_id, command)
) WITHOUT ROWID;
ALTER TABLE workspace ADD COLUMN usage_run TEXT;          -- the newest run that is counted
ALTER TABLE workspace ADD COLUMN usage_at INTEGER;        -- when that was

CREATE INDEX commands_by_change ON agent_commands (tenant_id, updated_at);
