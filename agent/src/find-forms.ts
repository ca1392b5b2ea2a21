/**
 * Finds many strings in a text in one pass that leaps (Wu and Manber's way): two characters at a distance from the last place tell how
 * far no string can begin. What a program prints goes through here whole, so its speed is that of the log.
 */
const SLOTS = 8_192;

export class FormFinder {
  readonly forms: readonly string[];
  /** Characters of each form that the leap looks at: the length of the shortest. */
  readonly #reach: number;
  readonly #leap = new Uint16Array(SLOTS);
  /** Forms by the slot of the last two characters of their reach. */
  readonly #bySlot = new Map<number, string[]>();

  constructor(forms: readonly string[]) {
    this.forms = forms;
    this.#reach = Math.min(...forms.map((form) => form.length));
    this.#leap.fill(this.#reach - 1);
    for (const form of forms) {
      for (let at = 1; at < this.#reach; at++) {
        const slot = slotOf(form.charCodeAt(at - 1), form.charCodeAt(at));
        this.#leap[slot] = Math.min(this.#leap[slot] as number, this.#reach - 1 - at);
      }
      const last = slotOf(form.charCodeAt(this.#reach - 2), form.charCodeAt(this.#reach - 1));
      this.#bySlot.set(last, [...(this.#bySlot.get(last) ?? []), form]);
    }
  }

  /** Where forms stand, overlapping ones too, by their start: `[from, to]`. */
  find(text: string): [number, number][] {
    const found: [number, number][] = [];
    const leap = this.#leap;
    let at = this.#reach - 1;
    while (at < text.length) {
      const slot = slotOf(text.charCodeAt(at - 1), text.charCodeAt(at));
      const far = leap[slot] as number;
      if (far > 0) {
        at += far;
        continue;
      }
      const from = at - this.#reach + 1;
      for (const form of this.#bySlot.get(slot) ?? [])
        if (text.startsWith(form, from)) found.push([from, from + form.length]);
      at += 1;
    }
    return found;
  }

  /** Length of the longest end of the text that is the beginning of a form. */
  tail(text: string): number {
    let longest = 0;
    for (const form of this.forms) {
      for (let n = Math.min(form.length - 1, text.length); n > longest; n--) {
        if (text.charCodeAt(text.length - n) === form.charCodeAt(0) && text.endsWith(form.slice(0, n)))
          longest = n;
      }
    }
    return longest;
  }
}

function slotOf(a: number, b: number): number {
  return (a * 181 + b * 7) & (SLOTS - 1);
}
