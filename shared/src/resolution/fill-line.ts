/** Arguments by their place on a command line. Pure. */
import type { Parameter } from "../contracts/definition.ts";
import { own } from "../library/parameters.ts";
import { PROSE } from "./fill-roles.ts";
import { SpokenFilling } from "./fill-spoken.ts";
import { SURE } from "./filling.ts";
import type { ShellLine } from "./shell.ts";
import { isWordOf } from "./vocabulary.ts";

export class LineFilling extends SpokenFilling {
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
      if (this.apart(at)) continue;
      const said = token.kind === "word" && isWordOf(token.word) && !/^(origin|upstream)$/.test(token.word);
      const next = order.findIndex((p) => {
        if (p.items ? this.sources[p.name]?.from === "fact" : !this.open(p.name)) return false;
        if (said && !p.required && head < 3) return false;
        if (token.kind === "number" && p.type === "path") return false;
        if (p.name === "name" && p.from === undefined && this.command.slug === "find") return false;
        const held = own(this.args, p.name);
        const value = p.items ? [...(Array.isArray(held) ? held : []), token.text] : token.text;
        return this.set(p, value, [at], SURE.marked);
      });
      if (next >= 0 && !order[next]!.items) order.splice(next, 1);
    }
  }

  /** `bucket/key`: a value put together of several is taken apart the same way. */
  private apart(at: number): boolean {
    const { definition } = this.command;
    for (const item of "argv" in definition ? definition.argv : []) {
      if (typeof item !== "object" || !("join" in item) || item.join.length < 3) continue;
      const [left, mark, right] = item.join.slice(-3);
      if (typeof left !== "object" || typeof mark !== "string" || typeof right !== "object") continue;
      const [first, second] = [this.open(left.param), this.open(right.param)];
      const { text } = this.tokens[at]!;
      const cut = text.indexOf(mark);
      if (!first || !second || cut < 1) continue;
      if (
        this.set(first, text.slice(0, cut), [at], SURE.marked) &&
        this.set(second, text.slice(cut + mark.length), [at], SURE.marked)
      )
        return true;
    }
    return false;
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
}
