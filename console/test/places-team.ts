/** A team at work, on top of `makePlaces`: people, three machines, services that run, schedules of which one fails. Only for the pictures. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ROOT } from "../../local/src/ports.ts";
import { moveRun, night } from "./past.ts";
import { addPerson, type Places, send } from "./places.ts";
import { type As, makeTeamRecords } from "./places-records.ts";
import { type Stack, until } from "./stack.ts";

const PEOPLE = [
  ["margaret", "Margaret Hamilton", "owner", ["release", "security"]],
  ["annie", "Annie Easley", "operator", ["platform"]],
  ["radia", "Radia Perlman", "operator", ["platform", "on-call"]],
] as const;

const MEMBERS = {
  platform: ["radia.perlman@example.com", "annie.easley@example.com"],
  "on-call": ["radia.perlman@example.com"],
  security: ["grace.hopper@example.com", "margaret.hamilton@example.com"],
};

export interface Team {
  /** Ends what would outlive the workspace. */
  stop(): Promise<void>;
}

export async function makeTeam(stack: Stack, made: Places): Promise<Team> {
  const tokens: { [who: string]: string } = {};
  for (const [who, name, role, groups] of PEOPLE) {
    const user_id = await addPerson(stack, name, role, [...groups]);
    const scopes = ["commands:read", "runs:read", "runs:execute"];
    const more = role === "owner" ? ["commands:write", "secrets:write", "agents:manage", "admin"] : [];
    const body = { name: `${name}’s laptop`, type: "person", user_id, scopes: [...scopes, ...more] };
    tokens[who] = (await send<{ token: string }>(stack, "POST", "/api/tokens", body)).token;
  }
  const as: As = async (who, method, path, body) => {
    const headers = { authorization: `Bearer ${tokens[who]}` };
    const answer = await stack.workspace.request(path, { method, body, headers });
    if (!answer.ok) throw new Error(`${who}: ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : await answer.json();
  };
  const over = async (id: string): Promise<void> =>
    until(`run ${id} is over`, async () =>
      /succeeded|failed|rejected|waiting/.test(
        (await stack.get<{ status: string }>(`/api/runs/${id}`)).status,
      ),
    );
  const run = async (who: string, slug: string, body: unknown = {}) => {
    const { run } = (await as(who, "POST", `/api/commands/${slug}/execute`, body)) as { run: { id: string } };
    await over(run.id);
    return run.id;
  };
  for (const [name, description] of [
    ["platform", "Keeps the workers, the database and the build machines going."],
    ["on-call", "Is called at night."],
    ["security", "Has a say in whatever destroys something."],
  ] as const)
    await send(stack, "PUT", `/api/iam/groups/${name}`, { description, members: MEMBERS[name] });
  await send(stack, "PUT", "/api/services/database", {
    driver: "compose",
    description: "Postgres, for the reports.",
    unit: "db",
    file: "compose.yaml",
  });
  await makeOwnCommands(as);
  await makePoliciesAndSecrets(stack, as);
  const machines = await makeMachines(stack, as);
  await makeServices(stack, as, run);
  const ran: string[] = [];
  for (const [who, slug, times, body] of [
    ["annie", "git-status", 6, { cwd: "demo" }],
    ["radia", "git-status", 3, { cwd: "demo" }],
    ["annie", "git-log", 3, { cwd: "demo" }],
    ["radia", "smoke-test", 4, {}],
    ["margaret", "git-diff", 2, { cwd: "demo" }],
    ["annie", "ls", 2, {}],
  ] as const)
    for (let i = 0; i < times; i++) ran.push(await run(who, slug, body));
  // A working day's, a few minutes apart.
  for (const [index, id] of ran.entries())
    await moveRun(stack, id, Date.now() - (ran.length - index) * 17 * 60_000 - 240_000);
  await makeSchedules(stack, as);
  await makeHooks(stack, as, made);
  await makeTeamRecords(stack, as);
  return {
    async stop() {
      for (const name of ["web", "search", "mailer"])
        await over(await stack.run("service-stop", { args: { name } })).catch(() => {});
      // The second signal ends what it has begun, and then the agent.
      for (const machine of machines)
        if (machine.exitCode === null && machine.signalCode === null) {
          machine.kill("SIGTERM");
          await once(machine, "exit");
        }
    },
  };
}

async function makeOwnCommands(as: As): Promise<void> {
  const own = (
    slug: string,
    name: string,
    category: string,
    effect: string,
    description: string,
    argv: string[],
  ) =>
    as("margaret", "PUT", `/api/commands/${slug}`, {
      name,
      description,
      category,
      effect,
      type: "builtin",
      definition: { program: "echo", argv },
    });
  await as("margaret", "PUT", "/api/commands/build-images", {
    name: "build all images",
    description: "Builds the container images of every service, on a machine with a GPU.",
    category: "deployment",
    effect: "write",
    type: "builtin",
    definition: { program: "node", argv: ["build.mjs"] },
  });
  await as("margaret", "PUT", "/api/commands/back-up-database", {
    name: "back up the database",
    description: "Dumps the database, compresses it and puts it with the files.",
    category: "storage",
    effect: "write",
    type: "builtin",
    definition: { program: "node", argv: ["backup.mjs"] },
  });
  await own(
    "smoke-test",
    "smoke test of the shop",
    "testing",
    "read",
    "Looks at four addresses and the certificate’s last day.",
    ["4 of 4 answer"],
  );
  await own(
    "rebuild-index",
    "rebuild the search index",
    "database",
    "write",
    "Builds the search index anew from the database, beside the old one.",
    ["12 840 documents"],
  );
  await own(
    "drop-old-backups",
    "delete old backups",
    "storage",
    "destructive",
    "Deletes backups that are older than ninety days.",
    ["3 deleted"],
  );
  await own(
    "invoice-run",
    "make the invoices",
    "billing",
    "write",
    "Makes the invoices of a month and puts them with the files.",
    ["41 invoices"],
  );
}

async function makePoliciesAndSecrets(stack: Stack, as: As): Promise<void> {
  for (const name of [
    "STRIPE_WEBHOOK_SECRET",
    "SENTRY_DSN",
    "GITHUB_TOKEN",
    "SMTP_PASSWORD",
    "BACKUP_ENCRYPTION_KEY_OF_THE_COLD_STORE",
  ])
    await as("margaret", "PUT", `/api/secrets/${name}`, { value: "not-a-real-one-0816" });
  await send(stack, "PUT", "/api/policies/destroying-in-production", {
    description: "What destroys something in production takes two, one of them of security.",
    match: { effects: ["destructive"], environments: ["production"] },
    require: { quorum: 2, groups: ["release", "security"], minimums: [{ group: "security", min: 1 }] },
  });
  await send(stack, "PUT", "/api/policies/fridays", {
    description: "Nothing goes out on a Friday without somebody who is on call.",
    enabled: false,
    match: { tags: ["deployment"] },
    require: { quorum: 1, groups: ["on-call"] },
  });
}

/** One more that is offline, and one that ends its last step and takes no more. */
async function makeMachines(stack: Stack, as: As): Promise<ChildProcess[]> {
  const started: ChildProcess[] = [];
  for (const [name, labels] of [
    ["build machine", ["linux", "gpu"]],
    ["Annie’s laptop", ["laptop", "office"]],
  ] as const) {
    const { agent, token } = (await as("margaret", "POST", "/api/agents", { name, labels })) as {
      agent: { id: string };
      token: string;
    };
    const root = join(stack.workspace.data, name.replace(/\W+/g, "-"));
    mkdirSync(root, { recursive: true });
    const child = spawn(process.execPath, [join(ROOT, "agent", "src", "main.ts"), "agent", "start"], {
      stdio: ["pipe", "ignore", "ignore"],
      env: {
        ...process.env,
        PATH: [join(ROOT, "node_modules", ".bin"), process.env.PATH].filter(Boolean).join(delimiter),
        TW_URL: stack.workspace.url,
        TW_TOKEN: token,
        TW_ROOT: root,
        TW_STATE: join(stack.workspace.data, `agent-of-${agent.id}`),
        TW_LABELS: labels.join(","),
        TW_PARENT_WATCH: "1",
      },
    });
    started.push(child);
    const is = async (status: string) =>
      (await stack.get<{ agent: { status: string } }>(`/api/agents/${agent.id}`)).agent.status === status;
    await until(`${name} is online`, () => is("online"));
    if (labels[0] === "linux") {
      writeFileSync(join(root, "build.mjs"), "setTimeout(() => {}, 900_000);");
      const body = { agent: { id: agent.id } };
      const { run } = (await as("radia", "POST", "/api/commands/build-images/execute", body)) as {
        run: { id: string };
      };
      await until("it has begun", async () =>
        /running/.test(
          (await stack.get<{ steps: { status: string }[] }>(`/api/runs/${run.id}`)).steps[0]?.status ?? "",
        ),
      );
      child.kill("SIGTERM");
      await until(`${name} is draining`, () => is("draining"));
    } else {
      child.kill("SIGTERM");
      await until(`${name} is offline`, () => is("offline"));
    }
  }
  return started;
}

async function makeServices(
  stack: Stack,
  as: As,
  run: (who: string, slug: string, body?: unknown) => Promise<unknown>,
): Promise<void> {
  // It ends by itself in the end, should nobody be left to stop it.
  writeFileSync(
    join(stack.root, "web.mjs"),
    "setInterval(() => console.log('GET / 200'), 5_000); setTimeout(() => process.exit(0), 1_800_000);",
  );
  writeFileSync(
    join(stack.root, "search.mjs"),
    "console.error('index.bin: checksum does not match'); process.exitCode = 3;",
  );
  writeFileSync(join(stack.root, "mailer.mjs"), "setTimeout(() => process.exit(0), 1_800_000);");
  const put = (name: string, file: string, description: string) =>
    as("margaret", "PUT", `/api/services/${name}`, {
      driver: "process",
      description,
      command: ["node", file],
      restart: "on-failure",
    });
  await put("web", "web.mjs", "The guest book, as it is developed.");
  await put("search", "search.mjs", "Answers what people search for.");
  await put("mailer", "mailer.mjs", "Sends what the notifier hands it.");
  await run("annie", "service-start", { args: { name: "web" } });
  await run("radia", "service-start", { args: { name: "mailer" } });
  await run("radia", "service-stop", { args: { name: "mailer" } });
  await as("radia", "POST", "/api/commands/service-start/execute", { args: { name: "search", wait_s: 1 } });
  const state = async (name: string) =>
    (await stack.get<{ service: { status: string } }>(`/api/services/${name}`)).service.status;
  await until("search has failed", async () => (await state("search")) === "failed");
}

async function makeSchedules(stack: Stack, as: As): Promise<void> {
  const { db } = stack.workspace;
  writeFileSync(
    join(stack.root, "backup.mjs"),
    "console.error('pg_dump: no answer from db, port 5432: connection refused'); process.exitCode = 1;",
  );
  for (const [who, name, cron, command, more] of [
    ["radia", "nightly backup", "15 2 * * *", "back-up-database", {}],
    ["radia", "smoke test of production", "*/20 * * * *", "smoke-test", {}],
    [
      "annie",
      "rebuild the search index after the import of the weekend",
      "0 5 * * 1",
      "rebuild-index",
      { time_zone: "Europe/Berlin" },
    ],
    ["margaret", "invoices", "0 6 1 * *", "invoice-run", { time_zone: "Europe/Berlin" }],
    [
      "annie",
      "working copy is clean",
      "0 18 * * 1-5",
      "git-status",
      { cwd: "demo", time_zone: "Europe/Berlin" },
    ],
    ["margaret", "old backups", "30 3 * * 0", "drop-old-backups", {}],
  ] as const)
    await as(who, "POST", "/api/schedules", { name, cron, command, ...more });
  const settled = async (due: number[]) =>
    (
      await db
        .prepare(
          `SELECT count(*) AS n FROM schedule_fires f JOIN workflow_executions r ON r.id = f.run_id
           WHERE f.due_at IN (SELECT value FROM json_each(?1)) AND r.finished_at IS NOT NULL`,
        )
        .bind(JSON.stringify(due))
        .first<{ n: number }>()
    )?.n === due.length;
  // The backup's time came in each of the last three nights, the smoke test's in each of the last three times 20 minutes.
  for (let ago = 2; ago >= 0; ago--) {
    const often = 20 * 60_000;
    const due = [night(ago), Date.now() - (Date.now() % often) - ago * often];
    await db
      .prepare(
        "UPDATE schedules SET next_at = CASE name WHEN 'nightly backup' THEN ?1 ELSE ?2 END WHERE name IN ('nightly backup', 'smoke test of production')",
      )
      .bind(...due)
      .run();
    await until("both were fired and are over", () => settled(due));
  }
  const { results } = await db
    .prepare("SELECT run_id, due_at FROM schedule_fires")
    .all<{ run_id: string; due_at: number }>();
  for (const { run_id, due_at } of results) await moveRun(stack, run_id, due_at);
  await db.prepare("UPDATE schedule_fires SET at = due_at, missed = 0, message = NULL").run();
}

/** Messages from outside: two that start something, one that is ignored, one that does not fit. */
async function makeHooks(stack: Stack, as: As, made: Places): Promise<void> {
  await as("radia", "POST", "/api/hooks", {
    name: "alerts of the monitoring",
    command: "smoke-test",
    scheme: "standard",
  });
  await as("annie", "POST", "/api/hooks", {
    name: "a new issue",
    command: "git-log",
    scheme: "github",
    events: ["issues"],
    enabled: false,
  });
  const { secret } = await send<{ secret: string }>(stack, "POST", `/api/hooks/${made.hook}/secret`, {});
  const push = async (delivery: string, event: string, body: unknown) => {
    const text = JSON.stringify(body);
    const signed = createHmac("sha256", secret).update(text).digest("hex");
    await fetch(`${stack.workspace.url}/hooks/${made.hook}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": event,
        "x-github-delivery": delivery,
        "x-hub-signature-256": `sha256=${signed}`,
      },
      body: text,
    });
  };
  const id = (n: number) => `72d3162e-cc78-11e3-81ab-4c9367dc095${n}`;
  await push(id(1), "push", { ref: "refs/heads/main", release: { tag_name: "1.5.1" } });
  await push(id(2), "push", { ref: "refs/heads/fix/rounding", release: { tag_name: "1.5.2" } });
  await push(id(3), "push", { ref: "refs/heads/main", release: {} });
  await push(id(4), "issues", { ref: "refs/heads/main" });
  await push(id(5), "push", { ref: "refs/heads/main", release: { tag_name: "1.6.0" } });
}
