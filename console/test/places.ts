/** People, machines and data as a workspace has them after a while: for the pictures, and for tests of the pages that show them. */
import { createConsoleLink } from "@tw/shared/db/sign-in-links";
import { newId } from "@tw/shared/ids";
import { newLinkToken } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import type { Page } from "playwright-core";
import { type Visit, visit } from "./browser.ts";
import { type Stack, until } from "./stack.ts";

export interface Places {
  people: { [name: string]: string };
  /** A checkpoint that waits, with a form, after steps that have run. */
  waiting: string;
  waitingRun: string;
  /** One that a policy asks of two people. */
  two: string;
  decided: string;
  agent: string;
  schedule: string;
  hook: string;
  article: string;
}

/** POST or PUT as the owner; throws what the API refuses. */
export async function send<T>(stack: Stack, method: string, path: string, body: unknown): Promise<T> {
  const answer = await stack.workspace.request(path, { method, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Adds a person to the workspace. Gives their id. */
export async function addPerson(
  stack: Stack,
  name: string,
  role: string,
  groups: string[] = [],
): Promise<string> {
  const email = `${name.toLowerCase().replace(/\W+/g, ".")}@example.com`;
  const body = { email, name, role, groups, invite: false };
  return (await send<{ user: { id: string } }>(stack, "POST", "/api/iam/users", body)).user.id;
}

/** A window in which this person is signed in. */
export async function openAs(
  stack: Stack,
  userId: string,
  path: string,
  look?: Parameters<typeof visit>[2],
): Promise<Visit> {
  const { db, identity, url } = stack.workspace;
  const token = newLinkToken();
  const now = Date.now();
  const link = { id: newId("link", now), hash: await hashToken(token), tenantId: identity.tenant, userId };
  await createConsoleLink(db, link, now);
  const made = await visit(stack.browser, url, look);
  await made.page.goto(`${url}/sign-in/${token}`);
  await made.page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
  await made.page.goto(url + path);
  return made;
}

/** Waits until the run asks somebody. Gives the checkpoint's id. */
export async function checkpointOf(stack: Stack, run: string): Promise<string> {
  let id = "";
  await until(`run ${run} asks`, async () => {
    const { checkpoints } = await stack.get<{ checkpoints: { id: string; status: string }[] }>(
      `/api/runs/${run}`,
    );
    id = checkpoints.find(({ status }) => status === "pending")?.id ?? "";
    return id !== "";
  });
  return id;
}

/** Waits until nothing on the page is on its way. */
export async function settled(page: Page): Promise<void> {
  await until("the page is there", async () => (await page.locator(".loading").count()) === 0);
}

/** A workflow that looks around, then asks with a form before it goes on. */
export async function putRelease(stack: Stack): Promise<void> {
  for (const [slug, effect, description] of [
    ["collect-notes", "read", "Collects what is new since the last version."],
    ["publish-notes", "write", "Puts the notes where their readers find them."],
  ] as const)
    await stack.put(slug, {
      name: slug.replace("-", " "),
      description,
      category: "deployment",
      effect,
      type: "api",
      parameters: [{ name: "text", type: "string", required: true, description: "what is passed on" }],
      definition: { handler: "echo" },
    });
  await stack.put("release-notes", {
    name: "release notes",
    description: "Collects what is new, asks who may read it, and writes it down.",
    category: "deployment",
    effect: "write",
    type: "workflow",
    parameters: [
      {
        name: "version",
        type: "string",
        required: true,
        pattern: "[0-9.]+",
        description: "the version to come",
      },
    ],
    definition: {
      rollback_on_error: true,
      steps: [
        { id: "collect", command: "collect-notes", args: { text: { from: "args.version" } } },
        {
          id: "publish",
          command: "publish-notes",
          args: { text: { from: "steps.publish.inputs.audience" } },
          checkpoint: {
            prompt: "Publish these notes?",
            form: [
              {
                name: "audience",
                label: "Who may read them",
                type: "enum",
                options: ["team", "everybody"],
                required: true,
              },
              { name: "ticket", label: "Ticket", type: "string" },
              { name: "announce", label: "Announce it in the channel", type: "boolean", default: true },
            ],
          },
        },
      ],
    },
  });
}

/** All of it. */
export async function makePlaces(stack: Stack): Promise<Places> {
  const post = <T>(path: string, body: unknown) => send<T>(stack, "POST", path, body);
  const people = {
    grace: await addPerson(stack, "Grace Hopper", "approver", ["release", "security"]),
    linus: await addPerson(stack, "Linus Pauling", "operator"),
    rosa: await addPerson(stack, "Rosa Parks", "viewer"),
  };
  await send(stack, "PUT", "/api/iam/groups/release", {
    description: "Decides what goes out.",
    members: ["grace.hopper@example.com", "owner@example.com"],
  });
  await post("/api/iam/permissions/grant", {
    user: "linus.pauling@example.com",
    scope: "commands:write",
    expires_at: Date.now() + 86_400_000 * 12,
  });
  await putRelease(stack);
  for (const description of ["Says hello.", "Says hello to somebody, in the language of the team."])
    await stack.put("say-hello", {
      name: "say hello",
      description,
      category: "other",
      effect: "read",
      type: "builtin",
      parameters: [{ name: "who", type: "string", required: true, description: "whom to greet" }],
      examples: [{ text: "say hello to Ada", args: { who: "Ada" } }],
      definition: { program: "echo", argv: ["hello", { param: "who" }] },
    });
  await stack.run("say-hello", { args: { who: "Ada" } });
  const decide = async (args: unknown, decision: unknown) => {
    const id = await checkpointOf(stack, await stack.run("release-notes", { args }));
    await post(`/api/checkpoints/${id}/approve`, decision);
    return id;
  };
  const decided = await decide(
    { version: "1.4.0" },
    { approved: true, comment: "Read them twice.", inputs: { audience: "team", announce: true } },
  );
  await decide({ version: "1.4.1" }, { approved: false, comment: "The second entry is missing." });
  await send(stack, "PUT", "/api/policies/echo-twice", {
    description: "Whatever is said aloud in production is agreed on by two.",
    match: { commands: ["say-*"], environments: ["production"] },
    require: { quorum: 2, groups: ["release"], requester_may_vote: true },
  });
  const two = await checkpointOf(
    stack,
    await stack.run("say-hello", { args: { who: "the world" }, context: { environment: "production" } }),
  );
  await post(`/api/checkpoints/${two}/approve`, { approved: true });
  const waitingRun = await stack.run("release-notes", {
    args: { version: "1.5.0" },
    note: "the first with the new tax rates",
  });
  const waiting = await checkpointOf(stack, waitingRun);
  const { schedule } = await post<{ schedule: { id: string } }>("/api/schedules", {
    name: "morning status",
    cron: "0 7 * * 1-5",
    time_zone: "Europe/Berlin",
    command: "git-status",
    cwd: "demo",
  });
  await post("/api/schedules", {
    name: "weekly greeting",
    cron: "30 9 * * 1",
    command: "say-hello",
    args: { who: "all" },
    enabled: false,
  });
  const { hook } = await post<{ hook: { id: string } }>("/api/hooks", {
    name: "pushes to main",
    command: "release-notes",
    map: { version: "release.tag_name" },
    when: { ref: "refs/heads/main" },
    events: ["push"],
    scheme: "github",
  });
  for (const name of ["DEPLOY_TOKEN", "REGISTRY_PASSWORD"])
    await send(stack, "PUT", `/api/secrets/${name}`, { value: "not-a-real-one-0815" });
  await post("/api/tokens", {
    name: "pipeline",
    scopes: ["runs:read", "runs:execute"],
    expires_in_s: 86_400 * 90,
  });
  await post("/api/tokens", { name: "laptop", type: "person", scopes: ["runs:read"] });
  await send(stack, "PUT", "/api/services/web", {
    driver: "process",
    description: "The guest book, as it is developed.",
    command: ["npx", "wrangler", "dev", "--port", "8788"],
    cwd: "demo",
    env: { PORT: "8788" },
  });
  await send(stack, "PUT", "/api/services/database", { driver: "compose", unit: "db", file: "compose.yaml" });
  await post("/api/stand-ins", {
    stand_in_id: people.grace,
    from: Date.now() + 86_400_000,
    until: Date.now() + 8 * 86_400_000,
  });
  const { article } = await makeRecords(stack);
  return {
    people,
    waiting,
    waitingRun,
    two,
    decided,
    agent: stack.workspace.agent.id,
    schedule: schedule.id,
    hook: hook.id,
    article,
  };
}

/** Clients, deployments, articles, costs, employees, files. */
async function makeRecords(stack: Stack): Promise<{ article: string }> {
  const post = <T>(path: string, body: unknown) => send<T>(stack, "POST", path, body);
  await post("/api/clients", {
    name: "Ada Lovelace",
    company: "Analytical Engines Ltd",
    email: "ada@example.com",
  });
  await post("/api/clients", {
    name: "Hedy Lamarr",
    company: "Frequency & Co",
    phone: "+43 1 5550100",
    notes: "Prefers to be called in the morning.",
  });
  await post("/api/deployments", {
    worker: "guest-book",
    environment: "production",
    version_id: "v42",
    url: "https://guests.example.com",
    commit: "8f3c2a17d9",
    branch: "main",
  });
  await post("/api/deployments", {
    worker: "guest-book",
    environment: "staging",
    note: "before the new tax rates",
  });
  const { article } = await post<{ article: { id: string } }>("/api/knowledge", {
    title: "Why the guest book answers twice",
    body: "A retried webhook has the same id.\n\nThe second one is answered from the table of deliveries, and starts nothing.",
    tags: ["webhooks", "guest-book"],
  });
  await post("/api/knowledge", {
    title: "Setting up a new machine",
    body: "Install the agent, add it here, give it the label of the team.",
    tags: ["agents"],
  });
  for (const [spent_on, category, vendor, amount_minor] of [
    ["2026-11-03", "hosting", "Cloudflare", 4_210],
    ["2026-11-12", "software", "JetBrains", 18_900],
    ["2026-10-03", "hosting", "Cloudflare", 3_980],
    ["2026-10-20", "travel", "Railway", 12_450],
  ] as const)
    await post("/api/meauxos/costs", { spent_on, category, vendor, amount_minor, currency: "EUR" });
  await post("/api/meauxos/employees", {
    name: "Grace Hopper",
    title: "Engineer",
    department: "Platform",
    started_on: "2024-03-01",
    monthly_cost_minor: 620_000,
    currency: "EUR",
  });
  await post("/api/meauxos/employees", {
    name: "Linus Pauling",
    title: "Chemist",
    department: "Research",
    started_on: "2025-09-15",
  });
  for (const [key, text] of [
    ["backups/2026-11-21.sql", "-- a backup"],
    ["backups/2026-11-22.sql", "-- another backup"],
    ["notes.txt", "Remember the milk."],
  ] as const) {
    const answer = await fetch(`${stack.workspace.url}/api/r2/${key}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${stack.workspace.token}`, "content-type": "text/plain" },
      body: text,
    });
    if (!answer.ok) throw new Error(`${key}: ${answer.status} ${await answer.text()}`);
  }
  return { article: article.id };
}
