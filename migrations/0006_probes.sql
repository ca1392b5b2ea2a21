-- What agents found of prerequisites, where commands of files that people already had came from, and runs by what they undo.

CREATE TABLE probes (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  cwd TEXT NOT NULL,                        -- relative to the agent's root; '' is the root
  requirement TEXT NOT NULL,                -- canonical JSON of what was looked for, without fix, install and when
  state TEXT NOT NULL CHECK (state IN ('met', 'missing', 'unknown')),
  found TEXT,                               -- "wrangler 4.48.0 at node_modules/.bin/wrangler"
  message TEXT,                             -- what is missing, for a person
  probed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, cwd, requirement)
) WITHOUT ROWID;

CREATE TABLE imported_commands (
  tenant_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,                       -- of the file, relative to where the command runs
  name TEXT NOT NULL,                       -- in the file: of the script, target, recipe, workflow
  command_json TEXT NOT NULL,               -- as the file had it; what a person changed since is the difference
  imported_by TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, slug)
) WITHOUT ROWID;
CREATE INDEX imported_by_file ON imported_commands (tenant_id, kind, path);

CREATE INDEX runs_by_parent ON workflow_executions (tenant_id, parent_run_id, id) WHERE parent_run_id IS NOT NULL;
