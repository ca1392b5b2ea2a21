/** A checkpoint that waits: what is asked, what would happen either way, the form, and two buttons of equal size. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, ask, idempotencyKey } from "../api/client.ts";
import { useMay } from "../api/may.ts";
import { ApiProblem, issueAt, saying } from "../api/problem.ts";
import { checkpointQuery, meQuery, runsMoved } from "../api/queries.ts";
import type { Checkpoint, Values } from "../api/types.ts";
import { Button } from "../components/Button.tsx";
import { Code, CodeBlock } from "../components/Code.tsx";
import { Loading, Problem } from "../components/Empty.tsx";
import { Field, TextArea } from "../components/Field.tsx";
import { EffectMark, Status } from "../components/Status.tsx";
import { Time } from "../components/Time.tsx";
import { oneLine, visible } from "../components/visible.ts";
import { useActions } from "../frame/actions.ts";
import { BackgroundView, onlyVote } from "./BackgroundView.tsx";
import { BreakGlass } from "./BreakGlass.tsx";
import { CannotDecide } from "./CannotDecide.tsx";
import { DryRunNote } from "./DryRunNote.tsx";
import { defaults, FormFields, labelOf, missingIn } from "./FormFields.tsx";
import { channelWord, choices, questionOf } from "./question.ts";
import { Results } from "./Results.tsx";
import { Undone } from "./Undone.tsx";
import { WhereItRuns } from "./WhereItRuns.tsx";

/** `besideRun`: on the page of its run, which has more to press. */
export function Decision({ id, besideRun = false }: { id: string; besideRun?: boolean }) {
  const query = useQuery({ ...checkpointQuery(id), refetchInterval: 3_000 });
  if (!query.data)
    return query.error ? (
      <Problem error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading lines={8} label="Loading the checkpoint" />
    );
  return <Asked key={query.data.id} checkpoint={query.data} besideRun={besideRun} />;
}

