/** Commands: found by words, versioned, hidden by a tenant's own, never changed in the library. */
import { commandInputSchema } from "@tw/shared/contracts/definition";
import { putCommand, SYSTEM } from "@tw/shared/db/commands";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandSchema, pageOf } from "../src/schemas.ts";
import { type Api, type Client, put, startApi } from "./api.ts";

let api: Api;
beforeAll(async () => {
  api = await startApi();
  const library = { type: "api", effect: "read", definition: { handler: "noop" } };
  for (const [slug, more] of [
    ["zz-publish-site", { name: "zz publish site", category: "deployment", aliases: ["ship it"] }],
    [
      "zz-publish-docs",
      { name: "zz publish docs", category: "deployment", description: "Puts the manual online." },
    ],
    ["zz-count", { name: "zz count", description: "How often did we publish?" }],
  ] as const)
    await putCommand(
      api.db,
      {
        tenantId: SYSTEM,
        slug,
        newId: `cmd_${slug.replaceAll("-", "")}`,
        input: commandInputSchema.parse({ ...library, ...more }),
        by: { id: "library", name: "library", type: "system" },
      },
      Date.now(),
    );
});
afterAll(() => api?.stop());

const slugs = async (query: string) =>
  (await api.owner("GET", `/api/commands?${query}`)).body.items.map((item: { slug: string }) => item.slug);
const own = { name: "my own", type: "api", effect: "read", definition: { handler: "noop" } };

test("words find commands by name, alias and description, best first", async () => {
  expect((await slugs("q=zz-publish-docs"))[0]).toBe("zz-publish-docs");
  expect((await slugs("q=zz%20publish")).slice(0, 2).sort()).toEqual(["zz-publish-docs", "zz-publish-site"]);
  expect((await slugs("q=SHIP%20it"))[0]).toBe("zz-publish-site");
  expect((await slugs("q=manual%20online"))[0]).toBe("zz-publish-docs");
  expect(await slugs("q=no%20such%20words%20anywhere")).toEqual([]);
  expect(await slugs("q=zz&category=deployment")).toHaveLength(2);
  expect(await slugs("q=zz&type=workflow")).toEqual([]);
});

