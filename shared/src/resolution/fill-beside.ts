/** What stands beside the word for a thing is which one: "branch spike", "the search service", "folder build". Pure. */
import type { Parameter } from "../contracts/definition.ts";
import { isCommon, isNameLike } from "./fill-common.ts";
import { readingOf, traitsOf } from "./fill-kinds.ts";
import { NumberFilling } from "./fill-numbers.ts";
import { PROSE, USUAL_DIRECTORIES } from "./fill-roles.ts";
import { SURE } from "./filling.ts";
import { isVerb } from "./mood.ts";
import { isKnown, isWeak, isWordOf } from "./vocabulary.ts";
import { stem, stemOf, type Token } from "./words.ts";

/** Words for things that have names: "the user bob" is no database. */
const KINDS = new Set(
  "user client employee bucket database table branch queue group project worker service namespace secret tag role column".split(
    " ",
  ),
);

/** What a thing has rather than is called. */
const ATTRIBUTES =
  /^(?:sizes?|contents?|info|information|details?|status|state|lists?|names?|usage|settings?|keys?|messages?|objects?|stats|statistics|metadata|here|there|too|first|please|again|back|up|down|off|on|out|over|instead|permissions?|members?|version|configuration|config|address|id|url|urls|history|time|restarts?|file|files|folder|everything|nothing|today|tomorrow|yesterday|tonight|now|later|soon|right|properly|running|alive|online|offline|dead|broken|full|empty|slow|hangs|crashes|listing|overview|tracking|thing|things|afterwards)$/;
function isAttribute(word: string): boolean {
  return ATTRIBUTES.test(word);
}

export class BesideFilling extends NumberFilling {
  /** Does the word before it say that it is the name of something else than the parameter takes? */
  protected isOfAnother(parameter: Parameter, at: number): boolean {
    const before = this.tokens[at - 1]?.word ?? "";
    if (!KINDS.has(before) || this.command.slug.split("-").includes(before)) return false;
    return !traitsOf(parameter, this.command).nouns.has(stem(before)) && parameter.name !== before;
  }

  /** For each parameter: the word right behind what it is called, else the one before. */
  beside(): void {
    const { beside, nouns: all } = readingOf(this.command);
    const { stems } = this.said;
    if (![...all].some((noun) => stems.has(noun))) return;
    const end = this.proseAt();
    for (const parameter of beside) {
      if (!this.open(parameter.name)) continue;
      const { nouns } = traitsOf(parameter, this.command);
      for (let at = 0; at < end && this.open(parameter.name); at++) {
        const token = this.tokens[at]!;
        if (token.kind !== "word" || !nouns.has(stemOf(token))) continue;
        // "the api service hangs": the one before where an article stands before it, unless the one behind is written like a name.
        const written = isNameLike(this.tokens[at + 1]?.text ?? "") || this.tokens[at + 1]?.kind === "quoted";
        if (!written && this.before(parameter, at, true)) continue;
        // Of several things none is told by its name.
        const many = !parameter.items && token.word.length > 3 && /[^su]s$/.test(token.word);
        if (!many && this.behind(parameter, at)) continue;
        // "png files" are of a kind.
        if (token.word === "files" && !this.isWritten(at - 1)) continue;
        this.before(parameter, at, false);
      }
    }
  }

  private isWritten(at: number): boolean {
    const token = this.tokens[at];
    return (
      token !== undefined &&
      (token.kind !== "word" || isNameLike(token.text) || USUAL_DIRECTORIES.has(token.text))
    );
  }

  /** Where text of one's own begins, that holds words of any kind. */
  private proseAt(): number {
    const open = this.command.parameters.some((p) => PROSE.has(p.name) && this.open(p.name));
    const at = open ? this.tokens.findIndex(({ word }) => /^(?:message|msg|saying|note)$/.test(word)) : -1;
    return at < 0 ? this.tokens.length : at;
  }

