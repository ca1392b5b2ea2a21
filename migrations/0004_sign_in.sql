-- Signing in: sessions of browsers, the links and redirects that begin them, and who somebody is at a sign-in provider.

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,                    -- SHA-256 of the cookie's value, hex; the value itself is never stored
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,                       -- the person's at sign-in; another role ends the session
  method TEXT NOT NULL CHECK (method IN ('mail', 'console', 'oidc', 'access')),
  user_agent TEXT,                          -- so that people recognise their own
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,              -- the absolute end, however busy it is
  revoked_at INTEGER
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id, id);

CREATE TABLE sign_in_links (
  hash TEXT PRIMARY KEY,                    -- SHA-256 of the link's token; the salt of a mailed one stands with its notification
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

-- One redirect to a sign-in provider, until its answer comes back to the same browser. Nobody is known yet, so no tenant.
CREATE TABLE oauth_states (
  state_hash TEXT PRIMARY KEY,
  browser_hash TEXT NOT NULL,               -- of a cookie: the answer must come through the browser that asked
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,                   -- PKCE
  return_to TEXT NOT NULL,
  workspace TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX oauth_states_by_age ON oauth_states (expires_at);

-- Who a person is at a provider: bound at the first sign-in, so that an address given to somebody else opens nothing.
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

ALTER TABLE users ADD COLUMN preferences_json TEXT NOT NULL DEFAULT '{}';  -- which channel may tell this person what
CREATE INDEX users_by_address ON users (email);

-- Whatever speaks for somebody: a token, or the cookie of a session.
CREATE VIEW bearers AS
  SELECT hash, tenant_id, user_id FROM tokens UNION ALL SELECT hash, tenant_id, user_id FROM sessions;
