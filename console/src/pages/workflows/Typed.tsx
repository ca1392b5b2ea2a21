/** Fields of the document: text, a number of seconds, a choice. */
import { Field, TextArea, TextInput } from "../../components/Field.tsx";
import { useTyped } from "./fields.tsx";

interface Common {
  label: string;
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
}

export function TypedText({
  value,
  commit,
  mono = false,
  long = false,
  required = false,
  ...rest
}: Common & {
  value: string;
  commit(text: string): void;
  mono?: boolean;
  long?: boolean;
  required?: boolean;
}) {
  const [typed, type] = useTyped(value, commit);
  return (
    <Field label={rest.label} hint={rest.hint} error={rest.error} required={required}>
      {(wear) =>
        long ? (
          <TextArea
            {...wear}
            rows={2}
            value={typed}
            placeholder={rest.placeholder}
            onChange={(event) => type(event.target.value)}
          />
        ) : (
          <TextInput
            {...wear}
            mono={mono}
            value={typed}
            placeholder={rest.placeholder}
            onChange={(event) => type(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** Empty is not said; what is no number is kept as it was typed, for the check to say so. */
export function TypedNumber({
  value,
  commit,
  ...rest
}: Common & { value: unknown; commit(value: number | string | undefined): void }) {
  const [typed, type] = useTyped(value === undefined || value === null ? "" : String(value), (text) =>
    commit(text === "" ? undefined : Number.isFinite(Number(text)) ? Number(text) : text),
  );
  return (
    <Field label={rest.label} hint={rest.hint} error={rest.error}>
      {(wear) => (
        <TextInput
          {...wear}
          inputMode="decimal"
          value={typed}
          placeholder={rest.placeholder}
          onChange={(event) => type(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A list of names, with commas between them. */
export function TypedNames({
  value,
  commit,
  ...rest
}: Common & { value: unknown; commit(value: string[] | undefined): void }) {
  const text = Array.isArray(value) ? value.map(String).join(", ") : "";
  return (
    <TypedText
      {...rest}
      value={text}
      commit={(typed) => {
        const names = typed
          .split(",")
          .map((name) => name.trim())
          .filter(Boolean);
        commit(names.length > 0 ? names : undefined);
      }}
    />
  );
}
