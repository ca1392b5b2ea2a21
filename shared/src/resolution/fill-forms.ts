/** Values that are known by how they are written: ids, places in a file, commits, names in code, dates, numbers. Pure. */
import type { Parameter } from "../contracts/definition.ts";
import { problem } from "../library/parameters.ts";
import { isCommon, isIdentifier, isNameLike, isRevision } from "./fill-common.ts";
import { readingOf, traitsOf } from "./fill-kinds.ts";
import { SwitchFilling } from "./fill-switches.ts";
import { SURE } from "./filling.ts";
import { isVerb } from "./mood.ts";
import { isKnown, isWeak, isWordOf } from "./vocabulary.ts";
import { stem, stemOf, type Token } from "./words.ts";

const MAIL = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
const PLACE = /^([^\s:]+):(\d+)(?::(\d+))?$/;
const CAPITAL = /^\p{Lu}[\p{Ll}'’-]+$/u;

export class FormFilling extends SwitchFilling {
  /** What can be nothing else: `cli_01hx9`, `kim@acme.com`, `src/app.ts:10:5`, "stored secret x". */
  certain(): void {
    for (const parameter of readingOf(this.command).certain) {
      if (!this.open(parameter.name)) continue;
      const { prefix, examples, mail } = traitsOf(parameter, this.command);
      if (parameter.type === "secret") this.stored(parameter);
      else
        this.first(parameter, ({ text, word }) =>
          prefix
            ? text.startsWith(prefix) && text.length > prefix.length
            : mail
              ? MAIL.test(text)
              : examples.includes(word) && !/\d/.test(word),
        );
    }
    const author = this.open("author");
    // "Priya's last commits": whose they are.
    if (author)
      for (const [at, { text, kind }] of this.tokens.entries()) {
        const whose = kind === "word" && this.free(at) ? /^(\p{L}{2,})['’]s$/u.exec(text)?.[1] : undefined;
        if (whose && !isWeak(whose.toLowerCase()) && !isCommon(whose.toLowerCase()))
          this.set(author, whose, [at], SURE.marked);
      }
    const database = this.open("database");
    // "how big is shopdb": a database's name mostly says so.
    if (database?.type === "string")
      this.first(
        database,
        ({ kind, text }, at) =>
          kind === "word" &&
          /^[a-z][\w-]*(?:db|database)\d?$/.test(text) &&
          !isWordOf(text) &&
          !/^(?:called|named)$/.test(this.tokens[at - 1]?.word ?? ""),
      );
    this.typedContent();
    this.bound();
    this.asked();
    this.places();
    this.symbols();
    this.beginnings();
  }

  /** Sets the first free token that is meant. */
  protected first(
    parameter: Parameter,
    meant: (token: Token, at: number) => boolean,
    sure = SURE.typed,
  ): boolean {
    for (const [at, token] of this.tokens.entries())
      if (this.free(at) && meant(token, at) && this.set(parameter, token.text, [at], sure)) return true;
    return false;
  }

  /** "from the stored secret x", "stored as x": the name of it, never its value. */
  private stored(parameter: Parameter): void {
    // "from staging_secrets": what is taken from is the stored one.
    if (!this.said.words.has("stored")) {
      this.first(
        parameter,
        ({ kind, text }, i) =>
          kind === "word" &&
          /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+$/.test(text) &&
          /^(?:from|with|using|bulk|is)$/.test(this.tokens[i - 1]?.word ?? ""),
        SURE.marked,
      );
      return;
    }
    const said = this.tokens.findIndex(({ word }) => word === "stored");
    let at = said + 1;
    while (/^(?:secrets?|as|under|is|called|named|the)$/.test(this.tokens[at]?.word ?? "")) at += 1;
    if (at > said + 1 && this.free(at) && !isCommon(this.tokens[at]!.text))
      this.set(parameter, this.tokens[at]!.text, [at], SURE.marked);
  }

  /** "type application/json": a content type is written as nothing else. */
  private typedContent(): void {
    const type = this.open("content_type");
    if (type)
      this.first(type, ({ text }) =>
        /^(?:application|text|image|audio|video|font|multipart)\/[\w.+-]+$/.test(text),
      );
  }

  /** "in SESSIONS", "kv FLAGS": a binding is written in capitals, and stands where one is named. */
  private bound(): void {
    const binding = this.open("binding");
    if (!binding || this.command.type !== "builtin") return;
    this.first(
      binding,
      ({ kind, text }, at) =>
        kind === "word" &&
        /^[A-Z][A-Z0-9_]+$/.test(text) &&
        text !== "KV" &&
        (/^(?:in|into|from|kv|namespace|binding|store|inside)$/.test(this.tokens[at - 1]?.word ?? "") ||
          /^(?:namespace|binding|store|kv)$/.test(this.tokens[at + 1]?.word ?? "")),
      SURE.marked,
    );
  }

  /** Who is asked stands before what is asked: "ask claude how the queue works". */
  private asked(): void {
    const prompt = this.open("prompt");
    if (!prompt || this.tokens.some(({ kind }) => kind === "quoted")) return;
    const who = this.tokens.findIndex(({ word }) => /^(?:claude|assistant|ai)$/.test(word));
    let from = who + 1;
    while (/^(?:to|about|please|if|that|whether)$/.test(this.tokens[from]?.word ?? "")) from += 1;
    let end = from;
    while (this.free(end) && !/^(?:most)$/.test(this.tokens[end + 1]?.word ?? "")) end += 1;
    if (who < 0 || end - from < 2) return;
    const span = Array.from({ length: end - from }, (_, i) => from + i);
    this.set(prompt, this.whole.slice(this.tokens[from]!.start, this.tokens[end - 1]!.end), span, SURE.typed);
  }

  private places(): void {
    const [file, line, column] = [this.open("file"), this.open("line"), this.open("column")];
    if (!file || !line) return;
    for (const [at, { text, kind }] of this.tokens.entries()) {
      const said = kind === "url" || !this.free(at) ? null : PLACE.exec(text);
      if (!said || !/[./]/.test(said[1]!) || !this.set(file, said[1]!, [at], SURE.marked)) continue;
      this.set(line, Number(said[2]), [at], SURE.marked);
      if (column && said[3] !== undefined) this.set(column, Number(said[3]), [at], SURE.marked);
      return;
    }
  }

  /** Names in code: written as such, or behind "function"; the first is meant, the other is its new name. */
  private symbols(): void {
    const symbol = this.open("symbol");
    if (!symbol) return;
    const { nouns } = traitsOf(symbol, this.command);
    const found = this.tokens.flatMap(({ kind, text, word }, at) => {
      if (!this.free(at) || kind !== "word" || !/^[A-Za-z_$][\w$]*\(?\)?$/.test(text)) return [];
      const before = this.tokens[at - 1]?.word ?? "";
      const capital = at > 0 && /^[A-Z]/.test(text) && !isKnown(stem(word)) && !isCommon(word);
      const behindNoun = nouns.has(stem(before)) && !isCommon(word) && !nouns.has(stem(word));
      return isIdentifier(text) || behindNoun || (capital && text !== "TypeScript") ? [at] : [];
    });
    const [at] = found;
    if (at === undefined) return;
    const bare = (one: number) => this.tokens[one]!.text.replace(/\(?\)?$/, "");
    if (!this.set(symbol, bare(at), [at], SURE.typed)) return;
    const renamed = this.open("new_name");
    const other = found.find((one) => one !== at);
    if (renamed && other !== undefined) this.set(renamed, bare(other), [other], SURE.typed);
  }

  /** "starting with user-": what names begin with; a pattern of names where that is asked for. */
  private beginnings(): void {
    if (!this.said.words.has("with")) return;
    const at = this.tokens.findIndex(
      ({ word }, i) =>
        word === "with" && /^(?:start|begin|beginn)$/.test(stem(this.tokens[i - 1]?.word ?? "")),
    );
    if (at < 0) return;
    const from = /^(?:the|a|an)$/.test(this.tokens[at + 1]?.word ?? "") ? at + 2 : at + 1;
    if (!this.free(from)) return;
    const value = this.tokens[from]!.text;
    for (const parameter of this.command.parameters) {
      if (!this.open(parameter.name)) continue;
      const pattern = /\bwith \*/.test(parameter.description);
      if (!pattern && !traitsOf(parameter, this.command).beginning) continue;
      // A colon at the end belongs to it.
      const whole = this.whole[this.tokens[from]!.end] === ":" ? `${value}:` : value;
      if (this.set(parameter, pattern ? `${value}*` : whole, [at - 1, at, from], SURE.marked)) return;
    }
  }

  /** What fits a pattern that refuses plain words, and what stands for a commit. */
  patterned(): void {
    for (const parameter of readingOf(this.command).patterned) {
      const { shaped, period, revision, branch, nouns } = traitsOf(parameter, this.command);
      if (revision && this.open(parameter.name)) this.revision(parameter);
      if (shaped && this.open(parameter.name)) this.shaped(parameter);
      if (period && this.open(parameter.name)) this.period(parameter);
      if (branch && this.open(parameter.name)) this.branch(parameter);
      if (nouns.has("remot") && this.open(parameter.name))
        this.first(parameter, ({ text }) => text === "origin" || text === "upstream");
    }
  }

  private shaped(parameter: Parameter): void {
    this.first(
      parameter,
      ({ kind, word, text }) =>
        kind !== "flag" &&
        !this.command.parameters.some(({ name }) => name === word) &&
        !(isWordOf(word) && /^[A-Za-z]+$/.test(text)),
    );
  }

  private branch(parameter: Parameter): void {
    if (this.first(parameter, ({ kind, text }) => kind === "path" && /^[\w-]+(?:\/[\w-]+)+$/.test(text)))
      return;
    this.first(
      parameter,
      ({ kind, text }, at) => kind === "word" && this.isBranch(text) && this.tokens[at - 1]?.word !== "into",
    );
  }

  private revision(parameter: Parameter): void {
    const back = this.tokens.findIndex(
      ({ word }, i) => /^commits?$/.test(word) && this.amount(i - 1) !== null,
    );
    if (back >= 0 && this.tokens.some(({ word }) => /^(?:back|ago|before|earlier)$/.test(word)))
      if (this.set(parameter, `HEAD~${this.amount(back - 1)}`, [back - 1, back], SURE.typed)) return;
    // A version is what a tag is called, before it is what is tagged.
    const name = this.command.parameters.some((p) => p.name === "name" && p.required && this.open("name"));
    this.first(
      parameter,
      ({ kind, text }) => kind === "hash" || (isRevision(text) && !(name && /^v\d/.test(text))),
    );
  }

  /** "past day", "last 12 hours", for a period like 1d. */
  private period(parameter: Parameter): void {
    for (const [at, { word }] of this.tokens.entries()) {
      const unit = /^(minute|hour|day|week)s?$/.exec(word)?.[1];
      if (!unit || !this.free(at)) continue;
      const many = this.amount(at - 1);
      const one = /^(?:past|last|previous|a|one)$/.test(this.tokens[at - 1]?.word ?? "");
      if (many === null && !one) continue;
      const count = (many ?? 1) * (unit === "week" ? 7 : 1);
      const value = `${count}${unit === "week" ? "d" : unit[0]}`;
      if (this.set(parameter, value, many === null ? [at] : [at - 1, at], SURE.typed)) return;
    }
  }

  /** "Jane Doe", "Initech": capitalised words in a row are the name that a command waits for. */
  properNames(): void {
    const name = this.open("name");
    const named =
      name?.required &&
      problem(name, "Jane Doe") === null &&
      traitsOf(name, this.command).prefix === undefined
        ? name
        : this.open("author");
    if (
      !named ||
      this.command.category === "database" ||
      (this.command.category === "git" && named.name !== "author")
    )
      return;
    for (let at = 0; at < this.tokens.length; at++) {
      let end = at;
      while (
        this.isProper(end) &&
        (end === at || this.whole.slice(this.tokens[end - 1]!.end, this.tokens[end]!.start) === " ")
      )
        end += 1;
      // One capital alone at the beginning is that of a sentence.
      if (end === at || (at === 0 && end === 1)) continue;
      const span = Array.from({ length: end - at }, (_, i) => at + i);
      const text = this.whole.slice(this.tokens[at]!.start, this.tokens[end - 1]!.end);
      if (this.set(named, text, span, SURE.typed)) return;
    }
    if (named.name === "author")
      this.first(
        named,
        ({ kind, word }, at) =>
          kind === "word" &&
          /^(?:did|has)$/.test(this.tokens[at - 1]?.word ?? "") &&
          !isCommon(word) &&
          !isKnown(stem(word)) &&
          !isNameLike(word) &&
          !isVerb(stem(word)),
      );
  }

  private isProper(at: number): boolean {
    const token = this.tokens[at];
    return (
      token?.kind === "word" &&
      this.free(at) &&
      CAPITAL.test(token.text) &&
      !isCommon(token.word) &&
      !isKnown(stemOf(token)) &&
      !isVerb(stemOf(token)) &&
      !this.isEnvironment(token)
    );
  }
}