  private behind(parameter: Parameter, noun: number): boolean {
    let at = noun + 1;
    let said = false;
    while (
      /^(?:is|called|named|titled|with|id|name|as)$/.test(this.tokens[at]?.word ?? "") &&
      at < noun + 3
    ) {
      said ||= /^(?:called|named|titled|id)$/.test(this.tokens[at]!.word);
      // "with" and "as" introduce something else, unless a name is said to follow.
      if (
        /^(?:with|as)$/.test(this.tokens[at]!.word) &&
        !/^(?:id|name)$/.test(this.tokens[at + 1]?.word ?? "")
      )
        return false;
      at += 1;
    }
    if (at > noun + 1 && !said) return false;
    // "the database reporting": the ending alone makes no common word of what stands last.
    const last = at === this.tokens.length - 1;
    if (!this.couldName(parameter, at, noun, said, !last)) return false;
    const { word, text } = this.tokens[at]!;
    const after = this.tokens[at + 1];
    // A word for something else is a name only where nothing that it could belong to follows.
    const alone = after === undefined || after.kind !== "word" || isWeak(after.word) || this.used.has(at + 1);
    const verb =
      isVerb(stem(word)) &&
      !word.endsWith("s") &&
      (after === undefined || !isWeak(after.word)) &&
      parameter.name !== "branch";
    if (
      !said &&
      isWordOf(word) &&
      !isNameLike(text) &&
      (!alone || verb) &&
      !this.isRightBehind(parameter, at, noun)
    )
      return false;
    return this.take(parameter, at);
  }

  private before(parameter: Parameter, noun: number, only: boolean): boolean {
    // "the FLAGS kv binding": what the command is about may stand between.
    const at = this.command.slug.split("-").includes(this.tokens[noun - 1]?.word ?? "") ? noun - 2 : noun - 1;
    if (!this.couldName(parameter, at, noun, false)) return false;
    const { word, text } = this.tokens[at]!;
    const ahead = this.tokens[at - 1];
    const introduced =
      ahead !== undefined &&
      ahead.kind === "word" &&
      /^(?:the|our|my|this|from|to|in|into|on|of|at)$/.test(ahead.word);
    if (only && !introduced) return false;
    const sure = isNameLike(text) || (parameter.type === "path" && USUAL_DIRECTORIES.has(text));
    if (!sure && (isWordOf(word) ? !introduced || this.taken.has(at) : at === 0 || isVerb(stem(word))))
      return false;
    return this.take(parameter, at);
  }

  private take(parameter: Parameter, at: number): boolean {
    const text = this.tokens[at]!.text;
    const more = this.belonging(parameter, at);
    return more > 0
      ? this.takeSpan(parameter, at, more)
      : this.set(parameter, parameter.items ? [text] : text, [at], SURE.typed);
  }

  /** "the service db", "in bucket site": alone behind the word for the thing, also where it is a word for something else. */
  private isRightBehind(parameter: Parameter, at: number, noun: number): boolean {
    const { word, text } = this.tokens[at]!;
    const after = this.tokens[at + 1];
    const alone = after === undefined || after.kind !== "word" || isWeak(after.word) || this.used.has(at + 1);
    const thing = this.tokens[noun]!.word;
    if (noun !== at - 1 || !alone || parameter.from?.startsWith("git.")) return false;
    if (!/^(?:service|bucket|queue|namespace|worker|project|group|branch|remote)$/.test(thing)) return false;
    return (
      /^[a-z][a-z0-9-]+$/.test(text) &&
      !isWeak(word) &&
      !isVerb(stem(word)) &&
      !/(?:ed|ing|ly)$/.test(word) &&
      !this.command.slug.split("-").includes(word) &&
      !isAttribute(word) &&
      !KINDS.has(word.replace(/s$/, "")) &&
      !this.isEnvironment(this.tokens[at]!)
    );
  }

  /** How many tokens behind it belong to it: "+49 30 1234567", "Acme Corp". */
  protected belonging(parameter: Parameter, at: number): number {
    const capital = /^\p{Lu}\p{Ll}/u;
    const belongs = /\btelephone\b/.test(parameter.description)
      ? ({ kind }: Token) => kind === "number"
      : parameter.type === "string" && parameter.pattern === undefined && capital.test(this.tokens[at]!.text)
        ? ({ kind, text }: Token) => kind === "word" && capital.test(text)
        : null;
    let more = 0;
    while (
      belongs &&
      this.free(at + more + 1) &&
      belongs(this.tokens[at + more + 1]!) &&
      this.whole.slice(this.tokens[at + more]!.end, this.tokens[at + more + 1]!.start) === " "
    )
      more += 1;
    return more;
  }

