/** Where somebody is: facts of a project as an agent told them, and the page they are on. Pure. */
import type { Json } from "../contracts/json.ts";

/** Any of it may be unknown. Other facts may stand beside these (`follow` finds them); parameters name them with `from`. */
export interface Situation {
  git?: {
    branch?: string | null;
    upstream?: string | null;
    head?: string | null;
    ahead?: number;
    behind?: number;
    dirty?: boolean;
    staged?: number;
  };
  wrangler?: {
    config?: string;
    name?: string | null;
    environments?: string[];
    database?: string;
    bucket?: string;
  };
  package_manager?: string;
  scripts?: string[];
  /** Path of the resource that is open: `/api/clients`. */
  resource?: string;
}

/** Facts of an agent, for the directory `cwd` under its root; what the caller says himself goes first. */
export function situationOf(
  facts: { [name: string]: Json },
  cwd: string | null,
  said: { [name: string]: Json },
): Situation {
  const { projects, ...own } = facts;
  const place = (cwd ?? ".").replace(/^\.\/|\/+$/g, "");
  const known: { [name: string]: Json } =
    place === "" || place === "."
      ? own
      : (((isRecord(projects) ? (projects[place] ?? projects[place.split("/")[0] as string]) : undefined) as
          | { [name: string]: Json }
          | undefined) ?? {});
  const merged: { [name: string]: Json } = { ...known };
  // A page says where it is as `path`, too.
  if (typeof said.path === "string" && said.resource === undefined) merged.resource = said.path;
  for (const [name, value] of Object.entries(said)) {
    const held = merged[name];
    merged[name] = isRecord(held) && isRecord(value) ? { ...held, ...value } : value;
  }
  return checked(merged);
}

/** What has another shape than it should is left out: facts may be wrong, and never break an answer. */
function checked(raw: { [name: string]: Json }): Situation {
  const situation = { ...raw } as { [name: string]: Json | undefined };
  for (const name of ["git", "wrangler"]) if (!isRecord(situation[name])) delete situation[name];
  for (const name of ["package_manager", "resource"])
    if (typeof situation[name] !== "string") delete situation[name];
  if (!isTexts(situation.scripts)) delete situation.scripts;
  const { wrangler } = situation;
  if (isRecord(wrangler) && !isTexts(wrangler.environments)) {
    const { environments: _, ...rest } = wrangler;
    situation.wrangler = rest;
  }
  return situation as Situation;
}

function isRecord(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** What "deploy" means here: with git work to be done the whole way, else only the Worker. Null when nothing is known. */
export function deployTarget({
  git,
  wrangler,
}: Situation): { slug: "workflow-deploy" | "wrangler-deploy"; because: string[] } | null {
  if (git) {
    const because = gitWork(git);
    if (because.length > 0) return { slug: "workflow-deploy", because };
    if (wrangler || git.upstream !== undefined)
      return {
        slug: "wrangler-deploy",
        because: [`branch ${git.branch ?? "(detached)"} is clean and pushed`],
      };
    return null;
  }
  if (wrangler)
    return {
      slug: "wrangler-deploy",
      because: [`${wrangler.config ?? "a wrangler config"} is here, and no git repository is known`],
    };
  return null;
}

/** What git has to do before the remote has everything, in words; empty when there is nothing. */
export function gitWork(git: NonNullable<Situation["git"]>): string[] {
  const said: string[] = [];
  const branch = git.branch ?? "the branch";
  if ((git.staged ?? 0) > 0)
    said.push(git.staged === 1 ? "1 file is staged" : `${git.staged} files are staged`);
  if (git.dirty) said.push("there are changes that are not staged");
  if ((git.ahead ?? 0) > 0) said.push(`${branch} is ${git.ahead} ahead of ${git.upstream ?? "its upstream"}`);
  if (git.upstream === null && git.branch) said.push(`${branch} was never pushed`);
  return said;
}

/** What `list` lists on this page: the noun of its path. Null at the root or where there is none. */
export function listedNoun(path: string | undefined): string | null {
  const parts = (path ?? "")
    .split(/[?#]/)[0]!
    .split("/")
    .filter((part) => part !== "" && part !== "api");
  const noun = parts[0]?.toLowerCase();
  return noun && /^[a-z0-9-]{1,40}$/.test(noun) ? noun : null;
}
