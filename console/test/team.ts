/** A team after a month of work: people, projects, agents, commands and several hundred runs. For the pictures. */
import { execFile } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ageCommands, DAY, monthBefore } from "./past.ts";
import { addPerson, checkpointOf, openAs, send } from "./places.ts";
import { type Stack, until } from "./stack.ts";
import { countUses, fillMonth, type Pattern } from "./team-month.ts";

export interface Team {
  waiting: string;
  rejected: string;
  failed: string;
  lanes: string;
  log: string;
  /** Of the run before the waiting one. */
  deployed: string;
  /** The checkpoint that waits, and one that was rejected. */
  question: string;
  decided: string;
}

/** Names, as the owner's and the workspace's own. */
const OWNER = "Mara Lindqvist";
const WORKSPACE = "Harbour Goods";

/** Calls the owner, the workspace and the agent as a team would. */
export async function nameWorkspace(stack: Stack): Promise<void> {
  const { db, tenant, agent } = stack.workspace;
  await db.batch([
    db.prepare("UPDATE tenants SET name = ?1 WHERE id = ?2").bind(WORKSPACE, tenant),
    db.prepare("UPDATE users SET name = ?1 WHERE tenant_id = ?2 AND role = 'owner'").bind(OWNER, tenant),
    db.prepare("UPDATE agents SET name = 'studio' WHERE id = ?1").bind(agent.id),
  ]);
}

/** All of it. What is looked at in detail has run for real; the month before is made of copies of it. */
export async function makeTeam(stack: Stack): Promise<Team> {
  const { db, tenant } = stack.workspace;
  await nameWorkspace(stack);
  await db.batch([
    ...["build-box-02", "linas-thinkpad"].map((name, index) =>
      db
        .prepare(
          `INSERT INTO agents (id, tenant_id, name, labels_json, status, last_seen_at, created_at)
           VALUES (?1, ?2, ?3, ?4, 'offline', ?5, ?6)`,
        )
        .bind(
          `agt_0team000${index}00000000000000`,
          tenant,
          name,
          index === 0 ? '["linux","build"]' : '["laptop"]',
          Date.now() - [22, 3_900][index]! * 60_000,
          Date.now() - 40 * DAY,
        ),
    ),
  ]);
  const owner = (await stack.get<{ user: { id: string } }>("/api/me")).user.id;
  const people = [{ id: owner, name: OWNER }];
  for (const [name, role] of [
    ["Tomasz Wójcik", "operator"],
    ["Rosa Okafor", "approver"],
    ["Dev Patel", "operator"],
    ["Hye-jin Park", "operator"],
  ] as const)
    people.push({ id: await addPerson(stack, name, role), name });
  for (const project of ["shop-api", "guest-book"]) await cloneDemo(stack, project);
  await putCommands(stack);
  await ageCommands(stack);
  return runEverything(stack, people);
}

/** Another project with a remote of its own, made from the demo. */
async function cloneDemo(stack: Stack, name: string): Promise<void> {
  const git = (cwd: string, ...args: string[]) => promisify(execFile)("git", args, { cwd });
  const { root } = stack;
  await git(root, "clone", "--quiet", "--bare", "demo.git", `${name}.git`);
  await git(root, "clone", "--quiet", `${name}.git`, name);
  const project = join(root, name);
  await git(project, "remote", "set-url", "origin", `../${name}.git`);
  await git(project, "config", "user.name", OWNER);
  await git(project, "config", "user.email", "mara@example.com");
}

/** A month that was over before the first of the runs. */
const ORDERS = `orders-${monthBefore(Date.now() - 31 * DAY)}.csv`;

/** Of each command the name, what it does, and its program. */
const SCRIPTS = {
  "run-checks": [
    "check the whole project",
    "Every check of the project.",
    `for (let i = 0; i < 3000; i++) console.log("\\u001b[32m✓\\u001b[0m checks/orders/total-" + i + " \\u001b[2m" + (i % 23) + " ms\\u001b[0m");
     console.log("--- Bundle"); console.log("\\u001b[33mwarning\\u001b[0m  unused import in <OrderList/>");
     console.log("+++ Summary"); console.log("\\u001b[1m3000 checks passed\\u001b[0m");`,
  ],
  "smoke-test": [
    "smoke test of the shop",
    "Asks the shop's ten most visited pages whether they answer.",
    `for (const page of ["/", "/orders", "/basket", "/guests"]) console.log("200  " + page);`,
  ],
  "import-orders": [
    "import a month’s orders",
    "Reads a month's orders from a file into the database.",
    `console.log("${ORDERS}: 4,118 rows");
     console.error("Row 1842: currency “EURO” is not one of EUR, GBP, SEK. Nothing was written.");
     process.exit(1);`,
  ],
  "rebuild-search": [
    "rebuild the search index",
    "Builds the search index of all articles anew.",
    `console.log("12,604 articles");`,
  ],
  "warm-cache": [
    "warm the page cache",
    "Asks for the pages that are dear to make, so that nobody waits for them.",
    `console.log("warm");`,
  ],
  "sync-translations": [
    "fetch the translations",
    "Fetches what the translators finished and writes it into the project.",
    `console.log("de 100 %, pl 98 %, ko 91 %");`,
  ],
  "send-digest": ["send the weekly digest", "Sends the weekly digest to the team.", `console.log("5 sent");`],
  "lint-sources": [
    "lint the sources",
    "Looks for what is written badly.",
    `setTimeout(() => console.log("Checked 412 files in 1 s. No problem."), 900);`,
  ],
  "check-types": [
    "check all types",
    "Checks the types of all packages.",
    `setTimeout(() => console.log("shop-api, guest-book, mail: no error"), 1900);`,
  ],
  "build-worker": [
    "build the Worker",
    "Builds the Worker as it is deployed.",
    `console.log("src/index.ts → dist/index.js");
     setTimeout(() => console.log("184 kB, 61 kB compressed"), 1000);`,
  ],
} as const;

