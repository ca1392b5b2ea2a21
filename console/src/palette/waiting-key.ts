/** A key that was pressed before the answer to what was typed: it waits for that answer. */
import { useEffect, useState } from "react";

/**
 * `typed` is what stands in the field, `answered` whether what is listed is the answer to it. A key that is given to `wait` is
 * acted on once it is; typing on or `takeBack` takes it back.
 */
export function useWaitingKey<How>(typed: string, answered: boolean, act: (how: How) => void) {
  const [key, setKey] = useState<{ typed: string; how: How } | null>(null);
  const waiting = key?.typed === typed ? key : null;
  useEffect(() => {
    if (key && !waiting) setKey(null);
    if (!waiting || !answered) return;
    setKey(null);
    act(waiting.how);
  });
  return {
    waits: waiting !== null,
    wait: (how: How) => setKey({ typed, how }),
    takeBack: () => setKey(null),
  };
}
