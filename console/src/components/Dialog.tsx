/** The browser's own dialog: it keeps the focus inside, gives it back, and closes on Esc without a library's help. */
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./Button.tsx";
import { visible } from "./visible.ts";

export function Dialog({
  open,
  onClose,
  label,
  className = "",
  children,
}: {
  open: boolean;
  onClose(): void;
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  // Before the effects of what is inside: a field can take the focus only once the dialog is open.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it; the click is on the backdrop
    <dialog
      ref={ref}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={`m-auto max-h-[min(85dvh,46rem)] w-full max-w-lg rounded-lg border border-line-strong bg-raised p-0 shadow-over ${className}`}
    >
      {open && children}
    </dialog>
  );
}

/** A dialog with a title, a body and what can be done in its foot. */
export function TitledDialog({
  open,
  onClose,
  title,
  foot,
  children,
}: {
  open: boolean;
  onClose(): void;
  title: string;
  foot?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Dialog open={open} onClose={onClose} label={title}>
      {/* What can be done stays in sight, however long the form. */}
      <div className="flex max-h-[min(85dvh,46rem)] flex-col">
        <div className="flex shrink-0 items-center justify-between gap-2 border-b px-4 py-2.5">
          <h2 id={id} className="foreign font-semibold text-lg">
            {visible(title)}
          </h2>
          <Button look="quiet" aria-label="Close" onClick={onClose}>
            <X size={15} />
          </Button>
        </div>
        <div className="grid min-h-0 gap-4 overflow-y-auto p-4">{children}</div>
        {foot && <div className="flex shrink-0 flex-wrap justify-end gap-2 border-t px-4 py-3">{foot}</div>}
      </div>
    </Dialog>
  );
}
