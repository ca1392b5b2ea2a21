/** Does somebody ask to see something, or order that something be done? What answers should do the one or the other, too. Pure. */
import type { Effect } from "../engine/statuses.ts";
import { stem } from "./words.ts";

/** A yes-or-no question may also order: "do the tests pass" runs them. */
export type Mood = "asks" | "wonders" | "names" | "orders" | null;

/** What stands before the word that matters: "can you please …", "i want to …". */
const POLITE =
  /^(?:(?:please|pls|plz|bitte|kindly|hey|hi|hello|ok|okay|so|now|just|then|and|also|(?:can|could|would|will|should|may) (?:you|we|i)|i|we|id|want|wanna|need|like|to|lets?|let (?:me|us)|gonna|must|should|have to|quickly|first)\s+)+/;
/** "Tell me if it runs", "see whether …": a question, however it begins. */
const WHETHER =
  /^(?:(?:show|tell) (?:me|us)|let (?:me|us) know|see|check|find out|know|look) (?:if|whether)\b/;
const ASKS =
  /^(?:which|what|whats|who|whos|whose|whom|when|where|wheres|why|any|anything|hows|how(?! to\b| do\b| can\b))\b/;
const WONDERS =
  /^(?:is|are|am|was|were|does|did|has|have|do (?:i|we|you|they|the|my|our)|(?:would|could|can|will|may|should) (?:the|it|this|that|they|my|our))\b/;
const SHOWS = stems(
  "show list read print display view see look find search grep count explain describe tell compare diff",
);
const DOES = stems(
  "delete remove drop erase destroy create make add update change edit set put upload grant give allow assign revoke rename move copy " +
    "deploy publish release start stop restart pause resume purge install uninstall insert commit push merge apply stage unstage stash " +
    "revert undo rollback restore hire register kill empty archive",
);
const OTHERS = stems(
  "get export import download fetch clone backup check verify run build test tail init save setup checkout query undo",
);

function stems(words: string): Set<string> {
  return new Set(words.split(" ").map(stem));
}

/** The mood of a clause, from its words in plain lower case and whether a question mark ends it. */
export function moodOf(plainText: string, questionMark: boolean): Mood {
  const rest = plainText.replace(POLITE, "");
  if (WHETHER.test(rest) || ASKS.test(rest)) return "asks";
  if (WONDERS.test(rest)) return "wonders";
  const [first = "", second] = rest.split(" ");
  const stemmed = stem(first);
  if (SHOWS.has(stemmed)) return "asks";
  if (DOES.has(stemmed)) {
    // "archived clients" is what they are, "archive clients" what shall be done.
    if (second !== undefined && isParticiple(first)) return "asks";
    return "orders";
  }
  if (questionMark && rest === plainText) return "asks";
  // "costs of october": a thing alone is asked for.
  return rest
    .split(" ")
    .slice(0, 3)
    .some((word) => isVerb(stem(word)) || word === "new")
    ? null
    : "names";
}

/** `staged`, `modified`: said of a thing rather than asked of somebody. */
export function isParticiple(word: string): boolean {
  return word.length > 4 && word.endsWith("ed") && !word.endsWith("eed");
}

/** Is it a word for doing something, stemmed? */
export function isVerb(stemmed: string): boolean {
  return SHOWS.has(stemmed) || DOES.has(stemmed) || OTHERS.has(stemmed);
}

/** Share of its score that a command of this effect keeps. */
export function agrees(mood: Mood, effect: Effect): number {
  if (mood === "asks" && effect !== "read") return 0.74;
  if (mood === "wonders" && effect !== "read") return 0.9;
  if (mood === "names" && effect !== "read") return 0.95;
  return mood === "orders" && effect === "read" ? 0.93 : 1;
}

/**
 * Share of a score that the learnt vote had a part in: what people say a word for tells nothing of who asks and who orders. "who broke
 * the build" builds nothing, and "stash what I have" lists nothing.
 */
export function willing(mood: Mood, plainText: string, effect: Effect): number {
  if (effect !== "read")
    return /^(?:so )?(?:who|why)\b/.test(plainText)
      ? 0.75
      : /^(?:which|what (?!if)|how (?:many|much|big)|did (?:i|we|somebody|anybody)|have (?:i|we) got|do (?:we|i) (?:have|employ|still)|are there|is there|everyone who|everybody who)\b/.test(
            plainText,
          )
        ? 0.82
        : 1;
  return mood === "orders" ? 0.85 : 1;
}
