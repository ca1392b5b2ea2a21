/** Going past a checkpoint in an emergency, and looking at it afterwards. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../api/client.ts";
import { useMay } from "../api/may.ts";
import { meQuery, runsMoved } from "../api/queries.ts";
import type { Checkpoint, Values } from "../api/types.ts";
import { Button } from "../components/Button.tsx";
import { FormDialog } from "../components/FormDialog.tsx";
import { Time } from "../components/Time.tsx";
import { oneLine, visible } from "../components/visible.ts";
import { type Background, backgroundOf } from "./background.ts";

/** For owners, while it waits. */
export function BreakGlass({
  checkpoint,
  inputs,
}: {
  checkpoint: Checkpoint;
  /** What stands in the checkpoint's own form. */
  inputs: Values;
}) {
  const me = useQuery(meQuery);
  const [open, setOpen] = useState(false);
  const may =
    checkpoint.status === "pending" && backgroundOf(checkpoint).mayBreakGlass && me.data?.role === "owner";
  if (!may) return null;
  return (
    <div>
      <Button onClick={() => setOpen(true)}>Go past it in an emergency…</Button>
      {open && (
        <FormDialog
          title="Go past this checkpoint"
          verb="Go past it and run"
          danger
          intro="It counts as approved without the votes it asks for. Everybody who may vote is told at once, and it stays listed until somebody has reviewed it."
          fields={[
            {
              name: "reason",
              label: "Why it cannot wait",
              kind: "area",
              required: true,
              hint: "at least 10 characters; kept in the audit trail",
            },
          ]}
          submit={({ reason }) =>
            ask(
              api.POST("/api/checkpoints/{id}/break-glass", {
                params: { path: { id: checkpoint.id }, header: idempotencyKey() },
                body: {
                  reason: String(reason ?? ""),
                  ...(checkpoint.form.length > 0 ? { inputs } : {}),
                  plan_digest: checkpoint.plan_digest,
                },
              }),
            )
          }
          onDone={() => runsMoved()}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

/** Once somebody went past it: who, why, and whether it was looked at. */
export function BrokenGlass({
  checkpoint,
  broken,
}: {
  checkpoint: Checkpoint;
  broken: NonNullable<Background["brokenGlass"]>;
}) {
  const [open, setOpen] = useState(false);
  const may = useMay("checkpoints:decide");
  const { by, reason, at, review } = broken;
  return (
    <section aria-label="Emergency" className="grid justify-items-start gap-1.5 rounded bg-warn-soft p-2.5">
      <p className="foreign">
        <strong className="font-semibold text-warn">{oneLine(by.name, 100)} went past this checkpoint</strong>{" "}
        <Time at={at} />: {visible(reason)}
      </p>
      {review ? (
        <p className="foreign text-muted">
          Reviewed by {review.by.name} <Time at={review.at} />
          {review.comment && `: ${review.comment}`}
        </p>
      ) : may ? (
        <Button onClick={() => setOpen(true)}>Note that I reviewed it…</Button>
      ) : (
        <p className="text-muted">Nobody has reviewed it yet.</p>
      )}
      {open && (
        <FormDialog
          title="Reviewed"
          verb="Note the review"
          fields={[{ name: "comment", label: "What you found", kind: "area" }]}
          submit={({ comment }) =>
            ask(
              api.POST("/api/checkpoints/{id}/review", {
                params: { path: { id: checkpoint.id } },
                body: comment ? { comment: String(comment) } : {},
              }),
            )
          }
          onDone={() => runsMoved()}
          onClose={() => setOpen(false)}
        />
      )}
    </section>
  );
}
