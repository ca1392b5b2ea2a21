/** Arguments of a command from the words of one clause and the facts of the place. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { fact } from "../library/calls.ts";
import { fromText, missing as missingMessage, own, problem } from "../library/parameters.ts";
import {
  ENDINGS,
  ENVIRONMENTS,
  MARKERS,
  PREPOSITIONS,
  PROSE,
  SECONDS,
  SHORT_ENVIRONMENTS,
  SWITCHES,
} from "./fill-roles.ts";
import type { Situation } from "./situation.ts";
import { isKnown, isWeak } from "./vocabulary.ts";
import { stem, type Token } from "./words.ts";

/** Where a value came from: the words of the text, or a fact by name. */
export type Source = { from: "words"; text: string } | { from: "fact"; fact: string };
export interface Filled {
  args: { [name: string]: Json };
  sources: { [name: string]: Source };
  /** Tokens that became arguments, with how surely. */
  used: Map<number, number>;
  missing: string[];
}

/** How surely a value belongs to its parameter. */
const SURE = { marked: 1, typed: 0.95, rest: 0.8, fact: 0.9 };

/**
 * Fills what it can. A value that the parameter refuses is left out; nothing is made up.
 * @param tokens of the clause
 * @param taken tokens that say which command is meant, and so are no arguments
 */
export function fillArgs(
  command: Command,
  tokens: readonly Token[],
  taken: ReadonlySet<number>,
  situation: Situation,
  whole: string,
): Filled {
  const filling = new Filling(command, tokens, taken, situation, whole);
  filling.flags();
  filling.sql();
  filling.kinds();
  filling.switches();
  filling.introduced();
  filling.typed();
  filling.environment();
  filling.facts();
  filling.rest();
  return filling.result();
}

class Filling {
  readonly args: { [name: string]: Json } = {};
  readonly sources: { [name: string]: Source } = {};
  readonly used = new Map<number, number>();
  readonly command: Command;
  readonly tokens: readonly Token[];
  readonly taken: ReadonlySet<number>;
  readonly situation: Situation;
  readonly whole: string;

  constructor(
    command: Command,
    tokens: readonly Token[],
    taken: ReadonlySet<number>,
    situation: Situation,
    whole: string,
  ) {
    this.command = command;
    this.tokens = tokens;
    this.taken = taken;
    this.situation = situation;
    this.whole = whole;
  }

  result(): Filled {
    const missing = this.command.parameters
      .filter((p) => own(this.args, p.name) === undefined && missingMessage(p) !== null)
      .map(({ name }) => name);
    return { args: this.args, sources: this.sources, used: this.used, missing };
  }

  private open(name: string): Parameter | undefined {
    const parameter = this.command.parameters.find((p) => p.name === name);
    return parameter && own(this.args, name) === undefined ? parameter : undefined;
  }

  /** Takes the value if the parameter does. */
  private set(parameter: Parameter, value: Json, at: readonly number[], sure: number): boolean {
    const meant = fromText(parameter, value);
    if (problem(parameter, meant) !== null) return false;
    this.args[parameter.name] = meant;
    this.sources[parameter.name] = { from: "words", text: at.map((i) => this.tokens[i]!.text).join(" ") };
    for (const [order, i] of at.entries()) {
      // What only introduces a value is explained less than the value is.
      const worth = order === 0 && at.length > 1 && sure === SURE.marked ? 0.7 : sure;
      this.used.set(i, Math.max(worth, this.used.get(i) ?? 0));
    }
    return true;
  }

  private free(at: number): boolean {
    const token = this.tokens[at];
    return token !== undefined && !this.used.has(at) && token.kind !== "mark" && token.kind !== "flag";
  }

