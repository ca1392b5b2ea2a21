/** One sentence as the clauses that each may be a command: "run the tests, then deploy". Pure. */
import type { LibraryIndex } from "./library-index.ts";
import { isVerb } from "./mood.ts";
import { nearest } from "./spelling.ts";
import { isWeak } from "./vocabulary.ts";
import { stem, type Token } from "./words.ts";

/** Tokens between two separators; `hard` when what stands before it can only be another clause (`then`, `&&`). */
export interface Piece {
  tokens: Token[];
  hard: boolean;
}

const HARD_MARKS = new Set(["&&", ";", "||", "|", "\n"]);
const HARD_WORDS = new Set(["then", "afterwards", "afterward", "dann"]);
const SOFT_WORDS = new Set(["and", "plus", "und"]);
/** A condition that a chain has anyway: each step waits for the one before. */
const IF_FINE =
  /\b(?:and )?(?:but )?(?:only )?(?:if (?:so|yes|ok)\b|(?:if|when|once|as soon as) (?:they|it|that|this|all|everything|the tests?|tests?) (?:all )?(?:pass(?:es)?|works?|worked|succeeds?|is fine|are fine|are green|is green|is done|are done|builds?)\b)/gi;

/** "Once the tests are green, tag it": what must be well first is done first. */
const FIRST =
  /^\s*(?:please |ok |so )?(?:only )?(?:if|when|once|as soon as|as long as|provided(?: that)?|assuming(?: that)?|after) (?:all )?(?:(?:the|our|my) )?(?:all )?(?:(?:unit |whole )?(tests?|test suite|specs?)|(build)) (?:all )?(?:pass(?:es|ed)?|succeeds?|works?|(?:is|are) (?:all )?(?:green|ok|okay|fine|passing|clean|happy|good|done|finished|through))\s*,?\s*(?:then )?(?=\S)/i;

