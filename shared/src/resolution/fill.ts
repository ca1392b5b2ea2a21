/** Arguments of a command from the words of one clause and the facts of the place. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { fact } from "../library/calls.ts";
import { own, problem } from "../library/parameters.ts";
import { byPlace, isSql, NO_NAME } from "./fill-kinds.ts";
import { PROSE, SECONDS } from "./fill-roles.ts";
import { SpokenFilling } from "./fill-spoken.ts";
import { type Filled, type Source, SURE } from "./filling.ts";
import { isParticiple } from "./mood.ts";
import type { ShellLine } from "./shell.ts";
import type { Situation } from "./situation.ts";
import { isKnown, isWeak, isWordOf } from "./vocabulary.ts";
import { stem, type Token } from "./words.ts";

export type { Filled, Source };

/**
 * Fills what it can. A value that the parameter refuses is left out; nothing is made up.
 * @param tokens of the clause
 * @param taken tokens that say which command is meant, and so are no arguments
 * @param line when the tokens are a command line: what stands behind its head is an argument by its place
 */
export function fillArgs(
  command: Command,
  tokens: readonly Token[],
  taken: ReadonlySet<number>,
  situation: Situation,
  whole: string,
  line: ShellLine | null = null,
): Filled {
  const filling = new WholeFilling(command, tokens, taken, situation, whole);
  if (line) filling.given(line);
  filling.flags();
  if (line) filling.positional(line.head);
  filling.sql();
  filling.kinds();
  filling.switches();
  filling.introduced();
  filling.named();
  filling.typed();
  filling.environment();
  filling.facts();
  filling.rest();
  filling.sameName();
  return filling.result();
}

class WholeFilling extends SpokenFilling {
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