async function putCommands(stack: Stack): Promise<void> {
  for (const [slug, [name, description, code]] of Object.entries(SCRIPTS)) {
    writeFileSync(join(stack.root, `${slug}.mjs`), code);
    const words = slug === "import-orders";
    await stack.put(slug, {
      name,
      description,
      category: "other",
      effect: /^(run-checks|smoke-test|lint-sources|check-types)$/.test(slug) ? "read" : "write",
      type: "builtin",
      parameters: words
        ? [{ name: "file", type: "string", required: true, description: "the file, below the agent's root" }]
        : [],
      definition: { program: "node", argv: [`${slug}.mjs`, ...(words ? [{ param: "file" }] : [])] },
    });
  }
  const apart = { lint: "lint-sources", types: "check-types", unit: "run-checks" };
  const first = Object.entries(apart).map(([id, command]) => ({ id, command, needs: [] as string[] }));
  const build = { id: "build", command: "build-worker", needs: ["lint", "types"] };
  for (const [description, steps, needs] of [
    ["Lint, types and tests at the same time.", first, ["lint", "types", "unit"]],
    [
      "Lint, types, tests and a build, as far as possible at the same time.",
      [...first, build],
      ["build", "unit"],
    ],
  ] as const)
    await stack.put("verify-all", {
      name: "verify everything",
      description,
      effect: "write",
      type: "workflow",
      definition: {
        parallel_execution: true,
        rollback_on_error: false,
        steps: [...steps, { id: "smoke", command: "smoke-test", needs: [...needs] }],
      },
    });
}

async function runEverything(stack: Stack, people: { id: string; name: string }[]): Promise<Team> {
  const over = async (id: string): Promise<string> => {
    await until(`run ${id} is over or waits`, async () =>
      /succeeded|failed|rejected|cancelled|waiting/.test(
        (await stack.get<{ status: string }>(`/api/runs/${id}`)).status,
      ),
    );
    return id;
  };
  const run = async (slug: string, body?: unknown) => over(await stack.run(slug, body));
  // Somebody else asks for deployments: whoever asks for one may not decide it.
  const { page, context } = await openAs(stack, (people[1] as { id: string }).id, "/");
  const deploy = async (project: string, message: string, note?: string) => {
    appendFileSync(join(stack.root, project, "README.md"), `\n${message}.\n`);
    const body = { cwd: project, args: { message, dry_run: true }, ...(note ? { note } : {}) };
    return (await page.evaluate(`(async () => {
      const { csrf } = await (await fetch("/api/me")).json();
      const headers = { "content-type": "application/json", "X-TW-CSRF": csrf };
      const body = ${JSON.stringify(JSON.stringify(body))};
      const answer = await fetch("/api/commands/workflow-deploy/execute", { method: "POST", headers, body });
      return (await answer.json()).run.id;
    })()`)) as string;
  };
  const decide = async (id: string, approved: boolean, comment: string) => {
    const path = `/api/checkpoints/${await checkpointOf(stack, id)}/approve`;
    await send(stack, "POST", path, { approved, comment });
    await until(`run ${id} is over`, async () => {
      const { finished_at } = await stack.get<{ finished_at: number | null }>(`/api/runs/${id}`);
      return finished_at !== null;
    });
    return id;
  };
  const simple = [
    "run-checks",
    "smoke-test",
    "rebuild-search",
    "warm-cache",
    "sync-translations",
    "send-digest",
  ];
  const patterns: Pattern[] = [];
  for (const slug of simple) patterns.push({ slug, run: await run(slug), status: "succeeded" });
  patterns.push({
    slug: "git-status",
    run: await run("git-status", { cwd: "shop-api" }),
    status: "succeeded",
  });
  const importing = await run("import-orders", { args: { file: ORDERS } });
  const lanes = await run("verify-all");
  const deployed = await decide(
    await deploy("shop-api", "Round totals after the discount, not before"),
    true,
    "Checked against last month’s invoices.",
  );
  const rejected = await decide(
    await deploy("shop-api", "Drop the guest checkout"),
    false,
    "One order in five comes from a guest.",
  );
  patterns.push(
    { slug: "import-orders", run: importing, status: "succeeded" },
    { slug: "verify-all", run: lanes, status: "succeeded", keep: true },
    { slug: "workflow-deploy", run: deployed, status: "succeeded", keep: true },
    { slug: "workflow-deploy", run: rejected, status: "rejected", keep: true },
  );
  await fillMonth(stack, patterns, people);
  const log = await run("run-checks");
  const failed = await run("import-orders", { args: { file: ORDERS } });
  const waiting = await deploy("guest-book", "Greet returning guests by name", "Rosa has seen it on staging");
  await context.close();
  await countUses(stack);
  const question = await checkpointOf(stack, waiting);
  const { checkpoints } = await stack.get<{ checkpoints: { id: string }[] }>(`/api/runs/${rejected}`);
  const decided = checkpoints[0]?.id ?? "";
  return { waiting, rejected, failed, lanes, log, deployed, question, decided };
}
