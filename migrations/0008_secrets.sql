-- Secrets kept by the workspace, and receipts: what the approvals service has signed for an agent.

CREATE TABLE secrets (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,                     -- which key of SECRETS_KEY it is under
  sealed TEXT NOT NULL,                     -- AES-GCM: nonce and ciphertext, bound to tenant and name
  version INTEGER NOT NULL,                 -- counts its values
  updated_by_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;

CREATE TABLE receipts (
  job_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  checkpoint_id TEXT,                       -- the question it rests on; null: nothing asked for one
  receipt_json TEXT NOT NULL,               -- as the agent got it, signature and all
  issued_at INTEGER NOT NULL,
  PRIMARY KEY (job_id, step_id)
) WITHOUT ROWID;