test("a list has the documented shape, all of it or in pages", async () => {
  const all = pageOf(commandSchema).parse((await api.owner("GET", "/api/commands")).body);
  expect(all.next_cursor).toBeNull();
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await api.owner("GET", `/api/commands?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map((item: { slug: string }) => item.slug));
    cursor = body.next_cursor ?? "";
  } while (cursor);
  expect(seen).toEqual(all.items.map((item) => item.slug));
});

test("a changed definition is a new version; the same one is not; a run keeps the version it started with", async () => {
  const first = await api.owner("PUT", "/api/commands/versioned", own);
  expect(first).toMatchObject({ status: 201, body: { version: 1, status: "active", is_public: false } });
  expect(commandSchema.parse(first.body).slug).toBe("versioned");
  const before = await api.rows();
  expect((await api.owner("PUT", "/api/commands/versioned", own)).body.version).toBe(1);
  expect(await api.rows()).toEqual(before);
  const run = (await api.owner("POST", "/api/commands/versioned/execute", {})).body.run;
  const second = await api.owner("PUT", "/api/commands/versioned", { ...own, description: "now with words" });
  expect(second).toMatchObject({ status: 200, body: { version: 2, id: first.body.id } });
  expect((await api.owner("GET", `/api/runs/${run.id}`)).body.command_version).toBe(1);
  const versions = await api.db
    .prepare("SELECT version FROM command_versions WHERE command_id = ? ORDER BY version")
    .bind(first.body.id)
    .all<{ version: number }>();
  expect(versions.results.map((row) => row.version)).toEqual([1, 2]);
});

test("deprecating ends new runs, keeps history, and a PUT brings it back", async () => {
  await put(api.owner, "fading", own);
  const run = (await api.owner("POST", "/api/commands/fading/execute", {})).body.run;
  expect(await api.owner("DELETE", "/api/commands/fading")).toMatchObject({
    status: 200,
    body: { status: "deprecated" },
  });
  expect(await slugs("q=fading")).toEqual([]);
  expect(await slugs("status=deprecated")).toContain("fading");
  expect((await api.owner("POST", "/api/commands/fading/execute", {})).status).toBe(409);
  expect((await api.owner("GET", `/api/runs/${run.id}`)).status).toBe(200);
  const back = await api.owner("PUT", "/api/commands/fading", own);
  expect(back).toMatchObject({ status: 200, body: { status: "active", version: 2 } });
  expect((await api.owner("POST", "/api/commands/fading/execute", {})).status).toBe(202);
});

test("a tenant's own command hides the library's; the library itself cannot be changed", async () => {
  const shared = (await api.owner("GET", "/api/commands/zz-count")).body;
  expect(shared.is_public).toBe(true);
  const before = await api.rows();
  expect((await api.owner("PUT", `/api/commands/${shared.id}`, own)).status).toBe(403);
  expect((await api.owner("DELETE", `/api/commands/${shared.id}`)).status).toBe(403);
  expect((await api.owner("DELETE", "/api/commands/zz-count")).status).toBe(403);
  expect(await api.rows()).toEqual(before);
  expect((await api.owner("PUT", "/api/commands/zz-count", own)).status).toBe(201);
  expect((await api.owner("GET", "/api/commands/zz-count")).body.name).toBe("my own");
  expect((await api.owner("GET", `/api/commands/${shared.id}`)).body.name).toBe("zz count");
  expect((await slugs("q=count")).filter((slug: string) => slug === "zz-count")).toHaveLength(1);
  const stranger = await api.stranger();
  expect((await stranger("GET", "/api/commands/zz-count")).body.name).toBe("zz count");
  await api.owner("DELETE", "/api/commands/zz-count");
  expect((await api.owner("GET", "/api/commands/zz-count")).body.name).toBe("zz count");
});

test("the brief's own workflow is accepted as written", async () => {
  for (const slug of [
    "git-status",
    "git-add",
    "git-commit",
    "git-push",
    "wrangler-deploy",
    "verify-deployment",
  ])
    await put(api.owner, slug, { ...own, name: slug });
  const reply = await api.owner("PUT", "/api/commands/as-written", {
    name: "workflow deploy",
    type: "workflow",
    definition: {
      name: "workflow deploy",
      steps: [
        { command: "git-status", checkpoint: false },
        { command: "git-add", checkpoint: false },
        { command: "git-commit", checkpoint: false },
        { command: "git-push", checkpoint: false },
        { command: "wrangler-deploy", checkpoint: true },
        { command: "verify-deployment", checkpoint: false },
      ],
      human_checkpoints: ["pre-deploy"],
      rollback_on_error: true,
      parallel_execution: false,
    },
  });
  expect(reply.status).toBe(201);
  const { plan } = (await api.owner("POST", "/api/plan", { command: "as-written" })).body;
  expect(plan.steps.map((step: { needs: string[] }) => step.needs)).toEqual([
    [],
    ["git-status"],
    ["git-add"],
    ["git-commit"],
    ["git-push"],
    ["wrangler-deploy"],
  ]);
  expect(plan.checkpoints).toHaveLength(1);
});

test("two commands may undo each other, whichever is stored first", async () => {
  await put(api.owner, "zz-on", { ...own, effect: "write", rollback: { command: "zz-off" } });
  await put(api.owner, "zz-off", { ...own, effect: "write", rollback: { command: "zz-on" } });
  expect(
    (await api.owner("POST", "/api/plan", { command: "zz-on" })).body.plan.steps[0].rollback.command,
  ).toBe("zz-off");
});

test("the versions of a command, newest first, in pages; nobody else's", async () => {
  for (const description of ["one", "two", "three"])
    await put(api.owner, "zz-versions", { ...own, description });
  const path = "/api/commands/zz-versions/versions";
  const { body } = await api.owner("GET", `${path}?limit=2`);
  const texts = (page: { items: { command: { description: string } }[] }) =>
    page.items.map(({ command }) => command.description);
  expect(texts(body)).toEqual(["three", "two"]);
  expect(body.items[0]).toMatchObject({ version: 3, created_by: expect.stringMatching(/^usr_/) });
  expect(texts((await api.owner("GET", `${path}?cursor=${body.next_cursor}`)).body)).toEqual(["one"]);
  expect((await (await api.stranger())("GET", path)).status).toBe(404);
});

test("what a person wrote is kept beside the version: comments alone make no new one", async () => {
  const put = (source?: string) =>
    api.owner("PUT", "/api/commands/zz-written", { ...own, ...(source === undefined ? {} : { source }) });
  const kept = async () =>
    (await api.owner("GET", "/api/commands/zz-written/versions")).body.items.map(
      ({ version, source }: { version: number; source: string | null }) => [version, source],
    );
  expect((await put("# first\nname: my own\n")).status).toBe(201);
  expect((await put("# second\nname: my own\n")).body.version).toBe(1);
  expect(await kept()).toEqual([[1, "# second\nname: my own\n"]]);
  // Whoever puts it without its text does not take the text away.
  expect((await put()).body.version).toBe(1);
  expect(await kept()).toEqual([[1, "# second\nname: my own\n"]]);
  expect((await api.owner("GET", "/api/commands/zz-written")).body).not.toHaveProperty("source");
  expect((await put("x".repeat(400_001))).status).toBe(400);
});

test("a draft is planned without being stored, by who may store it", async () => {
  const definition = {
    name: "draft",
    type: "workflow",
    effect: "read",
    parameters: [{ name: "who", type: "string", required: true }],
    definition: {
      steps: [
        { id: "one", command: "zz-count" },
        { id: "two", command: "zz-count" },
      ],
    },
  };
  const plan = (by: Client, body: object) => by("POST", "/api/plan", { command: "zz-draft", ...body });
  const good = await plan(api.owner, { definition, args: { who: "Ada" } });
  expect(good.status).toBe(200);
  expect(good.body.plan.steps.map(({ id, needs }: { id: string; needs: string[] }) => [id, needs])).toEqual([
    ["one", []],
    ["two", ["one"]],
  ]);
  expect((await api.owner("GET", "/api/commands/zz-draft")).status).toBe(404);
  const missing = await plan(api.owner, { definition });
  expect([missing.status, missing.body.error.issues[0].path]).toEqual([422, "args.who"]);
  const circle = {
    ...definition,
    definition: { steps: [{ id: "one", command: "zz-count", needs: ["one"] }] },
  };
  const refused = await plan(api.owner, { definition: circle, args: { who: "Ada" } });
  expect([refused.status, refused.body.error.issues[0].path]).toEqual([422, "definition.steps.0.needs"]);
  expect((await plan(api.owner, { definition: { ...definition, extra: 1 } })).status).toBe(400);
  const reader = await api.service(["commands:read"]);
  expect((await plan(reader, { definition, args: { who: "Ada" } })).status).toBe(403);
  const body = { definition, command: "Not a slug", args: { who: "Ada" } };
  expect((await plan(api.owner, body)).status).toBe(400);
});
