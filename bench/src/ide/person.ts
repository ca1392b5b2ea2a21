/** Commands as a person gives them, over HTTP. */
import type { Workspace } from "@tw/local/src/testing/workspace.ts";

export interface Done {
  status: string;
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has outputs of its own
  outputs: any;
  error: { code: string; message: string } | null;
  /** From the request to the answer that it is over. */
  s: number;
  log(): Promise<string>;
}

export class Person {
  readonly #workspace: Workspace;
  readonly #cwd: string;
  constructor(workspace: Workspace, cwd: string) {
    this.#workspace = workspace;
    this.#cwd = cwd;
  }
  /** Runs `cursor-<name>` to its end. */
  async do(name: string, args: object): Promise<Done> {
    const began = performance.now();
    const { run } = await this.#json(`/api/commands/cursor-${name}/execute`, { cwd: this.#cwd, args });
    return this.#ended(run.id, began);
  }
  /** Undoes a run as the console's button does: asked, approved, done. */
  async undo(id: string): Promise<Done> {
    const began = performance.now();
    const { run } = await this.#json(`/api/runs/${id}/undo`, {});
    for (;;) {
      const now = await this.#json(`/api/runs/${run.id}?wait_s=20`);
      const open = now.checkpoints.find(({ status }: { status: string }) => status === "pending");
      if (!open) return this.#ended(run.id, began);
      await this.#json(`/api/checkpoints/${open.id}/approve`, { approved: true });
    }
  }
  async #ended(id: string, began: number): Promise<Done> {
    for (;;) {
      const run = await this.#json(`/api/runs/${id}?wait_s=20`);
      if (!["succeeded", "failed", "rejected", "cancelled"].includes(run.status)) continue;
      const [step] = run.steps;
      return {
        id,
        status: run.status,
        outputs: step?.outputs ?? {},
        error: step?.error ?? run.error ?? null,
        s: (performance.now() - began) / 1_000,
        log: async () => (await this.#workspace.request(`/api/runs/${id}/logs`)).text(),
      };
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tried
  async #json(path: string, body?: unknown): Promise<any> {
    const answer = await this.#workspace.request(path, body === undefined ? {} : { body });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`);
    return json;
  }
}
