/** Arguments of a command from the words of one clause and the facts of the place. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { fact } from "../library/calls.ts";
import { own, problem } from "../library/parameters.ts";
import { isSql } from "./fill-kinds.ts";
import { RestFilling } from "./fill-rest.ts";
import { PROSE } from "./fill-roles.ts";
import { readWithin } from "./fill-within.ts";
import { type Filled, type Source, SURE } from "./filling.ts";
import { readEnvironment } from "./misspelt.ts";
import type { ShellLine } from "./shell.ts";
import type { Situation } from "./situation.ts";
import { isWeak } from "./vocabulary.ts";
import type { Token } from "./words.ts";

export type { Filled, Source };

/**
 * Fills what it can. A value that the parameter refuses is left out; nothing is made up.
 * @param said tokens of the clause
 * @param taken tokens that say which command is meant, and so are no arguments
 * @param line when the tokens are a command line: what stands behind its head is an argument by its place
 */
export function fillArgs(
  command: Command,
  said: readonly Token[],
  taken: ReadonlySet<number>,
  situation: Situation,
  whole: string,
  line: ShellLine | null = null,
): Filled {
  const { tokens, used } = line
    ? { tokens: said, used: [] }
    : readWithin(command, readEnvironment(command, said, situation), taken);
  const filling = new WholeFilling(command, tokens, taken, situation, whole);
  for (const at of portsIn(command, tokens)) filling.used.set(at, 0);
  for (const at of used) filling.used.set(at, SURE.marked);
  if (line) filling.given(line);
  // What takes no arguments has nothing to be filled.
  if (command.parameters.length === 0) return filling.result();
  filling.hyphened();
  filling.flags();
  if (line) filling.positional(line.head);
  filling.sql();
  filling.certain();
  filling.kinds();
  filling.switches();
  filling.properNames();
  filling.beside();
  filling.introduced();
  filling.patterned();
  filling.numbers();
  filling.named();
  filling.directories();
  filling.typed();
  filling.environment();
  filling.facts();
  filling.rest();
  filling.sameName();
  return filling.result();
}

/** "the process on port 3000": a number of another thing than the command takes. */
function portsIn({ parameters }: Command, tokens: readonly Token[]): number[] {
  if (parameters.some(({ name }) => name === "port")) return [];
  return tokens.flatMap(({ kind, text }, at) =>
    (kind === "number" && tokens[at - 1]?.word === "port") || /^(?:localhost)?:\d+$/.test(text) ? [at] : [],
  );
}

class WholeFilling extends RestFilling {
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

  /** Paths, addresses, numbers and quoted text go to the parameters that take such things, in order. */
  typed(): void {
    for (const [at, token] of this.tokens.entries()) {
      if (!this.free(at) || token.kind === "word") continue;
      if (token.kind !== "number") this.value(at);
    }
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
    const list = this.command.parameters.find(
      (p) =>
        p.items === "path" ||
        (p.items === "string" && /^which\b/.test(p.description) && token.kind !== "glob") ||
        // "the tests in test/cart.test.ts": what a program gets.
        (p.items === "string" && p.name === "args" && token.kind === "path"),
    );
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
          if (p.name === "key" && p.required && token.text.includes("/")) return 3;
          if (p.name === "value") return 2;
          return PROSE.has(p.name) ? 3 : p.required ? 2 : path && /[./]/.test(token.text) ? 1 : 0;
        default:
          return 0;
      }
    };
    const ranked = wanted
      .map((p) => ({ p, rank: byKind(p) + (p.required ? 0.5 : 0) - (p.from ? 0.25 : 0) }))
      .filter(({ rank }) => rank >= 1);
    ranked.sort((a, b) => b.rank - a.rank);
    for (const { p } of ranked)
      if (this.set(p, p.items ? [token.text] : token.text, [at], SURE.typed)) return;
  }

  /** An environment may be named without "to": `deploy staging`. */
  environment(): void {
    const parameter = this.open("env") ?? this.open("environment");
    if (parameter?.type === "string")
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
}
