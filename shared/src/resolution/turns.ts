/** What turns the meaning of a sentence about: conditions, negations, exceptions, times. None of it may be lost on the way. Pure. */
import { isCommon } from "./fill-common.ts";
import { NUMBERS, USUAL_DIRECTORIES } from "./fill-roles.ts";
import { isParticiple, isVerb } from "./mood.ts";
import { isKnown, isWeak } from "./vocabulary.ts";
import { stem, type Token } from "./words.ts";

/** Tokens from one place up to another, and how they were written. */
export interface Span {
  from: number;
  to: number;
  text: string;
}
export interface Turns {
  /** Something shall only be done under a condition; `before` is what stands before it, `fails` is one of failing. */
  condition: (Span & { before: Token[]; fails: boolean }) | null;
  /** What shall not be done: stems of the words for it. `whole`: nothing else was said. */
  negations: (Span & { stems: string[]; clause: boolean })[];
  whole: boolean;
  /** `named`: what is left out is a name or a path, so nothing that shall be done. */
  exceptions: (Span & { named: boolean })[];
  times: Span[];
}

/** Most sentences hold none of it. */
const ANY =
  /\b(?:if|unless|when|whenever|once|in case|provided|assuming|as soon as|as long as|otherwise|else|failing|failure|error|not|no|never|stop|quit|dont|doesnt|wont|shouldnt|mustnt|cant|avoid|without|except|excluding|all but|everything but|apart|other than|besides|aside|leaving|minus|tomorrow|tonight|at|every|each|in|on|next|this|later|daily|nightly|hourly|weekly|monthly|after)\b|\|\|/;
const NONE: Turns = { condition: null, negations: [], whole: false, exceptions: [], times: [] };

/** The words as one line, and where each token stands in it. */
interface Line {
  tokens: readonly Token[];
  text: string;
  starts: number[];
  whole: string;
}

/** Finds what turns the meaning about. `whole` is the text that the tokens' places refer to. */
export function turnsOf(tokens: readonly Token[], whole: string): Turns {
  const line: Line = { tokens, text: "", starts: [], whole };
  for (const token of tokens) {
    line.starts.push(line.text.length);
    const { kind, text, word } = token;
    // What is quoted is meant as it stands, and turns nothing about.
    const as =
      kind === "word"
        ? /^[a-z]+$/.test(word)
          ? word
          : text.toLowerCase()
        : kind === "number" || kind === "mark"
          ? text
          : "·";
    line.text += `${as} `;
  }
  if (!ANY.test(line.text)) return NONE;
  const exceptions = exceptionsOf(line);
  return { condition: conditionOf(line), ...negationsOf(line), exceptions, times: timesOf(line) };
}

function span({ tokens, whole }: Line, from: number, to: number): Span {
  const last = tokens[to - 1];
  return { from, to, text: last ? whole.slice(tokens[from]!.start, last.end).trim() : "" };
}

/** The tokens that the match covers. */
function covered(line: Line, at: number, length: number): Span {
  const from = line.starts.findLastIndex((start) => start <= at);
  const end = line.starts.findIndex((start) => start >= at + length);
  return span(line, from, end < 0 ? line.tokens.length : end);
}

function separates({ kind, word, text }: Token): boolean {
  return kind === "mark" || (kind === "word" && /^(?:and|then|afterwards?|but|plus)$/.test(word || text));
}
/** Where the clause that holds the place ends. */
function clauseEnd({ tokens }: Line, at: number, also: RegExp | null = null): number {
  let to = at;
  while (to < tokens.length && !separates(tokens[to]!) && !(to > at && also?.test(tokens[to]!.word))) to += 1;
  return to;
}

/** "check if it runs" asks, and "when was it deployed" does; neither is a condition. */
const WHETHER =
  /(?:^|\b(?:check|checks|see|tell|know|out|verify|ask|look|wonder|test|say|confirm|determine|refuse|refuses|fail|fails|as|what|me|us|show|sure|find|list|since|even|or) )(?:if|when) $/;
const QUESTION =
  /^(?:and |so |but )*what (?:would|will|happens|could)\b|^(?:(?:so|and|hey|please|tell me|show me) )*when (?:was|were|did|does|do|is|are|will|has|have|can) /;
const CONDITION =
  /\b(?:only |just |except )?(?:(?:if|unless|when|whenever|in case|provided|assuming|as soon as|as long as)\b|once (?=(?:the|it|they|that|this|all|everything|we|i|ci|tests?|builds?)\b))|(?<!\b(?:some|any|every|no)(?:thing|one|body|where) |\b(?:who|what|where|how|or) )\belse\b|\bor else\b|\botherwise\b|\bfailing that\b|\bon (?:failure|error)\b|\|\|/g;
