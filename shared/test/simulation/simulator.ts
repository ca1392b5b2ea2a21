/** One seed, one history: faults on until the work is done or the time is up, then faults off until everything is over. */
import { openTestD1, type TestD1 } from "../../src/testing/sqlite-d1.ts";
import { Agent } from "./agents.ts";
import { Clients } from "./clients.ts";
import type { Seen } from "./faults.ts";
import { People, type Person } from "./people.ts";
import { Violation } from "./scheduler.ts";
import { Services } from "./services.ts";
import { inVirtualTime } from "./virtual-time.ts";
import { askMore, randomPlan } from "./workload.ts";
import { DAY, MINUTE, type Recorded, SECOND, World } from "./world.ts";

export interface Outcome {
  seed: number;
  failure: { invariant: string; message: string } | null;
  seen: Seen;
  arrows: Set<string>;
  statuses: string[];
  events: number;
  trace: string[];
  recorded: Recorded[];
}
export interface SimulateOptions {
  trace?: boolean;
  record?: boolean;
  /** Another database than the process's own, for mutants. */
  db?: TestD1;
  /** Called when the tables hold what there is before the first run. */
  started?: () => void;
  /** Nothing is written beside the recorded operations: no row is broken by hand, and no table put back. */
  onlyThroughD1?: boolean;
}

const TENANTS = ["ten_a", "ten_b"];
const PEOPLE: (Person & { groups: string[] })[] = TENANTS.flatMap((tenant) =>
  (["owner", "approver", "approver", "viewer"] as const).map((role, i) => ({
    id: `usr_${tenant.slice(4)}${i}`,
    tenant,
    role,
    // The two approvers are of different groups, so that a minimum needs a certain one of them.
    groups: [["leads"], ["security"], ["release"], []][i] as string[],
  })),
);
const AGENTS = [
  { id: "agt_a1", tenant: "ten_a", labels: ["linux"] },
  { id: "agt_a2", tenant: "ten_a", labels: ["mac"] },
  { id: "agt_b1", tenant: "ten_b", labels: ["linux"] },
];
const FAULTY_MS = 25 * MINUTE;
const QUIET_MS = 30 * MINUTE;
const MAX_EVENTS = 60_000;

let shared: TestD1 | undefined;

/** Everything there is before the first run. */
export function seedTables(db: TestD1): void {
  for (const tenant of TENANTS)
    db.sqlite.exec(`INSERT INTO tenants (id, name, created_at) VALUES ('${tenant}', '${tenant}', 0)`);
  for (const { id, tenant, role, groups } of PEOPLE)
    db.sqlite.exec(
      `INSERT INTO users (id, tenant_id, email, name, role, groups_json, created_at, updated_at) VALUES ('${id}', '${tenant}', '${id}@example.test', '${id}', '${role}', '${JSON.stringify(groups)}', 0, 0)`,
    );
  for (const { id, tenant, labels } of AGENTS)
    db.sqlite.exec(
      `INSERT INTO agents (id, tenant_id, name, labels_json, created_at) VALUES ('${id}', '${tenant}', '${id}', '${JSON.stringify(labels)}', 0)`,
    );
}

