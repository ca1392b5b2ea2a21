/** Policies as data: which step each is about, and what several ask together. */
import { applyPolicies, matches, type PlanFacts, strictest } from "@tw/shared/approvals/plan-policies";
import { type Told, tellingDue } from "@tw/shared/approvals/timers";
import type { ApprovalPolicy, PolicyDemand, PolicyMatch } from "@tw/shared/contracts/approval-policy";
import { checkpointPolicySchema } from "@tw/shared/contracts/definition";
import type { Plan, PlanStep } from "@tw/shared/contracts/plan";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { api, planOf, step } from "../../dispatcher/test/plans.ts";

const policy = (
  match: PolicyMatch,
  require: PolicyDemand = {},
  more: Partial<ApprovalPolicy> = {},
): ApprovalPolicy => ({
  tenant_id: "ten_a",
  name: "rule",
  description: "",
  enabled: true,
  match,
  require,
  created_at: 0,
  updated_at: 0,
  ...more,
});
const facts = (more: Partial<PlanFacts> = {}): PlanFacts => ({
  tenantId: "ten_a",
  context: {},
  categories: new Map([["wrangler-deploy", "deployment"]]),
  soleApprover: false,
  ...more,
});
const deploy = (more: Partial<PlanStep> = {}) =>
  step("deploy", { ...api("echo", {}), command: "wrangler-deploy", effect: "destructive" }, more);
const plan = (args: Plan["args"] = {}, steps: PlanStep[] = [deploy()]): Plan => ({
  ...planOf(steps, { command: "workflow-deploy" }),
  args,
});

describe("what a policy is about", () => {
  test.each<[string, PolicyMatch, Plan, Partial<PlanFacts>, boolean]>([
    ["nothing said: every step", {}, plan(), {}, true],
    ["its effect", { effects: ["destructive"] }, plan(), {}, true],
    ["another effect", { effects: ["write", "read"] }, plan(), {}, false],
    ["the run's environment", { environments: ["production"] }, plan({ env: "Production" }), {}, true],
    ["another environment", { environments: ["production"] }, plan({ env: "staging" }), {}, false],
    ["no environment", { environments: ["production"] }, plan(), {}, false],
    [
      "the context's environment",
      { environments: ["production"] },
      plan(),
      { context: { env: "production" } },
      true,
    ],
    [
      "the step's own environment before the run's",
      { environments: ["production"] },
      plan({ env: "staging" }, [deploy({ args: { env: { value: "production" } } })]),
      {},
      true,
    ],
    [
      "an environment that is known only while running counts as any",
      { environments: ["production"] },
      plan({}, [deploy({ args: { env: { ref: { of: "outputs", step: "a", path: ["env"] } } } })]),
      {},
      true,
    ],
    ["the command's category as a tag", { tags: ["deployment"] }, plan(), {}, true],
    ["a tag of the context", { tags: ["release"] }, plan(), { context: { tags: ["release"] } }, true],
    ["no such tag", { tags: ["release"] }, plan(), { context: { tags: "release" } }, false],
    ["the step's command", { commands: ["wrangler-deploy"] }, plan(), {}, true],
    ["the run's command", { commands: ["workflow-deploy"] }, plan(), {}, true],
    ["a beginning of it", { commands: ["wrangler-*"] }, plan(), {}, true],
    ["another command", { commands: ["git-push"] }, plan(), {}, false],
    ["the tenant", { tenants: ["ten_a", "ten_b"] }, plan(), {}, true],
    ["another tenant", { tenants: ["ten_b"] }, plan(), {}, false],
    [
      "all parts at once",
      { effects: ["destructive"], environments: ["production"] },
      plan({ env: "staging" }),
      {},
      false,
    ],
  ])("%s", (_what, match, of, more, expected) => {
    expect(matches(policy(match), of, of.steps[0] as PlanStep, facts(more))).toBe(expected);
  });

  test("a matching step without a checkpoint gets one, once, and others stay as they are", () => {
    const steps = [step("look", { ...api("noop"), effect: "read" }), deploy({ needs: ["look"] })];
    const rule = policy(
      { effects: ["destructive"] },
      { quorum: 2, minimums: [{ group: "security", min: 1 }] },
    );
    const once = applyPolicies(plan({}, steps), [rule], facts());
    expect(once.steps[0]?.checkpoint).toBeNull();
    expect(once.steps[1]?.checkpoint).toMatchObject({
      name: "rule",
      quorum: 2,
      minimums: [{ group: "security", min: 1 }],
      requester_may_vote: false,
      expires_s: 86_400,
    });
    expect(applyPolicies(once, [rule], facts())).toBe(once);
    expect(
      applyPolicies(plan({}, steps), [{ ...rule, enabled: false }], facts()).steps[1]?.checkpoint,
    ).toBeNull();
  });

  test("something destructive in a protected environment asks for a sign-in, unless the step says otherwise", () => {
    const own = { ...checkpointPolicySchema.parse({}), name: "go", prompt: "Go?", requester_may_vote: false };
    const gated = (more = {}) => plan({ env: "production" }, [deploy({ checkpoint: { ...own, ...more } })]);
    expect(applyPolicies(gated(), [], facts()).steps[0]?.checkpoint?.sign_in).toBe(true);
    expect(applyPolicies(gated({ sign_in: false }), [], facts()).steps[0]?.checkpoint?.sign_in).toBe(false);
    const forced = applyPolicies(gated({ sign_in: false }), [policy({}, { sign_in: true })], facts());
    expect(forced.steps[0]?.checkpoint?.sign_in).toBe(true);
    const staging = { ...gated(), args: { env: "staging" } };
    expect(applyPolicies(staging, [], facts()).steps[0]?.checkpoint?.sign_in).toBeUndefined();
  });
});

