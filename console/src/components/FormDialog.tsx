/** A form in a dialog, made from what its fields are. What the server finds wrong stands at the field it is about. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { ApiProblem, saying } from "../api/problem.ts";
import type { Json, Values } from "../api/types.ts";
import { Button } from "./Button.tsx";
import { TitledDialog } from "./Dialog.tsx";
import { Checkbox, Field, Select, TextArea, TextInput } from "./Field.tsx";

export interface FieldSpec {
  name: string;
  label: string;
  /** text unless said; `words` is a list with commas, `lines` one on each line, `json` any value. */
  kind?:
    | "text"
    | "password"
    | "area"
    | "select"
    | "number"
    | "check"
    | "day"
    | "moment"
    | "words"
    | "lines"
    | "json";
  options?: readonly (string | readonly [value: string, label: string])[];
  hint?: ReactNode;
  /** Check boxes that follow each other under the same words stand together under them. */
  group?: string;
  required?: boolean;
  mono?: boolean;
  placeholder?: string;
  /** Only then is it asked for, and sent. */
  when?(draft: Draft): boolean;
  /** Where the API says what is wrong with it, when not by its name. */
  path?: string;
}
export type Draft = { [name: string]: string | boolean };

/** What a field shows of a value that is there already. */
export function draftFrom(fields: readonly FieldSpec[], values: { [name: string]: unknown }): Draft {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const value = values[name];
      if (kind === "check") return [name, value === true];
      if (value === undefined || value === null) return [name, ""];
      if (kind === "moment" && typeof value === "number") return [name, localMoment(value)];
      if (kind === "words" && Array.isArray(value)) return [name, value.join(", ")];
      if (kind === "lines" && Array.isArray(value)) return [name, value.join("\n")];
      if (kind === "json") return [name, JSON.stringify(value, null, 2)];
      return [name, String(value)];
    }),
  );
}

/** The values of a form: what is empty is left out, or null where `nulls` (so that a change can take it away). */
export function readForm(
  fields: readonly FieldSpec[],
  draft: Draft,
  nulls = false,
): { values: Values; problems: { [name: string]: string } } {
  const values: Values = {};
  const problems: { [name: string]: string } = {};
  for (const field of fields) {
    if (field.when?.(draft) === false) continue;
    const held = draft[field.name] ?? "";
    if (typeof held === "boolean") {
      values[field.name] = held;
      continue;
    }
    const text = field.kind === "area" || field.kind === "password" ? held : held.trim();
    if (field.kind === "words" || field.kind === "lines") {
      values[field.name] = text
        .split(field.kind === "words" ? "," : "\n")
        .map((word) => word.trim())
        .filter(Boolean);
      continue;
    }
    if (text === "") {
      if (field.required) problems[field.name] = "is needed";
      else if (nulls) values[field.name] = null;
      continue;
    }
    const read = readText(field, text);
    if ("problem" in read) problems[field.name] = read.problem;
    else values[field.name] = read.value;
  }
  return { values, problems };
}

function readText({ kind }: FieldSpec, text: string): { value: Json } | { problem: string } {
  if (kind === "number") {
    const value = Number(text);
    return Number.isFinite(value) ? { value } : { problem: "must be a number" };
  }
  if (kind === "moment") {
    const value = new Date(text).getTime();
    return Number.isFinite(value) ? { value } : { problem: "must be a day and a time" };
  }
  if (kind === "json")
    try {
      return { value: JSON.parse(text) as Json };
    } catch {
      return { problem: "is not JSON" };
    }
  return { value: text };
}

