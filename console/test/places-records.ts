/** What a small company writes down in a year: clients, deployments, articles, costs, employees, files. Only for the pictures. */
import { ageCommands, DAY, dateFiles, monthBefore, night } from "./past.ts";
import { send } from "./places.ts";
import type { Stack } from "./stack.ts";

const HOUR = 3_600_000;
/** Sends as one of the people. */
export type As = (who: string, method: string, path: string, body: unknown) => Promise<unknown>;

const CLIENTS = [
  [
    "Katherine Johnson",
    "Orbit Navigation GmbH",
    "katherine.johnson@orbit-navigation.example",
    "+49 30 5550148",
  ],
  ["Mary Anning", "Lyme Bay Fossils", "mary@lymebay.example", "+44 1297 555012", "Invoices by post only."],
  ["Emmy Noether", "Symmetry Conserved AG", "office@symmetry.example", "+49 9131 555077"],
  ["Chien-Shiung Wu", "Parity Instruments", "wu@parity.example", "+1 212 555 0199"],
  [
    "Rosalind Franklin",
    "Photograph 51 Imaging Services and Laboratory Supplies Limited",
    "r.franklin@photo51.example",
  ],
  [
    "Jocelyn Bell",
    "Pulsar Timekeeping",
    "jocelyn@pulsar.example",
    "+44 28 9555 0167",
    "Wants a call before every deployment, never before nine.",
  ],
  ["Tu Youyou", "Qinghao Pharma", "tu@qinghao.example"],
  ["Barbara McClintock", "Jumping Seeds Cooperative", "barbara@jumpingseeds.example", "+1 607 555 0123"],
] as const;

const EMPLOYEES = [
  ["Margaret Hamilton", "Head of engineering", "Platform", "2021-02-01", 890_000],
  ["Annie Easley", "Engineer", "Platform", "2022-06-15", 640_000],
  ["Radia Perlman", "Network engineer", "Operations", "2023-01-09", 660_000],
  ["Evelyn Boyd Granville", "Analyst", "Finance", "2020-10-01", 575_000],
  ["Karen Spärck Jones", "Search engineer", "Platform", "2024-08-19", 650_000],
] as const;

const ARTICLES = [
  [
    "What to do when the nightly backup is late",
    "Look at the schedule first.\n\nIf its last run waits for an agent, the build machine is draining: start it again.",
    "backups",
  ],
  [
    "How a release is made",
    "1. The release workflow collects what is new.\n2. Two of the release group approve it.\n3. It deploys to staging, checks, and asks once more.",
    "releases",
  ],
  [
    "Rotating the registry password",
    "Set the new value under Secrets, then run the smoke test. The old one works for a day.",
    "secrets registry",
  ],
  [
    "Why staging has its own database",
    "Migrations are tried there first. It is filled from last night’s backup, without names and addresses.",
    "database staging",
  ],
  [
    "On call: the first ten minutes",
    "Open Infrastructure. Whatever is not well says what it measured. Write down the time before you change anything.",
    "on-call",
  ],
  ["Invoices that bounced", "The mail server of Lyme Bay refuses attachments. Send the link.", "clients"],
  [
    "Reading the audit trail for the yearly review",
    "Filter by person, then verify the chain, and keep the head.",
    "audit",
  ],
  [
    "Naming services, and why “db” is taken",
    "Short, lower case, one word. The name is typed often.",
    "services",
  ],
  [
    "When two people deploy at once",
    "The second run waits: the deploy workflow is one group for each environment.",
    "releases",
  ],
  [
    "Moving a client to the new plan",
    "Change the plan first, then the price; the invoice is made from both at midnight.",
    "clients billing",
  ],
  ["What the smoke test looks at", "Four addresses, the certificate’s last day, and one search.", "testing"],
  [
    "Cleaning up the file store",
    "Backups older than ninety days go. Invoices stay ten years.",
    "backups files",
  ],
  [
    "Access for a new colleague",
    "Add them under People with the role they need, then the groups. No shared tokens.",
    "people",
  ],
] as const;

