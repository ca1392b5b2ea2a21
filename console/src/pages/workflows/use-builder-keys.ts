/** What the builder does by keyboard; all of it is in the help and in the palette too. */
import { useActions } from "../../frame/actions.ts";

export interface BuilderDeeds {
  add(): void;
  /** To the next step, or the one before. */
  go(by: number): void;
  undo(): void;
  redo(): void;
  plan(): void;
  save(): void;
  settings(): void;
  move(by: number): void;
  remove(): void;
  /** Null while there is something that is not saved. */
  run: (() => void) | null;
}

export function useBuilderKeys(step: string | null, deeds: BuilderDeeds): void {
  const group = "Workflow";
  const { run } = deeds;
  useActions([
    {
      id: "workflow.add",
      label: step ? `Add a step after ${step}` : "Add a step",
      keys: "a",
      group,
      run: deeds.add,
    },
    { id: "workflow.next", label: "Next step", keys: "j", group, run: () => deeds.go(1), hidden: true },
    { id: "workflow.before", label: "Step before", keys: "k", group, run: () => deeds.go(-1), hidden: true },
    { id: "workflow.undo", label: "Undo", keys: "mod+z", group, run: deeds.undo },
    { id: "workflow.redo", label: "Redo", keys: "mod+shift+z", group, run: deeds.redo },
    { id: "workflow.plan", label: "Show what the draft would do", keys: "p", group, run: deeds.plan },
    { id: "workflow.save", label: "Save the workflow", keys: "mod+s", group, run: deeds.save },
    { id: "workflow.itself", label: "Settings of the workflow", keys: "w", group, run: deeds.settings },
    ...(step
      ? [
          {
            id: "workflow.later",
            label: `Move ${step} down`,
            keys: "shift+j",
            group,
            run: () => deeds.move(1),
          },
          {
            id: "workflow.earlier",
            label: `Move ${step} up`,
            keys: "shift+k",
            group,
            run: () => deeds.move(-1),
          },
          {
            id: "workflow.remove",
            label: `Remove ${step}`,
            keys: "x",
            group,
            run: deeds.remove,
            danger: true,
          },
          { id: "workflow.edit", label: `Change ${step}`, keys: "e", group, run: focusForm },
        ]
      : []),
    ...(run ? [{ id: "workflow.run", label: "Run the workflow", keys: "r", group, run }] : []),
  ]);
}

/** The first field of the form: from the canvas to it with one key. */
function focusForm(): void {
  document.querySelector<HTMLElement>("#workflow-form :is(input, select, textarea):not(:disabled)")?.focus();
}
