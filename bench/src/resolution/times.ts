/** How long an answer takes: the pure part, and the whole route with its look-ups in D1. */

import { readdirSync, readFileSync } from "node:fs";
import { startWorkspace } from "@tw/local/src/testing/workspace.ts";
import type { Command } from "@tw/shared/contracts/definition";
import { commandInputSchema } from "@tw/shared/contracts/definition";
import { upsertLibrary } from "@tw/shared/db/library";
import { buildIndex } from "@tw/shared/resolution/library-index";
import { resolve } from "@tw/shared/resolution/resolve";
import { asCommand, type Case } from "../../../shared/test/resolution/load.ts";

const REPEATS = 10;

/** The library cut down or filled up to `size` commands; those made up have words of their own and words that others have, too. */
export function librarySized(commands: readonly Command[], size: number): Command[] {
  const all = commands.slice(0, size);
  const nouns = [
    "invoice",
    "report",
    "ticket",
    "image",
    "page",
    "queue",
    "user",
    "cache",
    "domain",
    "certificate",
  ];
  const verbs = ["create", "list", "delete", "update", "export", "import", "check", "deploy", "copy", "show"];
  for (let n = 0; all.length < size; n++) {
    const noun = nouns[n % nouns.length]!;
    const verb = verbs[Math.floor(n / nouns.length) % verbs.length]!;
    const team = `team${Math.floor(n / 100)}`;
    all.push(
      asCommand(`${team}-${noun}-${verb}`, {
        description: `Takes the ${noun} of ${team} and does what is said: ${verb}. Nothing else of ${team} is touched.`,
        category: team,
        type: "builtin",
        effect: "read",
        aliases: [`${verb} ${noun} of ${team}`, `${team} ${noun} ${verb}`, `${verb} the ${noun}`],
        parameters: [{ name: "name", type: "string", description: "which" }],
        definition: { program: "true", argv: [{ param: "name" }] },
        examples: [{ text: `${verb} the ${noun} called first for ${team}`, args: { name: "first" } }],
      }),
    );
  }
  return all;
}

/** This thread's own time: what a busy neighbour takes is not counted. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

export function pureTimes(commands: readonly Command[], cases: readonly Case[], size: number) {
  const library = librarySized(commands, size);
  const start = cpuMs();
  const index = buildIndex(library);
  const buildMs = cpuMs() - start;
  const times: number[] = [];
  const nowhere = { usage: new Map(), active: [], place: { agent: null, cwd: null } };
  for (const { text, situation } of cases) resolve({ text, situation, ...nowhere }, index);
  for (const { text, situation } of cases) {
    // The kernel counts a thread's time in ticks of a few milliseconds.
    const from = cpuMs();
    for (let n = 0; n < REPEATS; n++) resolve({ text, situation, ...nowhere }, index);
    times.push((cpuMs() - from) / REPEATS);
  }
  return { ...quantiles(times), buildMs };
}

/** CPU time that the Workers' processes, children of this one, have taken so far, in ms: a busy neighbour does not change it. */
function workersCpuMs(): number {
  const parents = new Map<number, number>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      parents.set(Number(name), Number(fields[1]));
      ticks.set(Number(name), Number(fields[11]) + Number(fields[12]));
    } catch {
      // It ended meanwhile.
    }
  }
  const ours = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || ours(parent));
  };
  // A tick of the kernel's clock is 10 ms.
  return [...ticks].reduce((sum, [pid, own]) => sum + (ours(pid) ? own * 10 : 0), 0);
}

export async function routeTimes(commands: readonly Command[], cases: readonly Case[], size: number) {
  const workspace = await startWorkspace({ library: false });
  try {
    const library = librarySized(commands, size);
    await upsertLibrary(
      workspace.db,
      library.map((command) => ({ slug: command.slug, input: inputOf(command) })),
      Date.now(),
    );
    const ask = async ({ text, situation }: Case): Promise<number> => {
      const from = performance.now();
      const response = await workspace.request("/api/resolve", { body: { text, context: situation } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`POST /api/resolve: ${response.status}`);
      return performance.now() - from;
    };
    // The lightest route there is, for comparison: what a request costs on this machine now.
    const plain = async (): Promise<number> => {
      const from = performance.now();
      const response = await workspace.request("/api/me");
      await response.arrayBuffer();
      return performance.now() - from;
    };
    const cold = await ask(cases[0]!);
    const times: number[] = [];
    const plainTimes: number[] = [];
    for (const one of cases) await ask(one);
    for (const one of cases) {
      plainTimes.push(await plain());
      times.push(await ask(one));
    }
    const before = workersCpuMs();
    for (const one of cases) await ask(one);
    const cpu = (workersCpuMs() - before) / cases.length;
    return { ...quantiles(times), cold, cpu, plain: quantiles(plainTimes) };
  } finally {
    await workspace.stop();
  }
}

function inputOf(command: Command) {
  const { id: _i, tenant_id: _t, slug: _s, version: _v, status: _a, is_public: _p, ...rest } = command;
  const { usage_count: _u, last_used_at: _l, created_at: _c, updated_at: _d, ...input } = rest;
  return commandInputSchema.parse(input);
}

function quantiles(times: number[]): { p50: number; p95: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}