const groups = fc.uniqueArray(fc.constantFrom("release", "security", "leads"), { maxLength: 3 });
const minimums = fc.array(
  fc.record({ group: fc.constantFrom("release", "security", "leads"), min: fc.integer({ min: 1, max: 3 }) }),
  { maxLength: 3 },
);
const some = { requiredKeys: [] as [] };
const demand = fc.record(
  {
    quorum: fc.integer({ min: 1, max: 5 }),
    groups,
    minimums,
    requester_may_vote: fc.boolean(),
    expires_s: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant("never" as const)),
    on_expiry: fc.constantFrom("reject" as const, "stop" as const),
    remind_every_s: fc.integer({ min: 60, max: 999 }),
    sign_in: fc.boolean(),
    supersede: fc.boolean(),
    break_glass: fc.boolean(),
  },
  some,
) as fc.Arbitrary<PolicyDemand>;
const own = demand.map((d) => checkpointPolicySchema.parse(JSON.parse(JSON.stringify(d))));
const times = (expiry: number | "never") => (expiry === "never" ? Number.POSITIVE_INFINITY : expiry);

describe("what two ask together", () => {
  test("is never less than either asks", () => {
    fc.assert(
      fc.property(own, demand, (a, b) => {
        const both = strictest(a, b);
        expect(both.quorum).toBeGreaterThanOrEqual(Math.max(a.quorum, b.quorum ?? 1));
        expect(times(both.expires_s)).toBeLessThanOrEqual(
          Math.min(times(a.expires_s), times(b.expires_s ?? "never")),
        );
        for (const { group, min } of [...(a.minimums ?? []), ...(b.minimums ?? [])])
          expect((both.minimums ?? []).find((one) => one.group === group)?.min).toBeGreaterThanOrEqual(min);
        if (a.requester_may_vote === false || b.requester_may_vote === false)
          expect(both.requester_may_vote).toBe(false);
        if (a.sign_in || b.sign_in) expect(both.sign_in).toBe(true);
        if (a.break_glass === false || b.break_glass === false) expect(both.break_glass).toBe(false);
        if (a.groups.length + (b.groups?.length ?? 0) > 0) expect(both.groups.length).toBeGreaterThan(0);
        expect(checkpointPolicySchema.safeParse(both).success).toBe(true);
      }),
    );
  });

  test("asked twice it asks nothing more", () => {
    fc.assert(
      fc.property(own, demand, (a, b) => {
        const once = strictest(a, b);
        const again = strictest(once, b);
        expect({ ...again, groups: [...again.groups].sort() }).toEqual({
          ...once,
          groups: [...once.groups].sort(),
        });
      }),
    );
  });

  test("two different lists of groups: members of either may vote, and each side keeps its own quorum", () => {
    const release = checkpointPolicySchema.parse({ groups: ["release"], quorum: 1 });
    expect(strictest(release, { groups: ["security"], quorum: 2 })).toMatchObject({
      quorum: 2,
      groups: ["release", "security"],
      minimums: [
        { group: "release", min: 1 },
        { group: "security", min: 2 },
      ],
    });
  });

  test("the forms are joined; a field that either requires is required", () => {
    const mine = checkpointPolicySchema.parse({ form: [{ name: "ticket" }, { name: "why" }] });
    const both = strictest(mine, {
      form: [
        { name: "ticket", type: "string", required: true },
        { name: "window", type: "string", required: false },
      ],
    });
    expect(both.form.map(({ name, required }) => [name, required])).toEqual([
      ["ticket", true],
      ["why", false],
      ["window", false],
    ]);
  });
});

