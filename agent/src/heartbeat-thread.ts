/** The thread behind `heartbeat.ts`. It knows what is held and until when, and nothing of what the work is. */
import { parentPort, workerData } from "node:worker_threads";
import { CHANNEL } from "@tw/shared/contracts/agent-codes";
import type { HubMessage, PollResponse } from "@tw/shared/contracts/agent-protocol";
import { LIMITS } from "@tw/shared/limits";
import { leaseClock } from "./clock.ts";
import { endEscapees } from "./escapees.ts";
import { isStill, signalGroup } from "./group.ts";
import type { FromThread, ThreadData, ToThread, Watched } from "./heartbeat.ts";

interface Job {
  slot: number;
  fence: number;
  leaseMs: number;
  program: Watched | null;
  /** The main loop knows that the work must end, and ends it. */
  ending: boolean;
  /** The hub said that it is somebody else's; on the lease clock. */
  lostAt: number | null;
  killed: boolean;
}

const SHARE = LIMITS.selfAbortMs / LIMITS.leaseMs;
const RENEW_SHARE = LIMITS.renewEveryMs / LIMITS.leaseMs;
/** The main loop's renewal is half an interval late: now it is this thread's. */
const LATE_SHARE = RENEW_SHARE * 1.5;
/** How long the main loop may take to begin ending work whose lease is over. With SIGKILL it is then still over before the hub's own count. */
const DEAF_SHARE = 1 / 12;

const data = workerData as ThreadData;
const deadlines = new BigInt64Array(data.deadlines);
const port = parentPort as NonNullable<typeof parentPort>;
const held = new Map<string, Job>();
let session = 0;
let ticking: NodeJS.Timeout | undefined;
let every = 0;
let renewing = false;
let triedAt = Number.NEGATIVE_INFINITY;

port.on("message", (message: ToThread) => {
  if (message.t === "session") session = message.session;
  else if (message.t === "hold") {
    const { slot, fence, leaseMs } = message;
    held.set(message.job, {
      slot,
      fence,
      leaseMs,
      program: null,
      ending: false,
      lostAt: null,
      killed: false,
    });
  } else if (message.t === "release") held.delete(message.job);
  else {
    const job = held.get(message.job);
    if (job && message.t === "program") job.program = message.program;
    else if (job) job.ending = true;
  }
  plan();
});

function plan(): void {
  const wanted =
    held.size === 0 ? 0 : Math.max(20, Math.min(...[...held.values()].map(({ leaseMs }) => leaseMs)) / 60);
  if (wanted === every) return;
  clearInterval(ticking);
  every = wanted;
  if (wanted > 0) ticking = setInterval(tick, wanted);
}

function deadlineOf({ slot }: Job): number {
  const [byMain, byThread] = [Atomics.load(deadlines, slot * 2), Atomics.load(deadlines, slot * 2 + 1)];
  return Number(byMain > byThread ? byMain : byThread);
}

function tick(): void {
  const now = leaseClock();
  const due: [string, Job][] = [];
  for (const [name, job] of held) {
    const deadline = deadlineOf(job);
    const overAt = job.lostAt ?? deadline;
    if (now >= overAt) {
      // The main loop sees this too, as soon as it sees anything.
      if (!job.ending && !job.killed && now >= overAt + job.leaseMs * DEAF_SHARE) kill(job);
    } else if (now >= deadline - job.leaseMs * (SHARE - LATE_SHARE)) due.push([name, job]);
  }
  const pause = Math.min(...due.map(([, job]) => job.leaseMs)) * (RENEW_SHARE / 3);
  if (due.length > 0 && !renewing && session > 0 && now - triedAt >= pause) void renew(due, now);
}

/** At once and without a last word: this work may be somebody else's already. */
function kill(job: Job): void {
  job.killed = true;
  if (!job.program) return;
  const { pid, start, tag } = job.program;
  if (isStill(pid, start)) signalGroup(pid, "SIGKILL");
  void endEscapees(tag, null);
}

async function renew(due: [string, Job][], now: number): Promise<void> {
  renewing = true;
  triedAt = now;
  const jobs = due.map(([job, { fence }]) => ({ job, fence }));
  try {
    const { status, messages } = await post({
      session,
      messages: [{ type: "renew", id: "heartbeat", jobs }],
      wait_s: 0,
    });
    // Revoked. A replaced session (409) says nothing of the lease: the main loop may have connected anew just now.
    if (status === 401 || status === 403) for (const [job] of due) lose(job);
    const pushes: HubMessage[] = [];
    for (const message of messages) {
      if (message.type === "renewed") take(message.jobs, now);
      else if (!("id" in message)) pushes.push(message);
    }
    if (pushes.length > 0) tell({ t: "push", messages: pushes });
  } catch {
    // No answer: the deadline stands, and the next try is near.
  }
  renewing = false;
}

function take(jobs: Extract<HubMessage, { type: "renewed" }>["jobs"], sentAt: number): void {
  for (const { job, ok, cancel, lease_ms } of jobs) {
    const mine = held.get(job);
    if (!mine) continue;
    if (!ok) lose(job);
    else {
      Atomics.store(deadlines, mine.slot * 2 + 1, BigInt(Math.floor(sentAt + lease_ms * SHARE)));
      if (cancel) tell({ t: "stop", job, reason: "cancel" });
    }
  }
}

function lose(job: string): void {
  const mine = held.get(job);
  if (!mine || mine.lostAt !== null) return;
  mine.lostAt = leaseClock();
  tell({ t: "stop", job, reason: "lost" });
}

function tell(message: FromThread): void {
  port.postMessage(message);
}

/** One request, without the library that is kind to many, and loaded when it is needed: a thread should be small. */
async function post(body: unknown): Promise<{ status: number; messages: HubMessage[] }> {
  const { request: send } = await (data.url.startsWith("https:")
    ? import("node:https")
    : import("node:http"));
  return new Promise((resolve, reject) => {
    const request = send(
      `${data.url}/api/agents/poll`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${data.token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(CHANNEL.requestTimeoutMs),
        agent: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          try {
            resolve({ status, messages: status === 200 ? (JSON.parse(text) as PollResponse).messages : [] });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}