/** What happens, in the words people have for it: "it fails", "they are not green". */
const HAPPENS =
  /^(?:only |just |except )?(?:if|unless|when|whenever|in case|once) (?:(?:the|any|a|all|one of|some of) )*\S+ (?:(?:is|are|was|were|has|have|do|does|did|dont|doesnt|isnt|arent|not|still|all|ever|step) )*\S+/;
const FAILS =
  /\b(?:fail|fails|failed|failure|error|errors|broken|breaks|break|crash|crashes|wrong|red|otherwise|else|not|doesnt|dont|isnt)\b|\|\|/;

function conditionOf(line: Line): Turns["condition"] {
  const { text, tokens } = line;
  if (QUESTION.test(text)) return null;
  for (const found of text.matchAll(CONDITION)) {
    const at = found.index;
    // At the very beginning it is none of those that ask.
    if (at > 0 && WHETHER.test(`${text.slice(0, at)}${found[0]} `)) continue;
    const from = line.starts.findLastIndex((start) => start <= at);
    const happens = HAPPENS.exec(text.slice(at))?.[0];
    const end = clauseEnd(line, from + 1);
    const to = happens ? Math.min(end, covered(line, at, happens.length).to) : end;
    const said = span(line, from, to);
    const begin = tokens.slice(0, from).findLastIndex(separates) + 1;
    // Its own clause depends on it; what stands before that does not.
    const before = tokens.slice(0, begin > 0 ? begin : from);
    while (before.length > 0 && separates(before.at(-1)!)) before.pop();
    return { ...said, before, fails: FAILS.test(text.slice(at, line.starts[to] ?? text.length)) };
  }
  return null;
}

const POLITE =
  /^(?:(?:please|pls|plz|hey|ok|okay|so|now|just|and|but|also|you|we|i|lets|must|should|may|will|better|would|could|can) )*/;
const NOT =
  /^(?:(?:do|does|did) not |dont |doesnt |wont |shouldnt |mustnt |cannot |cant |never |avoid |(?:stop|quit) (?=(?!running)[a-z]+ing\b)|not |no )(?:(?:want|wanna|wish|dare|ever|try) (?:(?:you|us|me|anybody|anyone|it) )?(?:to )?|ever |again |you |dare |any |to |under any circumstances )*/;
/** "I don't need it any more" tells something, and "don't forget" asks for it. */
const TELLS =
  /^(?:need|like|use|know|understand|have|see|remember|forget|care|mind|think|believe|want|miss|hesitate|matter|work|works|applied)\b/;
const LATER_NOT = /\b(?:do not|dont|never|without|not) (?:ever )?(?=\S+ )/g;

function negationsOf(line: Line): Pick<Turns, "negations" | "whole"> {
  const { tokens, text } = line;
  const negations: Turns["negations"] = [];
  let plain = 0;
  let held = false;
  for (let from = 0; from < tokens.length; ) {
    const to = clauseEnd(line, from);
    if (to > from) {
      const clause = text.slice(line.starts[from], line.starts[to] ?? text.length);
      const polite = POLITE.exec(clause)![0].length;
      const not = NOT.exec(clause.slice(polite))?.[0];
      const rest = clause.slice(polite + (not?.length ?? 0)).trim();
      const first = rest.split(" ")[0] ?? "";
      const orders = not !== undefined && !TELLS.test(rest) && !/^(?:not|no) $/.test(not);
      const named = not !== undefined && isVerb(stem(first)) && !isParticiple(first);
      // "don't commit and push": neither of the two.
      const joined: boolean =
        held &&
        /^(?:and|plus)$/.test(tokens[from - 1]?.word ?? "") &&
        !/^(?:just|only|instead)\b/.test(clause);
      held = orders || named || joined;
      if (held) {
        const stems = rest
          .split(" ")
          .filter((word) => /^[a-z]+$/.test(word) && !isWeak(word))
          .map(stem);
        negations.push({ ...span(line, from, to), stems, clause: true });
      } else {
        if (tokens.slice(from, to).some(({ kind, word }) => kind !== "word" || !isWeak(word))) plain += 1;
        for (const later of clause.matchAll(LATER_NOT)) {
          const next = clause.slice(later.index + later[0].length).split(" ")[0]!;
          if (!isVerb(stem(next)) || (isParticiple(next) && !/^without/.test(later[0]))) continue;
          const at = covered(line, line.starts[from]! + later.index, later[0].length + next.length);
          negations.push({ ...at, stems: [stem(next)], clause: false });
        }
      }
    }
    from = to + 1;
  }
  return { negations, whole: plain === 0 && negations.length > 0 };
}

