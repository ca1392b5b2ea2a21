/** The agent put together: recover, connect, pull, run, drain. Decisions live in the parts. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { PROTOCOL_VERSION } from "@tw/shared/contracts/agent-codes";
import type { HubMessage, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import { LIMITS } from "@tw/shared/limits";
import { ApprovalKey } from "./approval-key.ts";
import { leaseClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { Connection, type Ended } from "./connection.ts";
import { Grants } from "./grants.ts";
import { bootId } from "./group.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type JobPorts, runJob } from "./job-runner.ts";
import { Journal } from "./journal.ts";
import { watchJournal } from "./journal-watch.ts";
import { warmUp } from "./launch.ts";
import { Leases } from "./leases.ts";
import type { Hello } from "./link.ts";
import { PolicyGuard } from "./policy.ts";
import { PolicyFile } from "./policy-file.ts";
import { Probing } from "./probing.ts";
import { PullLoop } from "./pull-loop.ts";
import { type Recovered, recover, removeFiles } from "./recover.ts";
import { Reporter } from "./reporter.ts";
import { keepServices, letServicesBe } from "./services/keep.ts";
import { hubServices } from "./services/ports.ts";
import { lockState } from "./state-lock.ts";
import { rememberTools } from "./tool-versions.ts";
import { findTools } from "./tools.ts";
import { VERSION } from "./version.ts";
import { watchHeads } from "./watch-heads.ts";

/** Reports of one life of the agent stay below those of the next. */
const SEQ_PER_LIFE = 1_000_000;
const PRUNE_AFTER_MS = 60_000;
const FACTS_EVERY_MS = 10_000;
/** A changed policy counts at the next step in any case; this is how soon the workspace is shown its hash. */
const POLICY_EVERY_MS = 2_000;
/** A moved HEAD is told sooner: somebody may be looking at what would run. */
const HEAD_MOVED_MS = 1_000;

export interface RunningAgent {
  /** Finishes what runs, then ends. A second call stops what runs. */
  drain(): void;
  /** Whoever started this agent is gone: asks for nothing more, and ends when its programs have or their leases do. */
  abandon(): void;
  /** Resolves with the exit code of the process. */
  ended: Promise<number>;
}

