/** Asks before something is done that cannot be taken back, in the words of what happens. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { saying } from "../api/problem.ts";
import { Button } from "./Button.tsx";
import { TitledDialog } from "./Dialog.tsx";

export function Confirm({
  title,
  verb,
  children,
  run,
  onDone,
  onClose,
}: {
  title: string;
  /** The button: "Revoke the agent". */
  verb: string;
  children: ReactNode;
  run(): Promise<unknown>;
  onDone?: () => void;
  onClose(): void;
}) {
  const doing = useMutation({
    mutationFn: run,
    onSuccess: () => {
      onDone?.();
      onClose();
    },
  });
  return (
    <TitledDialog
      open
      onClose={onClose}
      title={title}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" busy={doing.isPending} onClick={() => doing.mutate()}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="foreign grid gap-2">{children}</div>
      {doing.error && (
        <p role="alert" className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
          {saying(doing.error)}
        </p>
      )}
    </TitledDialog>
  );
}
