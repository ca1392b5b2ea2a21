import { X } from "lucide-react";
import { useStore } from "../api/store.ts";
import { StatusIcon } from "../components/Status.tsx";
import { visible } from "../components/visible.ts";
import { dismiss, toasts } from "./toasts.ts";

export function ToastRegion() {
  const all = useStore(toasts);
  return (
    <div
      role="status"
      aria-label="Notes"
      className="pointer-events-none fixed right-4 bottom-4 z-50 grid w-[min(24rem,calc(100vw-2rem))] gap-2 max-md:bottom-16"
    >
      {all.map(({ id, kind, text, action }) => (
        <div
          key={id}
          className="pointer-events-auto flex items-start gap-2.5 rounded-lg border border-line-strong bg-raised p-3 shadow-over"
        >
          <span className="mt-0.5">
            <StatusIcon status={kind === "bad" ? "failed" : kind === "ok" ? "succeeded" : "pending"} />
          </span>
          <p className="foreign min-w-0 flex-1">{visible(text)}</p>
          {action && (
            <button
              type="button"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
              className="whitespace-nowrap font-medium text-accent hover:underline"
            >
              {action.label}
            </button>
          )}
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => dismiss(id)}
            className="rounded-sm p-0.5 text-faint hover:bg-hover hover:text-text"
          >
            <X size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