/** Run one seed from beginning to end. Never throws: what went wrong is in the outcome. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Outcome> {
  shared ??= openTestD1();
  const db = options.db ?? shared;
  db.reset();
  seedTables(db);
  options.started?.();
  const world = new World(seed, db, { trace: options.trace, record: options.record, quiet: seed % 20 === 0 });
  let failure: Outcome["failure"] = null;
  try {
    await inVirtualTime(
      world.scheduler,
      (text) => heard(world, text),
      () => play(world, options),
    );
  } catch (error) {
    failure =
      error instanceof Violation
        ? { invariant: error.invariant, message: error.message }
        : {
            invariant: "crash",
            message: error instanceof Error ? (error.stack ?? error.message) : String(error),
          };
    world.say("checker", () => failure!.message);
  }
  return {
    seed,
    failure,
    seen: world.faults.seen,
    arrows: world.checkers.history.arrows,
    statuses: [...world.observer.rows.workflow_executions.values()].map((run) => String(run.status)),
    events: world.scheduler.steps,
    trace: world.trace ?? [],
    recorded: world.recorded ?? [],
  };
}

/** What the code says. A run that cannot be decided, and was not broken on purpose, is a mistake of the engine. */
function heard(world: World, text: string): void {
  world.say("console", () => text);
  const run = /^run (\S+): it cannot be decided/.exec(text)?.[1];
  if (run === undefined) return;
  if (world.checkers.poisoned.has(run)) world.faults.saw("F14");
  else world.scheduler.fail(new Violation("engine", text));
}

async function play(world: World, options: SimulateOptions): Promise<void> {
  const { random, scheduler, faults, checkers } = world;
  const agents = AGENTS.map(({ id, tenant, labels }) => {
    checkers.agentTenants.set(id, tenant);
    return new Agent(id, tenant, labels, world);
  });
  const people = new People(world, PEOPLE);
  const services = new Services(world, agents, (agent) => AGENTS.find((one) => one.id === agent.id)!.tenant);
  for (const agent of agents) agent.start(random.between(0, 5 * SECOND));
  people.services = services;
  services.startCron();
  const clients = new Clients(world, services);
  populate(world, people, clients);
  if (!options.onlyThroughD1) {
    poison(world);
    leave(world);
    timeTravel(world, () => {
      people.forgetDecisions();
      clients.forget();
    });
  }
  const allOver = () => clients.asking === 0 && checkers.unfinished().length === 0;
  await scheduler.run(world.now + FAULTY_MS, allOver, MAX_EVENTS);
  faults.on = false;
  world.say("simulator", () => `faults off: ${checkers.unfinished().join(", ")}`);
  const end = world.now + QUIET_MS;
  scheduler.spawn("diligent", async (actor) => {
    for (;;) {
      await world.sleep(actor, 20 * SECOND);
      people.decideOpen();
    }
  });
  const how = await scheduler.run(end, allOver, MAX_EVENTS);
  if (how !== "done")
    throw new Violation(
      "I4",
      `after 30 quiet minutes ${checkers.unfinished().join(", ") || "not every run was even created"}`,
    );
  if (checkers.history.runs === 0 && !faults.seen.F33) throw new Violation("I4", "nobody got a run");
  // Let whatever is under way end, then deliver what was late by days: nothing may change any more.
  await scheduler.run(world.now + 5 * MINUTE, () => false, MAX_EVENTS);
  checkers.atRest();
  await deliverLate(world);
}

/** The runs of this seed, who cancels them and when. */
function populate(world: World, people: People, clients: Clients): void {
  const { random } = world;
  const count = random.pick([1, 2, 2, 3, 4]);
  for (let i = 0; i < count; i++) {
    const tenant = random.chance(0.75) ? "ten_a" : "ten_b";
    const mine = PEOPLE.filter((person) => person.tenant === tenant);
    const plan = randomPlan(
      random,
      AGENTS.filter((agent) => agent.tenant === tenant).map((agent) => agent.id),
    );
    askMore(plan, world.beside);
    if (tenant === "ten_b") plan.agent.labels = plan.agent.labels.filter((label) => label === "linux");
    // The first is never refused, so that every seed has a run.
    if (i === 0 && plan.concurrency?.on_conflict === "refuse") plan.concurrency.on_conflict = "queue";
    if (
      plan.steps.some(
        (step) =>
          step.for_each && "value" in step.for_each && (step.for_each.value as unknown[]).length === 0,
      )
    )
      world.faults.saw("F22");
    const name = `wish-${i}`;
    const delay = random.between(0, 40 * SECOND);
    clients.want({ name, tenant, plan, by: random.pick(mine.slice(0, 2)) }, delay);
    if (random.chance(0.25))
      people.cancel(
        () => clients.runOf(name),
        tenant,
        random.pick(mine),
        delay + random.pick([10, 200, 2_000, 30_000, 200_000]),
        false,
      );
  }
}

