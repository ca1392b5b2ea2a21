/** Fields that write into the document once the typing pauses, so that a long workflow is not read again for every letter. */
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 200;
const waiting = new Set<() => void>();

/** Whatever is typed and not yet written is written now: before saving, planning, undoing. */
export function flushFields(): void {
  for (const flush of [...waiting]) flush();
}

/** The text of a field, and how it is typed into. What changes elsewhere replaces it. */
export function useTyped(value: string, commit: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(value);
  const latest = useRef({ commit, typed: value, value });
  latest.current.commit = commit;
  const flush = useRef<() => void>(null);
  useEffect(() => {
    latest.current.value = value;
    // Our own words coming back change nothing; anything else was done elsewhere.
    if (value !== latest.current.typed && !flush.current) {
      latest.current.typed = value;
      setTyped(value);
    }
  }, [value]);
  useEffect(() => () => flush.current?.(), []);
  return [
    typed,
    (text) => {
      setTyped(text);
      latest.current.typed = text;
      if (flush.current) {
        waiting.delete(flush.current);
        clearTimeout(timers.get(flush.current));
      }
      const now = () => {
        waiting.delete(now);
        clearTimeout(timers.get(now));
        timers.delete(now);
        flush.current = null;
        if (latest.current.typed !== latest.current.value) latest.current.commit(latest.current.typed);
      };
      flush.current = now;
      waiting.add(now);
      timers.set(now, setTimeout(now, PAUSE_MS));
    },
  ];
}
const timers = new Map<() => void, ReturnType<typeof setTimeout>>();