  /** "the queue mails", "the mails queue": beside what the command is about stands which one, if it is no word for anything else. */
  named(): void {
    const parameter = [...this.command.parameters]
      .sort(byPlace)
      .find(
        (p) =>
          p.required && p.type === "string" && !p.items && !isSql(p, this.command) && !NO_NAME.has(p.name),
      );
    if (!parameter || !this.open(parameter.name)) return;
    for (const [at, token] of this.tokens.entries()) {
      if (!this.free(at) || this.taken.has(at) || token.kind !== "word") continue;
      if (isWeak(token.word) || isWordOf(token.word) || this.isEnvironment(token) || this.isOther(token))
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

  /** What the beginning of a command line says already. */
  given({ head, args }: ShellLine): void {
    for (const [name, value] of Object.entries(args)) {
      const parameter = this.open(name);
      if (parameter) this.set(parameter, value, [], SURE.marked);
    }
    for (let at = 0; at < head; at++) this.used.set(at, SURE.marked);
  }

  /** `cp a b`: the parameters in the order in which the program takes them. */
  positional(head: number): void {
    const order = this.order();
    for (let at = head; at < this.tokens.length; at++) {
      const token = this.tokens[at]!;
      if (!this.free(at)) continue;
      // The value of a flag that the command does not take, or takes under another name.
      if (token.kind === "number" && this.tokens[at - 1]?.kind === "flag") continue;
      const said = token.kind === "word" && isWordOf(token.word) && !/^(origin|upstream)$/.test(token.word);
      const next = order.findIndex((p) => {
        if (p.items ? this.sources[p.name]?.from === "fact" : !this.open(p.name)) return false;
        if (said && !p.required) return false;
        if (token.kind === "number" && p.type === "path") return false;
        if (p.name === "name" && p.from === undefined && this.command.slug === "find") return false;
        const held = own(this.args, p.name);
        const value = p.items ? [...(Array.isArray(held) ? held : []), token.text] : token.text;
        return this.set(p, value, [at], SURE.marked);
      });
      if (next >= 0 && !order[next]!.items) order.splice(next, 1);
    }
  }

  /** Parameters by their place on the command line; of what is no program's, as they are declared. */
  private order(): Parameter[] {
    const { definition, parameters } = this.command;
    const items = "argv" in definition ? definition.argv : [];
    const names = items.flatMap((item) => {
      if (typeof item !== "object") return [];
      // "--count=" and a value is a flag; "bucket/key" is two values.
      if ("join" in item)
        return item.join.some((part) => typeof part === "string" && part.startsWith("-"))
          ? []
          : item.join.flatMap((part) => (typeof part === "object" && "param" in part ? [part.param] : []));
      if ("each" in item) return [item.each];
      if ("flag" in item || "literal" in item) return [];
      return "param" in item ? [item.param] : [];
    });
    const placed = names.flatMap((name) => parameters.find((p) => p.name === name) ?? []);
    const others = parameters.filter((p) => p.required && !placed.includes(p));
    return [...placed, ...others].filter(
      (p) => (p.type !== "boolean" && p.type !== "secret" && !PROSE.has(p.name)) || p.name === "pattern",
    );
  }

  /** Paths, addresses, numbers and quoted text go to the parameters that take such things, in order. */
  typed(): void {
    for (const [at, token] of this.tokens.entries()) {
      if (!this.free(at) || token.kind === "word") continue;
      if (token.kind === "number") this.number(at);
      else this.value(at);
    }
  }

  protected number(at: number): void {
    const unit = SECONDS[stem(this.tokens[at + 1]?.word ?? "")];
    const numbers = this.command.parameters.filter((p) => p.type === "number" && this.open(p.name));
    const named =
      numbers.find((p) => p.required) ??
      numbers.find((p) => ["lines", "count", "seconds", "pid", "limit", "depth"].includes(p.name));
    if (!named) return;
    const value = Number(this.tokens[at]!.text) * (named.name === "seconds" && unit ? unit : 1);
    this.set(named, value, unit ? [at, at + 1] : [at], SURE.typed);
  }

  protected value(at: number): void {
    const token = this.tokens[at]!;
    const wanted = this.command.parameters.filter(
      (p) =>
        this.open(p.name) &&
        // Another wrangler config is asked for by its name, never in passing.
        p.name !== "config" &&
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
          // What is fetched is named first, a place for it after.
          if (p.name === "key" && p.required && /-(?:get|download)$/.test(this.command.slug)) return 4;
          // A file without its directory is looked for by its name.
          if (p.name === "name" && p.type === "string" && !p.required && !token.text.includes("/")) return 4;
          return path ? 3 : p.type === "string" && p.required && !isSql(p, this.command) ? 1 : 0;
        case "glob":
          return p.name === "name" || p.name === "pattern" ? 3 : path ? 1 : 0;
        case "hash":
          return ["commit", "version", "tree", "bookmark", "hash"].includes(p.name) ? 3 : p.required ? 1 : 0;
        case "quoted":
          if (/[*?]/.test(token.text) && p.name === "name") return 3;
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
    // Who orders something begins with what to do: a word there that nobody knows is no argument.
    const first = this.tokens.findIndex(({ kind, word }) => kind !== "word" || !isWeak(word));
    const verb =
      first === 0 && this.tokens[0]?.kind === "word" && [...this.taken].some((i) => i > first) ? first : -1;
    // What the place could have told is waited for least.
    const waiting = [...this.command.parameters].sort(
      (a, b) => Number(a.from !== undefined) - Number(b.from !== undefined),
    );
    for (const parameter of waiting) {
      // Words to look for are never required: without them it is everything.
      const wanted = parameter.required || parameter.name === "q" || parameter === this.spoken();
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
        token.word !== "" &&
        !this.isOther(token) &&
        !(isParticiple(token.word) && isKnown(stem(token.word))) &&
        i !== verb
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
      if (parameter.items === "string") {
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
      const joined = this.whole.slice(this.tokens[first]!.start, this.tokens[end]!.end);
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
          Number(isKnown(stem(this.tokens[a]!.word))) - Number(isKnown(stem(this.tokens[b]!.word))) || a - b,
      );
      for (const at of order) if (this.set(parameter, this.tokens[at]!.text, [at], SURE.rest)) break;
    }
  }
}
