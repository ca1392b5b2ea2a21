/** Who counts: quorum, group minimums, the requester, stand-ins, people who left. The statement and the pure rule agree. */
import { type VoteOutcome, voteRefusal } from "@tw/shared/approvals/outcome";
import { standing, VOTING_ROLES, whyNoVote } from "@tw/shared/approvals/policy";
import { createStandIn } from "@tw/shared/db/stand-ins";
import { castVote, type VoteRequest } from "@tw/shared/db/votes";
import type { Role } from "@tw/shared/engine/statuses";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DIGEST, NOW, type Person, type Scene, stage, TENANT } from "./scene.ts";

let db: TestD1;
let checkpoint: string;
beforeAll(() => {
  db = openTestD1();
});
afterAll(() => db.close());
beforeEach(() => db.reset());

const person = (id: string, role: Role = "approver", groups: string[] = []): Person => ({
  id: `usr_${id}`,
  name: id,
  role,
  groups,
});
const sam = person("sam", "approver", ["security"]);
const sue = person("sue", "approver", ["security"]);
const amy = person("amy", "owner");
const bob = person("bob", "approver", ["release"]);
const vic = person("vic", "viewer");
const PEOPLE = [sam, sue, amy, bob, vic];

async function scene(of: Scene = {}): Promise<void> {
  ({ checkpoint } = await stage(db, { people: PEOPLE, ...of }));
}
function vote(user: Person, more: Partial<VoteRequest> = {}, now = NOW + 1000): Promise<VoteOutcome> {
  return castVote(
    db,
    {
      tenantId: TENANT,
      checkpointId: checkpoint,
      user,
      decision: "approve",
      channel: "api",
      comment: null,
      inputs: null,
      planDigest: DIGEST,
      ...more,
    },
    now,
  );
}
const rows = (sql: string) => db.sqlite.prepare(sql).all() as Record<string, unknown>[];
const events = () =>
  rows("SELECT events_json FROM run_events ORDER BY seq").flatMap((r) => JSON.parse(r.events_json as string));

describe("a quorum of 2, at least 1 of security", () => {
  const policy = { quorum: 2, policy: { minimums: [{ group: "security", min: 1 }] } };

  test("the same person twice counts once, the requester is refused, a removed member is refused, the second approver completes it", async () => {
    await scene({ ...policy, requestedBy: { id: amy.id, name: amy.name, type: "person" } });
    expect(await vote(bob, { channel: "slack", comment: "fine" })).toMatchObject({
      kind: "voted",
      approvals: 1,
    });
    expect(await vote(bob, { channel: "link" }, NOW + 2000)).toMatchObject({
      kind: "voted",
      approvals: 1,
      repeated: true,
    });
    expect(voteRefusal(await vote(amy))?.message).toMatch(/asked for this run yourself/);
    db.sqlite.exec("UPDATE users SET status = 'removed' WHERE id = 'usr_sue'");
    expect(voteRefusal(await vote(sue))).toMatchObject({ status: 403 });
    expect(await vote(sam, { channel: "console" }, NOW + 3000)).toMatchObject({
      kind: "decided",
      status: "approved",
    });
    expect(events().map((e) => [e.type, e.data.user?.name ?? e.data.by?.name, e.data.channel, e.at])).toEqual(
      [
        ["checkpoint.voted", "bob", "slack", NOW + 1000],
        ["checkpoint.voted", "sam", "console", NOW + 3000],
        ["checkpoint.approved", "sam", "console", NOW + 3000],
      ],
    );
    expect(
      rows(
        "SELECT action, actor_json ->> 'name' AS who, detail_json ->> 'channel' AS channel, at FROM audit ORDER BY seq",
      ),
    ).toEqual([
      { action: "checkpoint.voted", who: "bob", channel: "slack", at: NOW + 1000 },
      { action: "checkpoint.approved", who: "sam", channel: "console", at: NOW + 3000 },
    ]);
  });

  test("two people of whom none is of security leave it open, and the page and API say who is missing", async () => {
    await scene(policy);
    await vote(amy);
    const outcome = await vote(bob);
    expect(outcome).toMatchObject({ kind: "voted", approvals: 2 });
    if (outcome.kind !== "voted") return;
    expect(standing(outcome.checkpoint.policy, outcome.votes, DIGEST).missing).toEqual([
      { group: "security", left: 1 },
    ]);
    expect(await vote(sam)).toMatchObject({ kind: "decided" });
  });

  test("a vote of somebody who was removed, or left the group, afterwards does not count", async () => {
    await scene(policy);
    await vote(sam);
    db.sqlite.exec("UPDATE users SET status = 'removed' WHERE id = 'usr_sam'");
    expect(await vote(bob)).toMatchObject({ kind: "voted", approvals: 1 });
    await vote(sue);
    expect(rows("SELECT status FROM command_checkpoints")).toEqual([{ status: "approved" }]);
  });

  test("somebody who joins the group after voting votes once more, and it counts", async () => {
    await scene(policy);
    await vote(amy);
    await vote(bob);
    db.sqlite.exec(
      `UPDATE users SET groups_json = '["security"]', updated_at = ${NOW + 2000} WHERE id = 'usr_bob'`,
    );
    expect(await vote(bob, {}, NOW + 3000)).toMatchObject({ kind: "decided", status: "approved" });
  });
});

