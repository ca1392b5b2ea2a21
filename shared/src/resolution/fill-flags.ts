import type { Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { ENDINGS, OPTIONS, SWITCHES } from "./fill-roles.ts";
import { Filling, SURE } from "./filling.ts";
import { stem } from "./words.ts";

export class FlagFilling extends Filling {
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

  protected flag(name: string, at: number): void {
    const parameter = this.open(name);
    if (!parameter) return;
    const value = this.tokens[at + 1];
    if (parameter.type === "boolean") this.set(parameter, true, [at], SURE.marked);
    else if (value && value.kind !== "mark") this.set(parameter, value.text, [at, at + 1], SURE.marked);
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

  protected letters(letters: string, items: readonly unknown[], at: number): void {
    for (const letter of letters)
      for (const item of items as { literal?: string; when?: { param: string; equals?: Json } }[])
        if (
          item.literal &&
          item.when &&
          item.literal.toLowerCase() === `-${letter.toLowerCase()}` &&
          this.open(item.when.param)
        )
          this.switchTo(item.when as { param: string }, at);
    // `-u` for `--set-upstream`: the one switch with a word that begins so.
    if (this.used.has(at) || letters.length > 1) return;
    const begins = this.command.parameters.filter(
      (p) =>
        p.type === "boolean" &&
        p.default !== true &&
        p.name.split("_").some((word) => word.startsWith(letters.toLowerCase())),
    );
    if (begins.length === 1) this.switchTo({ param: begins[0]!.name }, at);
  }

  protected looseFlag(named: string, at: number): void {
    // `--hard` of an enum, `--remote` of a boolean called local.
    for (const parameter of this.command.parameters) {
      if (parameter.options?.includes(named) && this.open(parameter.name))
        this.set(parameter, named, [at], SURE.marked);
      if (named === "remote" && parameter.name === "local" && this.open("local"))
        this.set(parameter, false, [at], SURE.marked);
    }
  }

  protected switchTo(when: { param: string; equals?: Json | undefined }, at: number): void {
    const parameter = this.open(when.param);
    if (parameter) this.set(parameter, when.equals === undefined ? true : when.equals, [at], SURE.marked);
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
            (!this.taken.has(i) || this.tokens[i - 1]?.word === "by") &&
            parameter.options?.some((option) => option.toLowerCase() === token.text.toLowerCase()),
        );
        const option = parameter.options?.find(
          (one) => one.toLowerCase() === this.tokens[at]?.text.toLowerCase(),
        );
        if (option !== undefined && !["yes", "no"].includes(option))
          this.set(parameter, option, [at], SURE.typed);
        else this.optionByWords(parameter, text);
      }
    }
  }
}
