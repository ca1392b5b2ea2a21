/** What a clause says, as the features that the ranking learns from: words, neighbours, ways to say things. Pure. */
import { ENVIRONMENTS } from "./fill-roles.ts";
import { moodOf } from "./mood.ts";
import { DOINGS, THINGS } from "./sayings.ts";
import { isWeak, meaningsOf, SAME } from "./vocabulary.ts";
import { stem, type Token, wordsOf } from "./words.ts";

/** A feature's name, and how strongly it is said. All together have length one. */
export type Features = Map<string, number>;

/** How much each kind of feature says. */
const WEIGHT = {
  word: 1,
  weak: 0.5,
  concept: 0.8,
  neighbours: 0.7,
  apart: 0.4,
  pair: 0.6,
  first: 0.5,
  kind: 1,
  ending: 0.7,
  mood: 0.6,
  doing: 0.9,
  thing: 0.9,
  both: 0.8,
};
/** A gap in a way to say something: at most so many words. */
const GAP = 4;
/** Pairs of more words say nothing new. */
const CONTENT_MOST = 14;

const MAIL = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
/** Words that are written as something: what kind of thing, since the letters are only its name. */
const SHAPES: [shape: string, written: RegExp][] = [
  ["code", /^[a-z]+(?:[A-Z][a-z0-9]*)+(?:\(\)?)?$|^(?:[A-Z][a-z0-9]+){2,}(?:\(\)?)?$|^\w+\(\)?$/],
  ["constant", /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/],
  ["release", /^v?\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?$/],
  ["id", /^[a-z]{2,5}_(?=\w*\d)[0-9a-z]{6,}$/],
  ["date", /^\d{4}-\d\d(?:-\d\d)?(?:T[\d:.]+Z?)?$/],
  ["packed", /^@[\w.-]+\/[\w.-]+$/],
];

function shapeOf(text: string): string | undefined {
  return SHAPES.find(([, written]) => written.test(text))?.[0];
}

interface Way {
  name: string;
  stems: string[];
}
/** Ways to say something by their first word. */
const WAYS = new Map<string, Way[]>();
for (const [sign, table] of [
  ["V", DOINGS],
  ["O", THINGS],
] as const)
  for (const [name, ways] of Object.entries(table))
    for (const way of ways.split(", ")) {
      const stems = way.split(" ").map((word) => (word === "…" ? word : (wordsOf(word).map(stem)[0] ?? "")));
      const known = WAYS.get(stems[0]!);
      const one = { name: `${sign}:${name}`, stems };
      if (known) known.push(one);
      else WAYS.set(stems[0]!, [one]);
    }

/** The features of a clause. A word that `read` makes nothing of may be any name, so it only counts as one. */
export function featuresOf(
  tokens: readonly Token[],
  questionMark: boolean,
  read: (stemmed: string) => string | null,
): Features {
  const found: Features = new Map();
  const add = (name: string, worth: number) => {
    if (worth > (found.get(name) ?? 0)) found.set(name, worth);
  };
  const stems: string[] = [];
  const plain: string[] = [];
  const sequence: string[] = [];
  const content: string[] = [];
  for (const token of tokens) {
    if (token.kind === "mark") continue;
    if (token.kind !== "word") {
      const mail = token.kind === "path" && MAIL.test(token.text);
      // What is in a file is printed, what is in a folder is listed.
      const place = mail
        ? "mail"
        : token.kind === "path"
          ? /\.\w+$/.test(token.text)
            ? "file"
            : "folder"
          : token.kind;
      if (token.kind === "path" && !mail) add("k:path", WEIGHT.ending);
      add(`k:${place}`, WEIGHT.kind);
      const ending = token.kind === "path" ? /\.([a-z0-9]+)$/i.exec(token.text)?.[1] : undefined;
      if (ending) add(`x:${ending.toLowerCase()}`, WEIGHT.ending);
      if (token.kind === "flag") add(`f:${token.text}`, WEIGHT.kind);
      stems.push("");
      sequence.push(`<${place}>`);
      content.push(`<${place}>`);
      continue;
    }
    const shape = shapeOf(token.text);
    if (shape) {
      add(`k:${shape}`, WEIGHT.kind);
      stems.push("");
      sequence.push(`<${shape}>`);
      content.push(`<${shape}>`);
      continue;
    }
    for (const raw of wordsOf(token.text)) {
      plain.push(raw);
      // "staging" is a place, and no way to stage.
      const place = ENVIRONMENTS.includes(raw);
      const stemmed = place ? raw : read(stem(raw));
      stems.push(stemmed ?? "");
      if (place) add("k:env", WEIGHT.kind);
      if (stemmed === null) {
        add("k:name", WEIGHT.kind);
        sequence.push("<name>");
        content.push("<name>");
        continue;
      }
      const weak = isWeak(raw);
      add(`w:${stemmed}`, weak ? WEIGHT.weak : WEIGHT.word);
      sequence.push(stemmed);
      if (weak) continue;
      let meant = stemmed;
      for (const { concept, weight } of meaningsOf(stemmed)) {
        if (concept.startsWith("=") || weight < SAME) continue;
        add(`c:${concept}`, WEIGHT.concept);
        if (meant === stemmed) meant = `~${concept}`;
      }
      content.push(meant);
    }
  }
  sequence.forEach((one, at) => {
    if (at === 0) add(`b:^ ${one}`, WEIGHT.first);
    else add(`b:${sequence[at - 1]} ${one}`, WEIGHT.neighbours);
    if (at > 1) add(`s:${sequence[at - 2]} ${one}`, WEIGHT.apart);
  });
  const some = content.slice(0, CONTENT_MOST);
  some.forEach((one, at) => {
    for (const other of some.slice(at + 1))
      add(one < other ? `p:${one} ${other}` : `p:${other} ${one}`, WEIGHT.pair);
  });
  addWays(stems, add);
  const mood = moodOf(plain.join(" "), questionMark);
  if (mood) add(`m:${mood}`, WEIGHT.mood);
  let square = 0;
  for (const worth of found.values()) square += worth * worth;
  const length = Math.sqrt(square) || 1;
  for (const [name, worth] of found) found.set(name, worth / length);
  return found;
}

/** What shall be done, and to what, however it is said. */
function addWays(stems: readonly string[], add: (name: string, worth: number) => void): void {
  const doings = new Set<string>();
  const things = new Set<string>();
  for (const [at, first] of stems.entries())
    for (const way of WAYS.get(first) ?? [])
      if (says(stems, at, way.stems)) (way.name.startsWith("V") ? doings : things).add(way.name);
  for (const doing of doings) add(doing, WEIGHT.doing);
  for (const thing of things) add(thing, WEIGHT.thing);
  for (const doing of doings) for (const thing of things) add(`${doing} ${thing}`, WEIGHT.both);
}

function says(stems: readonly string[], from: number, way: readonly string[]): boolean {
  let at = from;
  for (let i = 0; i < way.length; i++) {
    if (way[i] === "…") {
      const next = way[i + 1]!;
      const end = Math.min(stems.length, at + GAP + 1);
      let found = -1;
      for (let j = at; j < end && found < 0; j++) if (stems[j] === next) found = j;
      if (found < 0) return false;
      at = found + 1;
      i += 1;
    } else if (stems[at] === way[i]) at += 1;
    else return false;
  }
  return true;
}
