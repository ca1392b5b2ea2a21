/**
 * Scripted histories without chance's faults: everything goes well, but for one actor killed at one effect point. Every
 * point of every scenario is tried, before and after its effect.
 */
import type { Plan, PlanStep } from "../../src/contracts/plan.ts";
import { openTestD1, type TestD1 } from "../../src/testing/sqlite-d1.ts";
import { Agent } from "./agents.ts";
import { Clients } from "./clients.ts";
import { People, type Person } from "./people.ts";
import { Violation } from "./scheduler.ts";
import { Services } from "./services.ts";
import { seedTables } from "./simulator.ts";
import { inVirtualTime } from "./virtual-time.ts";
import { type CrashPlan, MINUTE, SECOND, World } from "./world.ts";

export interface Scenario {
  name: string;
  plan: Plan;
  /** What people do; the agents and services do the rest. */
  script(world: World, people: People, agents: Agent[]): void;
  /** What the run and its effects must come to, whoever was killed. */
  ends(world: World, run: { status: string; rollback: string }): void;
}

const OWNER: Person = { id: "usr_a0", tenant: "ten_a", role: "owner" };
const APPROVER: Person = { id: "usr_a1", tenant: "ten_a", role: "approver" };
const onlyRun = (world: World) => [...world.observer.rows.workflow_executions.values()][0];

/** A step with a program; `of` overrides. The name says how long it takes and from which attempt it succeeds. */
export function scriptedStep(
  id: string,
  of: Partial<PlanStep> = {},
  durationMs = 5,
  succeedsAt = 1,
): PlanStep {
  return {
    id,
    command: `builtin-${id}~${durationMs}~${succeedsAt}`,
    version: 1,
    effect: "write",
    exec: { type: "builtin", program: "true", argv: [] },
    parameters: [],
    args: {},
    timeout_s: 60,
    retry: { max: 1, backoff_s: 1 },
    needs: [],
    when: null,
    checkpoint: null,
    continue_on_error: false,
    for_each: null,
    requires: [],
    rollback: null,
    ...of,
  };
}

export function scriptedPlan(steps: PlanStep[], of: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    command: "scripted",
    version: 1,
    type: "workflow",
    effect: "write",
    args: {},
    cwd: null,
    agent: { id: null, labels: [] },
    steps,
    rollback_on_error: false,
    concurrency: null,
    timeout_s: 7 * 86_400,
    ...of,
  };
}

const gate = {
  name: "go",
  prompt: "Go on?",
  quorum: 1,
  groups: [],
  form: [],
  requester_may_vote: true,
  expires_s: 86_400,
};
const undo = (id: string): PlanStep["rollback"] => ({
  command: `undo-${id}~5~1`,
  version: 1,
  effect: "write",
  exec: { type: "builtin", program: "true", argv: [] },
  parameters: [],
  args: {},
  timeout_s: 60,
  // A compensation that was lost is run again.
  retry: { max: 20, backoff_s: 0 },
  when: null,
});

function must(condition: boolean, text: string): void {
  if (!condition) throw new Violation("outcome", text);
}

