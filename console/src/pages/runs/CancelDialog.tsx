/** Asks before a run is cancelled, and says what that does: other things when a question waits, since then it can also be rejected. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { checkpointQuery, runsMoved } from "../../api/queries.ts";
import type { Run } from "../../api/types.ts";
import { questionOf } from "../../checkpoint/question.ts";
import { Undone } from "../../checkpoint/Undone.tsx";
import { Button } from "../../components/Button.tsx";
import { TitledDialog } from "../../components/Dialog.tsx";
import { Field, TextInput } from "../../components/Field.tsx";
import { oneLine } from "../../components/visible.ts";
import { toastProblem } from "../../frame/toasts.ts";
import { useRunPlan } from "./use-run-plan.ts";

export function CancelDialog({ run, close }: { run: Run; close(): void }) {
  const [reason, setReason] = useState("");
  const pending = run.checkpoints.find(({ status }) => status === "pending");
  const asked = useQuery({ ...checkpointQuery(pending?.id ?? ""), enabled: pending !== undefined });
  const question = asked.data && questionOf(asked.data);
  const steps = question?.rollback.length ?? 0;
  const cancel = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/runs/{id}/cancel", {
          params: { path: { id: run.id }, header: idempotencyKey() },
          body: reason.trim() ? { reason: reason.trim() } : {},
        }),
      ),
    onSuccess: ({ run: cancelled }) => {
      runsMoved(cancelled);
      close();
    },
    onError: toastProblem,
  });
  return (
    <TitledDialog
      open
      onClose={close}
      title="Cancel this run?"
      foot={
        <>
          <Button onClick={close}>{pending ? "Leave it waiting" : "Let it run"}</Button>
          <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {steps === 0
              ? "Cancel the run"
              : `Cancel the run and roll back ${steps} ${steps === 1 ? "step" : "steps"}`}
          </Button>
        </>
      }
    >
      {question ? (
        <>
          <p className="foreign">
            The question “{oneLine(asked.data?.prompt || `Go on with ${question.command}?`, 200)}” is
            withdrawn without an answer, and the run ends as cancelled.{" "}
            {steps === 0 ? "There is nothing to be undone." : "This is undone, newest first:"}
          </p>
          {steps > 0 && <Undone of={question.rollback} />}
          <p className="text-muted">
            To answer it with a no, leave this and reject it. That undoes the same, but counts as a decision:
            it is kept with who said no, and why.
          </p>
        </>
      ) : (
        <p className="text-muted">
          No further step starts, and what runs is ended. <WhatIsUndone run={run} />
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          cancel.mutate();
        }}
      >
        <Field label="Reason" hint="kept with the run">
          {(wear) => (
            <TextInput
              {...wear}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </form>
    </TitledDialog>
  );
}

/** Nothing is said until it is known. */
function WhatIsUndone({ run }: { run: Run }) {
  const plan = useRunPlan(run);
  if (plan?.rollback_on_error === true)
    return "What was done is then undone, newest first, as far as a step has an undo.";
  if (plan?.rollback_on_error === false) return "What was done stays: this command does not roll back.";
  return null;
}
