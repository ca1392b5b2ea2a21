/** Something that is shown once and never again: a token, a webhook's secret. */
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { CodeBlock } from "./Code.tsx";
import { TitledDialog } from "./Dialog.tsx";

export function Once({
  title,
  value,
  label,
  children,
  onClose,
}: {
  title: string;
  value: string;
  /** What it is: "the token". */
  label: string;
  children?: ReactNode;
  onClose(): void;
}) {
  return (
    <TitledDialog
      open
      onClose={onClose}
      title={title}
      foot={
        <Button look="primary" onClick={onClose}>
          I have stored it
        </Button>
      }
    >
      <p className="rounded bg-warn-soft px-2.5 py-1.5 text-warn">
        It is shown this once. Copy it now and put it where it is needed; nobody can read it here again.
      </p>
      <CodeBlock lines={[value]} label={label} />
      {children}
    </TitledDialog>
  );
}