  /** `--env staging`, `-m text`, `-la`, as the program itself would take them. */
  flags(): void {
    const { definition } = this.command;
    const items = "argv" in definition ? definition.argv : [];
    for (const [at, token] of this.tokens.entries()) {
      if (token.kind !== "flag") continue;
      const named = token.text.replace(/^--?/, "").replaceAll("-", "_").toLowerCase();
      for (const item of items) {
        if (typeof item === "string") continue;
        if ("flag" in item && item.flag === token.text) this.flag(item.param, at);
        else if ("literal" in item && item.literal === token.text && this.open(item.when.param))
          this.switchTo(item.when, at);
      }
      if (this.used.has(at)) continue;
      const parameter = this.command.parameters.find((p) => p.name.toLowerCase() === named);
      if (parameter) this.flag(parameter.name, at);
      else if (/^-[A-Za-z]+$/.test(token.text)) this.letters(token.text.slice(1), items, at);
      if (!this.used.has(at)) this.looseFlag(named, at);
    }
  }
  private flag(name: string, at: number): void {
    const parameter = this.open(name);
    if (!parameter) return;
    const value = this.tokens[at + 1];
    if (parameter.type === "boolean") this.set(parameter, true, [at], SURE.marked);
    else if (value && value.kind !== "mark") this.set(parameter, value.text, [at, at + 1], SURE.marked);
  }
  private letters(letters: string, items: readonly unknown[], at: number): void {
    for (const letter of letters)
      for (const item of items as { literal?: string; when?: { param: string; equals?: Json } }[])
        if (
          item.literal &&
          item.when &&
          item.literal.toLowerCase() === `-${letter.toLowerCase()}` &&
          this.open(item.when.param)
        )
          this.switchTo(item.when as { param: string }, at);
  }
  private looseFlag(named: string, at: number): void {
    // `--hard` of an enum, `--remote` of a boolean called local.
    for (const parameter of this.command.parameters) {
      if (parameter.options?.includes(named) && this.open(parameter.name))
        this.set(parameter, named, [at], SURE.marked);
      if (named === "remote" && parameter.name === "local" && this.open("local"))
        this.set(parameter, false, [at], SURE.marked);
    }
  }
  private switchTo(when: { param: string; equals?: Json | undefined }, at: number): void {
    const parameter = this.open(when.param);
    if (parameter) this.set(parameter, when.equals === undefined ? true : when.equals, [at], SURE.marked);
  }

  /** A statement that was written out, or one for a table that was named. */
  sql(): void {
    const parameter = ["sql", "query", "command", "statement"]
      .map((name) => this.open(name))
      .find((p) => p && isSql(p, this.command));
    if (!parameter) return;
    const at = this.tokens.findIndex(
      (token) =>
        token.kind === "sql" ||
        (token.kind === "quoted" && /^\s*(select|with|insert|update|delete|pragma)\b/i.test(token.text)),
    );
    if (at >= 0) {
      this.set(parameter, this.tokens[at]!.text, [at], SURE.typed);
      return;
    }
    const words = this.tokens.map((token) => token.word);
    const table = words.indexOf("table");
    const rows = words.findIndex((word) => word === "rows" || word === "from");
    const candidates = [
      table > 0 ? table - 1 : -1,
      table >= 0 ? table + 1 : -1,
      rows >= 0 ? words.findIndex((word, i) => i > rows && !isWeak(word)) : -1,
    ];
    const named = candidates.find(
      (i) =>
        i >= 0 &&
        /^[A-Za-z_]\w{0,63}$/.test(this.tokens[i]?.text ?? "") &&
        !["query", "show", "the", "a", "db"].includes(words[i]!),
    );
    if (named !== undefined && parameter.required)
      this.set(
        parameter,
        `SELECT * FROM ${this.tokens[named]!.text} LIMIT 100`,
        [named, ...(table >= 0 ? [table] : [])],
        SURE.typed,
      );
  }

  /** "markdown files": a kind of file is a pattern of names. */
  kinds(): void {
    const name = this.command.slug === "find" ? this.open("name") : undefined;
    if (!name) return;
    for (const [at, token] of this.tokens.entries()) {
      const ending = ENDINGS[token.word];
      if (ending && this.set(name, `*.${ending}`, [at], SURE.typed)) return;
    }
  }

