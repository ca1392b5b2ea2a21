/** A field of a form: label, the field itself, what it means, what is wrong with it. */
import { type ComponentProps, type ReactNode, useId } from "react";
import { visible } from "./visible.ts";

const BOX =
  "rounded border border-line-strong bg-raised px-2 text-text min-h-8 aria-invalid:border-bad disabled:opacity-60";

export function Field({
  label,
  hint,
  error,
  required = false,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  /** Gets the ids to wear: `id`, and `aria-describedby`, `aria-invalid`. */
  children(wear: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
    "aria-required": true | undefined;
  }): ReactNode;
}) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="flex items-baseline gap-1.5 font-medium">
        <span className="foreign">{visible(label)}</span>
        {required && <span className="font-normal text-faint text-sm">required</span>}
      </label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
        "aria-required": required || undefined,
      })}
      {hint && (
        <p id={`${id}-hint`} className="foreign text-muted text-sm">
          {typeof hint === "string" ? visible(hint) : hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="foreign text-bad text-sm">
          {visible(error)}
        </p>
      )}
    </div>
  );
}

/** As wide as its place, unless it says a width of its own. */
function box(className: string): string {
  return `${BOX} ${/(^|\s)w-/.test(className) ? "" : "w-full"} ${className}`;
}

export function TextInput({
  mono = false,
  className = "",
  ...rest
}: ComponentProps<"input"> & { mono?: boolean }) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={`${mono ? "font-mono text-sm" : ""} ${box(className)}`}
    />
  );
}

export function TextArea({
  mono = false,
  className = "",
  ...rest
}: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      rows={3}
      spellCheck={!mono}
      {...rest}
      className={`py-1.5 ${mono ? "font-mono text-sm" : ""} ${box(className)}`}
    />
  );
}

/** The browser's own: best by keyboard and on phones. */
export function Select({ className = "", ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={`pr-6 ${box(className)}`} />;
}

export function Checkbox({ label, ...rest }: ComponentProps<"input"> & { label: ReactNode }) {
  return (
    <label className="inline-flex min-h-7 items-center gap-2">
      <input type="checkbox" {...rest} className="size-4 accent-(--accent)" />
      <span className="foreign">{typeof label === "string" ? visible(label) : label}</span>
    </label>
  );
}
