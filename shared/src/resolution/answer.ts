/**
 * What is said of candidates before they are answered with: a word that nobody understood is never dropped in silence, and what
 * turns the meaning about is never done as its opposite. Pure.
 */
import type { Asked, Candidate } from "./candidates.ts";
import type { LibraryIndex } from "./library-index.ts";
import { environmentMeant, type ReadAs } from "./misspelt.ts";
import { negates } from "./rank.ts";
import type { Turns } from "./turns.ts";
import { type Heard, notUnderstood, strangers, taken, takes, usedPlaces } from "./understood.ts";
import { isKnown, isWeak, meaningsOf, SAME } from "./vocabulary.ts";
import { stem, type Token, wordsOf } from "./words.ts";

export type Kind = "match" | "chain" | "suggestions" | "none";
export interface Resolution {
  kind: Kind;
  candidates: Candidate[];
}
/** A candidate, and the words that it was read from. */
export interface Draft {
  candidate: Candidate;
  heard: readonly Heard[];
}
export interface Drafts {
  kind: Kind;
  drafts: Draft[];
}
/** The sentence as it was read. */
export interface Sentence {
  text: string;
  tokens: readonly Token[];
  /** Misspelt words that were read as others. */
  read: readonly ReadAs[];
  turns: Turns;
  asked: Asked;
  index: LibraryIndex;
}

/** From here on a candidate is meant, unless another is as near. */
export const SURE = 0.62;
/** From here on words that nobody knows are a name that somebody gave. */
const NAMED = 0.9;
/** Below this first candidate nothing is meant. */
const HARDLY = 0.4;
/** What is asked for in part is at least this near. */
const MEANT = 0.45;
const NOTHING: Resolution = { kind: "none", candidates: [] };

/** The answer. `draft` makes the candidates for some of the tokens. */
export function answered(sentence: Sentence, draft: (tokens: readonly Token[]) => Drafts): Resolution {
  const { tokens, turns } = sentence;
  // What is left out is no argument, and a condition none either, unless a command takes it.
  const left = [
    ...turns.exceptions.filter(({ named }) => named),
    ...(turns.whole ? [] : turns.negations.filter(({ clause }) => clause)),
  ];
  const kept = tokens.filter((_, at) => !left.some((span) => within(at, span)));
  let made = draft(kept.length === 0 ? tokens : kept);
  // A single word of a time is no name: "restart the server at midnight".
  const stray = turns.times.filter((time) =>
    made.drafts.some(({ heard }) => taken(usedPlaces(heard), time, tokens) === "part"),
  );
  if (stray.length > 0)
    made = draft(
      kept.filter(
        ({ start }) =>
          !stray.some((time) =>
            within(
              tokens.findIndex((one) => one.start === start),
              time,
            ),
          ),
      ),
    );
  const first = made.drafts[0];
  const { condition } = turns;
  const holds =
    condition !== null && first?.heard.length === 1 && takes(usedPlaces(first.heard), condition, tokens);
  if (condition && !holds) {
    const { before, to } = condition;
    const rest = before.length > 0 ? before : tokens.slice(to);
    if (rest.length > 0) made = draft(rest);
    if (made.kind !== "none") made.kind = "suggestions";
  }
  if (turns.whole) {
    const best = made.drafts[0];
    if (!best || best.candidate.score < SURE || doesAny(best, sentence)) return NOTHING;
    made.drafts = made.drafts.filter((one) => !doesAny(one, sentence));
    made.kind = "suggestions";
  }
  if (!turns.whole && turns.negations.length > 0) {
    // What leaves it goes before what does it all the same.
    const does = (one: Draft) => doesAny(one, sentence) || one.candidate.score < MEANT;
    made.drafts = [...made.drafts.filter((one) => !does(one)), ...made.drafts.filter(does)];
    if (made.kind === "chain" && (made.drafts[0]?.heard.length ?? 0) < 2) made.kind = "suggestions";
  }
  if (isNonsense(sentence) && (made.drafts[0]?.candidate.score ?? 0) < NAMED) return NOTHING;
  if ((made.drafts[0]?.candidate.score ?? 0) < HARDLY) for (const one of made.drafts) emptied(one);
  let unsure = false;
  for (const [at, one] of made.drafts.entries()) {
    const lost = warn(one, sentence);
    if (at === 0 && lost && one.candidate.effect !== "read") unsure = true;
  }
  const kind = unsure && made.kind !== "none" ? "suggestions" : made.kind;
  return { kind, candidates: made.drafts.map(({ candidate }) => candidate) };
}

/** Where nothing is meant, no word is an argument either. */
function emptied({ candidate, heard }: Draft): void {
  for (const [name, { from }] of Object.entries(candidate.sources)) {
    if (from !== "words") continue;
    const { [name]: _, ...args } = candidate.args;
    const { [name]: __, ...sources } = candidate.sources;
    candidate.args = args;
    candidate.sources = sources;
    if (heard.some(({ command }) => command.parameters.some((p) => p.name === name && p.required)))
      candidate.missing = [...candidate.missing, name];
  }
}

