import { deleteSecret, listSecrets, putSecret, type SecretFace } from "@tw/shared/db/secrets";
import { Refusal } from "@tw/shared/errors";
import { SECRET_NAME } from "@tw/shared/library/parameters";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Call, type Route, route } from "../route.ts";
import { sealSecret } from "../secret-box.ts";

const secretSchema = z
  .strictObject({
    name: z.string(),
    version: z.int().describe("counts its values, from 1"),
    updated_by: z.object({ id: z.string(), name: z.string(), type: z.string() }),
    created_at: z.int(),
    updated_at: z.int(),
  })
  .meta({ id: "Secret" });
const one = z.strictObject({ secret: secretSchema });

/** Secrets the workspace keeps: written, never read back. They go to an agent with the step that names them, and nowhere else. */
export const secretRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/secrets",
    summary: "The names of the secrets the workspace keeps; never their values",
    tag: "Secrets",
    scope: "runs:execute",
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
      cursor: z.string().max(64).optional(),
    }),
    answers: {
      200: {
        description: "A page of names",
        schema: z.object({ items: z.array(secretSchema), next_cursor: z.string().nullable() }),
      },
    },
    async handle({ env, caller, query }) {
      const found = await listSecrets(env.DB, {
        tenantId: caller.tenantId,
        after: query.cursor ?? null,
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit);
      const next_cursor = found.length > query.limit ? (items.at(-1)?.name ?? null) : null;
      return answer(200, { items: items.map(secretBody), next_cursor });
    },
  }),
  route({
    method: "PUT",
    path: "/api/secrets/{name}",
    summary: "Set a secret, new or changed; a run that starts a step from now on gets this value",
    tag: "Secrets",
    scope: "secrets:write",
    body: z.strictObject({
      value: z
        .string()
        .min(LIMITS.secretMinChars, "too short to be kept out of logs")
        .max(LIMITS.secretMaxChars),
    }),
    answers: {
      200: { description: "It has a new value", schema: one },
      201: { description: "It is new", schema: one },
    },
    async handle(call) {
      const { env, caller, body, now } = call;
      const name = nameOf(call);
      const place = { tenantId: caller.tenantId, name };
      const sealed = await sealSecret(env.SECRETS_KEY, place, body.value);
      const face = await putSecret(
        env.DB,
        { ...place, ...sealed, by: caller.actor },
        { tenantId: caller.tenantId, at: now, actor: caller.actor, action: "secret.set", target: name },
        now,
      );
      return answer(face.version === 1 ? 201 : 200, { secret: secretBody(face) });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/secrets/{name}",
    summary: "Forget a secret; a step that names it fails from now on, unless its agent has one of this name",
    tag: "Secrets",
    scope: "secrets:write",
    answers: { 204: { description: "It is gone" } },
    async handle(call) {
      const { env, caller, now } = call;
      const { tenantId, actor } = caller;
      const name = nameOf(call);
      const entry = { tenantId, at: now, actor, action: "secret.deleted", target: name };
      if (!(await deleteSecret(env.DB, { tenantId, name }, entry))) throw notFound("secret");
      return answer(204, null);
    },
  }),
];

function nameOf({ params }: Pick<Call, "params">): string {
  const name = params.name ?? "";
  if (SECRET_NAME.test(name)) return name;
  throw new Refusal(
    "bad_request",
    "A secret's name has letters, digits and _, begins with a letter, at most 64.",
    {
      issues: [{ path: "name", message: "letters, digits and _" }],
    },
  );
}

function secretBody(face: SecretFace): z.infer<typeof secretSchema> {
  return {
    name: face.name,
    version: face.version,
    updated_by: face.updatedBy,
    created_at: face.createdAt,
    updated_at: face.updatedAt,
  };
}
