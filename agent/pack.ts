/**
 * `npm run pack:agent [-- --to DIR]`: one tarball with the agent, `tw` and `tw-kit`. What is the workspace's own is bundled; what comes
 * from npm stays a dependency with its exact version, so that npm can install natives and whoever audits sees them.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const HERE = import.meta.dirname;
/** A machine may lack them, or have no build of them: then a file stands in, or a feature says that it is missing. */
const OPTIONAL = ["@napi-rs/keyring", "@vscode/ripgrep"];
/** What it runs on: the first release whose own SQLite needs no flag. */
export const MIN_NODE = "22.13.0";

/** Writes the tarball into `to`; its path. */
export async function packAgent(to: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "tw-pack-"));
  try {
    const used = await bundle(join(dir, "lib"));
    copyFileSync(join(HERE, "src/forker.pl"), join(dir, "lib/forker.pl"));
    writeBins(join(dir, "bin"));
    copyFileSync(join(HERE, "README.md"), join(dir, "README.md"));
    copyFileSync(join(HERE, "CLI.md"), join(dir, "CLI.md"));
    writeFileSync(join(dir, "package.json"), `${JSON.stringify(manifest(used), null, 2)}\n`);
    mkdirSync(to, { recursive: true });
    const argv = ["pack", "--json", "--ignore-scripts", "--pack-destination", to];
    const [packed] = JSON.parse(execFileSync("npm", argv, { cwd: dir, encoding: "utf8" })) as {
      filename: string;
    }[];
    if (!packed) throw new Error("npm pack told of no tarball");
    return join(to, packed.filename);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Code of threads and of processes of their own is loaded by the file's name. */
function threads(): { [name: string]: string } {
  const names = globSync("**/*-{thread,process}.ts", { cwd: join(HERE, "src") });
  return Object.fromEntries(names.map((name) => [basename(name, ".ts"), join(HERE, "src", name)]));
}

/** Bundles both programs; the packages from npm that they import. */
async function bundle(outdir: string): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: { main: join(HERE, "src/main.ts"), kit: join(HERE, "../library/kit/main.ts"), ...threads() },
    outdir,
    bundle: true,
    // Each verb stays a file of its own: the agent must not load what it does not need.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    metafile: true,
    logLevel: "error",
    plugins: [
      {
        name: "npm-stays-outside",
        setup({ onResolve }) {
          onResolve({ filter: /^[^./]/ }, ({ path }) =>
            path.startsWith("@tw/") || path.startsWith("node:") || resolve(path) === path
              ? null
              : { path, external: true },
          );
        },
      },
    ],
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const names = imports.filter(({ external, path }) => external && !path.startsWith("node:"));
  return new Set(
    names.map(({ path }) =>
      path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/"),
    ),
  );
}

interface Manifest {
  name: string;
  version: string;
  dependencies: { [name: string]: string };
}

function manifest(used: Set<string>): object {
  const read = (path: string) => JSON.parse(readFileSync(join(HERE, path), "utf8")) as Manifest;
  const own = read("package.json");
  const shared = read("../shared/package.json").dependencies;
  // All of the agent's own, since some are found by name while it runs; and what the bundled code of others imports.
  const named = Object.keys(own.dependencies).filter((name) => !name.startsWith("@tw/"));
  const versioned = [...new Set([...named, ...used])].sort().map((name) => {
    const version = own.dependencies[name] ?? shared[name];
    if (!version || !/^\d/.test(version))
      throw new Error(`${name} is imported, and agent/package.json pins no exact version of it`);
    return [name, version] as const;
  });
  return {
    name: own.name,
    version: own.version,
    description: "The agent of the Turbocharged Workspace, and its command line, tw.",
    license: "MIT",
    bin: { tw: "bin/tw", "tw-kit": "bin/tw-kit" },
    engines: { node: `>=${MIN_NODE}` },
    files: ["bin", "lib", "README.md", "CLI.md"],
    dependencies: Object.fromEntries(versioned.filter(([name]) => !OPTIONAL.includes(name))),
    optionalDependencies: Object.fromEntries(versioned.filter(([name]) => OPTIONAL.includes(name))),
  };
}

/** Begun in words that any Node can read, so that an old one gets a sentence and not a syntax error. */
function writeBins(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const [major, minor] = MIN_NODE.split(".");
  for (const [name, file] of [
    ["tw", "main"],
    ["tw-kit", "kit"],
  ]) {
    const text = `#!/usr/bin/env node
"use strict";
var have = process.versions.node.split(".");
if (have[0] < ${major} || (have[0] == ${major} && have[1] < ${minor})) {
  console.error("${name} needs Node ${major}.${minor} or newer, and this is Node " + process.versions.node + " (" + process.execPath + "). Install a newer one from https://nodejs.org and start ${name} with it.");
  process.exit(2);
} else {
  require("../lib/${name}.cjs");
}
`;
    writeFileSync(join(dir, name ?? ""), text);
    chmodSync(join(dir, name ?? ""), 0o755);
    writeFileSync(join(dir, "../lib", `${name}.cjs`), `import("./${file}.mjs");\n`);
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { to: { type: "string", default: join(HERE, "dist") } } });
  console.log(await packAgent(resolve(values.to)));
}
