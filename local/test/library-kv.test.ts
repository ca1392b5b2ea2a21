/** Values of KV changed by the pinned wrangler, in local storage and against a stand-in of Cloudflare's API, and put back. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cloudflare, startCloudflare } from "./cloudflare.ts";
import { environment, runCommand } from "./run-library.ts";

const MINUTES = 60_000;
const HOUR_S = 3_600;
let home: string;
let work: string;
let api: Cloudflare;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "tw-kv-"));
  work = join(home, "work");
  mkdirSync(work);
  const kv_namespaces = [{ binding: "KV", id: "a".repeat(32), preview_id: "b".repeat(32) }];
  const config = { name: "demo", compatibility_date: "2026-10-01", kv_namespaces };
  writeFileSync(join(work, "wrangler.jsonc"), JSON.stringify(config));
  api = await startCloudflare();
});
afterAll(async () => {
  await api?.stop();
  rmSync(home, { recursive: true, force: true });
});

const base64 = (bytes: string | number[]) => Buffer.from(bytes as string).toString("base64");
const env = () => ({ ...environment(home), ...api.env, CI: "true", WRANGLER_SEND_METRICS: "false" });
const ok = async (slug: string, args: Parameters<typeof runCommand>[1]) => {
  const ran = await runCommand(slug, { binding: "KV", ...args }, work, home, undefined, api.env);
  expect(ran.code, ran.said).toBe(0);
  return ran;
};
const kit = (...argv: string[]) =>
  spawnSync("tw-kit", [...argv, "--binding=KV"], { cwd: work, env: env(), encoding: "utf8" });
const wrangler = (...argv: string[]) =>
  execFileSync("wrangler", [...argv, "--local", "--binding=KV"], {
    cwd: work,
    env: env(),
    maxBuffer: 2 ** 25,
  });
/** The key as it is, byte by byte, or that there is none. */
const local = (key: string) => {
  const listed = JSON.parse(wrangler("kv", "key", "list").toString()) as { name: string }[];
  const about = listed.find(({ name }) => name === key);
  return about ? { about, bytes: wrangler("kv", "key", "get", key) } : null;
};

it(
  "local: a value of any bytes comes back with expiry and metadata; a key that was not there goes; an undo is undone",
  async () => {
    const key = "it's $(a) key";
    const put = (more: object) => ok("wrangler-kv-key-put", { key, ...more });
    const first = await put({ value: "1" });
    expect(first.outputs).toEqual({ existed: false });
    expect(await first.undo()).toEqual({ "wrangler-kv-key-put": 0 });
    expect(local(key)).toBeNull();
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(work, "old"), bytes);
    const expiration = Math.floor(Date.now() / 1_000) + HOUR_S;
    const facts = [`--expiration=${expiration}`, '--metadata={"of":"it\'s"}', "--preview=false"];
    wrangler("kv", "key", "put", key, "--path=old", ...facts);
    // A longer key of the same beginning is another.
    await ok("wrangler-kv-key-put", { key: `${key}s`, value: "other", copy: false });
    const before = local(key);
    expect(before).toMatchObject({ about: { expiration, metadata: { of: "it's" } } });
    expect(before?.bytes.equals(bytes)).toBe(true);
    const second = await put({ value: "2" });
    expect(local(key)).toEqual({ about: { name: key }, bytes: Buffer.from("2") });
    expect(await second.undo()).toEqual({ "wrangler-kv-key-put": 0 });
    expect(local(key)).toEqual(before);
    const gone = await ok("wrangler-kv-key-delete", { key });
    expect(local(key)).toBeNull();
    const back = await ok("wrangler-kv-key-restore", { key, kept: gone.outputs.kept as string });
    expect(local(key)).toEqual(before);
    expect(await back.undo()).toEqual({ "wrangler-kv-key-restore": 0 });
    expect(local(key)).toBeNull();
  },
  10 * MINUTES,
);

it(
  "deployed: the same over Cloudflare's API; what would have expired by now goes; nothing of a value is printed",
  async () => {
    const now = Math.floor(Date.now() / 1_000);
    const old = { bytes: base64([0, 255, 10]), expiration: now + HOUR_S, metadata: { by: "ada" } };
    const other = { bytes: base64("another") };
    await api.set({ values: { k: old, k2: other } });
    const values = async () => (await api.state()).values;
    const put = await ok("wrangler-kv-key-put", { key: "k", value: "new", local: false });
    expect(await values()).toEqual({ k: { bytes: base64("new") }, k2: other });
    expect(await put.undo()).toEqual({ "wrangler-kv-key-put": 0 });
    expect(await values()).toEqual({ k: old, k2: other });
    const gone = await ok("wrangler-kv-key-delete", { key: "k", local: false });
    expect(await values()).toEqual({ k2: other });
    expect(await gone.undo()).toEqual({ "wrangler-kv-key-delete": 0 });
    expect(await values()).toEqual({ k: old, k2: other });

    const short = { bytes: base64("hush-1"), expiration: now - 1, metadata: { m: "hush-2" } };
    await api.set({ values: { short, odd: { bytes: base64("1"), metadata: [1] } } });
    const kept = kit("kv-keep", "--key=short", "--remote");
    const { kept: id } = JSON.parse(kept.stdout) as { kept: string };
    const restored = kit("kv-restore", "--key=short", `--kept=${id}`, "--remote");
    expect(JSON.parse(restored.stdout)).toEqual({ restored: "short", as: "expired" });
    expect(Object.keys(await values())).toEqual(["odd"]);
    for (const { stdout, stderr } of [kept, restored]) expect(stdout + stderr).not.toContain("hush");

    const refused = kit("kv-keep", "--key=odd", "--remote");
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/"copy: false"/)]);
    const odd = await ok("wrangler-kv-key-delete", { key: "odd", local: false, copy: false });
    expect(await odd.undo()).toEqual({});
  },
  10 * MINUTES,
);
