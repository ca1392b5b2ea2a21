/** What takes more than one call of git. */
import { attempt, run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

/** Back from `-- MADE` to the branch before (`-- MADE BEFORE`) or to `--at`; a branch made by the checkout goes. */
export function goBack(words: Words): object {
  const [made = "", before] = words.rest;
  const commit = words.needed("commit");
  const existed = words.value("existed") !== undefined || made === before;
  if (!existed && commitOf(`refs/heads/${made}`) !== commit)
    throw new Failed(`the branch ${made} is not at ${commit} any more; nothing was changed`);
  run(
    "git",
    before === undefined
      ? ["switch", "--quiet", "--detach", words.needed("at")]
      : ["switch", "--quiet", before],
  );
  if (existed) return { branch: before ?? null };
  // A compare and swap: nothing is lost that came meanwhile.
  run("git", ["update-ref", "-d", `refs/heads/${made}`, commit]);
  attempt("git", ["config", "--local", "--remove-section", `branch.${made}`], false);
  return { branch: before ?? null, deleted: made };
}

/** Takes out `--stash`, wherever it lies by now; without it the newest. */
export function popStash(words: Words): object {
  const wanted = words.value("stash");
  const stashes = run("git", ["stash", "list", "--format=%H"], false).stdout.split("\n").filter(Boolean);
  const at = wanted === undefined ? 0 : stashes.indexOf(wanted);
  if (at === -1 || stashes.length === 0) throw new Failed(`there is no stash ${wanted ?? ""}`.trim());
  run("git", ["stash", "pop", "--index", `stash@{${at}}`]);
  return { stash: stashes[at] };
}

function commitOf(ref: string): string {
  return attempt("git", ["rev-parse", "--verify", "--quiet", ref], false).stdout.trim();
}
