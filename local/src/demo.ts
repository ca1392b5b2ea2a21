/** A small project to try things on: a real Worker with a database, in a git repository whose remote lies beside it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const FILES: { [path: string]: string } = {
  "README.md": `# demo

A guest book on Cloudflare Workers and D1, to try the workspace on. Its remote is the bare repository \`../demo.git\`.
\`wrangler deploy --dry-run\` and everything with \`--local\` work without an account.
`,
  ".gitignore": ".wrangler/\ndist/\nnode_modules/\n.dev.vars\n",
  "package.json": `${JSON.stringify({ name: "demo", version: "1.0.0", private: true, type: "module" }, null, 2)}\n`,
  "wrangler.jsonc": `{
  "name": "demo",
  "main": "src/index.ts",
  "compatibility_date": "2026-10-01",
  "vars": { "GREETING": "Hello" },
  "d1_databases": [
    {
      "binding": "DB",
      "database_name": "demo",
      "database_id": "5b0f7f2e-3d5c-4f0f-8a43-0c6d3c7d9e10",
      "migrations_dir": "migrations"
    }
  ],
  "env": {
    "staging": {
      "name": "demo-staging",
      "vars": { "GREETING": "Hello again" },
      "d1_databases": [
        {
          "binding": "DB",
          "database_name": "demo-staging",
          "database_id": "2f7d8c11-5e0b-4a9d-8c3e-6b1a4d9e7f20",
          "migrations_dir": "migrations"
        }
      ]
    },
    "production": {
      "name": "demo-production",
      "vars": { "GREETING": "Welcome" },
      "d1_databases": [
        {
          "binding": "DB",
          "database_name": "demo-production",
          "database_id": "9c1d6a54-77b2-4c0e-9a7e-4f8f1d2b6a33",
          "migrations_dir": "migrations"
        }
      ]
    }
  }
}
`,
  "migrations/0001_guests.sql": `CREATE TABLE guests (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  at INTEGER NOT NULL
);
`,
  "migrations/0002_guest_notes.sql": `ALTER TABLE guests ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX guests_by_time ON guests (at);
`,
  "src/index.ts": `interface Env {
  GREETING: string;
  DB: {
    prepare(sql: string): {
      bind(...values: unknown[]): { run(): Promise<unknown> };
      all(): Promise<{ results: unknown[] }>;
    };
  };
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === "/guests") {
      const name = (await request.text()).slice(0, 100) || "somebody";
      await env.DB.prepare("INSERT INTO guests (name, at) VALUES (?, ?)").bind(name, Date.now()).run();
      return new Response(\`\${env.GREETING}, \${name}!\\n\`, { status: 201 });
    }
    if (pathname === "/guests") {
      const { results } = await env.DB.prepare("SELECT name, at, note FROM guests ORDER BY at DESC LIMIT 20").all();
      return Response.json(results);
    }
    return new Response(\`\${env.GREETING} from the demo.\\n\`);
  },
};
`,
};

/** Makes \`demo\` and \`demo.git\` in \`root\` where they are missing; both appear whole or not at all. */
export async function makeDemo(root: string, email: string): Promise<void> {
  const project = join(root, "demo");
  const remote = join(root, "demo.git");
  if (existsSync(project)) return;
  const work = await mkdtemp(join(root, ".demo-"));
  const git = async (cwd: string, ...args: string[]): Promise<void> => {
    await run(
      "git",
      [
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgSign=false",
        "-c",
        "core.hooksPath=/dev/null",
        ...args,
      ],
      {
        cwd,
        env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
      },
    );
  };
  const identify = async (cwd: string): Promise<void> => {
    // In the project itself, so that commits work whatever the agent's environment holds.
    await git(cwd, "config", "user.name", "Demo");
    await git(cwd, "config", "user.email", email);
    await git(cwd, "config", "commit.gpgSign", "false");
  };
  try {
    if (!existsSync(remote)) {
      const first = join(work, "first");
      for (const [path, text] of Object.entries(FILES)) {
        await mkdir(dirname(join(first, path)), { recursive: true });
        await writeFile(join(first, path), text);
      }
      await git(first, "init", "--quiet");
      await identify(first);
      await git(first, "add", "--all");
      await git(first, "commit", "--quiet", "--message", "A guest book");
      await git(work, "clone", "--quiet", "--bare", first, "remote");
      await git(join(work, "remote"), "remote", "remove", "origin");
      await rename(join(work, "remote"), remote);
    }
    await git(work, "clone", "--quiet", remote, "project");
    await identify(join(work, "project"));
    // Relative, so that the folder may be moved.
    await git(join(work, "project"), "remote", "set-url", "origin", "../demo.git");
    // Something to commit, so that a first deployment shows all of its steps.
    await appendFile(
      join(work, "project", "README.md"),
      "\nThis line is not committed yet: workflow-deploy does it.\n",
    );
    await rename(join(work, "project"), project);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
