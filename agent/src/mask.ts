/** Takes secrets out of a stream of text, across chunk edges and in the encodings programs print them in. */
import { variants } from "./secret-forms.ts";

const MARK = "***";
/** The same few secrets come with every step. */
const known = new Map<string, string[]>();
function knownVariants(value: string): string[] {
  let forms = known.get(value);
  if (!forms) {
    forms = variants(value);
    if (known.size >= 100) known.clear();
    known.set(value, forms);
  }
  return forms;
}

export class Masker {
  readonly #forms: string[];
  #rest = "";
  /** How much of `#rest`, from its start, is covered by a secret that began before it. */
  #covered = 0;
  #inMark = false;

  constructor(secrets: Iterable<string>) {
    this.#forms = [...new Set([...secrets].flatMap(knownVariants))];
  }

  /** The next piece of text with secrets taken out. What may be a secret's beginning is kept until more comes. */
  push(text: string): string {
    if (this.#forms.length === 0) return text;
    const all = this.#rest + text;
    return this.#emit(all, all.length - this.#tail(all));
  }

  /** The rest, when no more text comes. */
  end(): string {
    return this.#emit(this.#rest, this.#rest.length);
  }

  /** Length of the longest end of the text that is the beginning of a secret. */
  #tail(text: string): number {
    let longest = 0;
    for (const form of this.#forms) {
      for (let n = Math.min(form.length - 1, text.length); n > longest; n--) {
        if (text.charCodeAt(text.length - n) === form.charCodeAt(0) && text.endsWith(form.slice(0, n)))
          longest = n;
      }
    }
    return longest;
  }

  #emit(text: string, upTo: number): string {
    const spans = this.#spans(text);
    let out = "";
    let at = 0;
    let carried = Math.max(0, this.#covered - upTo);
    for (const [from, to] of spans) {
      if (from >= upTo) break;
      if (from > at) {
        out += text.slice(at, from);
        this.#inMark = false;
      }
      if (!this.#inMark) out += MARK;
      this.#inMark = true;
      at = Math.min(to, upTo);
      carried = Math.max(carried, to - upTo);
    }
    if (at < upTo) {
      out += text.slice(at, upTo);
      this.#inMark = false;
    }
    this.#rest = text.slice(upTo);
    this.#covered = carried;
    return out;
  }

  /** Where secrets stand, merged and in order. Overlapping ones count too. */
  #spans(text: string): [number, number][] {
    const found: [number, number][] = this.#covered > 0 ? [[0, this.#covered]] : [];
    for (const form of this.#forms) {
      for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1))
        found.push([at, at + form.length]);
    }
    found.sort((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const span of found) {
      const last = merged.at(-1);
      if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
      else merged.push([...span]);
    }
    return merged;
  }
}

/** A whole text with the secrets taken out. */
export function maskText(text: string, secrets: Iterable<string>): string {
  const masker = new Masker(secrets);
  return masker.push(text) + masker.end();
}
