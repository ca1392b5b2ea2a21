/**
 * Command lines as the programs themselves take them: `git tag -d v1`, `npm i zod`, `rm -rf dist`. Whoever types these means exactly
 * them, so the beginning says which command it is and the rest are its arguments, by place. Pure.
 */
import type { Args } from "../library/parameters.ts";
import { isCommon } from "./fill-common.ts";
import { USUAL_DIRECTORIES } from "./fill-roles.ts";
import { isWeak, isWordOf } from "./vocabulary.ts";
import type { Token } from "./words.ts";

interface More {
  /** One of these flags stands somewhere behind. */
  flag?: string[];
  /** Something that is no flag must stand behind, or nothing may. */
  rest?: "some" | "none";
  args?: Args;
}
type Form = [head: string, slug: string, more?: More];

const NPM = "npm|pnpm|yarn|bun";
const DEV = ["-D", "--save-dev", "--dev"];
/** First fit wins. A bar parts words for the same place. */
const FORMS: Form[] = [
  ["git status|st", "git-status"],
  ["git tag", "git-tag-delete", { flag: ["-d", "--delete"], rest: "some" }],
  ["git tag", "git-tags", { rest: "none" }],
  ["git tag", "git-tag", { rest: "some" }],
  ["git branch", "git-branch-delete-at", { flag: ["-d", "-D", "--delete"], rest: "some" }],
  ["git branch", "git-branch", { rest: "none" }],
  ["git branch", "git-branch-create", { rest: "some" }],
  ["git checkout|switch", "git-checkout", { flag: ["-b", "-B", "-c", "-C"], args: { create: true } }],
  ["git checkout --", "git-discard", { rest: "some" }],
  ["git checkout|switch", "git-checkout", { rest: "some" }],
  ["git restore", "git-unstage", { flag: ["--staged", "-S"] }],
  ["git restore", "git-discard", { rest: "some" }],
  ["git reset", "git-reset-to", { flag: ["--hard", "--soft", "--mixed"] }],
  ["git reset", "git-keep-reset", { flag: ["--keep"] }],
  ["git reset head", "git-unstage", { rest: "some" }],
  ["git reset", "git-unstage", { rest: "none" }],
  ["git rm", "rm", { rest: "some" }],
  ["git stash pop|apply", "git-stash-pop"],
  ["git stash list", "git-stash-list"],
  ["git stash push|save", "git-stash"],
  ["git stash", "git-stash"],
  ["git remote add", "git-remote-add"],
  ["git remote remove|rm", "git-remote-remove"],
  ["git remote", "git-remotes", { rest: "none" }],
  ["git commit", "git-add-and-commit", { flag: ["-a", "-am", "--all"], args: { all: true } }],
  ["git commit|ci", "git-commit"],
  ["git merge", "git-merge-undo", { flag: ["--abort"] }],
  ["git merge", "git-merge", { rest: "some" }],
  ["git annotate|blame", "git-blame", { rest: "some" }],
  ["git add", "git-add"],
  ["git log|lg", "git-log"],
  ["git show", "git-show"],
  ["git diff", "git-diff"],
  ["git push", "git-push"],
  ["git pull|up", "git-pull"],
  ["git fetch", "git-fetch"],
  ["git clone", "git-clone", { rest: "some" }],
  ["git init", "git-init"],
  ["git revert", "git-revert", { rest: "some" }],
  ["git cherry-pick", "git-cherry-pick", { rest: "some" }],
  [`${NPM} install|i|add`, "npm-add", { flag: DEV, rest: "some", args: { dev: true } }],
  [`${NPM} install|i|add`, "npm-add", { rest: "some" }],
  [`${NPM} install|i`, "npm-install"],
  ["npm ci", "npm-install", { args: { clean: "yes" } }],
  [`${NPM} uninstall|remove|rm|un`, "npm-remove", { rest: "some" }],
  [`${NPM} t|test|tst`, "npm-test"],
  ["npm run test", "npm-test", { rest: "none" }],
  [`${NPM} run build`, "npm-build", { rest: "none" }],
  [`${NPM} run|run-script`, "npm-run", { rest: "some" }],
  [`${NPM} update|upgrade|up`, "npm-update", { flag: ["--latest", "-L"], args: { latest: true } }],
  [`${NPM} update|upgrade|up`, "npm-update"],
  ["npm outdated", "npm-outdated"],
  ["npm ls|list|ll", "npm-list"],
  ["npm init", "npm-init"],
  ["wrangler kv:key put", "wrangler-kv-key-put"],
  ["wrangler kv:key get", "wrangler-kv-key-get"],
  ["ls|ll|dir", "ls"],
  ["cat|type|less|more|bat", "cat", { rest: "some" }],
  ["head", "head", { rest: "some" }],
  ["tail", "tail", { rest: "some" }],
  ["grep|rg|egrep|fgrep", "grep", { rest: "some" }],
  ["find", "find", { rest: "some" }],
  ["mkdir|md", "mkdir", { rest: "some" }],
  ["touch", "touch", { rest: "some" }],
  ["rm|del|unlink", "rm", { rest: "some" }],
  ["rmdir|rd", "rmdir", { rest: "some" }],
  ["cp|copy", "cp", { rest: "some" }],
  ["mv|ren", "mv", { rest: "some" }],
  ["cd|chdir|pushd", "cd", { rest: "some" }],
  ["du", "du"],
  ["df", "df"],
  ["wc", "wc", { rest: "some" }],
  ["stat", "stat", { rest: "some" }],
  ["diff|cmp", "compare-files", { rest: "some" }],
  ["sha256sum|shasum", "checksum", { rest: "some" }],
  ["which|whereis|where", "which", { rest: "some" }],
  ["ps", "ps"],
  ["kill", "kill", { rest: "some" }],
  ["tar", "unpack", { flag: ["-xf", "-xzf", "-xvf", "-xzvf", "-x"], rest: "some" }],
  ["sleep", "sleep", { rest: "some" }],
  ["echo", "echo", { rest: "some" }],
];
const HEADS = FORMS.map(([head]) => head.split(" ").map((words) => words.split("|")));
const SUBCOMMANDS = new Map<string, string[]>();
for (const [programs, second] of HEADS)
  for (const program of second ? programs! : [])
    SUBCOMMANDS.set(program, [
      ...new Set([...(SUBCOMMANDS.get(program) ?? []), ...second!.filter((one) => /^[a-z-]+$/.test(one))]),
    ]);

