/** Empty, loading, broken: said with care, and always with what to do next. */
import { type ReactNode, useState } from "react";
import { ApiProblem, saying, Unreachable } from "../api/problem.ts";
import { Button } from "./Button.tsx";
import { exactTime, Time } from "./Time.tsx";

/** What will be here, and how to make the first one. */
export function Empty({
  title,
  children,
  action,
  first,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** What makes the first one, where the head of the page has it too: it is left out there. */
  first?: ReactNode;
}) {
  return (
    <div className="grid justify-items-start gap-1.5 px-4 py-6 md:px-6">
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {first && (
        <div data-first="" className="mt-2 flex flex-wrap gap-2">
          {first}
        </div>
      )}
      {action && <div className="mt-2 flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}

/** Keeps the place of lines that are on their way. */
export function Loading({
  lines = 5,
  label = "Loading",
  mayBeEmpty = false,
}: {
  lines?: number;
  label?: string;
  /** What comes may be `Empty` with a `first` of its own: until that is known the head of the page keeps its one back. */
  mayBeEmpty?: boolean;
}) {
  return (
    <div
      role="status"
      aria-label={label}
      data-may-be-empty={mayBeEmpty ? "" : undefined}
      className="grid gap-3 p-4 md:px-6"
    >
      {Array.from({ length: lines }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
          key={index}
          className={`loading h-4 ${["w-3/5", "w-4/5", "w-2/5", "w-1/2"][index % 4]}`}
        />
      ))}
    </div>
  );
}

/** What was wrong, since when, and the next action as a button. What was there before stays where it is. */
export function Problem({
  error,
  retry,
  since,
  action,
}: {
  error: unknown;
  retry?: () => void;
  since?: number;
  /** Where one can go instead. */
  action?: ReactNode;
}) {
  const [at] = useState(() => since ?? Date.now());
  const gone = error instanceof ApiProblem && error.status === 404;
  const away = error instanceof Unreachable;
  return (
    <div role="alert" className="grid justify-items-start gap-1.5 border-bad border-l-2 px-4 py-3">
      <p className="font-medium">
        {gone ? "There is nothing here." : away ? "The workspace does not answer." : "This did not work."}
      </p>
      <p className="foreign max-w-prose text-muted">
        {away ? "It is tried again by itself; what you see may be old." : saying(error)}
      </p>
      {!gone && (
        <p className="text-faint text-sm" title={exactTime(at)}>
          since <Time at={at} />
        </p>
      )}
      {retry && !gone && (
        <Button onClick={retry} className="mt-1">
          Try again now
        </Button>
      )}
      {action && <div className="mt-1">{action}</div>}
    </div>
  );
}
