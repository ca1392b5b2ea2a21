/** Beside the question: what was different, who is asked, who was told, and what became of it. */
import type { Checkpoint } from "../api/types.ts";
import { Code } from "../components/Code.tsx";
import { Status } from "../components/Status.tsx";
import { Time } from "../components/Time.tsx";
import { oneLine, valueText, visible } from "../components/visible.ts";
import { BrokenGlass } from "./BreakGlass.tsx";
import { askedOf, backgroundOf } from "./background.ts";
import { channelWord, questionOf } from "./question.ts";
import { Differences, SinceLastRun } from "./SinceLastRun.tsx";

export function BackgroundView({ checkpoint }: { checkpoint: Checkpoint }) {
  const background = backgroundOf(checkpoint);
  const { missing, changed, difference, brokenGlass, decidedBy, inputs, head } = background;
  const pending = checkpoint.status === "pending";
  const given = Object.entries(inputs);
  const only = onlyVote(checkpoint);
  return (
    <>
      {brokenGlass && <BrokenGlass checkpoint={checkpoint} broken={brokenGlass} />}
      {(changed.length > 0 || difference.length > 0) && (
        <section aria-label="Changed while it waited" className="grid gap-1.5">
          <h3 className="font-semibold">
            {changed.length > 0
              ? "Withdrawn: it is asked again, since this has changed"
              : "Changed since it was asked"}
          </h3>
          <Differences of={changed.length > 0 ? changed : difference} />
        </section>
      )}
      <SinceLastRun runId={checkpoint.run_id} />
      <section aria-label="Who is asked" className="grid gap-1">
        <h3 className="font-semibold">Who is asked</h3>
        <p className="foreign text-muted">
          {askedOf(background, checkpoint.required)}.
          {pending &&
            missing.map(({ group, left }) => (
              <span key={group}>
                {" "}
                {left} more of {group}.
              </span>
            ))}
          {head && (
            <>
              {" "}
              It is about the commit <Code>{head.slice(0, 10)}</Code>.
            </>
          )}
        </p>
        <Told checkpoint={checkpoint} />
      </section>
      {!pending && (decidedBy || given.length > 0) && (
        <section aria-label="What was decided" className="grid gap-1">
          <h3 className="font-semibold">What was decided</h3>
          {decidedBy && (
            <p className="foreign">
              <Status status={checkpoint.status} /> by {oneLine(decidedBy.name, 100)}
              {only && ` over ${channelWord(only.channel)}`} <Time at={checkpoint.decided_at} />
            </p>
          )}
          {only?.comment && <p className="foreign border-l-2 pl-2 text-muted">{visible(only.comment)}</p>}
          {ownApproval(checkpoint) && (
            <p className="text-muted">Asked and approved by the same person, as the policy allows.</p>
          )}
          {given.map(([name, value]) => (
            <p key={name} className="foreign text-sm">
              <span className="text-muted">{labelOf(checkpoint, name)}</span>{" "}
              {typeof value === "boolean" ? (
                value ? (
                  "yes"
                ) : (
                  "no"
                )
              ) : (
                <Code>{oneLine(valueText(value), 400)}</Code>
              )}
            </p>
          ))}
        </section>
      )}
    </>
  );
}

/** The one vote that decided it: there is nothing else to list. */
export function onlyVote(checkpoint: Checkpoint): Checkpoint["votes"][number] | undefined {
  const [vote, ...others] = checkpoint.votes;
  const { decidedBy } = backgroundOf(checkpoint);
  return checkpoint.status !== "pending" && others.length === 0 && vote?.by.id === decidedBy?.id
    ? vote
    : undefined;
}

/** Whoever asked for the run has agreed to it as well. */
function ownApproval(checkpoint: Checkpoint): boolean {
  const { asker } = questionOf(checkpoint);
  return checkpoint.votes.some(({ by, decision }) => decision === "approve" && by.id === asker);
}

/** A field as the form called it. */
function labelOf({ form }: Checkpoint, name: string): string {
  return oneLine(form.find((field) => field.name === name)?.label ?? name, 120);
}

/** Whom the messages reached, and whom not. */
function Told({ checkpoint }: { checkpoint: Checkpoint }) {
  const { deliveries = [] } = checkpoint;
  if (deliveries.length === 0) return null;
  return (
    <details>
      <summary className="text-muted text-sm hover:text-text">
        {deliveries.length} {deliveries.length === 1 ? "message" : "messages"} about it
      </summary>
      <ul className="mt-1 grid gap-0.5">
        {deliveries.map(({ id, to, channel, status, sent_at, error }) => (
          <li key={id} className="foreign text-sm">
            {status === "failed" ? <span className="text-bad">failed</span> : status} {channel} to{" "}
            {oneLine(to, 100)} <Time at={sent_at} className="text-muted" />
            {error && <span className="block text-bad">{oneLine(error, 200)}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