/** Category, vendor, what for, the amount in cents, its day of the month, how much it swings. */
const COSTS = [
  ["hosting", "Cloudflare", "Workers, D1, R2", 4_210, 3, 900],
  ["software", "JetBrains", "Ten seats", 18_900, 12, 0],
  ["travel", "Deutsche Bahn", "To clients", 12_450, 20, 9_000],
  ["office", "Stadtwerke", "Power and heating", 23_400, 8, 7_000],
  ["training", "Recurse Online", "Courses", 9_900, 15, 4_000],
] as const;

/** All of it, by several people. */
export async function makeTeamRecords(stack: Stack, as: As): Promise<void> {
  for (const [name, company, email, phone, notes] of CLIENTS)
    await as("annie", "POST", "/api/clients", {
      name,
      company,
      email,
      ...(phone ? { phone } : {}),
      ...(notes ? { notes } : {}),
    });
  for (const [name, title, department, started_on, monthly_cost_minor] of EMPLOYEES)
    await as("margaret", "POST", "/api/meauxos/employees", {
      name,
      title,
      department,
      started_on,
      email: `${name
        .normalize("NFD")
        .replace(/\p{M}/gu, "")
        .toLowerCase()
        .replace(/[^a-z]+/g, ".")}@example.com`,
      monthly_cost_minor,
      currency: "EUR",
    });
  for (const [title, body, tags] of ARTICLES)
    await as(title.length % 2 ? "annie" : "radia", "POST", "/api/knowledge", {
      title,
      body,
      tags: tags.split(" "),
    });
  for (let i = 23; i > 0; i--) {
    const staging = i % 3 !== 0;
    const worker = ["guest-book", "shop", "invoices", "search-index-rebuilder"][i % 4] as string;
    await as(i % 2 ? "annie" : "radia", "POST", "/api/deployments", {
      worker,
      environment: staging ? "staging" : "production",
      version_id: `v${64 - i}`,
      commit: (0x8f3c2a17d9 - i * 0x1357f).toString(16).padStart(10, "0"),
      branch: i % 5 === 0 ? "fix/rounding-of-totals-in-invoices-with-mixed-tax-rates" : "main",
      ...(staging ? {} : { url: `https://${worker}.example.com` }),
      ...(i % 7 === 0 ? { note: "rolled back after ten minutes, see the article on rounding" } : {}),
    });
  }
  await makeCosts(stack);
  await makeFiles(stack);
  await age(stack);
}

async function makeCosts(stack: Stack): Promise<void> {
  const lines = ["date,category,amount,currency,vendor,description"];
  const now = new Date();
  for (let month = 0; month < 12; month++)
    for (const [category, vendor, what, cents, on, swing] of COSTS) {
      const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - month, on));
      if (at.getTime() > now.getTime()) continue;
      const amount = (cents + Math.round(swing * Math.sin(month * 1.7 + on))) / 100;
      lines.push(`${at.toISOString().slice(0, 10)},${category},${amount.toFixed(2)},EUR,${vendor},"${what}"`);
    }
  await send(stack, "POST", "/api/meauxos/costs/import", { csv: lines.join("\n") });
}

async function makeFiles(stack: Stack): Promise<void> {
  const now = Date.now();
  const month = monthBefore(now);
  const year = new Date(now - 164 * DAY).getUTCFullYear();
  const files: [key: string, type: string, bytes: number, stored: number][] = [
    ["handbook.pdf", "application/pdf", 184_000, now - 211 * DAY],
    ["logo.svg", "image/svg+xml", 2_100, now - 388 * DAY],
    [
      `contracts/${year}/orbit-navigation-framework-agreement-signed-by-both-parties.pdf`,
      "application/pdf",
      92_000,
      now - 164 * DAY,
    ],
    [`contracts/${year}/parity-instruments.pdf`, "application/pdf", 71_000, now - 164 * DAY + 2 * HOUR],
    [`invoices/${month}/0231.pdf`, "application/pdf", 48_000, Date.parse(`${month}-28T14:10:00Z`)],
    ["exports/clients.csv", "text/csv", 12_400, now - 6 * DAY],
    ["notes.txt", "text/plain", 1_700, now - 19 * DAY],
  ];
  // The last three nights' failed.
  for (let ago = 3; ago < 11; ago++) {
    const day = new Date(night(ago)).toISOString().slice(0, 10);
    files.push([`backups/${day}.sql.gz`, "application/gzip", 980_000 - ago * 7_300, night(ago) + 94_000]);
  }
  for (const [key, type, bytes] of files) {
    const answer = await fetch(`${stack.workspace.url}/api/r2/${key}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${stack.workspace.token}`, "content-type": type },
      body: Buffer.alloc(bytes, "-"),
    });
    if (!answer.ok) throw new Error(`${key}: ${answer.status} ${await answer.text()}`);
  }
  dateFiles(stack, new Map(files.map(([key, , , stored]) => [key, stored])));
}

