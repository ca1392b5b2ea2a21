/**
 * A workflow as text: read into what it says, and edited so that comments, the order of fields and the lines that an edit does
 * not touch stay as they were written. Pure.
 */
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Document as NewDocument,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import { keepText } from "./keep-text.ts";

export type Path = readonly (string | number)[];
export type Values = { [name: string]: unknown };

/** One step as it stands in the text; what is of another shape than it should be counts as not written. */
export interface StepDraft extends Values {
  id?: string;
  command: string;
  args: Values;
  needs?: string[];
}
export interface TextProblem {
  message: string;
  from: number;
  to: number;
  line: number;
}
export interface Reading {
  /** What the text says; null while it cannot be read. */
  input: Values | null;
  problem: TextProblem | null;
}

const STYLE = { lineWidth: 0, flowCollectionPadding: true } as const;
export const STEPS: Path = ["definition", "steps"];

export function read(text: string): Reading {
  const lineCounter = new LineCounter();
  const doc = parseDocument(text, { lineCounter });
  const error = doc.errors[0];
  const fault = (message: string, [from, to]: readonly [number, number]): Reading => ({
    input: null,
    problem: { message, from, to: Math.max(to, from + 1), line: lineCounter.linePos(from).line },
  });
  if (error) return fault(error.message.split(" at line ")[0]!, error.pos);
  if (!isMap(doc.contents)) return fault("must begin with fields: name, type, definition", [0, 1]);
  try {
    return { input: doc.toJS() as Values, problem: null };
  } catch (thrown) {
    // Aliases without an anchor, or so many that they would fill the memory.
    return fault((thrown as Error).message, [0, 1]);
  }
}

/** The steps the text tells of, each in a shape that can be shown. */
export function stepsOf(input: Values | null): StepDraft[] {
  const steps = asValues(input?.definition).steps;
  if (!Array.isArray(steps)) return [];
  return steps.map((written: unknown): StepDraft => {
    const { id, needs, ...step } = asValues(written);
    return {
      ...step,
      ...(typeof id === "string" || typeof id === "number" ? { id: String(id) } : {}),
      ...(Array.isArray(needs) ? { needs: needs.map(String) } : {}),
      command: typeof step.command === "string" ? step.command : "",
      args: asValues(step.args),
    };
  });
}

export function asValues(value: unknown): Values {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Values) : {};
}

/** The text with the change made. Nothing is changed in a text that cannot be read. */
export function edit(text: string, change: (doc: Document) => void): string {
  const doc = parseDocument(text);
  if (doc.errors.length > 0) return text;
  const before = doc.toString(STYLE);
  change(doc);
  const after = doc.toString(STYLE);
  if (after === before) return text;
  const kept = keepText(text, before, after);
  if (kept === after) return after;
  // Never a text that says something else: then rather a new layout.
  const same = JSON.stringify(read(kept).input) === JSON.stringify(read(after).input);
  return same ? kept : after;
}

/** Sets the value at the path, or takes it away when it is undefined. What stays the same keeps its comments and place. */
export function put(doc: Document, path: Path, value: unknown): void {
  if (value === undefined) {
    if (doc.hasIn(path)) doc.deleteIn(path);
    return;
  }
  const there = doc.getIn(path, true);
  if (isNode(there) && become(doc, there, value)) return;
  doc.setIn(path, created(doc, value));
}

/** Makes a node say the value, as far as it can without being another kind of node. */
function become(doc: Document, node: Node, value: unknown): boolean {
  if (isScalar(node) && (value === null || typeof value !== "object")) {
    if (Object.is(node.value, value)) return true;
    node.value = value;
    delete node.format;
    delete node.minFractionDigits;
    delete node.source;
    return true;
  }
  if (isMap(node) && value !== null && typeof value === "object" && !Array.isArray(value)) {
    for (const { key } of [...node.items])
      if (!Object.hasOwn(value, String(isScalar(key) ? key.value : key))) node.delete(key);
    for (const [key, member] of Object.entries(value)) {
      const held = node.get(key, true) as unknown;
      if (member === undefined) node.delete(key);
      else if (!(isNode(held) && become(doc, held, member))) node.set(key, created(doc, member));
    }
    return true;
  }
  if (isSeq(node) && Array.isArray(value)) {
    node.items.splice(value.length);
    for (const [index, member] of value.entries()) {
      const held = node.items[index] as unknown;
      if (!(isNode(held) && become(doc, held, member))) node.items[index] = created(doc, member);
    }
    return true;
  }
  return false;
}

/** A node for the value: references and short lists on one line, everything else in lines of its own. */
function created(doc: Document, value: unknown): Node {
  const node = doc.createNode(value);
  visit(node, {
    Map(_, map) {
      if (map.has("from") && JSON.stringify(map).length < 100) map.flow = true;
    },
    Seq(_, seq) {
      if (seq.items.every((item) => isScalar(item)) && JSON.stringify(seq).length < 90) seq.flow = true;
    },
    Collection(_, collection) {
      if (collection.items.length === 0) collection.flow = true;
    },
  });
  return node;
}