/** As a field of a day and a time wants it: the reader's own clock. */
export function localMoment(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

export function FormDialog({
  title,
  verb,
  fields,
  initial = {},
  nulls = false,
  intro,
  submit,
  onDone,
  onClose,
  danger = false,
  stay = false,
  extra,
  placed: placedElsewhere = () => false,
}: {
  title: string;
  /** The button, in words of what happens: "Add the person". */
  verb: string;
  fields: readonly FieldSpec[];
  initial?: { [name: string]: unknown };
  nulls?: boolean;
  intro?: ReactNode;
  submit(values: Values): Promise<unknown>;
  onDone?: () => void;
  onClose(): void;
  danger?: boolean;
  /** The page puts something else in its place once it is done. */
  stay?: boolean;
  /** More of the form below its fields, with what stands in them and what is wrong. */
  extra?: (draft: Draft, error: unknown) => ReactNode;
  /** Is an issue at this path shown by `extra`? */
  placed?: (path: string) => boolean;
}) {
  const form = useId();
  const body = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => draftFrom(fields, initial));
  const [tried, setTried] = useState(false);
  const { values, problems } = readForm(fields, draft, nulls);
  const sending = useMutation({
    mutationFn: submit,
    onSuccess: () => {
      onDone?.();
      if (!stay) onClose();
    },
  });
  useEffect(() => {
    const first = body.current?.querySelector<HTMLElement>("input, select, textarea");
    first?.focus();
    // Its text is read from the beginning.
    if (first instanceof HTMLInputElement) first.scrollLeft = 0;
  }, []);
  useEffect(() => {
    if (sending.error || tried) body.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [sending.error, tried]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length === 0) sending.mutate(values);
  };
  const issues = sending.error instanceof ApiProblem ? sending.error.issues : [];
  const at = ({ name, path = name }: FieldSpec) =>
    issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`))?.message;
  const placed =
    fields.some((field) => at(field) !== undefined) || issues.some(({ path }) => placedElsewhere(path));
  const one = (field: FieldSpec) => (
    <OneField
      key={field.name}
      field={field}
      value={draft[field.name] ?? ""}
      error={at(field) ?? (tried ? problems[field.name] : undefined)}
      onChange={(value) => setDraft((old) => ({ ...old, [field.name]: value }))}
    />
  );
  return (
    <TitledDialog
      open
      onClose={onClose}
      title={title}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look={danger ? "danger" : "primary"} busy={sending.isPending}>
            {verb}
          </Button>
        </>
      }
    >
      <form ref={body} id={form} noValidate onSubmit={send} className="grid gap-3">
        {intro && <div className="foreign text-muted">{intro}</div>}
        {grouped(fields.filter(({ when }) => when?.(draft) !== false)).map(([group, those]) =>
          group === undefined ? (
            those.map(one)
          ) : (
            <fieldset key={group} className="min-w-0">
              <legend className="mb-0.5 font-medium">{group}</legend>
              {those.map(one)}
            </fieldset>
          ),
        )}
        {extra?.(draft, sending.error)}
        {sending.error && !placed && (
          <p role="alert" className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
            {saying(sending.error)}
          </p>
        )}
      </form>
    </TitledDialog>
  );
}

/** Fields in their order, those of one group that follow each other together. */
function grouped(fields: readonly FieldSpec[]): [group: string | undefined, those: FieldSpec[]][] {
  const groups: [string | undefined, FieldSpec[]][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last && last[0] === field.group) last[1].push(field);
    else groups.push([field.group, [field]]);
  }
  return groups;
}

const INPUT_TYPES: { [kind: string]: string } = {
  day: "date",
  moment: "datetime-local",
  password: "password",
};

function OneField({
  field,
  value,
  error,
  onChange,
}: {
  field: FieldSpec;
  value: string | boolean;
  error: string | undefined;
  onChange(value: string | boolean): void;
}) {
  const { label, kind = "text", hint, required = false, mono = false, placeholder } = field;
  if (kind === "check")
    return (
      <div className="grid gap-0.5">
        <Checkbox
          label={label}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
        {hint && <p className="ml-6 text-muted text-sm">{hint}</p>}
        {error && (
          <p role="alert" className="ml-6 text-bad text-sm">
            {error}
          </p>
        )}
      </div>
    );
  const text = String(value);
  return (
    <Field label={label} hint={hint} required={required} error={error}>
      {(wear) =>
        kind === "select" ? (
          <Select {...wear} value={text} onChange={(event) => onChange(event.target.value)}>
            {(field.options ?? []).map((option) => {
              const [of, words] = typeof option === "string" ? [option, option || "not said"] : option;
              return (
                <option key={of} value={of}>
                  {words}
                </option>
              );
            })}
          </Select>
        ) : kind === "area" || kind === "json" || kind === "lines" ? (
          <TextArea
            {...wear}
            mono={mono || kind !== "area"}
            rows={kind === "area" ? 5 : 4}
            placeholder={placeholder}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <TextInput
            {...wear}
            mono={mono}
            type={INPUT_TYPES[kind] ?? "text"}
            inputMode={kind === "number" ? "decimal" : undefined}
            autoComplete={kind === "password" ? "new-password" : "off"}
            placeholder={placeholder}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
