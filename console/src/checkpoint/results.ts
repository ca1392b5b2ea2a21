/** What of a step's outputs a person reads first. Pure. */
import type { Values } from "../api/types.ts";
import { oneLine, valueText } from "../components/visible.ts";

/** Told first, in this order. */
const FIRST = ["branch", "subject", "message", "url", "version_id", "version", "files", "changed", "staged"];
/** Needed to undo a step rather than to judge it: only in the list of all. */
const LAST = ["before", "previous_version", "tree", "head", "local_remote", "upstream"];
const SHOWN = 3;
const HASH = /^[0-9a-f]{20,64}$/;

export interface Told {
  name: string;
  text: string;
}

/** The few outputs that say what happened: nothing that is empty, a commit once and short. */
export function told(outputs: Values): Told[] {
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const texts: string[] = [];
  return Object.entries(outputs)
    .filter(([name, value]) => !LAST.includes(name) && value !== false && value !== 0)
    .sort(([a], [b]) => place(a) - place(b))
    .flatMap(([name, value]) => {
      const whole =
        value === null
          ? ""
          : valueText(value)
              .trim()
              .replace(/^refs\/heads\//, "");
      const text = HASH.test(whole) ? whole.slice(0, 7) : oneLine(whole, 60);
      if (text === "" || texts.includes(text)) return [];
      texts.push(text);
      return [{ name: name.replaceAll("_", " "), text: value === true ? "" : text }];
    })
    .slice(0, SHOWN);
}