export const SCENARIOS: Scenario[] = [
  {
    name: "sequential, with a gate that is approved",
    plan: scriptedPlan([
      scriptedStep("a"),
      scriptedStep("b", { needs: ["a"], checkpoint: gate }),
      scriptedStep("c", { needs: ["b"] }),
    ]),
    script: (_world, people) => people.decideAll("approve", [OWNER]),
    ends: (_world, run) => must(run.status === "succeeded", `the run is ${run.status}`),
  },
  {
    name: "a gate that is rejected, with rollback",
    plan: scriptedPlan(
      [
        scriptedStep("a", { rollback: undo("a") }),
        scriptedStep("b", { needs: ["a"], rollback: undo("b") }),
        scriptedStep("c", { needs: ["b"], checkpoint: gate }),
      ],
      { rollback_on_error: true },
    ),
    script: (_world, people) => people.decideAll("reject", [APPROVER], "gate"),
    ends(world, run) {
      must(
        run.status === "rejected" && run.rollback === "succeeded",
        `the run is ${run.status}, its rollback ${run.rollback}`,
      );
      const done = (purpose: string) =>
        world.ledger.order
          .filter((one) => one.purpose === purpose && one.ended === "succeeded")
          .map((one) => one.step);
      must([...new Set(done("rollback"))].join() === "b,a", `undone: ${done("rollback")}`);
      must(!done("forward").includes("c"), "the rejected step ran");
    },
  },
  {
    name: "fan-out and join",
    plan: scriptedPlan([
      scriptedStep("each", {
        for_each: { value: [1, 2, 3] },
        effect: "read",
        retry: { max: 20, backoff_s: 0 },
      }),
      scriptedStep("join", { needs: ["each"], effect: "read", retry: { max: 20, backoff_s: 0 } }),
    ]),
    script: () => {},
    ends(world, run) {
      must(run.status === "succeeded", `the run is ${run.status}`);
      const joins = world.ledger.order.filter(
        (one) => one.step === "join" && one.ended === "succeeded",
      ).length;
      must(joins >= 1, "the join never ran");
    },
  },
  {
    name: "a cancel in the middle",
    plan: scriptedPlan(
      [
        scriptedStep("a", { rollback: undo("a") }, 2_000),
        scriptedStep("b", { needs: ["a"] }, 2_000),
        scriptedStep("c", { needs: ["b"], checkpoint: gate }),
      ],
      {
        rollback_on_error: true,
      },
    ),
    script: (world, people) => {
      people.cancel(() => onlyRun(world)?.id as string | undefined, "ten_a", OWNER, 1_500, false);
      people.decideAll("approve", [OWNER]);
    },
    // When the cancel itself is killed before it is stored, the run goes on as if nobody had asked.
    ends: (world, run) => {
      const asked = onlyRun(world)?.cancel_requested_at !== null;
      must(
        run.status === (asked ? "cancelled" : "succeeded"),
        `cancel asked: ${asked}, and the run is ${run.status}`,
      );
    },
  },
  {
    name: "an agent that is lost, and the retry",
    plan: scriptedPlan([
      scriptedStep("a", { effect: "read", retry: { max: 20, backoff_s: 1 } }, 3_000),
      scriptedStep("b", { needs: ["a"] }, 200),
      scriptedStep("c", { needs: ["b"] }, 200),
    ]),
    script: (world, people, agents) => {
      world.scheduler.timer(1_000, () => agents[0]?.crash(false));
      people.decideAll("approve", [OWNER]);
    },
    ends: (_world, run) => must(run.status === "succeeded", `the run is ${run.status}`),
  },
];

let shared: TestD1 | undefined;

/** Play one scenario; `crash` names the one kill. Throws when anything does not hold; gives back the number of effect points. */
export async function playScenario(
  scenario: Scenario,
  crash: CrashPlan,
  options: { trace?: boolean; db?: TestD1 } = {},
): Promise<{ points: number; arrows: Set<string>; trace: string[] }> {
  shared ??= openTestD1();
  const db = options.db ?? shared;
  db.reset();
  seedTables(db);
  const world = new World(1, db, { quiet: true, trace: options.trace });
  world.crash = crash;
  const { scheduler, checkers } = world;
  await inVirtualTime(
    scheduler,
    (text) => {
      world.say("console", () => text);
      if (text.includes("cannot be decided")) scheduler.fail(new Violation("engine", text));
    },
    async () => {
      const agents = [new Agent("agt_a1", "ten_a", ["linux"], world)];
      checkers.agentTenants.set("agt_a1", "ten_a");
      const people = new People(world, [OWNER, APPROVER], { scripted: true });
      const services = new Services(world, agents, () => "ten_a");
      people.services = services;
      services.startCron();
      agents[0]?.start(0);
      const clients = new Clients(world, services);
      clients.want({ name: "wish", tenant: "ten_a", plan: scenario.plan, by: OWNER }, 0);
      scenario.script(world, people, agents);
      const over = () =>
        clients.asking === 0 && checkers.history.runs === 1 && checkers.unfinished().length === 0;
      const how = await scheduler.run(world.now + 60 * MINUTE, over, 30_000);
      if (how !== "done") throw new Violation("I4", `after an hour ${checkers.unfinished().join()}`);
      await scheduler.run(world.now + 90 * SECOND, () => false, 30_000);
      checkers.atRest();
      const run = db.sqlite
        .prepare("SELECT status, rollback_status AS rollback FROM workflow_executions")
        .get() as {
        status: string;
        rollback: string;
      };
      scenario.ends(world, run);
    },
  );
  return { points: world.points, arrows: checkers.history.arrows, trace: world.trace ?? [] };
}
