/** A workspace with a real agent, a directory outside of its root that nobody may touch, and runs to their end. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { startWorkspace, type Workspace } from "../../src/testing/workspace.ts";
import { call, startAgent, type TestAgent } from "../agent.ts";
import type { Args, Step } from "./case.ts";
import { copyRepository, gitState, makeTemplate } from "./repository.ts";

export interface AskedStep {
  id?: string;
  command: string;
  args: Args;
  [more: string]: unknown;
}

export class World {
  readonly ws: Workspace;
  readonly agent: TestAgent;
  readonly outside: string;
  readonly #outsideWas: string;

  private constructor(ws: Workspace, agent: TestAgent) {
    this.ws = ws;
    this.agent = agent;
    this.outside = join(dirname(agent.root), "outside");
    mkdirSync(join(this.outside, "dir"), { recursive: true });
    writeFileSync(join(this.outside, "secret.txt"), "secret of somebody else\n");
    this.#outsideWas = snapshot(this.outside);
  }

  static async start(): Promise<World> {
    const ws = await startWorkspace();
    const path = join(ws.data, "canaries");
    mkdirSync(path);
    const agent = await startAgent(ws, { path });
    const world = new World(ws, agent);
    // Programs that nobody may start: the one that the values name, and those that reach other machines.
    for (const name of ["canary", "canary-out", "ssh", "rsh"]) {
      writeFileSync(join(path, name), `#!/bin/sh\necho "$0 $*" >> '${world.outside}/called'\n`);
      chmodSync(join(path, name), 0o755);
    }
    makeTemplate(join(dirname(agent.root), "template"));
    return world;
  }

  async stop(): Promise<void> {
    await this.agent.remove();
    await this.ws.stop();
  }

  /** Nothing outside was changed, made or started. */
  untouched(): void {
    expect(snapshot(this.outside)).toBe(this.#outsideWas);
  }

  /** A directory of its own with links that lead out of the root; with `git` a repository, its remote beside it. */
  place(name: string, git: boolean): string {
    const dir = join(this.agent.root, name.replaceAll(" ", "-"), "work");
    mkdirSync(dirname(dir));
    if (git) copyRepository(dir);
    else mkdirSync(dir);
    symlinkSync(join(this.outside, "secret.txt"), join(dir, "link-file"));
    symlinkSync("../../../outside", join(dir, "link-dir"));
    symlinkSync(join(this.outside, "new"), join(dir, "link-nowhere"));
    symlinkSync("link-dir", join(dir, "link-second"));
    return dir;
  }

  cwdOf(dir: string): string {
    return dir.slice(this.agent.root.length + 1);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a run as the API answers it
  async execute(steps: AskedStep[], dir: string): Promise<any> {
    const { run } = await call(this.ws, "/api/commands/chain/execute", {
      cwd: this.cwdOf(dir),
      args: { steps: numbered(steps) },
    });
    return this.finish(run.id);
  }

  /** By the number of the step: the path of what is wrong with it. Nothing is run. */
  async refused(steps: AskedStep[], dir: string): Promise<Map<number, string>> {
    const answer = await this.ws.request("/api/commands/chain/execute", {
      body: { cwd: this.cwdOf(dir), args: { steps: numbered(steps) }, dry_run: true },
    });
    const said = (await answer.json()) as { error?: { code: string; issues: { path: string }[] } };
    if (answer.status === 200) return new Map();
    expect([answer.status, said.error?.code], JSON.stringify(said)).toEqual([422, "invalid_args"]);
    const refused = new Map<number, string>();
    for (const { path } of said.error?.issues ?? []) {
      const [, index, rest] = /^steps\.(\d+)\.(.*)$/.exec(path) ?? [];
      expect(index, JSON.stringify(said)).toBeDefined();
      refused.set(Number(index), rest as string);
    }
    return refused;
  }

  /** Waits for the end, saying yes to what is asked. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async finish(id: string): Promise<any> {
    for (let i = 0; i < 50; i += 1) {
      const run = await call(this.ws, `/api/runs/${id}?wait_s=20`);
      if (!["waiting", "succeeded", "failed", "rejected", "cancelled"].includes(run.status)) continue;
      if (run.status !== "waiting") return run;
      const open = run.checkpoints.find(({ status }: { status: string }) => status === "pending");
      if (open) await call(this.ws, `/api/checkpoints/${open.id}/approve`, { approved: true });
    }
    throw new Error(`${id} does not end`);
  }

  async logOf(id: string): Promise<string> {
    return (await this.ws.request(`/api/runs/${id}/logs`)).text();
  }

  async undo(id: string): Promise<void> {
    const { run } = await call(this.ws, `/api/runs/${id}/undo`, {}, 202);
    const done = await this.finish(run.id);
    expect(done.status, JSON.stringify(done.steps.filter((step: Step) => step.error))).toBe("succeeded");
  }
}

const numbered = (steps: AskedStep[]) => steps.map((step, index) => ({ id: `v${index}`, ...step }));

/** Files below the directory, and of a repository all that git says of it; `learned`: but for what a fetch learned. */
export function stateOf(dir: string, git: boolean, learned = false): object {
  const repository = git && lstatSync(join(dir, ".git"), { throwIfNoEntry: false }) !== undefined;
  return { files: snapshot(dir), git: repository ? gitState(dir, learned) : null };
}

/** Names, kinds, rights and bytes of everything below; git's own files are compared by what git says of them. */
export function snapshot(dir: string): string {
  const lines: string[] = [];
  const walk = (at: string, name: string) => {
    const found = lstatSync(at);
    const mode = (found.mode & 0o7777).toString(8);
    if (found.isSymbolicLink()) lines.push(`${JSON.stringify(name)} -> ${readlinkSync(at)}`);
    else if (found.isDirectory()) {
      lines.push(`${JSON.stringify(name)}/ ${mode}`);
      for (const entry of readdirSync(at).sort())
        if (entry !== ".git") walk(join(at, entry), `${name}/${entry}`);
    } else {
      const hash = createHash("sha256").update(readFileSync(at)).digest("hex");
      lines.push(`${JSON.stringify(name)} ${mode} ${hash}`);
    }
  };
  walk(dir, ".");
  return lines.join("\n");
}
