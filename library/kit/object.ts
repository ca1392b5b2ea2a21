/** Files of the workspace: sent and fetched with the pass that the agent gives its own step. */
import { createWriteStream, existsSync, openAsBlob, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failed, type Words } from "./words.ts";

/** Before an upload: the workspace copies aside what is there. */
export async function objectKeep(words: Words): Promise<object> {
  const response = await ask(words, { method: "POST" });
  return (await response.json()) as object;
}

/** Streams the file to the workspace. */
export async function objectUpload(words: Words): Promise<object> {
  const file = words.needed("file");
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Failed(`${file} is no file`);
  const type = words.value("type") ?? "application/octet-stream";
  const body = await openAsBlob(file, { type });
  const response = await ask(words, { method: "PUT", body, headers: { "Content-Type": type } });
  const stored = (await response.json()) as { file: object };
  return stored.file;
}

/** Streams the file from the workspace: whole or not at all. */
export async function objectDownload(words: Words): Promise<object> {
  const file = words.needed("file");
  if (existsSync(file) && words.value("replace") !== "yes")
    throw new Failed(`${file} is there already; say that it is to be replaced`);
  const response = await ask(words, { method: "GET" });
  const part = join(dirname(file), `.tw-part-${process.pid}`);
  try {
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(part, { flags: "wx" }));
    const bytes = statSync(part).size;
    // A text may come packed on its way, and then without its length; a stream cut short fails by itself.
    const expected = response.headers.get("content-length");
    if (expected !== null && !response.headers.has("content-encoding") && bytes !== Number(expected))
      throw new Failed(`${bytes} of ${expected} bytes arrived`);
    renameSync(part, file);
    return { file, bytes, etag: response.headers.get("etag") };
  } finally {
    rmSync(part, { force: true });
  }
}

async function ask(
  words: Words,
  init: RequestInit & { headers?: Record<string, string> },
): Promise<Response> {
  const key = words.needed("key");
  const { TW_URL, TW_JOB, TW_FENCE, TW_STEP_ID, TW_PASS } = process.env;
  if (!TW_URL || !TW_JOB || !TW_FENCE || !TW_STEP_ID || !TW_PASS)
    throw new Failed("this runs as a step of the workspace only, which gives it its pass");
  const path = key.split("/").map(encodeURIComponent).join("/");
  const response = await fetch(`${TW_URL}/api/job-files/${path}`, {
    ...init,
    redirect: "error",
    headers: {
      ...init.headers,
      "Accept-Encoding": "identity",
      "X-TW-Job": TW_JOB,
      "X-TW-Fence": TW_FENCE,
      "X-TW-Step": TW_STEP_ID,
      "X-TW-Pass": TW_PASS,
    },
  }).catch((error: Error) => {
    throw new Failed(
      `the workspace could not be reached: ${(error.cause as Error)?.message ?? error.message}`,
    );
  });
  if (response.ok) return response;
  const said = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Failed(`the workspace answered ${response.status}: ${said?.error?.message ?? "nothing more"}`);
}
