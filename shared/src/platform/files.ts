/**
 * The workspace's files, objects in one bucket, each tenant's under its own prefix. Contents stream: nothing here holds more of
 * an object than passes by.
 */
import * as z from "zod";
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { action, json, missing, noted, type PlatformContext } from "./action.ts";
import { paging } from "./fields.ts";

/** An object's name: as a path without beginning slash, without empty, `.` or `..` parts, without control characters. */
export const keySchema = z
  .string()
  .min(1)
  .refine(
    (key) => new TextEncoder().encode(key).byteLength <= LIMITS.objectKeyBytes,
    `longer than ${LIMITS.objectKeyBytes} bytes`,
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  .refine((key) => !/[\u0000-\u001f\u007f]/.test(key) && key.isWellFormed(), "holds a control character")
  .refine(
    (key) => !key.split("/").some((part) => part === "" || part === "." || part === ".."),
    "has an empty, . or .. part",
  );
export const fileListSchema = z.strictObject({
  ...paging,
  prefix: z.string().max(LIMITS.objectKeyBytes).default(""),
  delimiter: z.literal("/").optional().describe("folders instead of all that lies in them"),
});
const keptSchema = z.string().regex(/^kept_[a-z0-9]+$/);

type At = Pick<PlatformContext, "files" | "tenantId">;
const base = (tenantId: string) => `files/${tenantId}/`;
/** Where an object lies in the bucket. @throws Refusal (422) for a key that cannot be one */
export function objectPath(tenantId: string, key: string): string {
  const checked = keySchema.safeParse(key);
  if (!checked.success) {
    const message = checked.error.issues[0]?.message ?? "is no key";
    throw new Refusal("invalid_args", `The key ${message}.`, { issues: [{ path: "key", message }] });
  }
  return base(tenantId) + key;
}
const keptPath = (tenantId: string, kept: string) => `kept/${tenantId}/${kept}`;

export function fileView(tenantId: string, object: R2Object) {
  return {
    key: object.key.slice(base(tenantId).length),
    bytes: object.size,
    etag: object.httpEtag,
    content_type: object.httpMetadata?.contentType ?? null,
    uploaded_at: object.uploaded.getTime(),
  };
}

/** Stores a stream as an object. `length` must be true: the bucket takes nothing of unknown size. */
export async function storeFile(
  context: PlatformContext,
  key: string,
  content: {
    body: ReadableStream | null;
    length: number;
    type: string | null;
    onlyIf?: R2Conditional | Headers;
  },
) {
  const path = objectPath(context.tenantId, key);
  if (content.length > LIMITS.objectBytes)
    throw new Refusal("too_large", `${content.length} bytes; at most ${LIMITS.objectBytes} are taken.`);
  const stored = await context.files.put(path, content.body ?? new Uint8Array(), {
    httpMetadata: { contentType: content.type ?? "application/octet-stream" },
    ...(content.onlyIf ? { onlyIf: content.onlyIf } : {}),
  });
  if (!stored)
    throw new Refusal("conflict", "The object is not as If-Match or If-None-Match says. Look at it again.");
  await context.db.batch([
    noted(context, {
      action: "file.stored",
      target: key,
      detail: { bytes: stored.size, etag: stored.httpEtag },
    }),
  ]);
  return fileView(context.tenantId, stored);
}

/** Copies the object aside, so that it can be put back. Nothing to keep is an answer too. */
export async function keepFile(
  at: At,
  key: string,
  kept: string,
): Promise<{ existed: boolean; kept?: string }> {
  const object = await at.files.get(objectPath(at.tenantId, key));
  if (!object) return { existed: false };
  await at.files.put(keptPath(at.tenantId, kept), object.body, { httpMetadata: object.httpMetadata });
  return { existed: true, kept };
}

export const filesList = action({
  scope: "runs:read",
  input: fileListSchema,
  async run({ files, tenantId }, { prefix, limit, cursor, delimiter }) {
    const found = await files
      .list({
        prefix: base(tenantId) + prefix,
        limit,
        ...(cursor === undefined ? {} : { cursor: decode(cursor) }),
        ...(delimiter === undefined ? {} : { delimiter }),
        include: ["httpMetadata"],
      })
      .catch((error: unknown) => {
        if (cursor === undefined) throw error;
        throw new Refusal("bad_request", "The cursor is none of this list's.");
      });
    return {
      items: json(found.objects.map((object) => fileView(tenantId, object))),
      folders: found.delimitedPrefixes.map((one) => one.slice(base(tenantId).length)),
      next_cursor: found.truncated ? encode(found.cursor) : null,
    };
  },
});

/** Deletes an object and keeps a copy for the undo. */
export const filesRemove = action({
  scope: "runs:execute",
  input: z.strictObject({ key: keySchema }),
  async run(context, { key }) {
    const kept = await keepFile(context, key, await context.newId("kept"));
    if (!kept.existed) throw missing("object");
    await context.files.delete(objectPath(context.tenantId, key));
    await context.db.batch([noted(context, { action: "file.removed", target: key })]);
    return { key, ...kept };
  },
});

/** Puts a kept object back; without one, deletes what was not there before. */
export const filesRestore = action({
  scope: "runs:execute",
  input: z.strictObject({ key: keySchema, kept: keptSchema.optional() }),
  async run(context, { key, kept }) {
    const { files, tenantId } = context;
    const path = objectPath(tenantId, key);
    if (kept === undefined) await files.delete(path);
    else {
      const copy = await files.get(keptPath(tenantId, kept));
      if (!copy) throw new Refusal("conflict", `The copy of ${key} is no longer kept.`);
      await files.put(path, copy.body, { httpMetadata: copy.httpMetadata });
    }
    const as = kept === undefined ? "absent" : "before";
    await context.db.batch([noted(context, { action: "file.restored", target: key, detail: { as } })]);
    return { key, as };
  },
});

// The bucket's cursors hold characters that a query would have to escape.
const encode = (cursor: string) => btoa(cursor).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (cursor: string) => {
  try {
    return atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new Refusal("bad_request", "The cursor is none of this list's.");
  }
};