/** The list of the steps, with the comment over the first one at that one, so that it goes where the step goes. */
function stepsNode(doc: Document) {
  if (!isSeq(doc.getIn(STEPS))) doc.setIn(STEPS, doc.createNode([]));
  const seq = doc.getIn(STEPS);
  if (!isSeq(seq)) throw new Error("there is no list of steps");
  if (seq.items.length === 0) seq.flow = false;
  const first = seq.items[0];
  if (seq.commentBefore && isCollection(first)) {
    first.commentBefore = [seq.commentBefore, first.commentBefore].filter(Boolean).join("\n");
    seq.commentBefore = null;
  }
  return seq;
}

export function insertStep(doc: Document, index: number, step: Values): void {
  stepsNode(doc).items.splice(index, 0, created(doc, step));
}

export function removeStep(doc: Document, index: number): void {
  const seq = stepsNode(doc);
  seq.items.splice(index, 1);
  if (seq.items.length === 0) seq.flow = true;
}

export function moveStep(doc: Document, from: number, to: number): void {
  const { items } = stepsNode(doc);
  const [step] = items.splice(from, 1);
  if (step !== undefined) items.splice(to, 0, step);
}

/** Gives a step another id, in its own place and wherever others name it: in `needs` and in references. */
export function renameStep(doc: Document, index: number, from: string, to: string): void {
  put(doc, [...STEPS, index, "id"], to);
  const steps = doc.getIn(STEPS);
  if (!isSeq(steps)) return;
  visit(steps, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) return;
      const { value } = pair;
      if (pair.key.value === "needs" && isSeq(value))
        for (const need of value.items) if (isScalar(need) && need.value === from) need.value = to;
      if (pair.key.value !== "from" || !isScalar(value) || typeof value.value !== "string") return;
      if (value.value.startsWith(`steps.${from}.`))
        value.value = `steps.${to}.${value.value.slice(`steps.${from}.`.length)}`;
    },
  });
}

/** Fields in the order in which people read them. */
const ORDER = [
  "name",
  "description",
  "type",
  "category",
  "effect",
  "aliases",
  "parameters",
  "requires",
  "timeout_s",
  "retry",
  "rollback",
  "definition",
  "examples",
];

/** A stored command as text. What is as it would be without being said is left out. */
export function write(command: Values): string {
  const known = ORDER.filter((name) => command[name] !== undefined && command[name] !== null);
  const plain = Object.fromEntries(known.map((name) => [name, tidy(command[name])]));
  for (const name of ["aliases", "parameters", "requires", "examples"])
    if (Array.isArray(plain[name]) && plain[name].length === 0) delete plain[name];
  if (plain.description === "") delete plain.description;
  const definition = asValues(plain.definition);
  if (Array.isArray(definition.human_checkpoints) && definition.human_checkpoints.length === 0)
    delete definition.human_checkpoints;
  if (Array.isArray(definition.steps)) definition.steps = definition.steps.map(tidyStep);
  if (Array.isArray(plain.parameters))
    plain.parameters = plain.parameters.map((one) => inOrder(one, PARAMETER_ORDER));
  const doc = new NewDocument();
  const contents = created(doc, plain);
  visit(contents, {
    Scalar(_, scalar) {
      if (typeof scalar.value === "string" && scalar.value.length > LONG && !/\n|\s$/.test(scalar.value))
        scalar.type = "BLOCK_FOLDED";
    },
  });
  doc.contents = contents as never;
  return doc.toString(STYLE);
}

const LONG = 80;
const PARAMETER_ORDER = ["name", "type", "required", "default", "options", "description"];
const STEP_ORDER = ["id", "command", "needs", "when", "for_each", "args", "checkpoint", "rollback"];

/** The fields with these names first; a parameter that is not required need not say so. */
function inOrder(value: unknown, order: readonly string[]): Values {
  const { ...fields } = asValues(value);
  if (fields.required === false) delete fields.required;
  const first = order.filter((name) => Object.hasOwn(fields, name));
  return Object.fromEntries([
    ...first.map((name) => [name, fields[name]] as const),
    ...Object.entries(fields).filter(([name]) => !first.includes(name)),
  ]);
}

/** A copy in which a reference begins with what it refers to. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).map(([name, member]) => [name, tidy(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => Number(b === "from") - Number(a === "from")));
}

function tidyStep(written: unknown): Values {
  const step = inOrder(written, STEP_ORDER);
  if (Object.keys(asValues(step.args)).length === 0) delete step.args;
  for (const name of ["checkpoint", "continue_on_error"]) if (step[name] === false) delete step[name];
  return Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined));
}

/** Where in the text each path stands: the value itself, or what is nearest around it. Only its first line. */
export function rangesOf(text: string, paths: readonly string[]): { from: number; to: number }[] {
  const doc = parseDocument(text);
  return paths.map((path) => {
    const keys = path.split(".");
    for (let length = keys.length; length > 0; length -= 1) {
      const node = doc.getIn(keys.slice(0, length), true);
      if (!isNode(node) || !node.range) continue;
      const [from, to] = node.range;
      const line = text.indexOf("\n", from);
      return { from, to: Math.max(from + 1, Math.min(to, line < 0 ? to : line)) };
    }
    return { from: 0, to: 1 };
  });
}
