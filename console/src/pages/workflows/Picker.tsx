/** A result, argument or fact to refer to, chosen from what there is by then. */
import { Link2, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/Button.tsx";
import { visible } from "../../components/visible.ts";
import { Chooser } from "./Chooser.tsx";
import type { Pick } from "./flow.ts";

export function PickButton({
  picks,
  onPick,
  label,
  about,
  words = "Use a result",
}: {
  picks: readonly Pick[];
  onPick(from: string): void;
  /** The question that is asked. */
  label: string;
  /** Behind the button's words, for those who cannot see where it stands: "for message". */
  about: string;
  words?: string;
}) {
  const [open, setOpen] = useState(false);
  const headings = [...new Set(picks.map(({ group }) => group))];
  return (
    <>
      <Button
        look="quiet"
        className="text-sm"
        aria-label={`${words} ${about}`}
        title={label}
        onClick={() => setOpen(true)}
      >
        <Link2 size={13} aria-hidden="true" />
        {words}
      </Button>
      <Chooser
        open={open}
        onClose={() => setOpen(false)}
        label={label}
        groups={headings.map((heading) => ({
          heading,
          choices: picks
            .filter(({ group }) => group === heading)
            .map(({ from, about }) => ({ id: from, title: from, about })),
        }))}
        onChoose={(from) => {
          setOpen(false);
          onPick(from);
        }}
        empty="There is nothing of that name by then. Only what is finished before this step can be used."
      />
    </>
  );
}

/** A reference as it stands in a field. */
export function Reference({ from, onRemove, label }: { from: string; onRemove(): void; label: string }) {
  return (
    <span className="inline-flex min-h-8 max-w-full items-center gap-1 rounded border border-line-strong bg-selected px-2 font-mono text-sm">
      <Link2 size={12} aria-hidden="true" className="shrink-0 text-muted" />
      <span className="foreign truncate">{visible(from)}</span>
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={onRemove}
        className="-mr-1 grid size-6 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text"
      >
        <X size={12} />
      </button>
    </span>
  );
}
