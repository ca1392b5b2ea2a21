/** Over the builder: what it is about, what can be done with it; on a phone the faces, of which one is shown. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis, Play, Redo2, Undo2 } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { Menu } from "../../components/Menu.tsx";
import { visible } from "../../components/visible.ts";
import type { Stored } from "./stored.ts";
import type { Draft } from "./use-draft.ts";

export function BuilderHeader({
  stored,
  title,
  dirty,
  draft,
  onUndo,
  onRedo,
  onPlan,
  onRun,
  empty,
  onSave,
  onSettings,
  onDiscard,
}: {
  stored: Stored | null;
  title: string;
  dirty: boolean;
  draft: Pick<Draft, "canUndo" | "canRedo">;
  onUndo(): void;
  onRedo(): void;
  onPlan(): void;
  /** Null while what is stored is not what is shown. */
  onRun: (() => void) | null;
  /** There is no step yet. */
  empty: boolean;
  onSave(): void;
  onSettings(): void;
  onDiscard(): void;
}) {
  const navigate = useNavigate();
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5">
      <h1 className="foreign min-w-0 truncate font-semibold text-lg">
        <Link to="/workflows" className="font-normal text-muted hover:text-text">
          Workflows
        </Link>
        <span className="text-faint"> / </span>
        {visible(title)}
      </h1>
      <span className="text-muted text-sm">
        {stored ? (stored.library ? "of the library" : `version ${stored.version}`) : "not saved yet"}
        {stored && dirty && ", changed"}
      </span>
      <div className="ml-auto flex items-center gap-1.5">
        <Button look="quiet" aria-label="Undo" title="Undo" disabled={!draft.canUndo} onClick={onUndo}>
          <Undo2 size={15} />
        </Button>
        <Button look="quiet" aria-label="Redo" title="Redo" disabled={!draft.canRedo} onClick={onRedo}>
          <Redo2 size={15} />
        </Button>
        <Button onClick={onPlan} keys="p">
          Dry run
        </Button>
        {onRun && (
          <Button onClick={onRun} keys="r">
            <Play size={13} aria-hidden="true" /> Run
          </Button>
        )}
        <Button look="primary" disabled={empty || (stored !== null && !dirty)} onClick={onSave}>
          Save
        </Button>
        <Menu
          trigger={
            <Button look="quiet" aria-label="More">
              <Ellipsis size={15} />
            </Button>
          }
          items={[
            { label: "Settings of the workflow", run: onSettings },
            {
              label: "Versions",
              disabled: !stored,
              run: () =>
                stored && void navigate({ to: "/workflows/$slug/versions", params: { slug: stored.slug } }),
            },
            "line",
            { label: "Discard changes", danger: true, disabled: !dirty, run: onDiscard },
          ]}
        />
      </div>
    </header>
  );
}

export type Face = "canvas" | "form" | "yaml";

export function Faces({
  face,
  step,
  onFace,
}: {
  face: Face;
  /** The step that is chosen: its form is what the second face shows. */
  step: string | null;
  onFace(face: Face): void;
}) {
  const names: { [face in Face]: string } = {
    canvas: "Steps",
    form: step === null ? "Settings" : visible(step),
    yaml: "YAML",
  };
  return (
    <div role="tablist" aria-label="What is shown" className="flex border-b px-2 lg:hidden">
      {(["canvas", "form", "yaml"] as const).map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          aria-selected={face === one}
          onClick={() => onFace(one)}
          className="min-h-10 border-transparent border-b-2 px-4 text-muted aria-selected:border-accent aria-selected:text-text"
        >
          {names[one]}
        </button>
      ))}
    </div>
  );
}
