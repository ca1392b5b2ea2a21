/** Takes secrets out of a stream of text, across chunk edges and in the encodings programs print them in. */
import { FormFinder } from "./find-forms.ts";
import { variants } from "./secret-forms.ts";

const MARK = "***";
/** The same few secrets come with every step. */
const known = new Map<string, FormFinder | null>();
function finderOf(secrets: Iterable<string>): FormFinder | null {
  const values = [...new Set(secrets)].sort();
  const key = JSON.stringify(values);
  let finder = known.get(key);
  if (finder === undefined) {
    const forms = [...new Set(values.flatMap(variants))];
    finder = forms.length > 0 ? new FormFinder(forms) : null;
    if (known.size >= 50) known.clear();
    known.set(key, finder);
  }
  return finder;
}

export class Masker {
  readonly #finder: FormFinder | null;
  #rest = "";
  /** How much of `#rest`, from its start, is covered by a secret that began before it. */
  #covered = 0;
  #inMark = false;

  constructor(secrets: Iterable<string>) {
    this.#finder = finderOf(secrets);
  }

  /** The next piece of text with secrets taken out. What may be a secret's beginning is kept until more comes. */
  push(text: string): string {
    if (this.#finder === null) return text;
    const all = this.#rest + text;
    return this.#emit(all, all.length - this.#finder.tail(all));
  }

  /** The rest, when no more text comes. */
  end(): string {
    return this.#emit(this.#rest, this.#rest.length);
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
    // Those found come by their start, and what is covered begins the text.
    if (this.#finder) found.push(...this.#finder.find(text));
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
