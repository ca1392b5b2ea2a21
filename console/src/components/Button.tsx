/** Buttons say what happens when they are pressed. */
import { Link } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";

/** `danger-quiet` is what ends a row of a list or what a page shows: it always asks first, and its words end with "…". */
export type Look = "primary" | "plain" | "quiet" | "danger" | "danger-quiet";

const LOOKS: { [look in Look]: string } = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  plain: "bg-raised text-text hover:bg-hover border-line-strong",
  quiet: "bg-transparent text-muted hover:bg-hover hover:text-text border-transparent",
  danger: "bg-raised text-bad hover:bg-bad-soft border-line-strong",
  "danger-quiet": "bg-transparent text-bad hover:bg-bad-soft border-transparent",
};

/** Shared with links that look like buttons. */
export function buttonLook(look: Look = "plain", large = false): string {
  return `inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded border font-medium select-none
    disabled:opacity-50 disabled:cursor-not-allowed
    ${large ? "min-h-10 px-4" : "min-h-7 px-2.5 pointer-coarse:min-h-9"} ${LOOKS[look]}`;
}

export function Button({
  look = "plain",
  large = false,
  keys,
  busy = false,
  className = "",
  children,
  ...rest
}: ComponentProps<"button"> & { look?: Look; large?: boolean; keys?: string; busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
      className={`${buttonLook(look, large)} ${className}`}
    >
      {children}
      {keys && <Keys of={keys} on={look === "primary"} />}
    </button>
  );
}

/** Keys as they are pressed: "g r" one after the other, "mod+Enter" together. Beside a button only where there is likely a keyboard. */
export function Keys({ of, on = false, always = false }: { of: string; on?: boolean; always?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`gap-0.5 ${always ? "inline-flex" : "hidden pointer-fine:inline-flex"}`}
    >
      {of.split(" ").map((stroke) => (
        <kbd
          key={stroke}
          className={`min-w-4 rounded-sm border px-1 text-center font-sans text-xs leading-4 ${on ? "border-current/40" : "border-line-strong bg-sunken text-muted"}`}
        >
          {strokeText(stroke)}
        </kbd>
      ))}
    </span>
  );
}

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);
const NAMES: { [key: string]: string } = {
  Enter: "⏎",
  Escape: "Esc",
  ArrowRight: "→",
  ArrowLeft: "←",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Tab: "⇥",
};

export function strokeText(stroke: string): string {
  return (
    stroke
      .split("+")
      // With a key held down beside it, a letter is written as on the key.
      .map((part, index) => (index > 0 && part.length === 1 ? part.toUpperCase() : part))
      .map((part) => (part === "mod" ? (MAC ? "⌘" : "Ctrl ") : (NAMES[part] ?? part)))
      .join("")
  );
}

/** A link within the console, in the accent's colour. */
export function TextLink({
  to,
  children,
  className = "",
}: {
  to: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <Link to={to} className={`text-accent hover:underline ${className}`}>
      {children}
    </Link>
  );
}
