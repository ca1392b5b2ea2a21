/** The form of a checkpoint: what whoever approves has to say with it. */
import type { Checkpoint, Json, Values } from "../api/types.ts";
import { Checkbox, Field as Labelled, Select, TextInput } from "../components/Field.tsx";
import { valueText } from "../components/visible.ts";

type Field = Checkpoint["form"][number];

/** What stands in the fields before anybody typed. */
export function defaults(checkpoint: Checkpoint): Values {
  return Object.fromEntries(
    checkpoint.form.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The required fields that hold nothing yet; a box that is not ticked says no. */
export function missingIn({ form }: Checkpoint, inputs: Values): Field[] {
  return form.filter(({ name, type, required }) => {
    const value = inputs[name];
    return required && type !== "boolean" && (value === undefined || value === null || value === "");
  });
}

export const labelOf = ({ name, label }: Field): string => label ?? name;

/** Each field can be found by its name, so that one can be led to it. */
export function FormFields({
  checkpoint,
  inputs,
  errorOf,
  onChange,
}: {
  checkpoint: Checkpoint;
  inputs: Values;
  errorOf(name: string): string | undefined;
  onChange(name: string, value: Json): void;
}) {
  return (
    <section aria-label="What you are asked to fill in" className="grid gap-3">
      {checkpoint.form.map((field) => (
        <div key={field.name} data-field={field.name}>
          <FormField
            field={field}
            value={inputs[field.name]}
            error={errorOf(field.name)}
            onChange={(value) => onChange(field.name, value)}
          />
        </div>
      ))}
    </section>
  );
}

function FormField({
  field,
  value,
  error,
  onChange,
}: {
  field: Field;
  value: Json | undefined;
  error: string | undefined;
  onChange(value: Json): void;
}) {
  const label = labelOf(field);
  if (field.type === "boolean")
    return (
      <Checkbox label={label} checked={value === true} onChange={(event) => onChange(event.target.checked)} />
    );
  return (
    <Labelled label={label} required={field.required ?? false} error={error}>
      {(wear) =>
        field.type === "enum" ? (
          <Select {...wear} value={valueText(value ?? "")} onChange={(event) => onChange(event.target.value)}>
            <option value="">choose</option>
            {field.options?.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </Select>
        ) : (
          <TextInput
            {...wear}
            inputMode={field.type === "number" ? "decimal" : "text"}
            value={valueText(value ?? "")}
            onChange={({ target }) =>
              onChange(
                field.type === "number" && target.value !== "" && Number.isFinite(Number(target.value))
                  ? Number(target.value)
                  : target.value,
              )
            }
          />
        )
      }
    </Labelled>
  );
}
