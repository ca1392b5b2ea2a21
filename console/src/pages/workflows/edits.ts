/** What can be done to the steps of a workflow, each as a change of its text. Pure. */
import {
  edit,
  insertStep,
  moveStep,
  type Path,
  put,
  read,
  removeStep,
  renameStep,
  STEPS,
  type Values,
} from "./document.ts";
import { type Commands, type Flow, flowOf } from "./flow.ts";

/** An id that no other step has: the command's slug, or with a number. */
export function freeId(flow: Flow, slug: string): string {
  const taken = new Set(flow.steps.map(({ id }) => id));
  let id = slug;
  for (let n = 2; taken.has(id); n += 1) id = `${slug}-${n}`;
  return id;
}

/** Steps without an id are called by their command and place; whoever's name would change by an edit gets it written. */
function withNames(text: string, commands: Commands, wanted: readonly (string | null)[]): string {
  const { steps } = flowOf(read(text).input, commands);
  const moved = steps.filter(({ id, index }) => wanted[index] != null && wanted[index] !== id);
  if (moved.length === 0) return text;
  return edit(text, (doc) => {
    for (const { index } of moved) put(doc, [...STEPS, index, "id"], wanted[index]);
  });
}

/** A step of that command, before the one that is at `index` now. Returns the text and the step's id. */
export function addStep(
  text: string,
  flow: Flow,
  commands: Commands,
  { index, slug, step = {} }: { index: number; slug: string; step?: Values },
): { text: string; id: string } {
  const id = freeId(flow, slug);
  const names: (string | null)[] = flow.steps.map((one) => one.id);
  names.splice(index, 0, id);
  const added = edit(text, (doc) => insertStep(doc, index, { id, command: slug, ...step }));
  return { text: withNames(added, commands, names), id };
}

/** Without the step. Who needed it needs what it needed. */
export function dropStep(text: string, flow: Flow, commands: Commands, index: number): string {
  const gone = flow.steps[index];
  if (!gone) return text;
  const names = flow.steps.map(({ id }) => id).filter((_, at) => at !== index);
  const dropped = edit(text, (doc) => {
    for (const { draft, index: at } of flow.steps)
      if (draft.needs?.includes(gone.id)) {
        const needs = draft.needs.flatMap((need) => (need === gone.id ? gone.needs : [need]));
        put(doc, [...STEPS, at, "needs"], [...new Set(needs)]);
      }
    removeStep(doc, index);
  });
  return withNames(dropped, commands, names);
}

/** Another order. Where steps run one after another, that is when they run. */
export function reorder(text: string, flow: Flow, commands: Commands, from: number, to: number): string {
  if (from === to || !flow.steps[from] || !flow.steps[to]) return text;
  const names = flow.steps.map(({ id }) => id);
  const [name] = names.splice(from, 1);
  names.splice(to, 0, name!);
  return withNames(
    edit(text, (doc) => moveStep(doc, from, to)),
    commands,
    names,
  );
}

/** `to` starts after `from`. */
export function connect(text: string, flow: Flow, from: string, to: string): string {
  const step = flow.steps.find(({ id }) => id === to);
  if (!step || step.needs.includes(from)) return text;
  return setNeeds(text, step.index, [...step.needs, from]);
}

/** `to` no longer waits for `from`. */
export function disconnect(text: string, flow: Flow, from: string, to: string): string {
  const step = flow.steps.find(({ id }) => id === to);
  if (!step?.needs.includes(from)) return text;
  return setNeeds(
    text,
    step.index,
    step.needs.filter((need) => need !== from),
  );
}

export function setNeeds(text: string, index: number, needs: string[] | undefined): string {
  return edit(text, (doc) => put(doc, [...STEPS, index, "needs"], needs));
}

/** A field of a step: `["args", "file"]`. Undefined takes it away, and with the last argument the list of them. */
export function setField(text: string, index: number, field: Path, value: unknown): string {
  return edit(text, (doc) => {
    const at: Path = [...STEPS, index];
    put(doc, [...at, ...field], value);
    for (let up = field.length - 1; up > 0; up -= 1) {
      const above = doc.getIn([...at, ...field.slice(0, up)]) as { items?: unknown[] } | undefined;
      if (value === undefined && above?.items?.length === 0) doc.deleteIn([...at, ...field.slice(0, up)]);
    }
  });
}

/** A field of the workflow itself: `["definition", "rollback_on_error"]`. */
export function setTop(text: string, field: Path, value: unknown): string {
  return edit(text, (doc) => put(doc, field, value));
}

export function rename(text: string, flow: Flow, index: number, id: string): string {
  const step = flow.steps[index];
  if (!step || step.id === id) return text;
  return edit(text, (doc) => renameStep(doc, index, step.id, id));
}

/** The flow of a text that was just made. */
export function flowIn(text: string, commands: Commands): Flow {
  return flowOf(read(text).input, commands);
}
