/** What can be done to a run, by button, by key and from the palette. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, Square } from "lucide-react";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { runsMoved } from "../../api/queries.ts";
import type { Run } from "../../api/types.ts";
import { Button, Keys } from "../../components/Button.tsx";
import { TitledDialog } from "../../components/Dialog.tsx";
import { Field, Select } from "../../components/Field.tsx";
import { Menu } from "../../components/Menu.tsx";
import { type Action, useActions } from "../../frame/actions.ts";
import { toast, toastProblem } from "../../frame/toasts.ts";
import { openPalette } from "../../palette/open.ts";
import { asCli, asCurl } from "./as-commands.ts";
import { CancelDialog } from "./CancelDialog.tsx";
import { useCwd } from "./use-run-plan.ts";

export function RunActions({ run }: { run: Run }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"cancel" | "rerun" | null>(null);
  const over = run.finished_at !== null;
  const asks = run.checkpoints.some(({ status }) => status === "pending");
  const cwd = useCwd(run);
  const undo = useMutation({
    mutationFn: async () =>
      (
        await ask(
          api.POST("/api/runs/{id}/undo", { params: { path: { id: run.id }, header: idempotencyKey() } }),
        )
      ).run,
    onSuccess: (started) => {
      runsMoved(started);
      toast({ kind: "ok", text: "An undo was started. It asks before it changes anything." });
      void navigate({ to: "/runs/$id", params: { id: started.id } });
    },
    onError: toastProblem,
  });
  const copy = (what: string, text: string) =>
    navigator.clipboard
      .writeText(text)
      .then(() => toast({ kind: "ok", text: `Copied as ${what}.` }))
      .catch(() => toast({ kind: "bad", text: "The browser did not allow copying." }));
  const actions: Action[] = [
    ...(over
      ? [
          {
            id: "run.rerun",
            label: "Run again, from a step",
            keys: "r",
            group: "Run",
            run: () => setAsking("rerun"),
          },
        ]
      : [
          {
            id: "run.cancel",
            label: "Cancel this run",
            keys: "shift+x",
            group: "Run",
            danger: true,
            run: () => setAsking("cancel"),
          },
        ]),
    {
      id: "run.edit",
      label: "Run with other arguments",
      keys: "e",
      group: "Run",
      run: () => openPalette({ command: { slug: run.command, args: run.args, ...(cwd ? { cwd } : {}) } }),
    },
    ...(run.status === "succeeded"
      ? [{ id: "run.undo", label: "Undo this run", keys: "u", group: "Run", run: () => undo.mutate() }]
      : []),
    {
      id: "run.cli",
      label: "Copy as command line",
      keys: "y",
      group: "Run",
      run: () => void copy("a command line", asCli(run, cwd)),
    },
    {
      id: "run.curl",
      label: "Copy as curl",
      group: "Run",
      run: () => void copy("curl", asCurl(run, location.origin, cwd)),
    },
  ];
  useActions(actions);
  return (
    <>
      {over ? (
        <Button onClick={() => setAsking("rerun")} keys="r">
          Run again…
        </Button>
      ) : (
        // Where a question waits only its rejection is marked: two red buttons would look like one choice.
        <Button look={asks ? "plain" : "danger"} onClick={() => setAsking("cancel")}>
          <Square size={10} aria-hidden="true" className="fill-current" /> Cancel run…
        </Button>
      )}
      <Menu
        trigger={
          <Button aria-label="More to do with this run">
            More <ChevronDown size={13} aria-hidden="true" />
          </Button>
        }
        items={actions.map(({ label, keys, danger, run: act }) => ({
          label,
          beside: keys ? <Keys of={keys} /> : undefined,
          danger: danger ?? false,
          run: act,
        }))}
      />
      {asking === "cancel" && !over && <CancelDialog run={run} close={() => setAsking(null)} />}
      <RerunDialog run={run} open={asking === "rerun"} close={() => setAsking(null)} />
    </>
  );
}

function RerunDialog({ run, open, close }: { run: Run; open: boolean; close(): void }) {
  const navigate = useNavigate();
  const failed = run.steps.find(({ status }) => status === "failed" || status === "cancelled");
  const [from, setFrom] = useState(failed?.id ?? "");
  const rerun = useMutation({
    mutationFn: async () =>
      (
        await ask(
          api.POST("/api/runs/{id}/rerun", {
            params: { path: { id: run.id }, header: idempotencyKey() },
            body: from ? { from_step: from } : {},
          }),
        )
      ).run,
    onSuccess: (started) => {
      runsMoved(started);
      close();
      void navigate({ to: "/runs/$id", params: { id: started.id } });
    },
    onError: toastProblem,
  });
  // A child of a fan-out is no step one can begin at.
  const steps = run.steps.filter(({ id }) => !/\.\d+$/.test(id));
  return (
    <TitledDialog
      open={open}
      onClose={close}
      title="Run again"
      foot={
        <>
          <Button onClick={close}>Not now</Button>
          <Button look="primary" busy={rerun.isPending} onClick={() => rerun.mutate()}>
            {from ? `Run again from ${from}` : "Run again from the start"}
          </Button>
        </>
      }
    >
      <Field
        label="From"
        hint="Results of the steps before it are kept, unless they were undone or rest on it."
      >
        {(wear) => (
          <Select {...wear} value={from} onChange={(event) => setFrom(event.target.value)}>
            <option value="">the start</option>
            {steps.map(({ id, status }) => (
              <option key={id} value={id}>
                {id} ({status})
              </option>
            ))}
          </Select>
        )}
      </Field>
    </TitledDialog>
  );
}