/** Starts the agent. Throws ConfigError when it cannot work here. `say` prints a line for the person. */
export async function startAgent(config: Config, say: (line: string) => void): Promise<RunningAgent> {
  const lock = lockState(config.stateDir);
  const policy = await PolicyFile.open(config.policyFile, config.stateDir);
  const approvalKey = ApprovalKey.open(config, say);
  mkdirSync(join(config.stateDir, "steps"), { recursive: true, mode: 0o700 });
  const { journal, left } = Journal.open(config.stateDir);
  const boot = bootId();
  const recovering = recover(left, boot, config);
  rememberTools(config.stateDir);
  const tools = findTools(config.root, process.env.PATH ?? "");
  const recovered = await recovering;
  const epoch = journal.begin(boot);
  sweepFiles(config.stateDir, epoch);

  // Until they are delivered, jobs of the life before are named in `hello` too.
  const owed = new Map(recovered.map((one) => [one.job.job, one]));
  let ending: "no" | "drain" | "stop" = "no";
  let exitCode = 0;
  let finish: (code: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    finish = resolve;
  });

  const hello: Hello = {
    protocol: PROTOCOL_VERSION,
    version: VERSION,
    platform: `${process.platform}-${process.arch}`,
    labels: config.labels,
    root: config.root,
    capacity: config.capacity,
    policy_hash: policy.loaded.hash,
    journal: journal.name,
    tools: await tools,
    facts: {},
    holding: [],
  };
  const connection = new Connection({
    url: config.url,
    token: config.token,
    hello: () => ({
      ...hello,
      policy_hash: policy.loaded.hash,
      holding: [...leases.holding(), ...[...owed.values()].map(({ job }) => holding(job))],
    }),
    beforeMessage: () => leases.check(),
  });
  connection.setMaxListeners(0);
  const heartbeat = new Heartbeat({
    url: config.url,
    token: config.token,
    say,
    hear: (heard) => {
      if (heard.t === "stop") leases.stop(heard.job, heard.reason);
      else for (const message of heard.messages) connection.emit("push", message);
    },
  });
  const leases = new Leases((jobs) => connection.request({ type: "renew", jobs }), heartbeat);
  const pull = new PullLoop({
    connection,
    free: () => config.capacity - leases.size,
    take,
    barred: () => journal.fault !== null,
  });
  watchJournal(journal, say, () => pull.nudge());
  let names = 0;
  const guard = new PolicyGuard(() => policy.current(), config.root, policy.file, refreshPolicy);
  const policyTimer = setInterval(() => void refreshPolicy(), POLICY_EVERY_MS).unref();
  async function refreshPolicy(): Promise<void> {
    if (!(await policy.refresh())) return;
    say(
      policy.problem ??
        `the policy was changed (${policy.loaded.hash.slice(0, 12)}) and counts from the next step on`,
    );
    await connection.request({ type: "policy", hash: policy.loaded.hash }).catch(() => {});
  }
  const probing = new Probing(config, guard, connection);
  const services = hubServices(connection);
  const ports: JobPorts = {
    services,
    config,
    journal,
    connection,
    guard,
    grants: new Grants(connection, approvalKey),
    tellFound: (cwd, need, found) => probing.found(cwd, need, found),
    seqBase: epoch * SEQ_PER_LIFE,
    scratchName: () => `${epoch}-${++names}`,
    checkLeases: () => leases.check(),
    heartbeat,
    ask: () => pull.rider(),
  };

  function take(jobs: LeasedJob[], askedAt: number): void {
    for (const job of jobs) if (!leases.has(job.job) && !owed.has(job.job)) void work(job, askedAt);
  }

  async function work(job: LeasedJob, askedAt: number): Promise<void> {
    const held = leases.hold(job, askedAt);
    if (ending === "stop") held.stop.abort("quit");
    let asked = false;
    try {
      const next = await runJob(held, ports);
      asked = next !== undefined;
      leases.release(job.job);
      if (next) take(next.leases, next.askedAt);
      if (job.steps.some((step) => step.effect !== "read")) tellFacts();
    } catch (error) {
      // A fault of ours or of the disk: the lease runs out by itself and the server decides.
      say(`job ${job.job} could not be handled: ${(error as Error).stack ?? error}`);
      held.stop.abort("lost");
      leases.release(job.job);
    }
    if (ending !== "no") endWhenIdle();
    else if (!asked) pull.nudge();
  }

  let factsAt = Number.NEGATIVE_INFINITY;
  let factsTimer: NodeJS.Timeout | undefined;
  let factsDueAt = Number.POSITIVE_INFINITY;
  const heads = watchHeads(config.root, () => tellFacts(HEAD_MOVED_MS));
  function tellFacts(every = FACTS_EVERY_MS): void {
    const dueAt = Math.max(performance.now() + 50, factsAt + every);
    if (factsTimer && factsDueAt <= dueAt) return;
    clearTimeout(factsTimer);
    clearTimeout(firstPrune);
    clearInterval(pruning);
    factsDueAt = dueAt;
    factsTimer = setTimeout(async () => {
      factsTimer = undefined;
      factsAt = performance.now();
      heads.look();
      const { findFacts } = await import("./facts.ts");
      const facts = await findFacts(config.root).catch(() => null);
      if (facts && ending === "no") await connection.request({ type: "facts", facts }).catch(() => {});
    }, dueAt - performance.now());
  }

  function endWhenIdle(): void {
    if (ending !== "no" && leases.size === 0 && owed.size === 0) end();
  }
  let over = false;
  function end(): void {
    if (over) return;
    over = true;
    pull.stop();
    clearTimeout(factsTimer);
    clearInterval(policyTimer);
    heads.close();
    letServicesBe();
    connection.close();
    journal.close();
    lock.release();
    finish(exitCode);
  }

  // Not at the start, which is to be quick.
  const prune = async () => void (await (await import("./prune-kept.ts")).pruneKept(process.env, Date.now()));
  const firstPrune = setTimeout(() => void prune().catch(() => {}), PRUNE_AFTER_MS).unref();
  const pruning = setInterval(() => void prune().catch(() => {}), LIMITS.pruneEveryMs).unref();

  let welcomed = false;
  connection.on("open", () => {
    say(welcomed ? "connected again" : `connected to ${config.url}; programs run under ${config.root}`);
    welcomed = true;
    approvalKey.welcomed(connection.tenant);
    heartbeat.session = connection.session;
    leases.check();
    void leases.renewNow();
    if (ending !== "no") void connection.request({ type: "draining" }).catch(() => {});
    pull.nudge();
    tellFacts();
    // What was compiled is kept for the next start, however this one ends.
    void warmUp().then(() => flushCompileCache());
  });
  connection.on("push", (message: HubMessage) => {
    if (message.type === "nudge")
      message.rivals ? pull.nudgeBehind((leases.size + 1) / config.capacity) : pull.nudge();
    else if (message.type === "look") tellFacts(LIMITS.factsAskedMs);
    else if (message.type === "probe") void probing.answer(message);
    else if (message.type === "cancel") for (const job of message.jobs) leases.stop(job, "cancel");
  });
  connection.on("note", say);
  connection.on("ended", (why: Ended) => {
    say(`${why.reason}.`);
    exitCode = why.exitCode;
    ending = "stop";
    leases.stopAll("lost");
    // The work's own ending takes a moment; what is then left dies with its group at the next start.
    void until(() => leases.size === 0, config.graceMs + 2_000).then(end);
  });

  for (const one of recovered) void deliver(one).then(endWhenIdle);
  async function deliver({ job, reports, files }: Recovered): Promise<void> {
    for (const report of reports) journal.write({ t: "settled", job: job.job, report });
    await journal.synced().catch(() => {});
    const reporter = new Reporter(job, connection, ports.seqBase, { lost: () => {}, isLost: () => false });
    for (const report of reports) reporter.update(report);
    const { outcome } = await reporter.finish(() => undefined);
    say(
      `job ${job.job} of the time before the restart: ${outcome === "ok" ? "reported" : "its lease was over"}`,
    );
    journal.write({ t: "closed", job: job.job });
    owed.delete(job.job);
    removeFiles(files);
  }

  void keepServices(config, guard, services, say).catch((error: Error) => say(`services: ${error.message}`));
  connection.start();
  return {
    ended,
    drain() {
      if (ending === "no") {
        ending = "drain";
        pull.stop();
        if (leases.size > 0) say(`finishing ${leases.size} job(s); a second signal stops them`);
        void connection.request({ type: "draining" }).catch(() => {});
        endWhenIdle();
      } else if (ending === "drain") {
        ending = "stop";
        leases.stopAll("quit");
        void until(() => leases.size === 0 && owed.size === 0, config.graceMs + 3_000).then(end);
      }
    },
    abandon() {
      if (ending === "stop") return;
      ending = "stop";
      pull.stop();
      // Programs go on as long as their leases do; how they ended is in the journal for the next start to tell.
      void until(() => leases.size === 0, LIMITS.selfAbortMs).then(async () => {
        leases.stopAll("quit");
        await until(() => leases.size === 0, config.graceMs + 1_000);
        end();
      });
    },
  };
}

function holding(job: LeasedJob): { job: string; fence: number } {
  return { job: job.job, fence: job.fence };
}

async function until(done: () => boolean, limitMs: number): Promise<void> {
  const end = leaseClock() + limitMs;
  while (!done() && leaseClock() < end) await new Promise((go) => setTimeout(go, 20));
}

/** Files of lives long past. Those of the last one may still be needed. */
function sweepFiles(stateDir: string, epoch: number): void {
  const dir = join(stateDir, "steps");
  for (const name of readdirSync(dir)) {
    if (Number.parseInt(name, 10) < epoch - 1) rmSync(join(dir, name), { force: true, recursive: true });
  }
}
