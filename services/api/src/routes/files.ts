import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { missing, type PlatformContext } from "@tw/shared/platform/action";
import {
  fileListSchema,
  filesList,
  filesRemove,
  keepFile,
  objectPath,
  storeFile,
} from "@tw/shared/platform/files";
import * as z from "zod";
import { jobContext } from "../job-caller.ts";
import { contextOf, fileShape } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";

const tag = "Files";
const stored = z.strictObject({ file: fileShape });

/** The workspace's files, streamed in and out; and the same for a step that runs on an agent. */
export const fileRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/r2",
    summary: "Files whose keys begin with `prefix`; with `delimiter=/` one level of folders",
    tag,
    scope: filesList.scope,
    query: fileListSchema,
    answers: {
      200: {
        description: "A page of files",
        schema: z.strictObject({
          items: z.array(fileShape),
          folders: z.array(z.string()),
          next_cursor: z.string().nullable(),
        }),
      },
    },
    handle: async (call) => answer(200, await filesList.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/r2/{key}",
    summary: "The contents of a file; takes Range, If-None-Match and If-Match",
    tag,
    scope: "runs:read",
    answers: {
      200: { description: "The file", type: "application/octet-stream" },
      206: { description: "The part that was asked for", type: "application/octet-stream" },
    },
    handle: (call) => send(contextOf(call), call.request, call.params.key as string),
  }),
  route({
    method: "PUT",
    path: "/api/r2/{key}",
    summary: `Store a file of at most ${LIMITS.objectBytes / 1_000_000} MB; takes If-Match, and If-None-Match: * for a new one`,
    tag,
    scope: "runs:execute",
    streams: true,
    answers: { 200: { description: "The file as it is stored", schema: stored } },
    handle: (call) => take(contextOf(call), call.request, call.params.key as string),
  }),
  route({
    method: "DELETE",
    path: "/api/r2/{key}",
    summary: "Delete a file",
    tag,
    scope: filesRemove.scope,
    answers: { 204: { description: "Deleted" } },
    async handle(call) {
      const key = call.params.key as string;
      objectPath(call.caller.tenantId, key);
      await filesRemove.run(contextOf(call), { key });
      return answer(204, null);
    },
  }),
  route({
    method: "GET",
    path: "/api/job-files/{key}",
    summary: "A file for the step that shows its pass",
    tag,
    scope: "public",
    answers: { 200: { description: "The file", type: "application/octet-stream" } },
    async handle({ env, request, params }) {
      const key = params.key as string;
      return send(await jobContext(env, request, { verb: "object-download", key }), request, key);
    },
  }),
  route({
    method: "PUT",
    path: "/api/job-files/{key}",
    summary: "Store a file for the step that shows its pass",
    tag,
    scope: "public",
    streams: true,
    answers: { 200: { description: "The file as it is stored", schema: stored } },
    async handle({ env, request, params }) {
      const key = params.key as string;
      return take(await jobContext(env, request, { verb: "object-upload", key }), request, key);
    },
  }),
  route({
    method: "POST",
    path: "/api/job-files/{key}",
    summary: "Copy a file aside before the step that shows its pass replaces it",
    tag,
    scope: "public",
    streams: true,
    answers: {
      200: {
        description: "Whether there was one, and the copy's id",
        schema: z.strictObject({ existed: z.boolean(), kept: z.string().optional() }),
      },
    },
    async handle({ env, request, params }) {
      const key = params.key as string;
      const context = await jobContext(env, request, { verb: "object-keep", key });
      return answer(200, await keepFile(context, key, await context.newId("kept")));
    },
  }),
];

async function send({ files, tenantId }: PlatformContext, request: Request, key: string): Promise<Response> {
  const path = objectPath(tenantId, key);
  const ranged = request.headers.has("range");
  const object = await files
    .get(path, { onlyIf: request.headers, ...(ranged ? { range: request.headers } : {}) })
    .catch((error: unknown) => {
      if (/range/i.test(String(error)))
        throw new Refusal("bad_request", "The range is not within the file.", {
          issues: [{ path: "Range", message: "not within the file" }],
        });
      throw error;
    });
  if (!object) throw missing("object");
  const headers = new Headers({
    "Content-Type": object.httpMetadata?.contentType ?? "application/octet-stream",
    // It is somebody's file under our own address: a browser must save it, never show it as a page of ours.
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(key.split("/").at(-1) ?? "file")}`,
    ETag: object.httpEtag,
    "Last-Modified": object.uploaded.toUTCString(),
    "Accept-Ranges": "bytes",
  });
  if (!("body" in object)) {
    const unchanged = request.headers.has("if-none-match") || request.headers.has("if-modified-since");
    return unchanged
      ? new Response(null, { status: 304, headers })
      : Response.json(new Refusal("conflict", "The file is not as If-Match says.").body(), { status: 412 });
  }
  const { offset, length } = partOf(object);
  headers.set("Content-Length", String(length));
  if (!ranged) return new Response(object.body, { headers });
  headers.set("Content-Range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers });
}

/** What part of the object it is. The bucket gives every field, those that were not asked for as undefined. */
function partOf({ range, size }: R2Object): { offset: number; length: number } {
  const asked = (range ?? {}) as { offset?: number; length?: number; suffix?: number };
  if (asked.suffix !== undefined) {
    const length = Math.min(size, asked.suffix);
    return { offset: size - length, length };
  }
  const offset = asked.offset ?? 0;
  return { offset, length: Math.min(asked.length ?? size - offset, size - offset) };
}

async function take(context: PlatformContext, request: Request, key: string) {
  const declared = request.headers.get("content-length");
  if (declared === null || !/^\d+$/.test(declared))
    throw new Refusal("bad_request", "Say Content-Length: a file's size must be known before it is taken.");
  const type = request.headers.get("content-type");
  if (type !== null && !/^[\w.+-]+\/[\w.+-]+(?:\s*;[\x20-\x7e]*)?$/.test(type))
    throw new Refusal("bad_request", "The Content-Type is none.");
  const conditional = request.headers.has("if-match") || request.headers.has("if-none-match");
  const file = await storeFile(context, key, {
    body: request.body,
    length: Number(declared),
    type,
    ...(conditional ? { onlyIf: request.headers } : {}),
  });
  return answer(200, { file }, { ETag: file.etag });
}