/** The owner's other browsers: which, how many hours ago it was last seen, and how many days ago it signed in. */
const SESSIONS = [
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    2,
    3,
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", 11, 9],
] as const;

/** A workspace's folders, as a team's machines have them. */
const ROOTS = [
  ["studio", "/home/mara/work"],
  ["build machine", "/srv/builds"],
  ["Annie’s laptop", "/home/annie/work"],
] as const;

/** A year passes: what no route lets anybody date is dated here. The audit trail is sealed and keeps the true time. */
async function age(stack: Stack): Promise<void> {
  const { db } = stack.workspace;
  for (const [name, root] of ROOTS)
    await db
      .prepare("UPDATE agents SET hello_json = json_set(hello_json, '$.root', ?1) WHERE name = ?2")
      .bind(root, name)
      .run();
  // The two that the pages' tests look for would stand twice beside those of the year.
  await db.prepare("DELETE FROM costs WHERE description IS NULL OR description = ''").run();
  for (const key of ["backups/2026-11-21.sql", "backups/2026-11-22.sql"])
    await stack.workspace.request(`/api/r2/${key}`, { method: "DELETE" });
  // How many hours apart, and how long ago the newest: nobody has set, made or held anything before they joined.
  for (const [table, column, id, hours, newest] of [
    ["clients", "created_at", "id", 671, 1],
    ["deployments", "created_at", "id", 37, 1],
    ["knowledge", "updated_at", "id", 229, 1],
    ["users", "created_at", "id", 1_307, 3_700],
    ["tokens", "created_at", "id", 409, 200],
    ["agents", "created_at", "id", 1_811, 900],
    ["secrets", "updated_at", "name", 743, 300],
    ["schedules", "created_at", "id", 263, 26],
  ] as const)
    await db
      .prepare(
        `UPDATE ${table} SET ${column} = ?1 - ?2 * (SELECT count(*) FROM ${table} newer WHERE newer.${id} > ${table}.${id})`,
      )
      .bind(Date.now() - newest * HOUR + 1_100_000, hours * HOUR)
      .run();
  await db.batch([
    // An agent's token is made with it, and the owner's first with the workspace.
    db.prepare(
      `UPDATE tokens SET created_at = (SELECT created_at FROM agents WHERE agents.id = tokens.agent_id)
       WHERE agent_id IS NOT NULL`,
    ),
    db.prepare(
      `UPDATE tokens SET created_at = (SELECT created_at FROM users WHERE users.id = tokens.user_id)
       WHERE name = 'owner on this machine'`,
    ),
    // A laptop that was closed the evening before.
    db
      .prepare(`UPDATE agents SET last_seen_at = ?1 WHERE name = 'Annie’s laptop'`)
      .bind(Date.now() - 16 * HOUR),
    db
      .prepare(`UPDATE tokens SET last_used_at = ?1 WHERE name = 'agent Annie’s laptop'`)
      .bind(Date.now() - 16 * HOUR),
    ...SESSIONS.map(([browser, hours, days], index) =>
      db
        .prepare(
          `INSERT INTO sessions (hash, id, tenant_id, user_id, role, method, user_agent, created_at, last_seen_at, expires_at)
           SELECT 'made up ' || ?1, 'ses_' || ?1, tenant_id, id, role, 'mail', ?2, ?3, ?4, ?5
           FROM users WHERE email = 'owner@example.com'`,
        )
        .bind(
          `${(Date.now() - days * DAY).toString(36).padStart(9, "0")}0team00000000${index}`,
          browser,
          Date.now() - days * DAY,
          Date.now() - hours * HOUR,
          Date.now() + (14 - days) * DAY,
        ),
    ),
  ]);
  await ageCommands(stack);
}
