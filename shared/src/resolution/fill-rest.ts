/** What only what is left over can be: names beside what the command is about, and words that say nothing else. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import { own, problem } from "../library/parameters.ts";
import { isCommon, isIdentifier, isNameLike } from "./fill-common.ts";
import { isSql, readingOf, traitsOf } from "./fill-kinds.ts";
import { LineFilling } from "./fill-line.ts";
import { PROSE, USUAL_DIRECTORIES } from "./fill-roles.ts";
import { SURE } from "./filling.ts";
import { isParticiple } from "./mood.ts";
import { isKnown, isWeak, isWordOf } from "./vocabulary.ts";
import { stem, stemOf, type Token } from "./words.ts";

/** Named by somebody, so hardly by a word that the vocabulary knows. */
function isGiven(parameter: Parameter, { category }: Command): boolean {
  return (
    parameter.from !== undefined ||
    /^(?:id|key|csv|database|bucket)$/.test(parameter.name) ||
    (parameter.name === "name" && category !== "system" && category !== "process")
  );
}

/** Text as it stands in a file. */
const LOOKED_FOR = new Set(["pattern", "query"]);
const KIND_OF_PLACE = /^(?:comments|notes|remarks|markers|statements|occurrences|mentions|lines|usages)$/;

export class RestFilling extends LineFilling {
  /** "the queue mails", "the mails queue": beside what the command is about stands which one, if it is no word for anything else. */
  named(): void {
    const { waits: parameter, nouns } = readingOf(this.command);
    if (!parameter || !this.open(parameter.name)) return;
    if (this.tokens.some(({ kind }, at) => kind === "quoted" && this.free(at))) return;
    for (const [at, token] of this.tokens.entries()) {
      if (!this.free(at) || this.taken.has(at) || token.kind !== "word" || nouns.has(stemOf(token))) continue;
      if (this.isOfAnother(parameter, at)) continue;
      if (isCommon(token.text) || isWordOf(token.word) || this.isEnvironment(token) || this.isOther(token))
        continue;
      const before = this.tokens[at - 1];
      const behind = this.tokens[at + 1];
      const afterNoun = before && this.taken.has(at - 1) && before.kind === "word" && !isWeak(before.word);
      const beforeNoun = at > 0 && behind && this.taken.has(at + 1) && !isWeak(behind.word);
      if (!afterNoun && !beforeNoun) continue;
      if (this.set(parameter, token.text, [at], SURE.typed)) return;
    }
  }

  /** No name: what a parameter is called, and how something is done ("safely"). */
  private isOther({ text, word }: Token): boolean {
    return this.command.parameters.some(({ name }) => name === word) || /^[a-z]{3,}ly$/.test(text);
  }

  /** What the place could tell is named where a name stands: last, or behind a preposition. */
  private isPlaced(at: number): boolean {
    return (
      at === this.tokens.length - 1 ||
      /^(?:of|in|on|from|to|into|for|that|called|named)$/.test(this.tokens[at - 1]?.word ?? "")
    );
  }

  /** "forget the remote backup": the last word, right behind the one for the thing. */
  private isLastBehind(parameter: Parameter, at: number): boolean {
    const { nouns, branch } = traitsOf(parameter, this.command);
    return branch || (at === this.tokens.length - 1 && nouns.has(stem(this.tokens[at - 1]?.word ?? "")));
  }

  /** The text that a command is all about, though it can do without: what `echo` says. */
  private spoken(): Parameter | undefined {
    const [first] = this.command.parameters;
    const lacks = this.command.parameters.some(({ required }) => required);
    return first && !lacks && PROSE.has(first.name) && first.default === undefined ? first : undefined;
  }