/** "followed by", "after that": other words for then. */
const THEN =
  /[,;]?\s+(?:and\s+)?(?:after(?:\s+|-)that|after this|followed by|and next|(?:as soon as|once|when) (?:that|it|this)(?:'s| is) (?:done|finished|through|ready))\b,?|[,;]\s*(?:next|finally|lastly|last)\b,?(?=\s+[a-z])/gi;
/** "Before you push, run the tests": what is named last comes first. */
const BEFORE =
  /^\s*before (?:(?:you|we|i) (?:can )?)?(?!(?:touch|do|doing|touching|that|this|it)\b|[^,]*\b(?:anything|something|else)\b)([a-z][^,]*), (?:please )?(?!then\b)(\S.*)$/i;

/** The steps in the order in which they are meant. */
function inOrder(text: string): string {
  const turned = text.replace(
    BEFORE,
    (_, later: string, first: string) => `${first.replace(/[.!]+$/, "")} then ${later}`,
  );
  return turned.replace(THEN, " then");
}

/** Without the words that only say "if that went well". */
export function withoutIfs(said: string): string {
  const text = inOrder(said).replace(
    FIRST,
    (_, tests?: string) => `${tests ? "run the tests" : "build"} then `,
  );
  return text.replace(IF_FINE, (all, at: number) =>
    followsStep(text.slice(0, at), all, text.slice(at + all.length))
      ? " then ".padEnd(all.length).slice(0, Math.max(6, all.length))
      : all,
  );
}

/** Only behind a step it says nothing: "deploy if the tests pass" runs no tests. */
function followsStep(before: string, condition: string, after: string): boolean {
  if (before.trim() === "") return false;
  if (/^(?:and|but)\b/i.test(condition) || /(?:\b(?:and|then)\b|[,;&\n?])\s*(?:\S|$)/i.test(before))
    return true;
  return after.trim() !== "" && !/^\s*(?:[,;&\n]|(?:and|then)\b)/i.test(after);
}

/** The pieces of a text, in order. None is empty. */
export function piecesOf(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  let current: Token[] = [];
  let hard = false;
  let nextHard = false;
  const close = () => {
    if (current.some((token) => token.word !== "" || token.kind === "quoted"))
      pieces.push({ tokens: current, hard });
    else nextHard ||= hard;
    hard = nextHard;
    nextHard = false;
    current = [];
  };
  for (const token of tokens) {
    const word = token.kind === "word" ? token.text.toLowerCase() : "";
    const separates = token.kind === "mark" || HARD_WORDS.has(word) || SOFT_WORDS.has(word);
    if (!separates) {
      current.push(token);
      continue;
    }
    if (HARD_MARKS.has(token.text) || HARD_WORDS.has(word)) nextHard = true;
    if (current.length > 0) close();
    else {
      hard ||= nextHard;
      nextHard = false;
    }
  }
  close();
  return pieces;
}

/** Commands whose names people say in a row. */
const LISTED = new Set(["git", "packages", "deployment", "workflow"]);
/** Words that a clause of its own begins with. */
export const VERBS: ReadonlySet<string> = new Set(
  (
    "show list read get display print remove delete erase create make add new update change copy move rename search find grep " +
    "commit save push pull stage deploy release ship publish rollback undo revert restore checkout switch merge stash unstash " +
    "clone fetch install test build compile run execute format lint query migrate apply export dump import load backup upload " +
    "download put set check verify grant give revoke start stop restart kill setup init open review ask wait sleep tag pop go"
  ).split(" "),
);

/** What else a clause of its own begins with. */
const BEGINNINGS = new Set(
  (
    "tell give regenerate redeploy rebuild reinstall count watch follow tail unpack pack archive keep rotate switch jump bring send " +
    "hire onboard register note record remember say echo wipe nuke drop throw clean empty purge pause resume see look measure profile log sign " +
    "boot bounce reboot shut bundle lint typecheck stash shelve park unstash stage unstage commit fetch grab pull store save upload back zip tar"
  ).split(" "),
);

/** Does a clause of its own begin with the word? */
export function isBeginning(word: string): boolean {
  return BEGINNINGS.has(word) || VERBS.has(word) || VERBS.has(stem(word)) || isVerb(stem(word));
}

const ASKING = new Set("what which who where when how is are does do".split(" "));

/** Could it stand alone: does it say to do something, or is it a command's whole name? */
export function isClause({ tokens }: Piece, index: LibraryIndex): boolean {
  return tokens.some(({ kind, word }) => {
    if (kind !== "word") return false;
    if (VERBS.has(word) || VERBS.has(stem(word)) || isVerb(stem(word)) || index.exact.has(word)) return true;
    return !index.knownSet.has(stem(word)) && nearest(stem(word), [...VERBS]).length > 0;
  });
}

/** Does it begin with what to do, or with a question? "and push it" does, "and their roles" does not. */
export function beginsAnew({ tokens }: Piece): boolean {
  const first = tokens.find(({ kind, word }) => kind !== "word" || !isWeak(word) || ASKING.has(word));
  if (first?.kind !== "word") return false;
  const { word } = first;
  return ASKING.has(word) || isBeginning(word);
}

const SUBORDINATE = /^(?:as|once|when|whenever|if|unless|after|before|until|because|while|since|so)$/;
const SAYS =
  /^(?:is|are|was|were|am|isnt|arent|wasnt|werent|has|hasnt|havent|had|got|broke|ruined|crashed|failed|went|looks|seems|hangs|throws|needs|might|cant|can't|doesnt|doesn't|didnt|won't|i'm|it's|that's|he's|she's|isn't|wasn't|aren't|hasn't|haven't)$/;
const ASKED_IN = /^(?:what|which|who|whom|whose|where|why|how|if|whether|that)$/;
/** "I forgot", "we've just signed": somebody tells what was; "I need", "we want" orders. */
const TELLING = /^(?:i|we|he|she|they|somebody|someone)$/;
const WISHES =
  /^(?:need|want|would|wanna|like|d|ll|can|could|must|should|have|may|will|gotta|just|also|wish|think|then|now|to)$/;

/** Does it begin with a word for asking? */
export function asks({ tokens }: Pick<Piece, "tokens">): boolean {
  const first = tokens.find(({ word }) => !/^(?:and|so|please|in)$/.test(word));
  return (
    first?.kind === "word" && (ASKING.has(first.word) || /^(?:why|whats|whos|wheres|hows)$/.test(first.word))
  );
}

/** "new files too", "keep no copy": more of what was said before. */
export function adds({ tokens }: Piece): boolean {
  const words = tokens.map(({ word }) => word);
  // "wipe it and make it exactly what the file holds": how it shall be.
  if (/^(?:keep|keeping|no|without)$/.test(words[0] ?? ""))
    return !words.some((word) => /^(?:last|newest|latest|backups?|archives?)$/.test(word));
  // "fetch it and save it as tmp/a.json": where to.
  if (
    /^(?:save|write)$/.test(words[0] ?? "") &&
    /^(?:it|them|that)$/.test(words[1] ?? "") &&
    /^(?:as|to|in|into|under)$/.test(words[2] ?? "") &&
    tokens.at(-1)!.kind === "path"
  )
    return true;
  if (words[0] === "make" && /^(?:it|them|that)$/.test(words[1] ?? "")) return true;
  return /^(?:too|aswell)$/.test(words.at(-1) ?? "") && (words[0] === "new" || !isBeginning(words[0] ?? ""));
}

/** Does it tell how something is or what happened, rather than ask or order: "the tag was wrong", "I overwrote it by mistake"? */
export function tells({ tokens }: Piece): boolean {
  const words = tokens.map(({ kind, word, text }) =>
    kind === "word" ? (text.includes("'") ? text.toLowerCase() : word) : "·",
  );
  const [first = "", second = ""] = words;
  if (
    /^(?:before|because|since|until|whatever|whichever|mostly|even|wrong|oops|sorry|should|expecting)$/.test(
      first,
    )
  )
    return true;
  // Who is spoken to: "claude, review my diff".
  if (words.length === 1 && /^(?:claude|hey|ok|okay|please|team|guys)$/.test(first)) return true;
  if (SUBORDINATE.test(first) || ASKING.has(first) || /^(?:please|can|could)$/.test(first)) return false;
  if (/^(?:i|we|they)'ve$|^(?:i|it|that)'s$|^i'm$|^(?:its|im|thats|weve|ive)$/.test(first)) return true;
  if (TELLING.test(first) && second !== "" && !WISHES.test(second)) return true;
  if (first !== "·" && isBeginning(first) && !SAYS.test(second)) return false;
  const at = words.findIndex((word, i) => i > 0 && SAYS.test(word));
  return (
    at > 0 &&
    !words.slice(0, at).some((word) => ASKED_IN.test(word) && word !== "that") &&
    !words.slice(0, at).some((word, i) => i > 0 && ASKED_IN.test(word))
  );
}

/** `git add commit push`: words that each are a command's whole name stand for one command each. Null when it is not such a list. */
export function verbList(piece: Piece, index: LibraryIndex): Piece[] | null {
  const said = piece.tokens;
  if (said.length < 2 || said.length > 8 || said.some((token) => token.kind !== "word")) return null;
  const [first, ...rest] = said;
  const tool = ["git", "npm", "pnpm", "yarn", "wrangler"].includes(first!.word) ? first! : null;
  const verbs = tool ? rest : said;
  if (verbs.length < 2) return null;
  const named = (word: string) => {
    const phrases = [
      ...(index.exact.get(word) ?? []),
      ...(tool ? (index.exact.get(`${tool.word} ${word}`) ?? []) : []),
    ];
    return phrases.some((one) => {
      const { kind, command } = index.phrases[one]!;
      const { effect, category } = index.commands[command]!;
      // "git fetch backup": of two words the second may as well be a name, unless it is one of the program's own.
      const own = verbs.length > 2 || !tool || category === (tool.word === "git" ? "git" : "packages");
      return kind !== "description" && (tool !== null ? own : effect !== "read" && LISTED.has(category));
    });
  };
  if (!verbs.every((token) => named(token.word))) return null;
  // What is a name as a whole is no list: "git stash pop".
  if (index.exact.has(said.map((token) => token.word).join(" "))) return null;
  return verbs.map((token, at) => ({ tokens: tool ? [tool, token] : [token], hard: at > 0 || piece.hard }));
}

/** Every way to join neighbouring pieces again; a hard separator is never joined over. Few pieces, so few ways. */
export function joinings(pieces: readonly Piece[]): Piece[][] {
  const soft = pieces.flatMap((piece, at) => (at > 0 && !piece.hard ? [at] : [])).slice(0, 5);
  const ways: Piece[][] = [];
  for (let mask = 0; mask < 1 << soft.length; mask++) {
    const joined = new Set(soft.filter((_, bit) => mask & (1 << bit)));
    const way: Piece[] = [];
    for (const [at, piece] of pieces.entries()) {
      const before = way.at(-1);
      if (joined.has(at) && before)
        way[way.length - 1] = { tokens: [...before.tokens, ...piece.tokens], hard: before.hard };
      else way.push(piece);
    }
    ways.push(way);
  }
  return ways;
}
