/** Numbers, spoken or written: how many, how long, how much, which signal. Pure. */
import type { Parameter } from "../contracts/definition.ts";
import { FormFilling } from "./fill-forms.ts";
import { SECONDS, SIGNALS } from "./fill-roles.ts";
import { SURE } from "./filling.ts";
import { isWeak } from "./vocabulary.ts";
import { stem, wordsOf } from "./words.ts";

const UNITS: { [letter: string]: number | undefined } = { s: 1, m: 60, h: 3_600, d: 86_400 };
const COUNTS = ["lines", "count", "pid", "limit", "depth", "events", "keep"];

export class NumberFilling extends FormFilling {
  /** `tail -100`, `kill -9`, `-HUP`: what stands behind a hyphen on a command line. */
  hyphened(): void {
    const signal = this.command.parameters.find((p) => p.options?.includes("KILL"));
    if (!signal && !this.tokens.some(({ kind }) => kind === "number")) return;
    for (const [at, token] of this.tokens.entries()) {
      if (token.kind !== "number" && token.kind !== "flag" && token.kind !== "word") continue;
      const name = token.text.replace(/^-?(?:SIG)?(?=[A-Z])/, "");
      if (signal && this.open(signal.name) && /^-\d+$/.test(token.text))
        this.set(signal, SIGNALS[token.text.slice(1)] ?? "", [at], SURE.marked);
      else if (signal && this.open(signal.name) && signal.options?.includes(name))
        this.set(signal, name, [at], SURE.marked);
      else if (token.kind === "number" && /^-\d+$/.test(token.text)) {
        const count = ["lines", "count"].map((one) => this.open(one)).find((p) => p !== undefined);
        if (count) this.set(count, Number(token.text.slice(1)), [at], SURE.marked);
      }
    }
  }

  /** "five seconds", "a delay of 30 seconds", "at most 50 cents", "expect 401". */
  numbers(): void {
    if (!this.command.parameters.some(({ type }) => type === "number")) return;
    for (const [at] of this.tokens.entries()) if (this.free(at)) this.number(at);
  }

  protected number(at: number): void {
    const token = this.tokens[at]!;
    const open = this.command.parameters.filter((p) => p.type === "number" && this.open(p.name));
    if (open.length === 0) return;
    const next = this.tokens[at + 1];
    // "30s", "5min": the unit in the same word.
    const glued = /^(\d+)(s|secs?|m|mins?|h|hrs?|d)$/i.exec(token.text);
    const unit = glued ? UNITS[glued[2]![0]!.toLowerCase()] : SECONDS[stem(next?.word ?? "")];
    const dollars = /^\$\d+(?:\.\d+)?$/.test(token.text) ? Number(token.text.slice(1)) : null;
    const said =
      dollars ??
      (glued ? Number(glued[1]) : this.amount(at)) ??
      (/^an?$/.test(token.word) && unit ? 1 : null);
    if (said === null) return;
    const money =
      dollars !== null
        ? 1
        : /^cents?$/.test(next?.word ?? "")
          ? 0.01
          : /^(?:dollars?|usd)$/.test(next?.word ?? "")
            ? 1
            : 0;
    if (money > 0) {
      const price = open.find(({ name, description }) => /usd|dollar/.test(`${name} ${description}`));
      if (price) this.set(price, said * money, dollars === null ? [at, at + 1] : [at], SURE.typed);
      return;
    }
    const status = open.find(({ name }) => name === "status");
    if (status && Number.isInteger(said) && said >= 100 && said < 600 && open.length === 1) {
      this.set(status, said, [at], SURE.typed);
      return;
    }
    const times = open.filter(isTime);
    const others = open.filter((p) => !isTime(p));
    const meant = unit
      ? (this.nearest(times, at) ?? (times.length === 1 ? times[0] : times.find((p) => p.name === "seconds")))
      : this.counted(others, times, at);
    if (meant)
      this.set(
        meant,
        said * (unit && isTime(meant) ? unit : 1),
        unit && !glued ? [at, at + 1] : [at],
        SURE.typed,
      );
  }

  private counted(
    others: readonly Parameter[],
    times: readonly Parameter[],
    at: number,
  ): Parameter | undefined {
    const token = this.tokens[at]!;
    // "on port 3000" is no process of that number.
    if (/^(?:port|version|issue|ticket|year|room)$/.test(this.tokens[at - 1]?.word ?? "")) return undefined;
    // "bigger than 10 MB" counts nothing.
    if (/^(?:[kmg]i?b|bytes?|(?:kilo|mega|giga)bytes?|percent)$/.test(this.tokens[at + 1]?.word ?? ""))
      return undefined;
    const near = this.nearest(others, at);
    if (near) return near;
    // A spoken number alone is more often none.
    if (
      token.kind !== "number" &&
      !/^(?:last|first|next|newest|only|opening|top|keep|leave|most)$/.test(this.tokens[at - 1]?.word ?? "")
    )
      return;
    return (
      others.find((p) => p.required) ??
      COUNTS.map((name) => others.find((p) => p.name === name)).find((p) => p !== undefined) ??
      (others.length === 0 ? times.find((p) => p.name === "seconds") : undefined)
    );
  }

  /** Of several the one whose words stand near: "expires in 60 seconds" for "seconds until it expires". */
  private nearest(parameters: readonly Parameter[], at: number): Parameter | undefined {
    const said = this.tokens
      .slice(Math.max(0, at - 4), at + 4)
      .filter(({ kind }) => kind === "word")
      .map(({ word }) => stem(word));
    const scored = parameters.map((p) => {
      const words = new Set(
        [...p.name.split("_"), ...wordsOf(p.description)]
          .filter((word) => word.length > 2 && !isWeak(word) && !/^(?:seconds?|most)$/.test(word))
          .map(stem),
      );
      if (p.name === "depth") for (const word of ["level", "deep"]) words.add(word);
      return { p, score: said.filter((word) => words.has(word)).length };
    });
    scored.sort((a, b) => b.score - a.score);
    return scored[0] && scored[0].score > 0 ? scored[0].p : undefined;
  }
}

function isTime({ name, description }: Parameter): boolean {
  return name === "seconds" || name.endsWith("_s") || /^seconds\b/.test(description);
}
