/** Arguments being filled: what is there, what is still open, which words are used up. The ways to fill build on it. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { fromText, missing as missingMessage, own, problem } from "../library/parameters.ts";
import { isCommon, isIdentifier, isRevision } from "./fill-common.ts";
import { traitsOf } from "./fill-kinds.ts";
import { ENVIRONMENTS, NUMBERS, PROSE, SHORT_ENVIRONMENTS, USUAL_DIRECTORIES } from "./fill-roles.ts";
import { type Said, saidBy } from "./fill-said.ts";
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
export const SURE = { marked: 1, typed: 0.95, rest: 0.8, fact: 0.9 };

export class Filling {
  readonly args: { [name: string]: Json } = {};
  readonly sources: { [name: string]: Source } = {};
  readonly used = new Map<number, number>();
  readonly command: Command;
  readonly tokens: readonly Token[];
  readonly said: Said;
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
    this.said = saidBy(tokens);
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

  protected open(name: string): Parameter | undefined {
    const parameter = this.command.parameters.find((p) => p.name === name);
    return parameter && own(this.args, name) === undefined ? parameter : undefined;
  }

  /** Takes the value if the parameter does. */
  protected set(parameter: Parameter, value: Json, at: readonly number[], sure: number): boolean {
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

  protected free(at: number): boolean {
    const token = this.tokens[at];
    return token !== undefined && !this.used.has(at) && token.kind !== "mark" && token.kind !== "flag";
  }

  /** Is the token the kind of thing that the parameter takes? */
  protected fits(parameter: Parameter, at: number, introduced: boolean): boolean {
    const token = this.tokens[at]!;
    if (token.kind === "mark" || token.kind === "flag") return false;
    if (parameter.name === "env" || parameter.name === "environment") return this.isEnvironment(token);
    // "push to main" names the branch, and leaves the remote as it is.
    if (parameter.name === "remote" && this.open("branch") && this.isBranch(token.text)) return false;
    if (parameter.name === "branch" && /^(?:origin|upstream)$/.test(token.text) && this.open("remote"))
      return false;
    // Where it went is no branch of that name.
    if (parameter.name === "branch" && parameter.from !== undefined && this.isEnvironment(token))
      return false;
    if (parameter.type === "number") return token.kind === "number";
    if (parameter.type === "path" || parameter.items === "path")
      return this.fitsPath(parameter, at, introduced);
    if (parameter.name === "commit")
      return (
        token.kind === "quoted" ||
        isRevision(token.text) ||
        this.isBranch(token.text) ||
        (parameter.required && token.kind === "word" && !isCommon(token.word) && !isKnown(stem(token.word)))
      );
    if (/url/.test(parameter.name)) return token.kind === "url" || token.kind === "path";
    if (parameter.name === "email") return token.text.includes("@");
    if (["remote", "database", "bucket", "user", "author", "file"].includes(parameter.name))
      return token.kind !== "path" || parameter.name === "file"
        ? /^(origin|upstream)$/.test(token.word) ||
            token.kind === "quoted" ||
            (!isKnown(stem(token.word)) &&
              !isCommon(token.text) &&
              !(parameter.name === "database" && this.isEnvironment(token)))
        : false;
    if (token.kind !== "word" || parameter.name === "value" || PROSE.has(parameter.name))
      return token.kind !== "word" || !isWeak(token.word);
    return !isCommon(token.text);
  }

  /** A path as it is written, or a word that is introduced as one. */
  private fitsPath(parameter: Parameter, at: number, introduced: boolean): boolean {
    const token = this.tokens[at]!;
    if (["path", "glob", "quoted"].includes(token.kind)) return true;
    if (!introduced || token.kind !== "word" || isIdentifier(token.text) || parameter.name === "config")
      return false;
    const to = traitsOf(parameter, this.command).written;
    if (!to && this.pathsSuffice(parameter)) return false;
    // "into the folder manual": said to be one.
    if (/^(?:folder|directory|dir)$/.test(this.tokens[at - 1]?.word ?? "")) return !isWeak(token.word);
    if (USUAL_DIRECTORIES.has(token.text)) return true;
    // "into work": last, and no word for anything that a program makes.
    const into = parameter.name === "into" ? /^(?:into|to)$/ : /^into$/;
    if (to && at === this.tokens.length - 1 && into.test(this.tokens[at - 1]?.word ?? ""))
      return !isWeak(token.word);
    // "to staging" is hardly a file of that name, unless it is said to be called so.
    if (this.isEnvironment(token) && !this.isNamed(at)) return false;
    if (isCommon(token.text)) return false;
    return to || parameter.name === "path" || parameter.name === "directory" || !isKnown(stem(token.word));
  }

  /** What is written as a path goes before a word that may be one: is there enough of it? */
  protected pathsSuffice(parameter: Parameter): boolean {
    const places = this.command.parameters.filter(
      (p) => p.type === "path" && p.name !== "config" && this.open(p.name) && (p.required || p === parameter),
    );
    const paths = this.tokens.filter(
      ({ kind, text }, i) => this.free(i) && (kind === "path" || kind === "quoted") && !text.includes("@"),
    );
    return paths.length >= Math.max(1, places.length);
  }

  /** The number that the token is, written or spoken. */
  protected amount(at: number): number | null {
    const token = this.tokens[at];
    if (token?.kind === "number") return Number(token.text);
    return token?.kind === "word" ? (NUMBERS[token.word] ?? null) : null;
  }

  /** `main`, `master`, and the one that is checked out. */
  protected isBranch(text: string): boolean {
    return /^(?:main|master|develop|trunk)$/.test(text) || this.situation.git?.branch === text;
  }

  protected isEnvironment(token: Token): boolean {
    if (token.kind !== "word" && token.kind !== "quoted") return false;
    const declared = this.situation.wrangler?.environments ?? [];
    return declared.includes(token.text) || ENVIRONMENTS.includes(token.text.toLowerCase());
  }

  /** Is it said to be a name: "called staging", "the folder staging"? */
  protected isNamed(at: number): boolean {
    return /^(?:called|named|folder|directory|dir|file)$/.test(this.tokens[at - 1]?.word ?? "");
  }

  protected setEnvironment(parameter: Parameter, token: Token, at: number[]): boolean {
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
}
