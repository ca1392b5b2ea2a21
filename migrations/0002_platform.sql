-- The workspace's own records: clients, deployments, employees, costs, knowledge, services; groups and grants of its people.
-- Keys begin with the tenant, so that a tenant's rows lie together and a look-up by id can only ever find its own.

CREATE TABLE clients (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,                         -- cli_...
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

CREATE TABLE deployments (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,                         -- dep_...; of a step derived from run and step, so that it is recorded once
  worker TEXT NOT NULL,
  environment TEXT NOT NULL,
  version_id TEXT,
  url TEXT,
  commit_sha TEXT,
  branch TEXT,
  run_id TEXT,
  note TEXT,
  deployed_by_json TEXT NOT NULL,           -- {id, name, type}
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX deployments_by_worker ON deployments (tenant_id, worker, environment, id);

CREATE TABLE employees (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,                         -- emp_...
  name TEXT NOT NULL,
  email TEXT,
  title TEXT,
  department TEXT,
  started_on TEXT,                          -- YYYY-MM-DD
  ended_on TEXT,
  monthly_cost_minor INTEGER,               -- in the currency's smallest unit
  currency TEXT,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'left')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX employees_by_email ON employees (tenant_id, email) WHERE email IS NOT NULL;

CREATE TABLE costs (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,                         -- cost_...; of an import derived from the row's content, so that a file is taken once
  spent_on TEXT NOT NULL,                   -- YYYY-MM-DD
  category TEXT NOT NULL,
  vendor TEXT,
  description TEXT,
  amount_minor INTEGER NOT NULL,            -- in the currency's smallest unit; negative is a refund
  currency TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('manual', 'csv')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX costs_by_day ON costs (tenant_id, spent_on, id);

-- With a number of its own: full-text search finds rows by it.
CREATE TABLE knowledge (
  num INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,                         -- know_...
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  tags TEXT NOT NULL DEFAULT '',            -- words separated by single spaces
  url TEXT,
  created_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, id)
);
-- The tenant is a column of the index, so that a search never walks other tenants' matches.
CREATE VIRTUAL TABLE knowledge_index USING fts5 (
  tenant_id, title, body, tags, content = 'knowledge', content_rowid = 'num', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER knowledge_added AFTER INSERT ON knowledge BEGIN
  INSERT INTO knowledge_index (rowid, tenant_id, title, body, tags) VALUES (new.num, new.tenant_id, new.title, new.body, new.tags);
END;
CREATE TRIGGER knowledge_removed AFTER DELETE ON knowledge BEGIN
  INSERT INTO knowledge_index (knowledge_index, rowid, tenant_id, title, body, tags)
  VALUES ('delete', old.num, old.tenant_id, old.title, old.body, old.tags);
END;
CREATE TRIGGER knowledge_changed AFTER UPDATE ON knowledge BEGIN
  INSERT INTO knowledge_index (knowledge_index, rowid, tenant_id, title, body, tags)
  VALUES ('delete', old.num, old.tenant_id, old.title, old.body, old.tags);
  INSERT INTO knowledge_index (rowid, tenant_id, title, body, tags) VALUES (new.num, new.tenant_id, new.title, new.body, new.tags);
END;

-- A long-running program that agents keep: what it is, and how an agent last found it.
CREATE TABLE services (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  driver TEXT NOT NULL CHECK (driver IN ('process', 'systemd', 'compose')),
  definition_json TEXT NOT NULL,            -- {description, command: [argv], unit, cwd, env, restart, labels}
  status TEXT NOT NULL DEFAULT 'unknown' CHECK (status IN ('unknown', 'stopped', 'starting', 'running', 'failed')),
  status_json TEXT,                         -- {agent_id, pid, restarts, message}
  status_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

-- What a group is for. Who is in it stands with each person.
CREATE TABLE people_groups (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

-- A scope beyond a person's role, for one person or for a group.
CREATE TABLE grants (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subject_type TEXT NOT NULL CHECK (subject_type IN ('user', 'group')),
  subject TEXT NOT NULL,                    -- user id, or the group's name
  scope TEXT NOT NULL,
  granted_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (tenant_id, subject_type, subject, scope)
) WITHOUT ROWID;

-- The newest of a status first, for what is failing now.
CREATE INDEX dead_letters_by_age ON dead_letters (at);