function Asked({ checkpoint, besideRun }: { checkpoint: Checkpoint; besideRun: boolean }) {
  const question = questionOf(checkpoint);
  const words = choices(checkpoint, question);
  const undone = question.rollback.length > 0;
  const me = useQuery(meQuery);
  const [comment, setComment] = useState("");
  const [inputs, setInputs] = useState<Values>(() => defaults(checkpoint));
  const commentField = useRef<HTMLTextAreaElement>(null);
  const buttons = { approve: useRef<HTMLButtonElement>(null), reject: useRef<HTMLButtonElement>(null) };
  const [chosen, setChosen] = useState<"approve" | "reject" | null>(null);
  const vote = useMutation({
    mutationFn: (approved: boolean) =>
      ask(
        api.POST("/api/checkpoints/{id}/approve", {
          params: { path: { id: checkpoint.id }, header: idempotencyKey() },
          body: {
            approved,
            ...(comment.trim() ? { comment: comment.trim() } : {}),
            ...(approved && checkpoint.form.length > 0 ? { inputs } : {}),
            plan_digest: checkpoint.plan_digest,
          },
        }),
      ),
    onSettled: () => runsMoved(),
  });
  const mine = checkpoint.votes.find(({ by }) => by.id === me.data?.user?.id);
  const pending = checkpoint.status === "pending";
  const decides = useMay("checkpoints:decide");
  // The server says so with the question; it decides again when the vote arrives.
  const mayVote = checkpoint.may_vote?.yes ?? (decides || !me.isSuccess);
  const open = checkpoint.status === "pending" && !mine && mayVote;
  const fields = useRef<HTMLDivElement>(null);
  // Approve was pressed while something was missing.
  const [pressed, setPressed] = useState(false);
  const missing = missingIn(checkpoint, inputs);
  const approve = () => {
    const [first] = missing;
    setPressed(first !== undefined);
    if (!first) return vote.mutate(true);
    const field = fields.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(first.name)}"]`);
    field?.scrollIntoView({ block: "center" });
    field?.querySelector<HTMLElement>("input, select")?.focus();
  };
  useActions(
    open
      ? [
          { id: "vote.approve", label: words.approve, group: "Checkpoint", run: approve },
          {
            id: "vote.reject",
            label: words.reject,
            group: "Checkpoint",
            danger: true,
            run: () => vote.mutate(false),
          },
          // A key alone decides nothing: it may have been meant for another page, as in "g a" typed slowly.
          ...(["approve", "reject"] as const).map((which) => ({
            id: `vote.choose.${which}`,
            label: `${words[which]}, with Enter`,
            keys: which === "approve" ? "a" : "x",
            group: "Checkpoint",
            hidden: true,
            run: () => buttons[which].current?.focus(),
          })),
          {
            id: "vote.comment",
            label: "Write a comment",
            keys: "c",
            group: "Checkpoint",
            run: () => commentField.current?.focus(),
          },
        ]
      : [],
  );
  const named = new Set(checkpoint.form.flatMap(({ name }) => [name, `inputs.${name}`]));
  const general =
    vote.error &&
    !(vote.error instanceof ApiProblem && vote.error.issues.some(({ path }) => named.has(path)));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="grid min-h-0 flex-1 content-start gap-4 p-4 lg:overflow-y-auto">
        <div className="grid gap-1">
          <div className="flex flex-wrap items-center gap-2">
            <Status status={pending ? "waiting" : checkpoint.status} />
            <EffectMark effect={question.effect} dry={question.dryRun} long />
          </div>
          <h2 className="foreign font-semibold text-lg">
            {visible(checkpoint.prompt || `Go on with ${question.command}?`)}
          </h2>
          <DryRunNote runId={checkpoint.run_id} question={question} />
          <p className="text-muted text-sm">
            Asked <Time at={checkpoint.created_at} />
            {checkpoint.status === "pending" && checkpoint.expires_at !== null && (
              <>
                ; without an answer it is rejected <Time at={checkpoint.expires_at} />
              </>
            )}
          </p>
        </div>
        {question.lines.length > 0 && (
          <div className="grid gap-1.5">
            <h3 className="font-semibold">{pending ? "What will run" : "What it was about"}</h3>
            <CodeBlock lines={question.lines} prompt label="what will run" />
            <p className="foreign text-muted text-sm">
              <WhereItRuns checkpoint={checkpoint} question={question} />
              {question.next.length > 0 && (
                <>
                  . Then, without another question: <Code>{question.next.join(", ")}</Code>
                </>
              )}
            </p>
          </div>
        )}
        {/* Before all that is only to be read: whoever approves must not have to look for it. */}
        {open && checkpoint.form.length > 0 && (
          <div ref={fields}>
            <FormFields
              checkpoint={checkpoint}
              inputs={inputs}
              errorOf={(name) =>
                pressed && missing.some((field) => field.name === name)
                  ? "is needed to approve"
                  : issueAt(vote.error, name, `inputs.${name}`)
              }
              onChange={(name, value) => setInputs((old) => ({ ...old, [name]: value }))}
            />
          </div>
        )}
        {question.results.length > 0 && <Results of={question.results} open={pending} />}
        {pending && (
          <div className="grid gap-1.5">
            <h3 className="font-semibold">If it is rejected</h3>
            <p className="text-muted">
              The run ends as rejected, and that is kept with your name and comment.{" "}
              {undone ? "This is undone, newest first:" : "There is nothing to be undone."}
            </p>
            {undone && <Undone of={question.rollback} />}
            {undone && besideRun && (
              <p className="text-muted text-sm">“Cancel run…” undoes the same, without an answer.</p>
            )}
          </div>
        )}
        <BackgroundView checkpoint={checkpoint} />
        {checkpoint.votes.length > 0 && !onlyVote(checkpoint) && (
          <div className="grid gap-1.5">
            <h3 className="font-semibold">
              {pending
                ? `Votes, ${checkpoint.votes.filter(({ decision }) => decision === "approve").length} of ${checkpoint.required} needed`
                : "Votes"}
            </h3>
            <ul className="grid gap-1">
              {checkpoint.votes.map(({ by, decision, channel, comment: said, at }) => (
                <li key={`${by.id} ${at}`} className="foreign">
                  <StatusLine decision={decision} /> by {oneLine(by.name, 100)} over {channelWord(channel)}{" "}
                  <Time at={at} className="text-muted" />
                  {said && <p className="foreign border-l-2 pl-2 text-muted">{visible(said)}</p>}
                </li>
              ))}
            </ul>
            {mine && pending && <p className="text-muted">You have voted. It needs more votes.</p>}
          </div>
        )}
        {open && (
          <Field label="Comment" hint="kept with your vote, and shown to everybody who looks at this run">
            {(wear) => (
              <TextArea
                {...wear}
                ref={commentField}
                rows={2}
                maxLength={2_000}
                value={comment}
                onChange={(event) => setComment(event.target.value)}
              />
            )}
          </Field>
        )}
        <BreakGlass checkpoint={checkpoint} inputs={inputs} />
        {general && (
          <p role="alert" className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
            {saying(vote.error)}
          </p>
        )}
        {pending && !mine && !mayVote && <CannotDecide checkpoint={checkpoint} />}
      </div>
      {open && (
        <div className="grid shrink-0 grid-cols-2 gap-2 border-t bg-raised p-3 max-lg:sticky max-lg:bottom-0">
          {pressed && missing.length > 0 && (
            <p role="alert" className="foreign col-span-2 text-bad text-sm">
              To approve, fill in {missing.map((field) => `“${oneLine(labelOf(field), 80)}”`).join(" and ")}.
            </p>
          )}
          <Button
            ref={buttons.reject}
            look="danger"
            large
            keys={chosen === "reject" ? "Enter" : "x"}
            onFocus={() => setChosen("reject")}
            onBlur={() => setChosen(null)}
            busy={vote.isPending}
            onClick={() => vote.mutate(false)}
            className="!whitespace-normal text-balance py-1"
          >
            {words.reject}
          </Button>
          <Button
            ref={buttons.approve}
            look="primary"
            large
            keys={chosen === "approve" ? "Enter" : "a"}
            onFocus={() => setChosen("approve")}
            onBlur={() => setChosen(null)}
            busy={vote.isPending}
            onClick={approve}
            className="!whitespace-normal text-balance py-1"
          >
            {words.approve}
          </Button>
        </div>
      )}
    </div>
  );
}

function StatusLine({ decision }: { decision: string }) {
  return <Status status={decision === "approve" ? "approved" : "rejected"} />;
}
