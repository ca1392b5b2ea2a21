/** Makes each Worker one JavaScript file, and keeps it by the hash of everything it was made from. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** Bundles kept of earlier sources, so that switching between two branches stays fast. */
const KEPT = 12;

/** A Worker knows Node's own modules only by their `node:` names; some packages use the bare ones. */
const nodeModules: Plugin = {
  name: "node-modules",
  setup(build) {
    const bare = new Set(builtinModules.filter((name) => !name.startsWith("_")));
    build.onResolve({ filter: /^[a-z_/]+$/ }, ({ path }) =>
      bare.has(path) ? { path: `node:${path}`, external: true } : undefined,
    );
  },
};

/** The code of every Worker below `services`, by the folder's name. Reads the cache in `node_modules/.cache` first. */
export async function bundleWorkers(root: string, services: readonly string[]): Promise<Map<string, string>> {
  const cache = join(root, "node_modules", ".cache", "turbocharged-workspace");
  const hash = await hashSources(root);
  const made = new Map<string, string>();
  const missing: string[] = [];
  for (const service of services) {
    const file = join(cache, `${service}-${hash}.js`);
    if (existsSync(file)) made.set(service, await readFile(file, "utf8"));
    else missing.push(service);
  }
  if (missing.length === 0) return made;
  const esbuild = await import("esbuild");
  try {
    const built = await Promise.all(
      missing.map(async (service) => {
        const result = await esbuild.build({
          entryPoints: [join(root, "services", service, "src", "index.ts")],
          absWorkingDir: root,
          bundle: true,
          write: false,
          format: "esm",
          target: "es2024",
          platform: "neutral",
          mainFields: ["browser", "module", "main"],
          conditions: ["workerd", "worker", "browser", "import", "default"],
          external: ["node:*", "cloudflare:*"],
          plugins: [nodeModules],
          // CommonJS packages ask for Node's modules through `require`, which a Worker does not have by itself.
          banner: {
            js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire("/");',
          },
          // Miniflare copies the code dozens of times while it starts workerd: half the size starts sooner.
          minify: true,
          // What an error's stack and an error's own name say stays as it was written.
          keepNames: true,
          logLevel: "silent",
          define: { "process.env.NODE_ENV": '"production"' },
        });
        return [service, result.outputFiles[0]?.text ?? ""] as const;
      }),
    );
    for (const [service, code] of built) made.set(service, code);
  } finally {
    // Its helper process would otherwise stay for the life of the server.
    await esbuild.stop();
  }
  await keep(cache, missing, hash, made).catch(() => {
    // A read-only installation only starts a second slower each time.
  });
  return made;
}

async function hashSources(root: string): Promise<string> {
  const hash = createHash("sha256");
  const packages = ["shared", ...["api", "dispatcher", "approvals", "notifier"].map((s) => `services/${s}`)];
  for (const folder of packages) {
    const source = join(root, folder, "src");
    if (!existsSync(source)) continue;
    const names = (await readdir(source, { recursive: true })).filter((name) =>
      /\.(ts|js|json|css|html|svg)$/.test(name),
    );
    for (const name of names.sort()) {
      hash.update(`${folder}/${name}\0`);
      hash.update(await readFile(join(source, name)));
    }
  }
  for (const name of ["package-lock.json", "local/src/bundle.ts"]) {
    if (existsSync(join(root, name))) hash.update(await readFile(join(root, name)));
  }
  return hash.digest("hex").slice(0, 24);
}

async function keep(
  cache: string,
  services: string[],
  hash: string,
  made: Map<string, string>,
): Promise<void> {
  await mkdir(cache, { recursive: true });
  for (const service of services) {
    const part = join(cache, `${service}-${hash}.${process.pid}.part`);
    await writeFile(part, made.get(service) ?? "");
    await rename(part, join(cache, `${service}-${hash}.js`));
  }
  const files = await Promise.all(
    (await readdir(cache)).map(async (name) => ({ name, at: (await stat(join(cache, name))).mtimeMs })),
  );
  const old = files.sort((a, b) => b.at - a.at).slice(KEPT * services.length);
  for (const { name } of old) await unlink(join(cache, name)).catch(() => {});
}
