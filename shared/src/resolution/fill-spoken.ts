/** Arguments that a word introduces: `named cart`, `to staging`, `message fix the login`. Pure. */
import type { Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { BesideFilling } from "./fill-beside.ts";
import { readingOf, traitsOf } from "./fill-kinds.ts";
import { MARKERS, PREPOSITIONS, PROSE, USUAL_DIRECTORIES } from "./fill-roles.ts";
import { SURE } from "./filling.ts";
import { isKnown, isWeak } from "./vocabulary.ts";
import { stem, type Token } from "./words.ts";

/** Parameters that stand before their value in the middle of a sentence. */
const INTRODUCES = new Set([
  "group",
  "user",
  "bucket",
  "branch",
  "database",
  "project",
  "worker",
  "service",
  "queue",
  "client",
  "namespace",
  "secret",
]);

export class SpokenFilling extends BesideFilling {
  /** `named cart`, `message fix the login`, `to staging`, `from a.txt`. */
  introduced(): void {
    const { introduces } = readingOf(this.command);
    if (introduces.size === 0) return;
    for (const [at, token] of this.tokens.entries()) {
      if (token.kind !== "word" || this.used.has(at)) continue;
      const word = token.text.toLowerCase().replace(/:$/, "");
      for (const parameter of introduces.get(word) ?? []) {
        // The first word says what to do, also where a parameter is called like it.
        const own = at > 0 && parameter.name.toLowerCase() === word && !(word in PREPOSITIONS);
        if (!(own || MARKERS[parameter.name]?.includes(word)) || !this.open(parameter.name)) continue;
        // What is written to is introduced as a place, never by what it is.
        if (own && parameter.type === "path" && traitsOf(parameter, this.command).written) continue;
        if (parameter.name === "path" && !own && this.command.parameters.some(({ name }) => name === "name"))
          continue;
        if (this.introduce(parameter, at, own || word === "called" || word === "named")) break;
      }
      // "to out.sql", "into dist": the place that is written to, before what else a preposition introduces.
      const written = /^(?:to|into|as)$/.test(word)
        ? this.command.parameters.filter((p) => traitsOf(p, this.command).written).map(({ name }) => name)
        : [];
      const names = PREPOSITIONS[word];
      if (!names) continue;
      for (const name of [...written, ...this.requiredFirst(names)]) {
        const parameter = this.open(name);
        if (parameter && this.tokens[at + 1] && !this.binds(parameter, word, at)) continue;
        // Nothing is written to where something comes from.
        if (parameter?.type === "path" && word === "from" && traitsOf(parameter, this.command).written)
          continue;
        if (parameter && this.introduce(parameter, at, true)) break;
      }
    }
  }

  /** May the preposition at `at` introduce it? */
  private binds(parameter: Parameter, word: string, at: number): boolean {
    if (traitsOf(parameter, this.command).made && /^(?:from|in|into|on|of)$/.test(word)) return false;
    // "add a secret x to production": where to, not what.
    const env = this.open("env") ?? this.open("environment");
    if (parameter.name === "value" && env && this.isEnvironment(this.tokens[at + 1]!)) return false;
    // "commits of alice", "history of src": a person where it is no directory.
    if (parameter.name === "author" && word === "of") {
      const { kind, text } = this.tokens[at + 1]!;
      return (
        kind === "word" && /^[A-Za-z]+$/.test(text) && !USUAL_DIRECTORIES.has(text) && !isKnown(stem(text))
      );
    }
    if (parameter.type !== "path") return true;
    // A dump is called "database", and is none that things are in.
    if (["database", "bucket", "queue", "worker"].includes(parameter.name)) return false;
    // "the value of theme": what has it, and no file.
    if (word === "of" && !parameter.required && parameter.name === "file") {
      const { kind, text } = this.tokens[at + 1]!;
      if (kind === "word" && !USUAL_DIRECTORIES.has(text)) return false;
    }
    // "share it with bob": a file only when it is written as one.
    return word !== "with" || this.tokens[at + 1]?.kind !== "word" || this.isArticle(at + 1);
  }

  private isArticle(at: number): boolean {
    return /^(?:the|an?|my|our)$/.test(this.tokens[at]?.word ?? "");
  }

  protected requiredFirst(names: readonly string[]): string[] {
    const known = names.filter((name) => this.open(name));
    const required = new Set(this.command.parameters.filter((p) => p.required).map((p) => p.name));
    return known.sort((a, b) => Number(required.has(b)) - Number(required.has(a)));
  }

  protected introduce(parameter: Parameter, at: number, sure: boolean): boolean {
    let from = this.valueAt(at);
    // "to the group ops": the group introduces itself.
    const noun =
      this.tokens[/^(the|a|an|my|our)$/i.test(this.tokens[from]?.text ?? "") ? from + 1 : from]?.word;
    if (noun !== undefined && noun !== parameter.name && INTRODUCES.has(noun)) return false;
    while (
      this.free(from) &&
      /^(the|a|an|my|our|is|it|to|of|message|env|environment|branch|database|folder|directory|file|bucket|group|user|version|commit|tag|table|script|word|text|number|address)$/i.test(
        this.tokens[from]!.text,
      ) &&
      this.tokens[from + 1] &&
      this.free(from + 1)
    ) {
      // "to the branch x": what is behind it is the value; "message the login" keeps its article.
      if (PROSE.has(parameter.name) && !/^(message|is|word|text)$/i.test(this.tokens[from]!.text)) break;
      from += 1;
    }
    // "set the key theme to on": any word is a value.
    if (
      parameter.name === "value" &&
      parameter.type === "string" &&
      !/^(?:the|an?|my|our|me|us|it|kv)$/.test(this.tokens[at + 1]?.word ?? "") &&
      /^(?:to|is|as)$/.test(this.tokens[at]!.word) &&
      this.tokens[at + 1] &&
      this.free(at + 1)
    )
      return this.set(parameter, this.tokens[at + 1]!.text, [at, at + 1], SURE.marked);
    if (!this.free(from)) return false;
    const value = this.tokens[from]!;
    if (/^[a-z]{3,}ly$/.test(value.text)) return false;
    // "to the bucket": said is what kind of thing, not which.
    if (
      value.kind === "word" &&
      (INTRODUCES.has(value.word) || this.command.slug.split("-").includes(value.word))
    )
      return false;
    if (PROSE.has(parameter.name) && value.kind === "word") return this.prose(parameter, at, from);
    // "tag this commit v2.1.0": what it shall be called.
    if (parameter.name === "commit" && /^v\d/.test(value.text) && this.open("name")?.required) return false;
    if (!this.fits(parameter, from, sure)) return false;
    if (parameter.name === "env" || parameter.name === "environment")
      return this.setEnvironment(parameter, value, [at, from]);
    const more = this.belonging(parameter, from);
    if (more > 0) return this.takeSpan(parameter, from, more);
    return this.set(parameter, parameter.items ? [value.text] : asValue(value), [at, from], SURE.marked);
  }

  /** Where the value of what is introduced at `at` stands: "the phone of cli_1 to 555", "a better name, x". */
  private valueAt(at: number): number {
    const of = /^(?:of|for)$/.test(this.tokens[at + 1]?.word ?? "");
    if (!of) return at + 1;
    const to = this.tokens.findIndex(({ word }, i) => i > at + 1 && word === "to");
    // "the value of theme to dark": theme is what has it.
    if (this.tokens[at]!.word === "value" && to > 0) return to + 1;
    // Only where what it belongs to is known by then.
    const known = this.tokens.slice(at + 2, to < 0 ? at + 2 : to).some((_, i) => this.used.has(at + 2 + i));
    return known ? to + 1 : at + 1;
  }

  protected prose(parameter: Parameter, at: number, from: number): boolean {
    const introducer = this.tokens[at]!.text.toLowerCase();
    if (parameter.name === "pattern") {
      const value = this.tokens[from]!;
      return !isWeak(value.word) && this.set(parameter, value.text, [at, from], SURE.marked);
    }
    if (introducer === "as" && this.tokens[from]!.kind !== "word" && this.tokens[from]!.kind !== "quoted")
      return false;
    let to = from;
    const name = ["query", "q", "title"].includes(parameter.name);
    while (
      this.free(to + 1) &&
      // What is looked for ends where the place begins; a comma ends it, too.
      !(
        name &&
        (/^(?:in|below|under|inside|within|to|with)$/.test(this.tokens[to + 1]!.word) ||
          /[,;:]/.test(this.whole.slice(this.tokens[to]!.end, this.tokens[to + 1]!.start)))
      ) &&
      !(this.tokens[to + 1]!.word === "and" && to > from && endsClause(this.tokens, to + 1))
    )
      to += 1;
    if (to === from && isWeak(this.tokens[from]!.word)) return false;
    const text = this.whole.slice(this.tokens[from]!.start, this.tokens[to]!.end);
    const span = Array.from({ length: to - at + 1 }, (_, i) => at + i);
    return this.set(parameter, text, span, SURE.marked);
  }
}

function endsClause(tokens: readonly Token[], at: number): boolean {
  return ["push", "deploy", "then"].includes(tokens[at + 1]?.word ?? "");
}

function asValue(token: Token): Json {
  return token.kind === "number" ? Number(token.text) : token.text;
}
