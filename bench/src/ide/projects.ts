/** Projects that are not ours: packages whose tarballs hold their TypeScript sources, made into repositories as their authors have them. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Named } from "./independent.ts";

const run = promisify(execFile);

export interface Rename extends Named {
  kind: string;
  to: string;
}
export interface ForeignProject {
  name: string;
  /** Whose sources, by the directory they come to below `src`. */
  packages: { [directory: string]: string };
  /** What they need to compile. */
  needs: string[];
  types: string[];
  renames: Rename[];
  /** New names that are taken, and why. */
  taken: (Rename & { why: string })[];
  /** A use, by its file and the text it stands in, and the file that defines it. */
  definitions: { symbol: string; file: string; text: string; inside: string }[];
  queries: { query: string; regex?: boolean; case_sensitive?: boolean; path?: string }[];
  formatted: string[];
  /** A line that breaks a file: what follows it in the text is changed. */
  broken: { file: string; from: string; to: string };
}

export const PROJECTS: ForeignProject[] = [
  {
    name: "rxjs",
    packages: { ".": "rxjs@7.8.2" },
    needs: [],
    types: [],
    renames: [
      {
        kind: "function",
        symbol: "createOperatorSubscriber",
        file: "src/internal/operators/OperatorSubscriber.ts",
        to: "makeOperatorSubscriber",
      },
      { kind: "interface", symbol: "OperatorFunction", file: "src/internal/types.ts", to: "OperatorOf" },
      {
        kind: "method",
        symbol: "_trySubscribe",
        file: "src/internal/Observable.ts",
        to: "_attemptSubscribe",
      },
      {
        kind: "re-exported",
        symbol: "mergeMap",
        file: "src/internal/operators/mergeMap.ts",
        to: "mergeEach",
      },
      // Both are called so, and meet in `{ meta, lastValue, seen }`: the one keeps its name when the other is renamed.
      {
        kind: "variable",
        symbol: "seen",
        file: "src/internal/operators/timeout.ts",
        at: "let seen",
        to: "counted",
      },
      {
        kind: "property",
        symbol: "seen",
        file: "src/internal/operators/timeout.ts",
        at: "readonly seen",
        to: "counted",
      },
    ],
    taken: [
      {
        kind: "function",
        symbol: "isFunction",
        file: "src/internal/util/isFunction.ts",
        to: "isScheduler",
        why: "a file that uses it declares that",
      },
      {
        kind: "function",
        symbol: "isFunction",
        file: "src/internal/util/isFunction.ts",
        to: "value",
        why: "a parameter hides it, and tsc is content",
      },
      {
        kind: "method",
        symbol: "add",
        file: "src/internal/Subscription.ts",
        to: "remove",
        why: "the class has it",
      },
      {
        kind: "function",
        symbol: "isFunction",
        file: "src/internal/util/isFunction.ts",
        to: "class",
        why: "a word of the language",
      },
      {
        kind: "interface",
        symbol: "OperatorFunction",
        file: "src/internal/types.ts",
        to: "Observable",
        why: "src/index.ts passes both on",
      },
    ],
    definitions: [
      {
        symbol: "OperatorSubscriber",
        file: "src/internal/operators/groupBy.ts",
        text: "new OperatorSubscriber",
        inside: "src/internal/operators/OperatorSubscriber.ts",
      },
      {
        symbol: "XMLHttpRequest",
        file: "src/internal/ajax/ajax.ts",
        text: "new XMLHttpRequest",
        inside: "node_modules",
      },
    ],
    queries: [
      { query: "subscriber.add(" },
      { query: "deprecated", path: "src/internal/operators" },
      { query: "export\\s+function\\s+\\w+Map\\b", regex: true, case_sensitive: true },
      { query: "no such text anywhere here" },
    ],
    formatted: ["src/internal/Observable.ts", "src/internal/operators/groupBy.ts", "src/index.ts"],
    broken: {
      file: "src/internal/operators/OperatorSubscriber.ts",
      from: "export function createOperatorSubscriber<T>(",
      to: "export function createOperatorSubscriber<T>(\n  strict: Date,",
    },
  },
  {
    name: "azure",
    packages: { network: "@azure/arm-network@33.5.0", sql: "@azure/arm-sql@10.0.0" },
    needs: [
      "@azure/abort-controller@2",
      "@azure/core-auth@1",
      "@azure/core-client@1",
      "@azure/core-lro@2",
      "@azure/core-paging@1",
      "@azure/core-rest-pipeline@1",
      "@types/node@24",
      "tslib@2",
    ],
    types: ["node"],
    renames: [
      { kind: "function", symbol: "createLroSpec", file: "src/network/lroImpl.ts", to: "makeLroSpec" },
      { kind: "interface", symbol: "TagsObject", file: "src/network/models/index.ts", to: "TagSet" },
      {
        kind: "method",
        symbol: "beginDeleteAndWait",
        file: "src/network/operations/natGateways.ts",
        to: "deleteToTheEnd",
      },
      {
        kind: "property",
        symbol: "subscriptionId",
        // The constructor has a parameter of that name.
        at: "  subscriptionId",
        file: "src/network/networkManagementClient.ts",
        to: "accountId",
      },
    ],
    taken: [
      {
        kind: "function",
        symbol: "createLroSpec",
        file: "src/network/lroImpl.ts",
        to: "setContinuationToken",
        why: "files that use it import that",
      },
      {
        kind: "method",
        symbol: "listAll",
        file: "src/network/operations/natGateways.ts",
        to: "list",
        why: "the class has it",
      },
      {
        kind: "interface",
        symbol: "TagsObject",
        file: "src/network/models/index.ts",
        to: "RouteTables",
        why: "src/network/index.ts passes both on by *",
      },
    ],
    definitions: [
      {
        symbol: "createLroSpec",
        file: "src/network/operations/natGateways.ts",
        text: "createLroSpec({",
        inside: "src/network/lroImpl.ts",
      },
      {
        symbol: "createHttpPoller",
        file: "src/network/operations/natGateways.ts",
        text: "createHttpPoller<",
        inside: "node_modules/@azure/core-lro",
      },
    ],
    queries: [
      { query: "setContinuationToken(page" },
      { query: "NatGateway", case_sensitive: true, path: "src/network/operationsInterfaces" },
      { query: "async \\*list\\w+Page\\(", regex: true },
      { query: "no such text anywhere here" },
    ],
    formatted: [
      "src/network/operations/natGateways.ts",
      "src/sql/pagingHelper.ts",
      "src/network/networkManagementClient.ts",
    ],
    broken: {
      file: "src/network/pagingHelper.ts",
      from: "export function setContinuationToken(",
      to: "export function setContinuationToken(\n  strict: Date,",
    },
  },
];