  /** Words that say nothing else are what a required parameter waits for. */
  rest(): void {
    const commit = this.open("commit");
    if (
      (commit?.required || commit?.default === "HEAD") &&
      this.command.slug !== "git-undo-commit" &&
      this.tokens.some(
        ({ word }, i) =>
          ["last", "latest", "head"].includes(word) &&
          /^(?:commit|one|)$/.test(this.tokens[i + 1]?.word ?? ""),
      )
    )
      if (
        this.set(
          commit,
          "HEAD",
          this.tokens.flatMap((token, i) => (["last", "latest", "head"].includes(token.word) ? [i] : [])),
          SURE.rest,
        )
      )
        return;
    // Who orders something begins with what to do: a word there that nobody knows is no argument.
    const first = this.tokens.findIndex(({ kind, word }) => kind !== "word" || !isWeak(word));
    const verb =
      first === 0 && this.tokens[0]?.kind === "word" && [...this.taken].some((i) => i > first) ? first : -1;
    // What the place could have told is waited for least.
    const waiting = this.command.parameters
      .filter(({ name }) => this.open(name))
      .sort((a, b) => Number(a.from !== undefined) - Number(b.from !== undefined));
    for (const parameter of waiting) {
      // Words to look for are never required: without them it is everything.
      const some = parameter.items === "string" && /^only these\b/.test(parameter.description);
      const wanted = parameter.required || some || parameter.name === "q" || parameter === this.spoken();
      if (
        !wanted ||
        !this.open(parameter.name) ||
        parameter.type === "secret" ||
        isSql(parameter, this.command)
      )
        continue;
      const prose = PROSE.has(parameter.name);
      const path = parameter.type === "path" || parameter.items === "path";
      const left = this.tokens.flatMap((token, i) =>
        this.free(i) &&
        (!this.taken.has(i) || (isNameLike(token.text) && !isKnown(stemOf(token)))) &&
        token.kind === "word" &&
        !isWeak(token.word) &&
        token.word !== "" &&
        !this.isOther(token) &&
        (prose ||
          isNameLike(token.text) ||
          (!isCommon(token.text) &&
            !(
              isWordOf(token.word) &&
              !path &&
              isGiven(parameter, this.command) &&
              !this.isLastBehind(parameter, i)
            )) ||
          (path && USUAL_DIRECTORIES.has(token.text))) &&
        !(isParticiple(token.word) && isKnown(stemOf(token)) && !/^[A-Z]+$/.test(token.text)) &&
        i !== verb &&
        (prose || path || !this.isOfAnother(parameter, i)) &&
        // "png files" are of a kind, and none is called so.
        !(path && this.tokens[i + 1]?.word === "files") &&
        // "the database" is what kind of thing, and no path.
        !(
          path &&
          isWordOf(token.word) &&
          !USUAL_DIRECTORIES.has(token.text) &&
          /^(?:the|an?|my|our)$/.test(this.tokens[i - 1]?.word ?? "")
        ) &&
        !(parameter.name === "key" && this.isEnvironment(token) && !this.isNamed(i)) &&
        !(path && this.isEnvironment(token) && !USUAL_DIRECTORIES.has(token.text) && !this.isNamed(i)) &&
        // "merge it into main": that is where to, not which.
        !(traitsOf(parameter, this.command).branch && this.tokens[i - 1]?.word === "into") &&
        !(/^[A-Z][a-z]+$/.test(token.text) && traitsOf(parameter, this.command).prefix !== undefined) &&
        (parameter.from === undefined || isNameLike(token.text) || this.isPlaced(i))
          ? [i]
          : [],
      );
      if (prose) this.cutAtComma(left);
      if (left.length === 0) continue;
      if (LOOKED_FOR.has(parameter.name)) this.kindOfPlace(left);
      // One plain word is no text, except for what only says it again.
      if (
        prose &&
        this.command.category !== "flow" &&
        left.length === 1 &&
        isCommon(this.tokens[left[0]!]!.text) &&
        !this.isSearched(parameter, left[0]!)
      )
        continue;
      if (path) {
        const at = left.find((i) => !isKnown(stem(this.tokens[i]!.word)) || this.tokens[i]!.word === "src");
        const last = at ?? (left.length === 1 ? left[0] : undefined);
        if (last !== undefined)
          this.set(
            parameter,
            parameter.items ? [this.tokens[last]!.text] : this.tokens[last]!.text,
            [last],
            SURE.rest,
          );
        continue;
      }
      if (parameter.items === "string") {
        this.cutAtClause(left);
        const names = left.filter((i) => !isWordOf(this.tokens[i]!.word));
        if (names.length > 0)
          this.set(
            parameter,
            names.map((i) => this.tokens[i]!.text),
            names,
            SURE.rest,
          );
        continue;
      }
      if (parameter.type !== "string") continue;
      const [first, end] = [left[0]!, left.at(-1)!];
      const span = Array.from({ length: end - first + 1 }, (_, i) => first + i);
      const code = left.find((i) => isIdentifier(this.tokens[i]!.text));
      if (
        code !== undefined &&
        /^(?:query|pattern|q)$/.test(parameter.name) &&
        this.set(parameter, this.tokens[code]!.text, [code], SURE.rest)
      )
        continue;
      const joined = this.whole.slice(this.tokens[first]!.start, this.tokens[end]!.end);
      // Notes to oneself stand in capitals.
      if (parameter.name === "pattern" && span.length === 1 && /^(?:todo|fixme|xxx)s?$/.test(joined))
        if (this.set(parameter, joined.replace(/s$/, "").toUpperCase(), span, SURE.rest)) continue;
      const many =
        (PROSE.has(parameter.name) ||
          (parameter.pattern === undefined &&
            span.length <= 4 &&
            span.every((i) => this.tokens[i]!.kind === "word" && !isWeak(this.tokens[i]!.word)))) &&
        span.every((i) => this.free(i) && !this.taken.has(i));
      if (
        many &&
        span.length > 1 &&
        !this.command.parameters.some((p) => p !== parameter && p.required && !p.from && this.open(p.name)) &&
        this.set(parameter, joined, span, SURE.rest)
      )
        continue;
      const order = [...left].sort(
        (a, b) =>
          Number(isNameLike(this.tokens[b]!.text)) - Number(isNameLike(this.tokens[a]!.text)) ||
          Number(isKnown(stem(this.tokens[a]!.word))) - Number(isKnown(stem(this.tokens[b]!.word))) ||
          a - b,
      );
      for (const at of order) if (this.set(parameter, this.tokens[at]!.text, [at], SURE.rest)) break;
    }
  }

