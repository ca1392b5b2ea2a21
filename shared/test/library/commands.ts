/** Commands for tests, as they would be stored. */

import { type Command, commandInputSchema } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import { SYSTEM } from "../../src/db/commands.ts";
import type { Refusal } from "../../src/errors.ts";
import { draftCommand } from "../../src/library/draft-command.ts";
import { compilePlan, type PlanRequest } from "../../src/library/plan.ts";

/** A stored command with this slug. */
export function command(slug: string, input: { [field: string]: unknown }): Command {
  return draftCommand(
    SYSTEM,
    slug,
    commandInputSchema.parse({ name: slug.replaceAll("-", " "), ...input }),
    0,
  );
}

export const string = (name: string, more: object = {}) => ({ name, type: "string", ...more });
const git = (...argv: unknown[]) => ({ type: "builtin", definition: { program: "git", argv } });

/** A small library. */
export const LIBRARY = [
  command("git-status", { ...git("status"), effect: "read", category: "git" }),
  command("git-add", git("add", ".")),
  command("git-commit", {
    ...git("commit", { flag: "-m", param: "message" }),
    parameters: [string("message")],
  }),
  command("git-push", git("push")),
  command("wrangler-deploy", {
    type: "builtin",
    effect: "destructive",
    parameters: [string("env")],
    definition: {
      program: "wrangler",
      argv: ["deploy", { flag: "--env", param: "env" }],
      outputs: { format: "regex", pattern: "(?<url>https://\\S+)" },
    },
    rollback: {
      command: "wrangler-rollback",
      args: { env: { from: "args.env" }, version: { from: "outputs.previous" } },
    },
  }),
  command("wrangler-rollback", {
    type: "builtin",
    effect: "destructive",
    parameters: [string("env"), string("version", { required: true })],
    definition: {
      program: "wrangler",
      argv: ["rollback", { param: "version" }, { flag: "--env", param: "env" }],
    },
  }),
  command("verify-deployment", {
    type: "external",
    effect: "read",
    parameters: [string("url", { from: "earlier.url" })],
    definition: { url: { param: "url" } },
  }),
  command("noop", { type: "api", effect: "read", definition: { handler: "noop" } }),
  command("echo", {
    type: "api",
    effect: "read",
    parameters: [{ name: "value", type: "json", rest: true }],
    definition: { handler: "echo" },
  }),
];

/** Looks commands up in the list and the small library. */
export function lookupIn(more: Command[] = []): PlanRequest["lookup"] {
  const all = new Map([...LIBRARY, ...more].map((found) => [found.slug, found]));
  return async (slug) => all.get(slug) ?? null;
}

/** The plan of a command of these. */
export function plan(
  of: Command,
  request: Partial<PlanRequest> & { more?: Command[]; args?: { [name: string]: Json } } = {},
) {
  return compilePlan({
    command: of,
    args: {},
    context: {},
    cwd: null,
    agent: null,
    lookup: lookupIn([of, ...(request.more ?? [])]),
    soleApprover: false,
    ...request,
  });
}

/** A workflow of these steps. */
export function workflow(steps: object[], more: object = {}, input: object = {}): Command {
  return command("flow", { type: "workflow", definition: { steps, ...more }, ...input });
}

/** Paths of the issues a plan is refused with; none when it is not. */
export const issuesOf = (promise: Promise<unknown>) =>
  promise.then(
    () => [],
    (error: Refusal) => {
      if (!error.issues) throw error;
      return error.issues.map((issue) => issue.path);
    },
  );