/** Fetches and installs it, and commits it as it is. Every third file gets CRLF, every fifth a byte order mark, every seventh no last line end. */
export async function layOut(project: ForeignProject, typescript: string, dir: string): Promise<number> {
  mkdirSync(join(dir, "src"), { recursive: true });
  const fetched = `${dir}-fetched`;
  for (const [below, spec] of Object.entries(project.packages)) {
    mkdirSync(fetched);
    const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", fetched, spec]);
    await run("tar", ["xzf", join(fetched, stdout.trim().split("\n").at(-1)!), "-C", fetched]);
    cpSync(join(fetched, "package", "src"), join(dir, "src", below), { recursive: true });
    rmSync(fetched, { recursive: true });
  }
  const files = sourcesOf(dir);
  for (const [i, file] of files.entries()) {
    let text = readFileSync(file, "utf8");
    if (i % 3 === 0) text = text.replace(/\r?\n/g, "\r\n");
    if (i % 5 === 0 && !text.startsWith("\uFEFF")) text = `\uFEFF${text}`;
    if (i % 7 === 0) text = text.replace(/\r?\n$/, "");
    writeFileSync(file, text);
  }
  const compilerOptions = {
    target: "es2022",
    lib: ["esnext", "dom", "dom.iterable"],
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: project.types,
  };
  writeFileSync(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: project.name, private: true }));
  writeFileSync(join(dir, ".gitignore"), "node_modules\n");
  const tools = [`typescript@${typescript}`, "prettier@3", "@biomejs/biome@2"];
  await run("npm", ["install", "--no-audit", "--no-fund", "--save-dev", ...tools, ...project.needs], {
    cwd: dir,
    timeout: 300_000,
  });
  await git(dir, "init", "--quiet");
  await git(dir, "config", "core.autocrlf", "false");
  await git(dir, "add", ".");
  await git(
    dir,
    "-c",
    "user.name=try",
    "-c",
    "user.email=try@example.com",
    "commit",
    "--quiet",
    "-m",
    "As it came",
  );
  return files.length;
}

export async function git(dir: string, ...argv: string[]): Promise<string> {
  return (await run("git", argv, { cwd: dir, maxBuffer: 256 * 1024 * 1024 })).stdout;
}

/** TypeScript sources, in order. Settings of how the package itself was built are left out. */
export function sourcesOf(dir: string): string[] {
  return readdirSync(join(dir, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