/** Some row becomes unreadable: that run ends, its neighbours go on. */
function poison(world: World): void {
  const { random, scheduler, faults, checkers, observer } = world;
  if (!random.chance(0.1)) return;
  scheduler.timer(random.between(5, 60) * SECOND, () => {
    const live =
      checkers.unfinished().length > 0
        ? [...observer.rows.workflow_executions.values()].filter((run) => run.finished_at === null)
        : [];
    const victim = live.length > 0 ? random.pick(live) : undefined;
    if (!victim || !faults.on) return;
    checkers.poisoned.add(victim.id as string);
    world.db.sqlite
      .prepare("UPDATE workflow_executions SET plan_json = ? WHERE id = ?")
      .run(random.pick(["{", "null", "{}", '{"steps":[{}]}']), victim.id as string);
    world.say("gremlin", () => `breaks the plan of ${victim.id}`);
  });
}

/** Somebody who may have voted already is removed from the workspace, or loses the group. */
function leave(world: World): void {
  const { scheduler, faults } = world;
  // Drawn beside the seed's own numbers, so that older histories stay what they were.
  const beside = world.beside;
  if (!beside.chance(0.2)) return;
  const who = beside.pick(["usr_a1", "usr_a2", "usr_b1"]);
  const change = beside.pick(["status = 'removed'", "groups_json = '[]'"]);
  scheduler.timer(beside.between(2, 60) * SECOND, () => {
    if (!faults.on) return;
    world.db.sqlite.prepare(`UPDATE users SET ${change}, updated_at = ? WHERE id = ?`).run(world.now, who);
    world.say("owner", () => `${who}: ${change}`);
  });
}

/** An operator puts the database back by some minutes and raises the epoch; agents know nothing of it. */
function timeTravel(world: World, forget: () => void): void {
  const { random, scheduler, faults, checkers, ledger, db } = world;
  if (!random.chance(0.05)) return;
  const at = random.between(1, 60) * SECOND;
  scheduler.timer(at, () => {
    const snapshot = db.snapshot();
    scheduler.timer(random.between(1, 240) * SECOND, () => {
      if (!faults.on) return;
      world.say("operator", () => "puts the database back");
      faults.saw("F33");
      scheduler.killAll((name) => SERVER.test(name));
      db.restore(snapshot);
      db.sqlite.exec("UPDATE workspace SET epoch = epoch + 1");
      ledger.epoch++;
      checkers.restart();
      forget();
    });
  });
}
/** Actors that live in Workers, by name. */
const SERVER = /^(runs|calls|checkpoints|notifications|sweep|hub|api|approvals|dead-letters)/;

async function deliverLate(world: World): Promise<void> {
  const { scheduler, db } = world;
  const late = Object.values(world.queues).flatMap((queue) => queue.late.map((body) => ({ queue, body })));
  if (late.length === 0) return;
  const watched = [
    "workflow_executions",
    "step_executions",
    "jobs",
    "command_checkpoints",
    "run_events",
  ] as const;
  const before = db.tables();
  scheduler.now += 13 * DAY;
  for (const { queue, body } of late) queue.put(body);
  await scheduler.run(world.now + MINUTE, () => false, MAX_EVENTS);
  const after = db.tables();
  // A client that slept until now may make a run of its own; that is nobody's hint.
  const known = new Set((before.workflow_executions ?? []).map((row) => row.id));
  for (const table of watched) {
    const old = (after[table] ?? []).filter((row) => known.has(row.run_id ?? row.id));
    if (JSON.stringify(before[table]) !== JSON.stringify(old))
      throw new Violation("I17", `a hint thirteen days late changed ${table}`);
  }
}
