/** Runs the project's own package manager, found from its lock file. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Failed, type Words } from "./words.ts";

const MANAGERS: { lock: string; program: string; clean: string[] }[] = [
  { lock: "pnpm-lock.yaml", program: "pnpm", clean: ["install", "--frozen-lockfile"] },
  { lock: "yarn.lock", program: "yarn", clean: ["install", "--immutable"] },
  { lock: "package-lock.json", program: "npm", clean: ["ci"] },
];

/** `-- install`, `-- run NAME ARGS…`; without a lock file npm. */
export function runPackageManager(words: Words): object {
  if (!existsSync("package.json")) throw new Failed("there is no package.json in this directory");
  const found = MANAGERS.find(({ lock }) => existsSync(lock));
  const program = found?.program ?? "npm";
  const [verb, script, ...args] = words.rest;
  const argv =
    verb === "install"
      ? words.value("clean") === "yes" && found
        ? found.clean
        : ["install"]
      : verb === "run" && script !== undefined
        ? // npm keeps what is behind -- for the script; the others would pass the -- on as well.
          ["run", script, ...(program === "npm" && args.length > 0 ? ["--"] : []), ...args]
        : null;
  if (!argv) throw new Failed("say -- install or -- run NAME");
  const child = spawnSync(program, argv, { stdio: ["ignore", 2, 2] });
  if (child.error) throw new Failed(`${program} could not be run: ${child.error.message}`);
  if (child.status !== 0)
    throw new Failed(`${program} ${argv.join(" ")} ended with ${child.status ?? child.signal}`);
  return { package_manager: program };
}
