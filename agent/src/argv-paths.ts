/**
 * Paths among a program's own words. The workspace names the paths it knows of; a workspace that was taken over would not, so for
 * programs that do nothing but read and write files every word is looked at here.
 */
import { basename } from "node:path";

const words = (text: string) => text.trim().split(/\s+/);

/** Every word that is no option is a file. */
const FILES = new Set(
  words(`cat cp mv rm mkdir rmdir ln ls head tail wc sort uniq cut tr tee touch stat du df diff cmp sha256sum
    readlink realpath tar gzip gunzip zip unzip`),
);
/** Some words are patterns: what exists is taken for a file. */
const SEARCHES = new Set(words("grep rg find jq prettier biome eslint tw-kit wrangler"));
/** They mean a link itself, not what is behind it. */
const LINKS = new Set(words("rm mv ln ls readlink"));
/** Options of git that lead it elsewhere. */
const GIT = ["-C", "--git-dir", "--work-tree"];
const STREAMS = /^\/dev\/(null|stdin|stdout|stderr|fd\/[012])$/;

export interface WordPath {
  path: string;
  link: boolean;
  /** Only a file when something is there. */
  maybe: boolean;
}

/** The words of argv that may name files. */
export function wordPaths(program: string, argv: readonly unknown[]): WordPath[] {
  const name = basename(program);
  const given = argv.filter((word): word is string => typeof word === "string" && word !== "");
  if (name === "git") return gitPaths(given).map((path) => ({ path, link: false, maybe: false }));
  if (!FILES.has(name) && !SEARCHES.has(name)) return [];
  const link = LINKS.has(name);
  return given
    .flatMap(fileOf)
    .filter((path) => !STREAMS.test(path))
    .map((path) => ({ path, link, maybe: SEARCHES.has(name) }));
}

/** `file`, the value of `--option=file`, or what is attached to `-C`. */
function fileOf(word: string): string[] {
  if (!word.startsWith("-") || word === "-") return [word];
  if (word.startsWith("--")) return word.includes("=") ? [word.slice(word.indexOf("=") + 1)] : [];
  const attached = word.slice(2);
  return /^\.\.|\//.test(attached) ? [attached] : [];
}

function gitPaths(argv: string[]): string[] {
  return argv.flatMap((word, at) => {
    if (GIT.includes(word)) return argv[at + 1] === undefined ? [] : [argv[at + 1] as string];
    const option = GIT.find((one) => word.startsWith(`${one}=`));
    return option ? [word.slice(option.length + 1)] : [];
  });
}
