/** Booleans and options that words name. Pure. */
import type { Parameter } from "../contracts/definition.ts";
import { FlagFilling } from "./fill-flags.ts";
import { traitsOf } from "./fill-kinds.ts";
import { ENDINGS, OPTIONS, SWITCHES } from "./fill-roles.ts";
import { SURE } from "./filling.ts";
import { isKnown, meaningsOf, SAME } from "./vocabulary.ts";
import { stem, stemOf, type Token } from "./words.ts";

export class SwitchFilling extends FlagFilling {
  /** "markdown files": a kind of file is a pattern of names. */
  kinds(): void {
    const name = this.command.slug === "find" ? this.open("name") : undefined;
    if (!name) return;
    for (const [at, token] of this.tokens.entries()) {
      const ending = ENDINGS[token.word];
      if (ending && this.set(name, `*.${ending}`, [at], SURE.typed)) return;
    }
  }

  /** As its definition describes on and off: "remote branches too", "false is what is not". */
  private described(parameter: Parameter): boolean {
    const { on, off } = traitsOf(parameter, this.command);
    const { words, stems } = this.said;
    const at = (said: (token: Token) => string, one: string) =>
      this.tokens.findIndex((token, k) => token.kind === "word" && said(token) === one && !this.used.has(k));
    const places = (all: readonly string[], said: (token: Token) => string) =>
      all.map((one) => at(said, one)).filter((i) => i >= 0);
    if (parameter.default === true) {
      const un = `un${on[0]}`;
      const negated = on.length === 1 && stems.has(un) ? at(stemOf, un) : -1;
      if (negated >= 0) return this.set(parameter, false, [negated], SURE.typed);
      const isOff = off.some((one) => words.has(one)) ? places(off, ({ word }) => word) : [];
      if (isOff.length > 0 && isOff.length >= Math.min(2, off.length))
        return this.set(parameter, false, isOff, SURE.typed);
    }
    if (!on.some((one) => stems.has(one))) return false;
    const isOn = places(on, stemOf);
    if (isOn.length === 0) return false;
    // "what is not staged" is the other.
    if (isOn.some((i) => /^(?:not|isnt|arent|without|no)$/.test(this.tokens[i - 1]?.word ?? "")))
      return isOn.length === on.length && this.set(parameter, false, isOn, SURE.typed);
    const enough = isOn.length === on.length || (isOn.length >= 3 && isOn.length / on.length > 0.7);
    return enough && this.set(parameter, true, isOn, SURE.typed);
  }

  /** Booleans that a word switches on, options that were named. */
  switches(): void {
    if (!this.command.parameters.some(({ type }) => type === "boolean" || type === "enum")) return;
    const { text } = this.said;
    for (const parameter of this.command.parameters) {
      if ((parameter.type !== "boolean" && parameter.type !== "enum") || !this.open(parameter.name)) continue;
      if (parameter.type === "boolean") {
        if (this.described(parameter)) continue;
        const word = traitsOf(parameter, this.command).spoken.find((one) => text.includes(` ${one} `));
        // What is on unless said, or what the command is called by, is not switched by its name.
        if (
          word &&
          (parameter.default !== true || parameter.name === "local") &&
          !this.command.slug.split("-").includes(word)
        ) {
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
          / (remote|deployed|production|live) /.test(text) &&
          parameter.default === true
        )
          this.set(
            parameter,
            false,
            this.tokens.flatMap((token, i) => (/^(remote|deployed|live)$/i.test(token.text) ? [i] : [])),
            SURE.typed,
          );
      } else {
        const at = this.tokens.findIndex(
          (token, i) =>
            this.free(i) &&
            (!this.taken.has(i) || this.tokens[i - 1]?.word === "by") &&
            parameter.options?.some((option) => option.toLowerCase() === token.text.toLowerCase()),
        );
        // "errors", "warnings": several of what an option is called, also where they say which command it is.
        const many = this.tokens.findIndex(
          ({ word }, i) =>
            this.free(i) && parameter.options?.some((option) => option.length > 2 && word === `${option}s`),
        );
        if (at < 0 && many >= 0)
          this.set(parameter, this.tokens[many]!.word.slice(0, -1), [many], SURE.typed);
        const option = parameter.options?.find(
          (one) => one.toLowerCase() === this.tokens[at]?.text.toLowerCase(),
        );
        if (!this.open(parameter.name)) continue;
        const on = parameter.options?.includes("yes") && SWITCHES[parameter.name];
        const said = on ? on.find((one) => text.includes(` ${one} `)) : undefined;
        if (said !== undefined) {
          const from = this.tokens.findIndex(({ word }) => word === said.split(" ")[0]);
          this.set(parameter, "yes", from < 0 ? [] : said.split(" ").map((_, i) => from + i), SURE.typed);
          continue;
        }
        if (at < 0) this.optionByMeaning(parameter);
        if (option !== undefined && !["yes", "no"].includes(option))
          this.set(parameter, option, [at], SURE.typed);
        else this.optionByWords(parameter, text);
      }
    }
  }

  /** Another word for an option: "current" for active. */
  private optionByMeaning(parameter: Parameter): void {
    for (const [at, token] of this.tokens.entries()) {
      if (token.kind !== "word" || !this.free(at) || this.taken.has(at) || !isKnown(stemOf(token))) continue;
      const meant = meaningsOf(stemOf(token)).find(
        ({ concept, weight }) => weight >= SAME && concept.length > 3 && parameter.options?.includes(concept),
      );
      if (meant && this.set(parameter, meant.concept, [at], SURE.typed)) return;
    }
  }

  /** "in western europe" for `weur`. */
  protected optionByWords(parameter: Parameter, text: string): void {
    // "manage agents" for `agents:manage`.
    const stems = this.tokens.map(({ word }) => stem(word));
    for (const option of parameter.options ?? []) {
      const at = option.split(":").map((part) => stems.indexOf(stem(part)));
      if (at.length > 1 && !at.includes(-1) && this.set(parameter, option, at, SURE.typed)) return;
    }
    for (const option of parameter.options ?? [])
      for (const words of OPTIONS[option] ?? []) {
        if (!text.includes(` ${words} `) || !this.open(parameter.name)) continue;
        const said = words.split(" ");
        const from = this.tokens.findIndex((_, i) =>
          said.every((one, k) => this.tokens[i + k]?.word === one),
        );
        if (from >= 0)
          this.set(
            parameter,
            option,
            said.map((_, k) => from + k),
            SURE.typed,
          );
      }
  }
}