  /** Booleans that a word switches on, options that were named. */
  switches(): void {
    const text = ` ${this.tokens.map((token) => (token.kind === "word" ? token.text.toLowerCase() : "·")).join(" ")} `;
    for (const parameter of this.command.parameters) {
      if (!this.open(parameter.name)) continue;
      if (parameter.type === "boolean") {
        const said = [
          parameter.name.replaceAll("_", " "),
          parameter.name.replaceAll("_", "-"),
          ...(SWITCHES[parameter.name] ?? []),
        ];
        const word = said.find((one) => text.includes(` ${one} `));
        // What is on unless said, or what the command is called by, is not switched by its name.
        if (word && parameter.default !== true && !this.command.slug.split("-").includes(word)) {
          const first = word.split(/[ -]/)[0]!;
          const from = this.tokens.findIndex(
            (token) => token.text.toLowerCase() === first || token.text.toLowerCase() === word,
          );
          const count = word.split(" ").length;
          this.set(
            parameter,
            true,
            from < 0
              ? []
              : Array.from({ length: count }, (_, i) => from + i).filter((i) => i < this.tokens.length),
            SURE.typed,
          );
        }
        if (
          parameter.name === "local" &&
          / (remote|deployed|production) /.test(text) &&
          parameter.default === true
        )
          this.set(
            parameter,
            false,
            this.tokens.flatMap((token, i) => (/^(remote|deployed)$/i.test(token.text) ? [i] : [])),
            SURE.typed,
          );
      } else if (parameter.type === "enum") {
        const at = this.tokens.findIndex(
          (token, i) =>
            this.free(i) &&
            !this.taken.has(i) &&
            parameter.options?.some((option) => option.toLowerCase() === token.text.toLowerCase()),
        );
        const option = parameter.options?.find(
          (one) => one.toLowerCase() === this.tokens[at]?.text.toLowerCase(),
        );
        if (option !== undefined && !["yes", "no"].includes(option))
          this.set(parameter, option, [at], SURE.typed);
      }
    }
  }

  /** `named cart`, `message fix the login`, `to staging`, `from a.txt`. */
  introduced(): void {
    for (const [at, token] of this.tokens.entries()) {
      if (token.kind !== "word" || this.used.has(at)) continue;
      const word = token.text.toLowerCase().replace(/:$/, "");
      for (const parameter of this.command.parameters) {
        if (parameter.type === "boolean" || !this.open(parameter.name)) continue;
        const own = parameter.name.toLowerCase() === word && !(word in PREPOSITIONS);
        if (own || MARKERS[parameter.name]?.includes(word))
          if (this.introduce(parameter, at, own || word === "called" || word === "named")) break;
      }
      for (const name of this.requiredFirst(PREPOSITIONS[word] ?? [])) {
        const parameter = this.open(name);
        if (parameter && this.introduce(parameter, at, true)) break;
      }
    }
  }
  private requiredFirst(names: readonly string[]): string[] {
    const required = new Set(this.command.parameters.filter((p) => p.required).map((p) => p.name));
    return [...names].sort((a, b) => Number(required.has(b)) - Number(required.has(a)));
  }
  private introduce(parameter: Parameter, at: number, sure: boolean): boolean {
    let from = at + 1;
    while (
      this.free(from) &&
      /^(the|a|an|my|our|is|to|of|message|env|environment|branch|database|folder|directory|file|bucket|table|script|word|text|as)$/i.test(
        this.tokens[from]!.text,
      ) &&
      this.tokens[from + 1] &&
      this.free(from + 1)
    ) {
      // "to the branch x": what is behind it is the value; "message the login" keeps its article.
      if (PROSE.has(parameter.name) && !/^(message|is|as|word|text)$/i.test(this.tokens[from]!.text)) break;
      from += 1;
    }
    if (!this.free(from)) return false;
    const value = this.tokens[from]!;
    if (PROSE.has(parameter.name) && value.kind === "word") return this.prose(parameter, at, from);
    if (!this.fits(parameter, value, sure)) return false;
    if (parameter.name === "env") return this.setEnvironment(parameter, value, [at, from]);
    return this.set(parameter, parameter.items ? [value.text] : asValue(value), [at, from], SURE.marked);
  }
  private prose(parameter: Parameter, at: number, from: number): boolean {
    const introducer = this.tokens[at]!.text.toLowerCase();
    if (parameter.name === "pattern") {
      const value = this.tokens[from]!;
      return !isWeak(value.word) && this.set(parameter, value.text, [at, from], SURE.marked);
    }
    if (introducer === "as" && this.tokens[from]!.kind !== "word" && this.tokens[from]!.kind !== "quoted")
      return false;
    let to = from;
    while (
      this.free(to + 1) &&
      !(this.tokens[to + 1]!.word === "and" && to > from && endsClause(this.tokens, to + 1))
    )
      to += 1;
    const text = this.whole.slice(this.tokens[from]!.start, this.tokens[to]!.end);
    const span = Array.from({ length: to - at + 1 }, (_, i) => at + i);
    return this.set(parameter, text, span, SURE.marked);
  }
  /** Is the token the kind of thing that the parameter takes? */
  private fits(parameter: Parameter, token: Token, introduced: boolean): boolean {
    if (token.kind === "mark" || token.kind === "flag") return false;
    if (parameter.name === "env") return this.isEnvironment(token);
    if (parameter.type === "number") return token.kind === "number";
    if (parameter.type === "path" || parameter.items === "path")
      return (
        ["path", "glob", "quoted"].includes(token.kind) ||
        (introduced &&
          token.kind === "word" &&
          (!isWeak(token.word) || token.word === "out") &&
          !(isKnown(stem(token.word)) && parameter.name !== "path" && parameter.name !== "directory"))
      );
    if (/url/.test(parameter.name)) return token.kind === "url" || token.kind === "path";
    if (parameter.name === "email") return token.text.includes("@");
    if (["remote", "database", "bucket", "user", "author", "file"].includes(parameter.name))
      return token.kind !== "path" || parameter.name === "file"
        ? /^(origin|upstream)$/.test(token.word) ||
            token.kind === "quoted" ||
            (!isKnown(stem(token.word)) && !isWeak(token.word))
        : false;
    return token.kind !== "word" || !isWeak(token.word);
  }

