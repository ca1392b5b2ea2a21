/** Workflows as a team writes them, compiled by the library's own compiler with a few commands of the flow. */

import { type Command, commandInputSchema } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import type { Plan } from "@tw/shared/contracts/plan";
import { draftCommand } from "@tw/shared/library/draft-command";
import { compilePlan } from "@tw/shared/library/plan";

/** What stands in a workflow's definition; the schema fills in the rest. */
export type Workflow = { steps: object[]; [field: string]: unknown };

const COMMANDS: { [slug: string]: object } = {
  noop: { type: "api", effect: "read", definition: { handler: "noop" } },
  echo: {
    type: "api",
    effect: "read",
    parameters: ["value", "other"].map((name) => ({ name, type: "json" })),
    definition: { handler: "echo" },
  },
  sleep: {
    type: "api",
    effect: "read",
    parameters: [{ name: "seconds", type: "number", required: true, min: 0 }],
    definition: { handler: "sleep" },
  },
  fail: {
    type: "api",
    effect: "write",
    parameters: [{ name: "message", type: "string" }],
    definition: { handler: "fail" },
  },
  get: {
    type: "external",
    effect: "read",
    parameters: [{ name: "url", type: "string", required: true }],
    definition: { url: { param: "url" }, outputs: { format: "json" } },
  },
  post: {
    type: "external",
    effect: "write",
    parameters: [
      { name: "url", type: "string", required: true },
      { name: "body", type: "json" },
    ],
    definition: {
      url: { param: "url" },
      method: "POST",
      body: { param: "body" },
      outputs: { format: "json" },
    },
  },
};

function command(slug: string, input: object): Command {
  return draftCommand("ten_test", slug, commandInputSchema.parse({ name: slug, ...input }), 0);
}

/** The plan of a workflow. */
export async function compile(
  definition: Workflow,
  args: { [name: string]: Json } = {},
  more: object = {},
): Promise<Plan> {
  const parameters = Object.keys(args).map((name) => ({ name, type: "json" }));
  const { plan } = await compilePlan({
    command: command("workflow-test", { type: "workflow", effect: "write", parameters, definition, ...more }),
    args,
    context: {},
    cwd: null,
    agent: null,
    lookup: async (slug) => (COMMANDS[slug] ? command(slug, COMMANDS[slug]) : null),
    soleApprover: true,
  });
  return plan;
}
