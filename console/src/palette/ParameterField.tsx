/** One parameter of a command as a field, made from its schema. */
import type { Parameter } from "../api/types.ts";
import { Field, Select, TextArea, TextInput } from "../components/Field.tsx";
import { valueText } from "../components/visible.ts";
import { isLines } from "./arguments.ts";

export function ParameterField({
  parameter,
  value,
  error,
  onChange,
}: {
  parameter: Parameter;
  value: string;
  error: string | undefined;
  onChange(value: string): void;
}) {
  const { name, type, required, description, options = [] } = parameter;
  const standard = parameter.default === undefined ? "" : valueText(parameter.default);
  const hint = [
    description,
    parameter.from ? `filled from ${parameter.from} when left empty` : "",
    type === "secret" ? "the name of a stored secret, never its value" : "",
    isLines(parameter) ? "one on each line" : "",
  ].filter(Boolean);
  return (
    <Field label={name} required={required} error={error} hint={hint.join("; ")}>
      {(wear) => {
        if (type === "boolean")
          return (
            <Select {...wear} value={value} onChange={(event) => onChange(event.target.value)}>
              <option value="">{standard === "" ? "not said" : `${standard} (default)`}</option>
              <option value="true">true</option>
              <option value="false">false</option>
            </Select>
          );
        if (type === "enum")
          return (
            <Select {...wear} value={value} onChange={(event) => onChange(event.target.value)}>
              <option value="">{standard === "" ? "not said" : `${standard} (default)`}</option>
              {options.map((option) => (
                <option key={option} value={option}>
                  {option}
                </option>
              ))}
            </Select>
          );
        if (type === "json")
          return (
            <TextArea
              {...wear}
              mono
              value={value}
              placeholder={standard}
              onChange={(event) => onChange(event.target.value)}
            />
          );
        return (
          <TextInput
            {...wear}
            mono={type !== "string"}
            inputMode={type === "number" ? "decimal" : "text"}
            value={value}
            placeholder={standard === "" ? "" : `${standard} (default)`}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}