/** Says of the candidate what of the words it does not take into account. Is there any of it? */
function warn({ candidate, heard }: Draft, sentence: Sentence): boolean {
  const { tokens, turns, index, asked, read } = sentence;
  const places = usedPlaces(heard);
  const said: string[] = [];
  const spans = [];
  if (turns.condition && !takes(places, turns.condition, tokens)) {
    spans.push(turns.condition);
    said.push(`${notUnderstood([turns.condition.text])} ${conditionSays(turns.condition.fails)}`);
  }
  for (const negation of turns.negations) {
    spans.push(negation);
    if (turns.whole) said.push(`“${negation.text}” says what not to do; this is only the nearest command.`);
    else if (does(heard, negation.stems))
      said.push(`${notUnderstood([negation.text])} It would do what was not to be done.`);
  }
  for (const exception of turns.exceptions) {
    spans.push(exception);
    if (!takes(places, exception, tokens))
      said.push(`${notUnderstood([exception.text])} It would leave nothing out.`);
  }
  for (const time of turns.times) {
    spans.push(time);
    if (!takes(places, time, tokens) && !within(time.from, turns.condition))
      said.push(`${notUnderstood([time.text])} It would run at once. Schedules run a command at a time.`);
  }
  const covered = new Set(spans.flatMap(({ from, to }) => tokens.slice(from, to).map(({ start }) => start)));
  const last = asked.typing ? tokens.at(-1) : undefined;
  // A clause may have been read with what its pronoun stands for.
  const pronouns = new Set(tokens.flatMap(({ word, start }) => (isWeak(word) ? [start] : [])));
  const { words, environment } = strangers(
    heard,
    candidate.args,
    index,
    (token) =>
      covered.has(token.start) || pronouns.has(token.start) || (token === last && isBegun(token, index)),
    candidate.score,
  );
  // Where to is only where one is.
  const { branch } = asked.situation.git ?? {};
  for (const { command, tokens: clause, used } of heard)
    if (command.slug === "git-merge" && branch !== undefined)
      for (const [at, { word, text }] of clause.entries())
        if (clause[at - 1]?.word === "into" && !isWeak(word) && !used.has(at) && text !== branch)
          words.push(text);
  if (words.length > 0)
    said.push(
      `${notUnderstood(words)} It would run without ${environment ? "an environment" : words.length > 1 ? "them" : "it"}.`,
    );
  const env = ["env", "environment"].find((name) =>
    heard.some(({ command }) => command.parameters.some((p) => p.name === name)),
  );
  if (environment && env && !candidate.missing.includes(env) && heard.length === 1)
    candidate.missing = [...candidate.missing, env];
  candidate.warnings = [...said, ...candidate.warnings];
  for (const one of [...read, ...environmentsRead(sentence, candidate)]) {
    const reason = `“${one.said}” read as “${one.as}”`;
    if (!candidate.reasons.includes(reason)) candidate.reasons.push(reason);
  }
  return said.length > 0;
}

function conditionSays(fails: boolean): string {
  return fails
    ? "It cannot run a step only when another fails: use a workflow with a condition."
    : "Steps run one after another until one fails: for any other condition use a workflow.";
}

function within(at: number, span: { from: number; to: number } | null): boolean {
  return span !== null && at >= span.from && at < span.to;
}

function doesAny({ heard }: Draft, { turns }: Sentence): boolean {
  return turns.negations.some(({ stems }) => does(heard, stems));
}

/** Does one of the commands do what one of the words says? */
function does(heard: readonly Heard[], stems: readonly string[]): boolean {
  const concepts = new Set(
    stems.flatMap((one) =>
      meaningsOf(one).flatMap(({ concept, weight }) => (weight >= SAME ? [concept] : [])),
    ),
  );
  return heard.some(({ command }) => negates(command, concepts));
}

/** "stagign" that was read as an environment. */
function environmentsRead({ tokens, asked }: Sentence, { args }: Candidate): ReadAs[] {
  const env = args.env ?? args.environment;
  if (typeof env !== "string") return [];
  return tokens.flatMap(({ text }, at) =>
    environmentMeant(tokens, at, asked.situation) === env ? [{ said: text, as: env }] : [],
  );
}

/** May the word be the beginning of a known one? */
function isBegun({ kind, word }: Token, index: LibraryIndex): boolean {
  return kind === "word" && index.known.some((one) => one.startsWith(word));
}

/** Is there no word in it that means anything here? */
function isNonsense({ tokens, index, asked, read }: Sentence): boolean {
  if (read.length > 0 || tokens.some(({ kind }) => kind !== "word" && kind !== "mark")) return false;
  return tokens.every((token, at) => {
    if (asked.typing && at === tokens.length - 1 && isBegun(token, index)) return false;
    return wordsOf(token.text).every((raw) => {
      const stemmed = stem(raw);
      return isWeak(raw)
        ? false
        : !index.knownSet.has(stemmed) && !isKnown(stemmed) && !index.learnt?.knows(stemmed);
    });
  });
}
