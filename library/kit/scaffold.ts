/** A new Worker project that needs no packages: what is there already stays as it is. */
import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { keepMade } from "./files.ts";
import { Failed, type Words } from "./words.ts";
import { CONFIG_FILES } from "./wrangler.ts";

/** Old enough for every wrangler that the library takes. */
const COMPATIBILITY_DATE = "2026-10-01";

/** Writes the files that are missing in `--directory` and keeps a record, so that they can be taken away again. */
export function scaffold(words: Words): object {
  const directory = words.value("directory") ?? ".";
  const name = words.needed("name");
  const [database, bucket, queue] = ["database", "bucket", "queue"].map((flag) => words.value(flag));
  const config = CONFIG_FILES.map((file) => join(directory, file)).find((file) => existsSync(file));
  const files: { [path: string]: string } = {
    ...(config ? {} : { "wrangler.jsonc": configOf({ name, database, bucket, queue }) }),
    "package.json": `${JSON.stringify({ name, version: "0.1.0", private: true, type: "module" }, null, 2)}\n`,
    ".gitignore": ".wrangler/\ndist/\nnode_modules/\n.dev.vars*\n.env*\n",
    // With a configuration of somebody's own, so are its sources.
    ...(config ? {} : { "src/index.js": workerOf(name, database !== undefined, queue !== undefined) }),
    ...(config || database === undefined ? {} : { "migrations/0001_visits.sql": MIGRATION }),
  };
  const missing = Object.entries(files).filter(([path]) => !existsSync(join(directory, path)));
  const paths = missing.map(([path]) => join(directory, path));
  const kept = paths.length === 0 ? undefined : keepMade(paths);
  for (const [path, text] of missing) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    // `wx`: never through a link that somebody left there, never over a file that came meanwhile.
    if (lstatSync(file, { throwIfNoEntry: false })) throw new Failed(`${file} is a link that leads nowhere`);
    writeFileSync(file, text, { flag: "wx" });
  }
  return {
    directory,
    config: relative(".", config ?? join(directory, "wrangler.jsonc")),
    made: paths,
    ...(kept === undefined ? {} : { kept }),
  };
}

type Names = Record<"database" | "bucket" | "queue", string | undefined> & { name: string };
function configOf({ name, database, bucket, queue }: Names): string {
  const config = {
    name,
    main: "src/index.js",
    compatibility_date: COMPATIBILITY_DATE,
    observability: { enabled: true },
    ...(database === undefined
      ? {}
      : { d1_databases: [{ binding: "DB", database_name: database, migrations_dir: "migrations" }] }),
    ...(bucket === undefined ? {} : { r2_buckets: [{ binding: "BUCKET", bucket_name: bucket }] }),
    ...(queue === undefined ? {} : { queues: { producers: [{ binding: "QUEUE", queue }] } }),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

const MIGRATION = `CREATE TABLE visits (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  at INTEGER NOT NULL
);
`;

function workerOf(name: string, database: boolean, queue: boolean): string {
  const visit = `    await env.DB.prepare("INSERT INTO visits (path, at) VALUES (?, ?)").bind(pathname, Date.now()).run();
    const { count } = await env.DB.prepare("SELECT count(*) AS count FROM visits").first();
    return new Response(\`${name}: visit \${count}\\n\`);`;
  return `export default {
  async fetch(request${database || queue ? ", env" : ""}) {
    const { pathname } = new URL(request.url);
${queue ? "    await env.QUEUE.send({ pathname });\n" : ""}${
  database ? visit : `    return new Response(\`Hello from ${name} at \${pathname}\\n\`);`
}
  },
};
`;
}
