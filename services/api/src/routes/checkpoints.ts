import { checkpointDetail, checkpointView, getCheckpoint, listCheckpoints } from "@tw/shared/db/checkpoints";
import { deliveriesOf } from "@tw/shared/db/delivery-log";
import { sayOf } from "@tw/shared/db/voters";
import { type AfterVote, castVote, voteRefusal } from "@tw/shared/db/votes";
import { CHECKPOINT_STATUSES } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import { sendHint } from "@tw/shared/queues/send";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { goOn } from "../go-on.ts";
import { answer, type Route, route } from "../route.ts";
import { checkpointSchema, pageOf, paging } from "../schemas.ts";

/** What waits for people, and their votes. */
export const checkpointRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/checkpoints",
    summary: "Checkpoints, newest first; with `mine` only those you may still decide",
    tag: "Checkpoints",
    scope: "runs:read",
    query: z.strictObject({
      ...paging,
      status: z.enum(CHECKPOINT_STATUSES).optional(),
      mine: z.enum(["true", "false"]).default("false"),
      break_glass: z
        .enum(["all", "unreviewed"])
        .optional()
        .describe("only those an owner went past: all, or those nobody has reviewed"),
    }),
    answers: { 200: { description: "A page of checkpoints", schema: pageOf(checkpointSchema) } },
    async handle({ env, caller, query, now }) {
      const mine = query.mine === "true";
      // Machines may ask, never decide: nothing is theirs. And what is decided waits for nobody.
      if (mine && (caller.user === null || (query.status !== undefined && query.status !== "pending")))
        return answer(200, { items: [], next_cursor: null });
      const { items, nextCursor } = await listCheckpoints(env.DB, {
        tenantId: caller.tenantId,
        status: query.status,
        mineUserId: mine ? caller.user?.id : undefined,
        brokenGlass: query.break_glass,
        now,
        cursor: query.cursor,
        limit: query.limit,
      });
      return answer(200, {
        items: items.map(({ checkpoint, votes }) => checkpointView(checkpoint, votes)),
        next_cursor: nextCursor,
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/checkpoints/{id}",
    summary: "One checkpoint with what will run, what has run, and how it would be undone",
    tag: "Checkpoints",
    scope: "runs:read",
    answers: { 200: { description: "The checkpoint", schema: checkpointSchema } },
    async handle({ env, caller, params, now }) {
      const found = await getCheckpoint(env.DB, caller.tenantId, params.id as string, now);
      if (!found) throw notFound("checkpoint");
      const { id, status } = found.checkpoint;
      const [deliveries, say] = await Promise.all([
        deliveriesOf(env.DB, caller.tenantId, [id]),
        caller.user && status === "pending" ? sayOf(env.DB, caller.tenantId, id, caller.user.id, now) : null,
      ]);
      return answer(200, {
        ...checkpointDetail(found.checkpoint, found.votes),
        deliveries: deliveries.get(id) ?? [],
        ...(say ? { may_vote: say } : {}),
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/checkpoints/{id}/approve",
    summary: "Vote: approve or reject",
    tag: "Checkpoints",
    scope: "checkpoints:decide",
    callers: ["person"],
    body: z.strictObject({
      approved: z.boolean(),
      comment: z.string().max(2_000).optional(),
      inputs: z.record(z.string().max(64), z.json()).optional(),
      plan_digest: z.string().max(64).optional().describe("of the plan you saw"),
    }),
    answers: {
      200: { description: "Your vote counts", schema: z.strictObject({ checkpoint: checkpointSchema }) },
    },
    creates: "plain",
    async handle({ env, caller, params, body, now }) {
      if (!caller.user) throw new Refusal("forbidden", "Only people decide checkpoints.");
      let stored: AfterVote | undefined;
      const outcome = await castVote(
        env.DB,
        {
          tenantId: caller.tenantId,
          checkpointId: params.id as string,
          user: caller.user,
          decision: body.approved ? "approve" : "reject",
          channel: caller.channel,
          comment: body.comment ?? null,
          inputs: body.inputs ?? null,
          planDigest: body.plan_digest ?? null,
        },
        now,
        (after) => {
          stored = after;
        },
      );
      if (outcome.kind === "not_found") throw notFound("checkpoint");
      const refusal = voteRefusal(outcome);
      // A vote that found out that something has changed makes the run due: it asks again.
      if (outcome.kind === "digest_changed") await sendHint(env.RUNS, [outcome.checkpoint.runId]);
      if (refusal) throw refusal;
      if (!("checkpoint" in outcome)) throw new Error(`a vote ended as ${outcome.kind}`);
      await goOn(env, outcome.checkpoint.runId, stored);
      return answer(200, { checkpoint: checkpointView(outcome.checkpoint, outcome.votes) });
    },
  }),
];