describe("when whom to tell again", () => {
  const at: Told = { createdAt: 1_000_000, reminders: 0, escalatedAt: null };
  const rule = { remind_every_s: 60, escalate: { after_s: 150, to: "leads" } };

  test.each<[string, number, Partial<Told>, object]>([
    ["before the first", 59_999, {}, { remind: null, escalate: false, nextTellAt: 1_060_000 }],
    ["at the first", 60_000, {}, { remind: 1, escalate: false, nextTellAt: 1_120_000 }],
    ["told already", 60_000, { reminders: 1 }, { remind: null, escalate: false, nextTellAt: 1_120_000 }],
    ["between", 130_000, { reminders: 2 }, { remind: null, escalate: false, nextTellAt: 1_150_000 }],
    ["the escalation", 150_000, { reminders: 2 }, { remind: null, escalate: true, nextTellAt: 1_180_000 }],
    [
      "after days without a tick: one reminder and the escalation",
      3 * 86_400_000,
      {},
      { remind: 4320, escalate: true, nextTellAt: 1_000_000 + 4321 * 60_000 },
    ],
    [
      "escalated already",
      200_000,
      { reminders: 3, escalatedAt: 1_150_000 },
      { remind: null, escalate: false, nextTellAt: 1_240_000 },
    ],
  ])("%s", (_what, after, told, expected) => {
    expect(tellingDue(rule, { ...at, ...told }, at.createdAt + after)).toEqual(expected);
  });

  test("whatever was told, asking again with the answer finds nothing due, and the next time lies ahead", () => {
    fc.assert(
      fc.property(
        fc.record({ remind_every_s: fc.integer({ min: 60, max: 1e6 }) }, some),
        fc.option(fc.record({ after_s: fc.integer({ min: 60, max: 1e6 }), to: fc.constant("leads") }), {
          nil: undefined,
        }),
        fc.nat(1e9),
        fc.nat(100),
        (remind, escalate, after, reminders) => {
          const now = at.createdAt + after;
          const policy = { ...remind, ...(escalate ? { escalate } : {}) };
          const first = tellingDue(policy, { ...at, reminders }, now);
          const told: Told = {
            createdAt: at.createdAt,
            reminders: first.remind ?? reminders,
            escalatedAt: first.escalate ? now : null,
          };
          expect(tellingDue(policy, told, now)).toEqual({
            remind: null,
            escalate: false,
            nextTellAt: first.nextTellAt,
          });
          if (first.nextTellAt !== null) expect(first.nextTellAt).toBeGreaterThan(now);
        },
      ),
    );
  });
});