  /** "stash my work, go to main": what nobody introduced as text ends where another part of the sentence begins. */
  private cutAtComma(left: number[]): void {
    const [from] = left;
    const end = left.findIndex(
      (at, i) => i > 0 && /[,;]/.test(this.whole.slice(this.tokens[from!]!.end, this.tokens[at]!.start)),
    );
    if (end > 0) left.length = end;
  }

  /** "zod, even majors": a comma parts names only where another name stands alone behind it. */
  private cutAtClause(left: number[]): void {
    const end = left.findIndex(
      (at, i) =>
        i > 0 &&
        this.whole.slice(this.tokens[left[i - 1]!]!.end, this.tokens[at]!.start).includes(",") &&
        left[i + 1] === at + 1 &&
        !this.whole.slice(this.tokens[at]!.end, this.tokens[at + 1]!.start).includes(","),
    );
    if (end > 0) left.length = end;
  }

  /** "search password in config": right behind what to do, and before where. */
  private isSearched({ name }: Parameter, at: number): boolean {
    return (
      LOOKED_FOR.has(name) &&
      /^(?:search|grep|find|for)$/.test(this.tokens[at - 1]?.word ?? "") &&
      /^(?:in|under|below|inside|within)$/.test(this.tokens[at + 1]?.word ?? "")
    );
  }

  /** "todo comments": what kind of place the words stand in is no part of them. */
  private kindOfPlace(left: number[]): void {
    const last = left.at(-1)!;
    if (left.length < 2 || left.at(-2) !== last - 1 || !KIND_OF_PLACE.test(this.tokens[last]!.word)) return;
    this.used.set(last, SURE.rest);
    left.pop();
  }

  /** A file keeps its name where it is stored, and where it is fetched to. */
  sameName(): void {
    const [key, file] = [this.open("key"), this.open("file")];
    const held = own(this.args, key ? "file" : "key");
    const target = key && file ? undefined : (key ?? file);
    if (!target?.required || typeof held !== "string") return;
    const text = held.split("/").at(-1) ?? "";
    if (text === "" || problem(target, text) !== null) return;
    this.args[target.name] = text;
    this.sources[target.name] = { from: "words", text: held };
  }
}
