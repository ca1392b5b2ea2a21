import { type Command, commandPutSchema, slugSchema } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import {
  deprecateCommand,
  listCommands,
  listVersions,
  putCommand,
  readCommand,
  SYSTEM,
} from "@tw/shared/db/commands";
import { COMMAND_TYPES } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import * as z from "zod";
import { checkCommand } from "../check-command.ts";
import { badShape, notFound } from "../errors.ts";
import { foundBy } from "../resolve/search.ts";
import { answer, type Route, route } from "../route.ts";
import { commandSchema, pageOf, paging } from "../schemas.ts";

/** Finding, reading and defining commands. */
export const commandRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/commands",
    summary: "The commands of the workspace and of the public library; with `q` ranked by relevance",
    tag: "Commands",
    scope: "commands:read",
    query: z.strictObject({
      q: z.string().max(200).optional(),
      category: z.string().max(50).optional(),
      type: z.enum(COMMAND_TYPES).optional(),
      status: z.enum(["active", "inactive", "deprecated"]).default("active"),
      // Without a limit it is all of them: a palette searches the whole library.
      limit: paging.limit.unwrap().optional(),
      cursor: z
        .string()
        .regex(/^\d{1,6}$/, "a next_cursor of this list")
        .optional(),
    }),
    answers: {
      200: {
        description: "Commands, best match first or by slug",
        schema: z.strictObject({ items: z.array(commandSchema), next_cursor: z.string().nullable() }),
      },
    },
    async handle({ env, caller, query }) {
      const all = await listCommands(env.DB, {
        tenantId: caller.tenantId,
        category: query.category ?? null,
        type: query.type ?? null,
        status: query.status,
      });
      const found = !query.q?.trim() ? all : await foundBy(env.DB, caller, query.q, all);
      const from = Number(query.cursor ?? 0);
      const to = query.limit === undefined ? found.length : from + query.limit;
      return answer(200, {
        items: found.slice(from, to).map(commandBody),
        next_cursor: to < found.length ? String(to) : null,
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/commands/{slug}",
    summary: "One command, by slug or id",
    tag: "Commands",
    scope: "commands:read",
    answers: { 200: { description: "The command", schema: commandSchema } },
    async handle({ env, caller, params }) {
      const command = await readCommand(env.DB, caller.tenantId, params.slug as string);
      if (!command) throw notFound("command");
      return answer(200, commandBody(command));
    },
  }),
  route({
    method: "GET",
    path: "/api/commands/{slug}/versions",
    summary: "The versions a command had, newest first, each as it was put",
    tag: "Commands",
    scope: "commands:read",
    query: z.strictObject({ ...paging, cursor: z.coerce.number().int().min(1).optional() }),
    answers: {
      200: {
        description: "A page of versions",
        schema: pageOf(
          z.strictObject({
            version: z.int(),
            command: z.record(z.string(), z.json()).describe("as PUT /api/commands/{slug} takes it"),
            created_at: z.int(),
            created_by: z.string().describe("id of a person or a machine; `library` for what was loaded"),
            source: z.string().nullable().describe("the YAML it was written as, with its comments"),
          }),
        ),
      },
    },
    async handle({ env, caller, params, query }) {
      const { tenantId } = caller;
      const command = await readCommand(env.DB, tenantId, params.slug as string);
      if (!command) throw notFound("command");
      const ask = { tenantId, commandId: command.id, before: query.cursor ?? null, limit: query.limit + 1 };
      const found = await listVersions(env.DB, ask);
      const items = found.slice(0, query.limit).map(({ version, command, createdAt, createdBy, source }) => ({
        version,
        command: command as unknown as { [name: string]: Json },
        created_at: createdAt,
        created_by: createdBy,
        source,
      }));
      const last = items.at(-1);
      return answer(200, {
        items,
        next_cursor: found.length > query.limit && last ? String(last.version) : null,
      });
    },
  }),
  route({
    method: "PUT",
    path: "/api/commands/{slug}",
    summary: "Create a command of the workspace, or give it a new version",
    tag: "Commands",
    scope: "commands:write",
    body: commandPutSchema,
    answers: {
      200: { description: "The command, as it is now", schema: commandSchema },
      201: { description: "The new command", schema: commandSchema },
    },
    async handle({ env, caller, params, body, now, newId }) {
      const slug = await ownSlug(env.DB, caller.tenantId, params.slug as string);
      const { source, ...input } = body;
      await checkCommand(env.DB, caller.tenantId, slug, input, now);
      const { command, outcome } = await putCommand(
        env.DB,
        { tenantId: caller.tenantId, slug, newId: newId("command"), input, source, by: caller.actor },
        now,
      );
      const location = { Location: `/api/commands/${command.slug}` };
      return answer(outcome === "created" ? 201 : 200, commandBody(command), location);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/commands/{slug}",
    summary: "Deprecate a command of the workspace; its versions and runs stay",
    tag: "Commands",
    scope: "commands:write",
    answers: { 200: { description: "The command, deprecated", schema: commandSchema } },
    async handle({ env, caller, params, now }) {
      const ref = params.slug as string;
      const gone = await deprecateCommand(env.DB, { tenantId: caller.tenantId, ref, by: caller.actor }, now);
      if (gone) return answer(200, commandBody(gone));
      if (await readCommand(env.DB, caller.tenantId, ref)) throw notYours(ref);
      throw notFound("command");
    },
  }),
];

/** The slug a PUT is for. An id must be one of the workspace's own commands; a slug may be new, or hide one of the library. */
async function ownSlug(db: D1Database, tenantId: string, ref: string): Promise<string> {
  if (tenantId === SYSTEM) throw notYours(ref);
  if (!ref.startsWith("cmd_")) {
    const parsed = slugSchema.safeParse(ref);
    if (!parsed.success) throw badShape("slug in the path", parsed.error);
    return parsed.data;
  }
  const command = await readCommand(db, tenantId, ref);
  if (!command) throw notFound("command");
  if (command.tenant_id === SYSTEM) throw notYours(ref);
  return command.slug;
}

function notYours(ref: string): Refusal {
  return new Refusal(
    "forbidden",
    `${ref} belongs to the public library and cannot be changed. PUT a command under its slug to use your own in its place.`,
  );
}

function commandBody({ tenant_id: _, ...command }: Command): z.infer<typeof commandSchema> {
  return command as z.infer<typeof commandSchema>;
}