describe("stand-ins", () => {
  const by = { id: amy.id, name: amy.name, type: "person" as const };
  const away = { tenantId: TENANT, userId: sam.id, standInId: vic.id, from: NOW, until: NOW + 10_000, by };

  test("between the two times the stand-in speaks with the absent person's role and groups, and not a moment longer", async () => {
    await scene({ groups: ["security"] });
    await createStandIn(db, away, NOW);
    expect(voteRefusal(await vote(vic, {}, NOW - 1))).toMatchObject({ status: 403 });
    expect(voteRefusal(await vote(vic, {}, NOW + 10_000))).toMatchObject({ status: 403 });
    expect(await vote(vic, {}, NOW + 9_999)).toMatchObject({ kind: "decided" });
  });

  test("one say is not two: when the absent person votes, the stand-in's vote no longer counts", async () => {
    await scene({ quorum: 2 });
    await createStandIn(db, away, NOW);
    expect(await vote(vic)).toMatchObject({ kind: "voted", approvals: 1 });
    expect(await vote(sam)).toMatchObject({ kind: "voted", approvals: 1 });
    expect(await vote(amy)).toMatchObject({ kind: "decided" });
  });

  test("the requester lends nobody a say", async () => {
    await scene({ requestedBy: { id: sam.id, name: sam.name, type: "person" } });
    await createStandIn(db, away, NOW);
    expect(voteRefusal(await vote(vic))).toMatchObject({ status: 403 });
  });

  test("one stand-in at a time, people of the workspace only", async () => {
    await scene();
    expect(await createStandIn(db, away, NOW)).toMatchObject({ stand_in_id: vic.id });
    expect(
      await createStandIn(db, { ...away, standInId: bob.id, from: NOW + 9_999, until: NOW + 20_000 }, NOW),
    ).toBe("overlaps");
    expect(
      await createStandIn(db, { ...away, standInId: bob.id, from: NOW + 10_000, until: NOW + 20_000 }, NOW),
    ).toMatchObject({ stand_in_id: bob.id });
    expect(await createStandIn(db, { ...away, standInId: "usr_nobody", userId: bob.id }, NOW)).toBe(
      "unknown_person",
    );
  });
});

test("after the escalation the other group may vote and counts for every group; before, it does not", async () => {
  const policy = { minimums: [{ group: "security", min: 1 }], escalate: { after_s: 60, to: "release" } };
  await scene({ groups: ["security"], policy });
  expect(voteRefusal(await vote(bob))).toMatchObject({ status: 403 });
  db.sqlite.exec(`UPDATE command_checkpoints SET escalated_at = ${NOW}`);
  expect(await vote(bob)).toMatchObject({ kind: "decided", status: "approved" });
});

test("where a link is not enough it decides nothing without a session; other channels are not concerned", async () => {
  await scene({ policy: { sign_in: true } });
  db.sqlite.exec(
    `INSERT INTO approval_links (token_hash, tenant_id, checkpoint_id, user_id, created_at, expires_at) VALUES ('h', '${TENANT}', '${checkpoint}', 'usr_amy', 0, ${NOW + 1e9})`,
  );
  const before = db.tables();
  expect(voteRefusal(await vote(amy, { channel: "link", link: "h" }))).toMatchObject({
    status: 403,
    message: expect.stringMatching(/Sign in/),
  });
  expect(db.tables()).toEqual(before);
  expect(await vote(amy, { channel: "link", link: "h", signedIn: true })).toMatchObject({ kind: "decided" });
});

test("a vote for a plan that is not the run's any more counts nowhere", async () => {
  await scene();
  db.sqlite.exec("UPDATE workflow_executions SET plan_digest = 'another'");
  const before = db.tables();
  for (const planDigest of [DIGEST, null, "another"])
    expect(voteRefusal(await vote(amy, { planDigest }))).toMatchObject({ status: 409 });
  expect(db.tables()).toEqual(before);
});

