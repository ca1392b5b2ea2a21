/** Flags as the program itself takes them. Pure. */
import type { Json } from "../contracts/json.ts";
import { Filling, SURE } from "./filling.ts";

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
}