const EXCEPT =
  /\b(?:except|excluding|apart from|aside from|other than|besides|leaving out|minus|but not|all but|everything but|but without|without|not)(?: for)? (?=\S)/g;
/** Where what is left out ends. */
const BEHIND = /^(?:with|to|into|in|from|on|as|message|then)$/;

function exceptionsOf(line: Line): Turns["exceptions"] {
  const { tokens, text } = line;
  const found: Turns["exceptions"] = [];
  for (const match of text.matchAll(EXCEPT)) {
    const said = covered(line, match.index, match[0].length);
    const word = match[0].trim();
    let first = said.to;
    while (
      first < tokens.length &&
      tokens[first]!.kind === "word" &&
      /^(?:the|a|an|my|our|file|files|folder|directory|env|environment)$/.test(tokens[first]!.word)
    )
      first += 1;
    const token = tokens[first];
    if (!token || separates(token)) continue;
    const value = ["path", "glob", "quoted"].includes(token.kind);
    const name = value || (token.kind === "word" && !isCommon(token.word) && !isKnown(stem(token.word)));
    // "dist, not node_modules"
    const apart = said.from > 0 && separates(tokens[said.from - 1]!);
    const directory = USUAL_DIRECTORIES.has(token.text);
    // "without committing" is something not to be done; "not staged" tells of what.
    if (/^(?:without|not|but not|but without)$/.test(word)) {
      if (
        !(/^not$/.test(word) ? value || (apart && (name || directory)) : name || directory) ||
        isVerb(stem(token.word)) ||
        /(?:ed|ing)$/.test(token.word)
      )
        continue;
    } else if (isVerb(stem(token.word)) && !value && /^(?:besides|minus)$/.test(word)) continue;
    let to = clauseEnd(line, first, BEHIND);
    // "except a.ts and b.ts"
    while (
      tokens[to] &&
      /^(?:and|,)$/.test(tokens[to]!.word || tokens[to]!.text) &&
      tokens[to + 1]?.kind === "path"
    )
      to = clauseEnd(line, to + 1, BEHIND);
    // "all but a.txt" still says all.
    const from = /^(?:all|everything) but$/.test(word) ? said.from + 1 : said.from;
    found.push({ ...span(line, from, to), named: name || directory });
  }
  return found;
}

const DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?";
const UNIT = "(?:seconds?|secs?|minutes?|mins?|hours?|days?|nights?|weeks?|months?|years?)";
const COUNT = `(?:an?|\\d+|few|a few|a couple of|half an|${Object.keys(NUMBERS).join("|")})`;
const TIME = new RegExp(
  [
    "tomorrow(?: (?:morning|evening|night|afternoon))?",
    "tonight",
    "in the (?:morning|evening|afternoon|night)",
    "at (?:noon|midnight|night|dawn|lunch)",
    "(?:at|by|around|from) \\d{1,2}(?::\\d\\d)? ?(?:am|pm|oclock)",
    "at \\d{1,2}:\\d\\d(?: ?(?:am|pm))?",
    `(?:every|each) (?:other |single )?(?:${COUNT} )?(?:${UNIT}|weekdays?|weekends?|mornings?|evenings?|afternoons?|noon|midnight|${DAY})`,
    `in ${COUNT} ${UNIT}`,
    `(?:on|next|this|coming) (?:the )?(?:next )?(?:${DAY}|weekdays?|weekends?)`,
    "next (?:week|month|year|time)",
    "this (?:morning|evening|afternoon)",
    "(?:nightly|hourly|daily|weekly|monthly)",
    "later(?: today| on| this week)?",
    "after (?:lunch|work|hours|dinner)",
  ]
    .map((one) => `(?:${one})`)
    .join("|"),
  "g",
);

function timesOf(line: Line): Span[] {
  const { text } = line;
  return [...text.matchAll(TIME)].flatMap((match) => {
    const at = match.index;
    const alone = (at === 0 || text[at - 1] === " ") && /^(?: |$)/.test(text.slice(at + match[0].length));
    // "until tomorrow", "for later" are no time to begin.
    return alone && !/\b(?:until|till|for|since|of|than) $/.test(text.slice(0, at))
      ? [covered(line, at, match[0].length)]
      : [];
  });
}