test("the statement and the pure rule agree, whatever people, groups, stand-ins and removals there are", async () => {
  const names = ["a", "b", "c", "d"];
  const group = fc.constantFrom<string>("g", "h");
  const people = fc.tuple(
    ...names.map(() =>
      fc.record({
        role: fc.constantFrom<Role>("owner", "approver", "approver", "operator", "viewer"),
        groups: fc.uniqueArray(group, { maxLength: 2 }),
      }),
    ),
  );
  const policies = fc.record({
    quorum: fc.integer({ min: 1, max: 3 }),
    groups: fc.uniqueArray(group, { maxLength: 1 }),
    minimums: fc.uniqueArray(fc.record({ group, min: fc.integer({ min: 1, max: 2 }) }), {
      maxLength: 2,
      selector: (m) => m.group,
    }),
    requester_may_vote: fc.boolean(),
  });
  const acts = fc.array(
    fc.record({ who: fc.nat(3), what: fc.constantFrom("vote", "vote", "vote", "remove", "regroup") }),
    { minLength: 1, maxLength: 8 },
  );
  const standIn = fc.option(fc.tuple(fc.nat(3), fc.nat(3)), { nil: null });
  await fc.assert(
    fc.asyncProperty(
      people,
      policies,
      acts,
      standIn,
      fc.nat(3),
      async (who, policy, todo, replaced, requester) => {
        db.reset();
        const all = names.map((name, i) => ({
          ...person(name, who[i]?.role, who[i]?.groups),
          removed: false,
        }));
        const requestedBy = { id: all[requester]?.id ?? "", name: "r", type: "person" as const };
        await scene({
          people: all,
          quorum: policy.quorum,
          groups: policy.groups,
          requesterMayVote: policy.requester_may_vote,
          policy: { minimums: policy.minimums },
          requestedBy,
        });
        const [absent, deputy] = (replaced ?? []).map((i) => all[i]);
        const standsIn = absent && deputy && absent !== deputy;
        if (standsIn)
          await createStandIn(
            db,
            {
              tenantId: TENANT,
              userId: absent.id,
              standInId: deputy.id,
              from: 0,
              until: NOW * 2,
              by: requestedBy,
            },
            NOW,
          );
        const votes = new Set<string>();
        const faces = (one: (typeof all)[number]) =>
          standsIn &&
          deputy === one &&
          !votes.has(absent.id) &&
          !absent.removed &&
          absent.id !== requestedBy.id
            ? [absent]
            : [];
        const may = (one: (typeof all)[number]) =>
          !one.removed && whyNoVote(policy, { ...one, standsInFor: faces(one) }, requestedBy) === null;
        const asked = [...policy.groups, ...policy.minimums.map((m) => m.group)];
        const speaksFor = (one: (typeof all)[number]) =>
          [one, ...faces(one)]
            .filter((face) => VOTING_ROLES.includes(face.role))
            .filter((face) => policy.groups.length === 0 || face.groups.some((name) => asked.includes(name)))
            .flatMap((face) => face.groups);
        let now = NOW + 1000;
        for (const { who: index, what } of todo) {
          now += 10;
          const one = all[index] as (typeof all)[number];
          if (what === "remove") {
            one.removed = true;
            db.sqlite.exec(`UPDATE users SET status = 'removed', updated_at = ${now} WHERE id = '${one.id}'`);
          } else if (what === "regroup") {
            one.groups = one.groups.includes("g") ? ["h"] : ["g"];
            db.sqlite.exec(
              `UPDATE users SET groups_json = '${JSON.stringify(one.groups)}', updated_at = ${now} WHERE id = '${one.id}'`,
            );
          } else {
            const allowed = may(one);
            const outcome = await vote(one, {}, now);
            if (!allowed) {
              expect(outcome.kind).toBe("forbidden");
              continue;
            }
            votes.add(one.id);
            const counted = all
              .filter(({ id }) => votes.has(id))
              .map((voter) => ({
                userId: voter.id,
                decision: "approve" as const,
                planDigest: DIGEST,
                groups: may(voter) ? speaksFor(voter) : null,
              }));
            const expected = standing(policy, counted, DIGEST);
            // A vote that was there already and changed nothing decides nothing, however people's groups moved meanwhile.
            if (outcome.kind === "voted" && outcome.repeated) continue;
            expect(outcome.kind).toBe(expected.decided === "approved" ? "decided" : "voted");
            if (outcome.kind === "voted") expect(outcome.approvals).toBe(expected.approvals);
            else return;
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});
