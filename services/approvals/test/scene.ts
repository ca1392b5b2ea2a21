/** A tenant with people, a waiting run and its open checkpoint, written straight into the tables: what a gate looks like from outside the engine. */
import type { CheckpointPolicy, FormField } from "@tw/shared/contracts/definition";
import { checkpointId } from "@tw/shared/ids";

export const NOW = 1_790_000_000_000;
export const TENANT = "ten_scene";
export const DIGEST = "d".repeat(64);

export interface Person {
  id: string;
  name: string;
  role: "owner" | "operator" | "approver" | "viewer";
  groups: string[];
}
export const ada: Person = { id: "usr_ada", name: "Ada Lovelace", role: "owner", groups: [] };
export const ben: Person = { id: "usr_ben", name: "Ben Bitdiddle", role: "approver", groups: ["release"] };
export const cleo: Person = { id: "usr_cleo", name: "Cleo", role: "operator", groups: ["release"] };
export const dan: Person = { id: "usr_dan", name: "Dan", role: "viewer", groups: [] };
export const PEOPLE = [ada, ben, cleo, dan];

export interface Scene {
  tenant?: string;
  run?: string;
  quorum?: number;
  groups?: string[];
  requesterMayVote?: boolean;
  /** More of the policy. */
  policy?: Partial<CheckpointPolicy>;
  form?: FormField[];
  expiresAt?: number | null;
  requestedBy?: { id: string; name: string; type: string };
  prompt?: string;
  note?: string | null;
  context?: object;
  people?: Person[];
  createdAt?: number;
}

/** Writes the scene and returns the checkpoint's id. */
export async function stage(
  db: D1Database,
  scene: Scene = {},
): Promise<{ run: string; checkpoint: string; tenant: string }> {
  const tenant = scene.tenant ?? TENANT;
  const run = scene.run ?? "run_scene00000000000000001";
  const at = scene.createdAt ?? NOW;
  const checkpoint = checkpointId(run, "deploy", 1);
  const requestedBy = scene.requestedBy ?? { id: cleo.id, name: cleo.name, type: "person" };
  const policy = {
    quorum: scene.quorum ?? 1,
    groups: scene.groups ?? [],
    requester_may_vote: scene.requesterMayVote ?? false,
    expires_s: 3600,
    form: [],
    ...scene.policy,
  };
  const expiresAt = scene.expiresAt === undefined ? at + 3_600_000 : scene.expiresAt;
  await db.batch([
    db
      .prepare("INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
      .bind(tenant, "Example Works", at),
    db
      .prepare(
        `INSERT INTO users (id, tenant_id, email, name, role, groups_json, created_at, updated_at)
         SELECT j.value ->> 'id', ?2, lower(substr(j.value ->> 'id', 5)) || '@example.com', j.value ->> 'name', j.value ->> 'role',
           j.value -> 'groups', ?3, ?3 FROM json_each(?1) j WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(scene.people ?? PEOPLE), tenant, at),
    db
      .prepare(
        `INSERT INTO workflow_executions (id, tenant_id, command, command_version, status, txn, event_seq, next_check_at, plan_json,
           plan_digest, requested_by_json, note, created_at)
         VALUES (?, ?, 'workflow-deploy', 1, 'waiting', 'txn_start', 4, ?, '{}', ?, ?, ?, ?)`,
      )
      .bind(run, tenant, at + 300_000, DIGEST, JSON.stringify(requestedBy), scene.note ?? null, at),
    db
      .prepare(
        `INSERT INTO command_checkpoints (id, tenant_id, run_id, step_id, name, prompt, status, policy_json, form_json, plan_digest,
           context_json, created_at, expires_at) VALUES (?, ?, ?, 'deploy', 'pre-deploy', ?, 'pending', ?, ?, ?, ?, ?, ?)`,
      )
      .bind(
        checkpoint,
        tenant,
        run,
        scene.prompt ?? "Deploy to production?",
        JSON.stringify(policy),
        JSON.stringify(scene.form ?? []),
        DIGEST,
        JSON.stringify(scene.context ?? {}),
        at,
        expiresAt,
      ),
  ]);
  return { run, checkpoint, tenant };
}
