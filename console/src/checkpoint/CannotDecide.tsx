/** In place of the buttons, for somebody without a vote here: why, and who has one. */
import type { Checkpoint } from "../api/types.ts";
import { visible } from "../components/visible.ts";

export function CannotDecide({ checkpoint }: { checkpoint: Checkpoint }) {
  const { may_vote: say, required } = checkpoint;
  const people = say?.people ?? required;
  return (
    <p role="status" className="foreign rounded bg-sunken px-2.5 py-1.5 text-muted">
      {say?.why ? `You cannot decide this: ${began(visible(say.why))}` : "It is not yours to decide."}{" "}
      {people < required
        ? `${people === 0 ? "And nobody else in this workspace may" : `It needs ${required} people, and only ${people} in this workspace may`}: the run can be cancelled, and started again once ${required === 1 ? "somebody" : `${required} people`} may decide it.`
        : "You see here how it goes on."}
    </p>
  );
}

/** A sentence in the middle of one. */
const began = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
