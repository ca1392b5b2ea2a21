/** One argument of a step: a value, or a reference that is picked or dropped here. */
import { type DragEvent, useState } from "react";
import type { Parameter } from "../../api/types.ts";
import { visible } from "../../components/visible.ts";
import { ParameterField } from "../../palette/ParameterField.tsx";
import { asValues } from "./document.ts";
import { useTyped } from "./fields.tsx";
import type { Pick } from "./flow.ts";
import { PickButton, Reference } from "./Picker.tsx";
import { REFERENCE } from "./StepNode.tsx";

export function ArgumentField({
  parameter,
  value,
  picks,
  error,
  set,
}: {
  parameter: Parameter;
  value: unknown;
  picks: readonly Pick[];
  error: string | undefined;
  set(value: unknown): void;
}) {
  const [over, setOver] = useState(false);
  const from = asValues(value).from;
  const carries = (event: DragEvent) => event.dataTransfer.types.includes(REFERENCE);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the button beside it is the keyboard's
    <div
      data-argument={parameter.name}
      onDragOver={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const dropped = event.dataTransfer.getData(REFERENCE);
        if (!dropped) return;
        event.preventDefault();
        set({ from: dropped });
      }}
      className={`relative rounded ${over ? "outline-2 outline-accent outline-offset-4" : ""}`}
    >
      <div className="absolute -top-1 right-0">
        <PickButton
          picks={picks}
          label={`Which result for ${parameter.name}?`}
          about={`for ${parameter.name}`}
          onPick={(picked) => set({ from: picked })}
        />
      </div>
      {typeof from === "string" ? (
        <div className="grid gap-1">
          <span className="flex items-baseline gap-1.5 font-medium">
            <span className="foreign">{parameter.name}</span>
            {parameter.required && <span className="font-normal text-faint text-sm">required</span>}
          </span>
          <div>
            <Reference
              from={from}
              label={`Say ${parameter.name} as a value instead`}
              onRemove={() => set(undefined)}
            />
          </div>
          <p className="foreign text-muted text-sm">{visible(parameter.description)}</p>
          {error && (
            <p role="alert" className="foreign text-bad text-sm">
              {error}
            </p>
          )}
        </div>
      ) : (
        <Literal {...{ parameter, value, error, set }} />
      )}
    </div>
  );
}

function Literal({ parameter, value, error, set }: Omit<Parameters<typeof ArgumentField>[0], "picks">) {
  const [typed, type] = useTyped(textOf(parameter, value), (text) => set(valueFrom(parameter, text)));
  return <ParameterField parameter={parameter} value={typed} error={error} onChange={type} />;
}

function textOf(parameter: Parameter, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (parameter.items && Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was typed, as the parameter's type where it can be read as such; the check says what is wrong with the rest. */
function valueFrom(parameter: Parameter, text: string): unknown {
  if (text === "") return undefined;
  switch (parameter.type) {
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "json":
      if (parameter.items) return text.split("\n").filter((line) => line !== "");
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    default:
      return text;
  }
}
