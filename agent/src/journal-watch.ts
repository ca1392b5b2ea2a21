/** While the journal cannot be written the agent takes no work; it looks again until it can. */
import type { Journal } from "./journal.ts";

const LOOK_EVERY_MS = 1_000;

/** `back` is called each time the journal can be written again. */
export function watchJournal(journal: Journal, say: (line: string) => void, back: () => void): void {
  const onFault = (error: Error) => {
    say(`the journal cannot be written (${error.message}); no work is taken until it can`);
    const looking = setInterval(() => {
      if (!journal.works()) return;
      clearInterval(looking);
      say("the journal can be written again");
      back();
    }, LOOK_EVERY_MS).unref();
  };
  journal.onFault = onFault;
  if (journal.fault) onFault(journal.fault);
}