/** What may stand right behind the program's name; empty for what is no program of several commands. */
export function subcommandsOf(program: string): readonly string[] {
  return SUBCOMMANDS.get(program) ?? [];
}
export function isSubcommand(program: string, word: string): boolean {
  return subcommandsOf(program).includes(word);
}

/** Programs whose first word alone says that a command line is meant. */
const PROGRAMS = new Set(["git", "npm", "pnpm", "yarn", "bun", "wrangler", "npx"]);

/** Names of programs that people also say; with a flag, a path or a number behind they are written. */
const ENGLISH = new Set(
  "find head tail type more less copy touch kill where echo sleep stat cat dir diff du".split(" "),
);
const WRITTEN = new Set(["flag", "path", "glob", "number"]);

export interface ShellLine {
  slug: string;
  /** So many tokens say which command it is. */
  head: number;
  args: Args;
  /** Flags that say which command it is, too. */
  flags?: readonly string[];
}

/** The command line that the tokens are, or null when they are words. */
export function shellLine(said: readonly Token[], has: (slug: string) => boolean): ShellLine | null {
  if (said.some(({ kind }) => kind === "mark")) return null;
  const known = PROGRAMS.has(said[0]?.text.toLowerCase() ?? "");
  for (const [at, [, slug, more = {}]] of FORMS.entries()) {
    const head = HEADS[at]!;
    if (!head.every((words, i) => words.includes(said[i]?.text.toLowerCase() ?? ""))) continue;
    const behind = said.slice(head.length);
    const values = behind.filter(({ kind }) => kind !== "flag");
    if (more.rest === "some" && values.length === 0) continue;
    if (more.rest === "none" && values.length > 0) continue;
    if (more.flag && !behind.some(({ text }) => more.flag!.includes(text))) continue;
    const strict = behind.every(
      (token, i) =>
        isWritten(token, !known && behind.some(({ kind }) => kind === "flag")) ||
        isPlain(token, head.length, said[0]!.word, behind, i) ||
        isNamed(said, head.length, behind),
    );
    if (!strict || !has(slug)) continue;
    if (!known && ENGLISH.has(said[0]!.word) && !behind.some(({ kind }) => WRITTEN.has(kind))) continue;
    return { slug, head: head.length, args: more.args ?? {}, flags: more.flag ?? [] };
  }
  return known ? ownName(said, has) : null;
}

/** A slug spelt out word by word: `wrangler kv key put theme dark`. */
function ownName(said: readonly Token[], has: (slug: string) => boolean): ShellLine | null {
  for (let head = Math.min(6, said.length); head >= 2; head--) {
    const slug = said
      .slice(0, head)
      .map(({ text }) => text.toLowerCase())
      .join("-");
    if (!has(slug)) continue;
    return said.slice(head).every((token) => isWritten(token, false) || USUAL_DIRECTORIES.has(token.text))
      ? { slug, head, args: {} }
      : null;
  }
  return null;
}

/** A word for something else is an argument, too: `git remote add backup URL`, `git init -b main`, `mkdir build`. */
function isPlain(
  { kind, word }: Token,
  head: number,
  program: string,
  behind: readonly Token[],
  at: number,
): boolean {
  if (kind !== "word" || isWeak(word) || /^(?:file|folder|director)/.test(word)) return false;
  if (behind[at - 1]?.kind === "flag" || /^(?:head|main)$/.test(word)) return true;
  if (head >= 3) return behind.some(({ kind }) => kind === "url" || kind === "hash");
  if (/^(?:grep|rg|egrep|fgrep)$/.test(program))
    return at === 0 && behind.some(({ kind }) => kind === "path");
  return behind.length === 1 && /^(?:mkdir|rmdir|md|rd)$/.test(program);
}

/** `git switch release`, `pnpm up wrangler`: one word behind what only takes names. */
function isNamed(said: readonly Token[], head: number, behind: readonly Token[]): boolean {
  if (behind.length !== 1 || head !== 2 || behind[0]!.kind !== "word" || isCommon(behind[0]!.text))
    return false;
  const [program, second, name] = said.map(({ word }) => word);
  if (isWeak(name!) || /^(?:dependenc|package|module|everything|branch|remote|deps|file|repo)/.test(name!))
    return false;
  return program === "git"
    ? /^(?:checkout|switch|fetch|merge)$/.test(second!)
    : /^(?:npm|pnpm|yarn|bun)$/.test(program!) && !/^(?:t|test|tst|ci|outdated|run)$/.test(second!);
}

/** Behind a program's name no article and no preposition is written, and without a flag no word for something else. */
function isWritten({ kind, word, text }: Token, flagged: boolean): boolean {
  if (kind !== "word") return kind !== "mark";
  if (isWeak(word)) return false;
  return flagged || /^(origin|upstream)$/.test(word) || !isWordOf(text.toLowerCase());
}
