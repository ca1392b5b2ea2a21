import { Refusal } from "@tw/shared/errors";
import { doImport, IMPORT_ACTIONS, type PlannedImport, planImport } from "@tw/shared/importing/import";
import { IMPORT_KINDS, ImportError } from "@tw/shared/importing/item";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import { answer, type Route, route } from "../route.ts";

const bodySchema = z.strictObject({
  kind: z.enum(IMPORT_KINDS).optional().describe("of all files; when not given, told by their names"),
  files: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(400).describe("relative to where the commands will run"),
        text: z.string(),
      }),
    )
    .min(1)
    .max(LIMITS.importFiles),
  dry_run: z.boolean().default(true).describe("only say what would happen; false imports"),
  replace: z
    .array(z.string().max(64))
    .max(LIMITS.importItems)
    .default([])
    .describe("slugs that may replace other commands"),
  scripts: z
    .boolean()
    .default(false)
    .describe("also those that need a script, which somebody has read and put in place"),
});

const itemSchema = z.strictObject({
  slug: z.string(),
  kind: z.enum(IMPORT_KINDS),
  path: z.string(),
  name: z.string(),
  action: z.enum(IMPORT_ACTIONS),
  reason: z.string().nullable(),
  conflict: z.string().nullable(),
  warnings: z.array(z.string()),
  command: z.record(z.string(), z.json()).nullable().describe("as PUT /api/commands/{slug} takes it"),
  script: z.strictObject({ path: z.string(), text: z.string() }).nullable(),
});

/** Commands that people already have, from the files they have them in. */
export const importRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/import",
    summary:
      "Commands of package.json, Makefile, justfile, Warp and GitHub workflows: a preview, or with dry_run false the import",
    tag: "Commands",
    scope: "commands:write",
    body: bodySchema,
    answers: {
      200: {
        description: "What would happen, or has",
        schema: z.strictObject({
          dry_run: z.boolean(),
          items: z.array(itemSchema),
          gone: z.array(z.strictObject({ slug: z.string(), path: z.string(), name: z.string() })),
        }),
      },
    },
    async handle({ env, caller, body, now, newId }) {
      const { dry_run, kind, files, replace, scripts } = body;
      const ask = { tenantId: caller.tenantId, kind: kind ?? null, files, replace, scripts };
      try {
        const { items, gone } = dry_run
          ? await planImport(env.DB, ask)
          : await doImport(env.DB, { ...ask, by: caller.actor, newId: () => newId("command") }, now);
        return answer(200, { dry_run, items: items.map(itemBody), gone });
      } catch (error) {
        if (error instanceof ImportError)
          throw new Refusal("invalid_args", error.message, {
            issues: [{ path: "files", message: error.message }],
          });
        throw error;
      }
    },
  }),
];

function itemBody({
  slug,
  kind,
  path,
  name,
  action,
  reason,
  conflict,
  warnings,
  command,
  script,
}: PlannedImport) {
  return { slug, kind, path, name, action, reason, conflict, warnings, command, script };
}