  protected takeSpan(parameter: Parameter, at: number, more: number): boolean {
    const text = this.whole.slice(this.tokens[at]!.start, this.tokens[at + more]!.end);
    return this.set(
      parameter,
      text,
      Array.from({ length: more + 1 }, (_, i) => at + i),
      SURE.typed,
    );
  }

  /** Is the token a name that the parameter may have? */
  private couldName(parameter: Parameter, at: number, noun: number, said: boolean, doing = true): boolean {
    const token = this.tokens[at];
    if (!token || !this.free(at)) return false;
    // A comma parts them: "this branch, track it".
    const ahead = this.tokens[at - 1];
    if (noun < at && ahead && this.whole.slice(ahead.end, token.start).includes(",")) return false;
    const path = parameter.type === "path" || parameter.items === "path";
    if (token.kind === "quoted") return true;
    if (path) {
      if (token.kind === "path" || token.kind === "glob") return true;
      if (this.pathsSuffice(parameter)) return false;
      // "the empty folder old": what stands right behind the word for it, and before nothing that it could belong to.
      const next = this.tokens[at + 1];
      if (
        token.kind === "word" &&
        (next === undefined || isWeak(next.word)) &&
        /^(?:folder|director)/.test(this.tokens[at - 1]!.word)
      )
        return (
          !isWeak(token.word) &&
          !/^(?:sizes?|names?|contents?|tree|structure|details|info|list|usage|path|again|too)$/.test(
            token.word,
          )
        );
      return (
        token.kind === "word" &&
        (!isCommon(token.word) || USUAL_DIRECTORIES.has(token.text)) &&
        (!isKnown(stemOf(token)) || USUAL_DIRECTORIES.has(token.text))
      );
    }
    if (
      token.kind !== "word" &&
      token.kind !== "hash" &&
      !(token.kind === "path" && parameter.name === "key")
    )
      return false;
    if (said) return !isWeak(token.word);
    if (this.isRightBehind(parameter, at, noun)) return true;
    if (isCommon(token.text, doing) && !isNameLike(token.text)) return false;
    if (traitsOf(parameter, this.command).nouns.has(stemOf(token))) return false;
    if (this.isEnvironment(token) && parameter.name !== "environment")
      return traitsOf(parameter, this.command).branch;
    return !this.command.slug.split("-").includes(token.word);
  }

  /** "how big is node_modules", "pack src and docs": directories that projects have. */
  directories(): void {
    const one = this.command.parameters.find(
      (p) =>
        p.type === "path" && p.name !== "config" && this.open(p.name) && (p.required || p.name === "path"),
    );
    const list = this.command.parameters.find((p) => p.items === "path");
    if (!one && !list) return;
    const found = this.tokens.flatMap(({ kind, text }, at) => {
      if (kind !== "word" || !this.free(at) || !USUAL_DIRECTORIES.has(text)) return [];
      const ahead = this.tokens[at - 1]?.word ?? "";
      // "temp files" are of a kind.
      if (this.tokens[at + 1]?.word === "files") return [];
      // "coverage and .turbo": one of several paths.
      const listed =
        list &&
        this.tokens[at + 1]?.word === "and" &&
        ["path", "glob"].includes(this.tokens[at + 2]?.kind ?? "");
      return listed ||
        /^(?:src|dist|libs?|docs|tmp|temp|node_modules)$/.test(text) ||
        /^(?:in|into|under|below|of|and|from|inside|directory|folder|directories|folders)$/.test(ahead)
        ? [at]
        : [];
    });
    if (found.length === 0) return;
    if (list && (this.open(list.name) || this.sources[list.name]?.from === "fact"))
      this.set(
        list,
        found.map((at) => this.tokens[at]!.text),
        found,
        SURE.typed,
      );
    else if (one && found[0] !== undefined)
      this.set(one, this.tokens[found[0]]!.text, [found[0]], SURE.typed);
  }
}