  /** Paths, addresses, numbers and quoted text go to the parameters that take such things, in order. */
  typed(): void {
    for (const [at, token] of this.tokens.entries()) {
      if (!this.free(at) || token.kind === "word") continue;
      if (token.kind === "number") this.number(at);
      else this.value(at);
    }
  }
  private number(at: number): void {
    const unit = SECONDS[stem(this.tokens[at + 1]?.word ?? "")];
    const numbers = this.command.parameters.filter((p) => p.type === "number" && this.open(p.name));
    const named =
      numbers.find((p) => p.required) ??
      numbers.find((p) => ["lines", "count", "seconds", "pid", "limit", "depth"].includes(p.name));
    if (!named) return;
    const value = Number(this.tokens[at]!.text) * (named.name === "seconds" && unit ? unit : 1);
    this.set(named, value, unit ? [at, at + 1] : [at], SURE.typed);
  }
  private value(at: number): void {
    const token = this.tokens[at]!;
    const wanted = this.command.parameters.filter(
      (p) =>
        this.open(p.name) &&
        p.type !== "boolean" &&
        p.type !== "number" &&
        p.type !== "enum" &&
        p.type !== "secret",
    );
    const list = this.command.parameters.find((p) => p.items === "path");
    if (list && ["path", "quoted", "glob"].includes(token.kind)) {
      const held = own(this.args, list.name);
      if (
        this.set(
          list,
          [...(Array.isArray(held) && this.sources[list.name] ? held : []), token.text],
          [at],
          SURE.typed,
        )
      )
        return;
    }
    const byKind = (p: Parameter): number => {
      const path = p.type === "path";
      switch (token.kind) {
        case "url":
          return /url/.test(p.name) ? 3 : 0;
        case "path":
          return path ? 3 : p.type === "string" && p.required && !isSql(p, this.command) ? 1 : 0;
        case "glob":
          return p.name === "name" || p.name === "pattern" ? 3 : path ? 1 : 0;
        case "hash":
          return ["commit", "version", "tree", "bookmark", "hash"].includes(p.name) ? 3 : p.required ? 1 : 0;
        case "quoted":
          return PROSE.has(p.name) ? 3 : p.required ? 2 : path ? 1 : 0;
        default:
          return 0;
      }
    };
    const ranked = wanted
      .map((p) => ({ p, rank: byKind(p) + (p.required ? 0.5 : 0) }))
      .filter(({ rank }) => rank >= 1);
    ranked.sort((a, b) => b.rank - a.rank);
    for (const { p } of ranked)
      if (this.set(p, p.items ? [token.text] : token.text, [at], SURE.typed)) return;
  }

