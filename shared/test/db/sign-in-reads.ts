/** The verbs of sign-in, people and automation, called once, so that their SQL can be looked at. */
import {
  deleteHook,
  findHook,
  listDeliveries,
  listHooks,
  readHook,
  takeDelivery,
} from "../../src/db/hooks.ts";
import {
  createIdentitySession,
  createOauthState,
  findPeople,
  takeOauthState,
} from "../../src/db/identities.ts";
import {
  activeRunOf,
  dueSchedules,
  lastFires,
  listFires,
  listSchedules,
  readSchedule,
  type Schedule,
  settleFire,
  takeMoment,
  takeOrphans,
} from "../../src/db/schedules.ts";
import {
  findSession,
  listSessions,
  type NewSession,
  revokeSessions,
  touchSession,
} from "../../src/db/sessions.ts";
import {
  createConsoleLink,
  readSignInLink,
  readSignInLinks,
  requestSignInLinks,
  useSignInLink,
} from "../../src/db/sign-in-links.ts";
import { countVoters, createTenant, votersStatement } from "../../src/db/tenants.ts";
import { personStatement, removeUser } from "../../src/db/users.ts";
import { listVoters } from "../../src/db/voters.ts";

const T = "ten_a";
const U = "usr_a0";
const session: NewSession = {
  id: "ses_1",
  hash: "hash",
  tenantId: T,
  userId: U,
  userName: "Ada",
  method: "mail",
  userAgent: null,
  replaces: "other",
};
const schedule = { id: "sch_1", tenantId: T } as Schedule;
const hook = { id: "hook_1", tenantId: T };

export async function callSignInReads(db: D1Database): Promise<void> {
  await createTenant(db, { id: T, name: "A" }, 1);
  await findSession(db, "hash", 1);
  await listSessions(db, { tenantId: T, userId: U, before: null, limit: 10 }, 1);
  await touchSession(db, { tenantId: T, id: "ses_1" }, 1);
  await revokeSessions(db, { tenantId: T, user: { id: U, name: "Ada" }, except: "ses_1" }, 1);
  const candidates = [{ id: "sil_1", hash: "h1", salt: "s" }];
  await requestSignInLinks(db, { email: "a@example.com", returnTo: "/", candidates }, 1);
  await createConsoleLink(db, { id: "sil_2", hash: "h2", tenantId: T, userId: U }, 1);
  await readSignInLink(db, "h2");
  await readSignInLinks(db, ["sil_1"]);
  await useSignInLink(db, { hash: "h2" }, session, 1);
  const who = { issuer: "https://id.example.com", subject: "s", email: "a@example.com" };
  await findPeople(db, who);
  await createIdentitySession(db, who, { ...session, id: "ses_2", hash: "hash2" }, 1);
  const state = { browserHash: "b", nonce: "n", verifier: "v", returnTo: "/", workspace: null };
  await createOauthState(db, "state", state, 1);
  await takeOauthState(db, "state", 1);
  await votersStatement(db, "hash").all();
  await countVoters(db, T);
  await listVoters(db, T, "chk_1", 1);
  await personStatement(db, T, U).all();
  const audit = db.prepare("SELECT 1");
  await removeUser(db, { tenantId: T, userId: "usr_gone", audit }, 1);
  await dueSchedules(db, 1, 10);
  await listSchedules(db, { tenantId: T, before: null, limit: 10 });
  await readSchedule(db, T, "sch_1");
  await takeMoment(db, schedule, { dueAt: 1, nextAt: 2, runId: "run_1", missed: 0, claimMs: 1 }, 1);
  await takeOrphans(db, 1, 1);
  await settleFire(db, { scheduleId: "sch_1", tenantId: T, dueAt: 1 }, { status: "started", message: null });
  await listFires(db, { tenantId: T, scheduleId: "sch_1", limit: 10 });
  await lastFires(db, { tenantId: T, scheduleIds: ["sch_1"] });
  await activeRunOf(db, { tenantId: T, scheduleId: "sch_1" });
  await findHook(db, "hook_1");
  await readHook(db, T, "hook_1");
  await listHooks(db, { tenantId: T, before: null, limit: 10 });
  await takeDelivery(db, hook, { messageId: "m", label: "m" }, 1);
  await listDeliveries(db, { tenantId: T, hookId: "hook_1", before: null, limit: 10 });
  await deleteHook(db, hook, []);
}
