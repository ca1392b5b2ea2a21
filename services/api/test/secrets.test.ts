/** Secrets the workspace keeps: written and listed, never read back; at rest only as ciphertext. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSecret, sealSecret } from "../src/secret-box.ts";
import { type Api, type Client, startApi } from "./api.ts";

let api: Api;
let owner: Client;
beforeAll(async () => {
  api = await startApi();
  owner = api.owner;
});
afterAll(() => api?.stop());

const VALUE = "correct horse battery staple";

test("a secret is set, changed, listed and forgotten; its value is in no answer and no row", async () => {
  const made = await owner("PUT", "/api/secrets/DEPLOY_TOKEN", { value: VALUE });
  expect(made).toMatchObject({ status: 201, body: { secret: { name: "DEPLOY_TOKEN", version: 1 } } });
  const changed = await owner("PUT", "/api/secrets/DEPLOY_TOKEN", { value: `${VALUE} again` });
  expect(changed).toMatchObject({ status: 200, body: { secret: { version: 2 } } });
  const listed = await owner("GET", "/api/secrets");
  expect(listed.body.items.map((one: { name: string }) => one.name)).toEqual(["DEPLOY_TOKEN"]);
  expect((await owner("GET", "/api/secrets/DEPLOY_TOKEN")).status).toBe(405);
  for (const reply of [made, changed, listed]) expect(JSON.stringify(reply.body)).not.toContain("staple");
  expect(await api.stored("staple")).toBe(false);
  expect(await api.stored(Buffer.from(VALUE).toString("base64").slice(2, 30))).toBe(false);
  const audit = await owner("GET", "/api/audit?action=secret.set");
  expect(audit.body.items).toHaveLength(2);
  expect((await owner("DELETE", "/api/secrets/DEPLOY_TOKEN")).status).toBe(204);
  expect((await owner("DELETE", "/api/secrets/DEPLOY_TOKEN")).status).toBe(404);
  expect((await owner("GET", "/api/audit?action=secret.deleted")).body.items).toHaveLength(1);
});

test.each([
  ["a short value", "OK", { value: "short" }],
  ["no value", "OK", {}],
  ["an unknown field", "OK", { value: VALUE, note: "x" }],
  ["a name with a dash", "not-ok", { value: VALUE }],
  ["a name that begins with a digit", "1A", { value: VALUE }],
])("%s is refused without being repeated", async (_, name, body) => {
  const reply = await owner("PUT", `/api/secrets/${name}`, body);
  expect(reply.status).toBe(400);
  expect(JSON.stringify(reply.body)).not.toContain("staple");
});

test("who may not run anything sees no names; another workspace's secrets are not there", async () => {
  await owner("PUT", "/api/secrets/OURS", { value: VALUE });
  const viewer = await api.person("viewer");
  expect((await viewer("GET", "/api/secrets")).status).toBe(403);
  const operator = await api.person("operator");
  expect((await operator("GET", "/api/secrets")).body.items).toHaveLength(1);
  expect((await operator("PUT", "/api/secrets/OURS", { value: VALUE })).status).toBe(403);
  const stranger = await api.stranger();
  expect((await stranger("GET", "/api/secrets")).body.items).toEqual([]);
  expect((await stranger("DELETE", "/api/secrets/OURS")).status).toBe(404);
});

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString("base64url")}`;
const place = { tenantId: "ten_a", name: "A" };

test("a ciphertext opens only in its own place, under its own key, unchanged", async () => {
  const row = await sealSecret(key("a", 1), place, VALUE);
  expect(await openSecret(key("a", 1), place, row)).toBe(VALUE);
  await expect(openSecret(key("a", 1), { ...place, name: "B" }, row)).rejects.toThrow(/cannot be decrypted/);
  await expect(openSecret(key("a", 1), { ...place, tenantId: "ten_b" }, row)).rejects.toThrow(/cannot be/);
  await expect(openSecret(key("a", 2), place, row)).rejects.toThrow(/cannot be decrypted/);
  const [nonce, data = ""] = row.sealed.split(".");
  const other = `${nonce}.${data.startsWith("A") ? "B" : "A"}${data.slice(1)}`;
  await expect(openSecret(key("a", 1), place, { ...row, sealed: other })).rejects.toThrow(/cannot be/);
});

test("a new key encrypts what is set from then on, and the old one still opens what it sealed", async () => {
  const old = await sealSecret(key("a", 1), place, VALUE);
  const both = `${key("b", 2)}, ${key("a", 1)}`;
  expect(await openSecret(both, place, old)).toBe(VALUE);
  expect((await sealSecret(both, place, VALUE)).keyId).toBe("b");
  await expect(openSecret(key("b", 2), place, old)).rejects.toThrow(/the key a, which is not in SECRETS_KEY/);
  await expect(sealSecret(undefined, place, VALUE)).rejects.toThrow(/SECRETS_KEY/);
});
