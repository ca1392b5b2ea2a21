import { waitUntil } from "cloudflare:workers";
import { readNamedAgent, resolvingFromRows, resolvingStatements } from "@tw/shared/db/resolving";
import { COMMAND_TYPES, EFFECTS } from "@tw/shared/engine/statuses";
import { hubOf } from "@tw/shared/hub";
import { pathProblem } from "@tw/shared/library/parameters";
import { LIMITS } from "@tw/shared/limits";
import { resolve } from "@tw/shared/resolution/resolve";
import { situationOf } from "@tw/shared/resolution/situation";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { libraryIndex } from "../resolve/library-cache.ts";
import { answer, type Route, route } from "../route.ts";

const values = z.record(z.string().max(100), z.json());
const askSchema = z.strictObject({
  text: z.string().max(2_000).describe("what somebody said or typed"),
  context: z
    .looseObject({
      agent: z.string().min(1).max(100).optional().describe("id or name; the one heard of last unless said"),
      cwd: z.string().min(1).max(1_000).optional().describe("relative to the agent's root"),
      resource: z.string().max(500).optional().describe("path of what is open: /api/clients"),
    })
    .default({})
    .describe("where the words are said; other facts go before those of the agent"),
  typing: z.boolean().default(false).describe("the last word may be a beginning"),
});

const stepSchema = z.strictObject({
  id: z.string(),
  command: z.string(),
  args: values,
  look: z.boolean().describe("it only looks"),
  will: z.enum(["run", "skip", "depends"]).describe("as far as the facts tell"),
  why: z.string().nullable(),
});
const candidateSchema = z
  .strictObject({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    type: z.enum(COMMAND_TYPES),
    effect: z.enum(EFFECTS),
    score: z.number().describe("0 to 1"),
    reasons: z.array(z.string()),
    args: values,
    sources: z.record(
      z.string(),
      z.union([
        z.strictObject({ from: z.literal("words"), text: z.string() }),
        z.strictObject({ from: z.literal("fact"), fact: z.string() }),
      ]),
    ),
    missing: z
      .array(z.string())
      .describe("required arguments that nothing told; of a chain as step.argument"),
    warnings: z.array(z.string()),
    under_way: z.array(z.string()).describe("runs that are not over and that it would meet, as warned of"),
    steps: z.array(stepSchema).optional(),
    run: z
      .strictObject({ method: z.literal("POST"), path: z.string(), body: values })
      .describe("the request that runs it, once nothing is missing"),
  })
  .meta({ id: "Candidate" });

/** Plain words to commands. */
export const resolveRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/resolve",
    summary: "The commands that words mean, with arguments, reasons and what is missing; nothing is done",
    tag: "Commands",
    scope: "commands:read",
    body: askSchema,
    answers: {
      200: {
        description: "Candidates, best first",
        schema: z.strictObject({
          kind: z.enum(["match", "chain", "suggestions", "none"]),
          candidates: z.array(candidateSchema),
          facts: z
            .strictObject({
              agent: z.strictObject({ id: z.string(), name: z.string(), online: z.boolean() }).nullable(),
              cwd: z.string().nullable(),
              age_s: z.number().nullable().describe("seconds since the agent told them"),
              known: values,
            })
            .describe("what the answer rests on"),
        }),
      },
    },
    preload: resolvingStatements,
    async handle({ env, caller, body, now, preloaded }) {
      const { agent: named, cwd: said, ...facts } = body.context as { agent?: string; cwd?: string };
      const cwd = said !== undefined && pathProblem(said) === null ? said : null;
      const found = resolvingFromRows(preloaded);
      const likeliest = found.agent;
      const agent =
        named === undefined || named === likeliest?.id
          ? likeliest
          : await readNamedAgent(env.DB, caller.tenantId, named);
      if (named !== undefined && !agent) throw notFound("agent");
      const age = agent?.factsAt == null ? null : Math.max(0, now - agent.factsAt);
      // Whoever types asks again in a moment; by then the facts are fresh.
      if (agent?.online && (age === null || age > LIMITS.factsFreshMs))
        waitUntil(
          hubOf(env.HUB, caller.tenantId)
            .askFacts(agent.id)
            .catch(() => {}),
        );
      const index = await libraryIndex(env.DB, caller.tenantId, found.libraryMark);
      const situation = situationOf(agent?.facts ?? {}, cwd, facts);
      const resolution = resolve(
        {
          text: body.text,
          situation,
          usage: found.usage,
          active: found.active,
          place: { agent: named === undefined ? null : (agent?.id ?? null), cwd },
          typing: body.typing,
        },
        index,
      );
      const where = {
        ...(cwd === null ? {} : { cwd }),
        ...(named === undefined || !agent ? {} : { agent: { id: agent.id } }),
      };
      return answer(200, {
        kind: resolution.kind,
        candidates: resolution.candidates.map((candidate) => ({
          ...candidate,
          run: {
            method: "POST",
            path: `/api/commands/${candidate.slug}/execute`,
            body: { args: candidate.args, ...where },
          },
        })),
        facts: {
          agent: agent && { id: agent.id, name: agent.name, online: agent.online },
          cwd,
          age_s: age === null ? null : Math.round(age / 100) / 10,
          known: situation,
        },
      });
    },
  }),
];
