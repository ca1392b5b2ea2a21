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
/**
 * When they mean a link itself, not what is behind it: every option must be one of `options`, and one of them like `needs`. An option
 * that is not listed may be one that follows links, or take a word of its own. The last word of those with a `target` is a place to
 * write to, which they follow unless an option like `target` is there.
 */
interface MeansLink {
  options: RegExp;
  needs?: RegExp;
  target?: RegExp;
}
const NEVER = /(?!)/;
const LINKS: { [program: string]: MeansLink } = {
  rm: { options: /^/ },
  readlink: { options: /^-[nqsvz]+$/ },
  stat: { options: /^-[ct]$|^--(format|printf)=|^--terse$/ },
  ls: { options: /^-[1AFadghilnoprst]+$/, needs: /[dl]/ },
  cp: { options: /^-[PRTabdfinpruvx]+$/, needs: /[PRadr]/, target: NEVER },
  mv: { options: /^-[Tbfinuv]+$/, target: /T/ },
  ln: { options: /^-[Tbfinrsv]+$/, target: /[Tn]/ },
};
/** Verbs of ours that hold the directory and work on the name in it. */
const KIT_LINKS = new Set(words("copy git-keep keep-files move remove remove-directory write"));
/** Options of git that lead it elsewhere. */
const GIT = ["-C", "--git-dir", "--work-tree"];
/** Options of grep that take no word of their own, and those of find that start nothing and write nowhere. */
const GREP_FLAGS = /^-[EFGHILPTUZabchilnoqrsvwxyz]+$|^--[a-z-]+=/;
const FIND_WORDS = /^(?!-)|^-(i?name|i?path|maxdepth|mindepth|not|print|print0|prune|size|type|[ao])$/;
const FIND_PATTERNS = new Set(words("-name -iname -path -ipath"));
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
  const end = given.indexOf("--");
  const options = given.slice(0, end < 0 ? given.length : end).filter((word) => /^-./.test(word));
  const isLink = linkWords(name, given, options);
  const isPattern = patternWords(name, given);
  return given
    .flatMap((word, at) => {
      if (isPattern(at)) return [];
      return (end >= 0 && at > end ? [word] : fileOf(word)).map((path) => ({ path, link: isLink(at) }));
    })
    .filter(({ path }) => !STREAMS.test(path))
    .map((one) => ({ ...one, maybe: SEARCHES.has(name) }));
}

/** Tells which words mean a link itself. */
function linkWords(name: string, given: string[], options: string[]): (at: number) => boolean {
  if (name === "tw-kit") {
    const link = KIT_LINKS.has(given[0] ?? "");
    return () => link;
  }
  const rule = Object.hasOwn(LINKS, name) ? LINKS[name] : undefined;
  if (!rule) return () => false;
  const { options: known, needs, target } = rule;
  const like = (pattern: RegExp) => options.some((option) => pattern.test(option));
  if (!options.every((option) => known.test(option)) || (needs && !like(needs))) return () => false;
  const last = target === undefined || like(target) ? given.length : given.length - 1;
  return (at) => at < last;
}

/** Tells which words are looked for and name no file. Only where nothing before them can take them for something else. */
function patternWords(name: string, given: string[]): (at: number) => boolean {
  if (name === "grep") {
    const at = given.indexOf("-e");
    const sure = at >= 0 && given.slice(0, at).every((word) => GREP_FLAGS.test(word));
    return (word) => sure && word === at + 1;
  }
  if (name === "find") {
    const sure = given.every((word, at) => (at === 0 ? !word.startsWith("-") : FIND_WORDS.test(word)));
    return (word) => sure && FIND_PATTERNS.has(given[word - 1] ?? "");
  }
  return () => false;
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