  /** An environment may be named without "to": `deploy staging`. */
  environment(): void {
    const parameter = this.open("env");
    if (parameter)
      for (const [at, token] of this.tokens.entries())
        if (
          this.free(at) &&
          this.isEnvironment(token) &&
          !this.command.slug.includes(token.word) &&
          !(token.word === "test" || token.word === "stage")
        )
          if (this.setEnvironment(parameter, token, [at])) break;
    // The database of an environment is the deployed one.
    const local = this.open("local");
    if (local?.default === true && this.sources.env?.from === "words") {
      this.args.local = false;
      this.sources.local = this.sources.env;
    }
  }
  private isEnvironment(token: Token): boolean {
    if (token.kind !== "word" && token.kind !== "quoted") return false;
    const declared = this.situation.wrangler?.environments ?? [];
    return declared.includes(token.text) || ENVIRONMENTS.includes(token.text.toLowerCase());
  }
  private setEnvironment(parameter: Parameter, token: Token, at: number[]): boolean {
    const declared = this.situation.wrangler?.environments ?? [];
    const said = token.text;
    const lower = said.toLowerCase();
    const meant = declared.includes(said)
      ? said
      : (declared.find((name) => name === SHORT_ENVIRONMENTS[lower]) ??
        (declared.length === 0 ? SHORT_ENVIRONMENTS[lower] : undefined) ??
        lower);
    return this.set(parameter, meant, at, SURE.marked);
  }

  /** What the place itself says, for parameters that name a fact. */
  facts(): void {
    for (const parameter of this.command.parameters) {
      if (!parameter.from || parameter.from.startsWith("earlier.") || !this.open(parameter.name)) continue;
      const value = fact(parameter.from, this.situation as { [name: string]: Json });
      if (value === undefined || problem(parameter, value) !== null) continue;
      this.args[parameter.name] = value;
      this.sources[parameter.name] = { from: "fact", fact: parameter.from };
      // Naming what is so anyway is an argument, too.
      for (const [at, token] of this.tokens.entries()) if (token.text === value) this.used.set(at, SURE.fact);
    }
    const script = this.open("script");
    const at = script
      ? this.tokens.findIndex((token, i) => this.free(i) && this.situation.scripts?.includes(token.text))
      : -1;
    if (script && at >= 0) this.set(script, this.tokens[at]!.text, [at], SURE.typed);
  }

  /** Words that say nothing else are what a required parameter waits for. */
  rest(): void {
    const commit = this.open("commit");
    if (
      commit?.required &&
      this.command.slug !== "git-undo-commit" &&
      this.tokens.some((token) => ["last", "latest", "head"].includes(token.word))
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
    for (const parameter of this.command.parameters) {
      // Words to look for are never required: without them it is everything.
      const wanted = parameter.required || parameter.name === "q";
      if (
        !wanted ||
        !this.open(parameter.name) ||
        parameter.type === "secret" ||
        isSql(parameter, this.command)
      )
        continue;
      const left = this.tokens.flatMap((token, i) =>
        this.free(i) &&
        !this.taken.has(i) &&
        token.kind === "word" &&
        !isWeak(token.word) &&
        token.word !== ""
          ? [i]
          : [],
      );
      if (left.length === 0) return;
      if (parameter.type === "path" || parameter.items === "path") {
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
      if (parameter.type !== "string") continue;
      const [first, end] = [left[0]!, left.at(-1)!];
      const span = Array.from({ length: end - first + 1 }, (_, i) => first + i);
      const joined = this.whole.slice(this.tokens[first]!.start, this.tokens[end]!.end);
      const many =
        (PROSE.has(parameter.name) || parameter.pattern === undefined) &&
        span.every((i) => this.free(i) && !this.taken.has(i));
      if (
        many &&
        span.length > 1 &&
        !this.command.parameters.some((p) => p !== parameter && p.required && this.open(p.name)) &&
        this.set(parameter, joined, span, SURE.rest)
      )
        continue;
      const order = [...left].sort(
        (a, b) =>
          Number(isKnown(stem(this.tokens[a]!.word))) - Number(isKnown(stem(this.tokens[b]!.word))) || a - b,
      );
      for (const at of order) if (this.set(parameter, this.tokens[at]!.text, [at], SURE.rest)) break;
    }
  }
}

function isSql(parameter: Parameter, command: Command): boolean {
  if (["sql", "statement"].includes(parameter.name)) return true;
  return (
    /\bSQL\b|\bSELECT\b/.test(parameter.description) &&
    (command.category === "database" || /sql|query|execute/.test(command.slug))
  );
}

function endsClause(tokens: readonly Token[], at: number): boolean {
  return ["push", "deploy", "then"].includes(tokens[at + 1]?.word ?? "");
}

function asValue(token: Token): Json {
  return token.kind === "number" ? Number(token.text) : token.text;
}
