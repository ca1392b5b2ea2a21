/** What the workflow itself says: its name, what can be said when it is run, how its steps follow each other. */
import { Plus, Trash2 } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { Checkbox, Field, Select } from "../../components/Field.tsx";
import { type Finding, fieldOf } from "./check.ts";
import { asValues, type Path, type Values } from "./document.ts";
import { useTyped } from "./fields.tsx";
import { BOX } from "./look.ts";
import { Part } from "./StepForm.tsx";
import { TypedNames, TypedNumber, TypedText } from "./Typed.tsx";

const TYPES = ["string", "number", "boolean", "enum", "path", "secret", "json"];

export function WorkflowForm({
  input,
  findings,
  set,
}: {
  input: Values;
  findings: readonly Finding[];
  set(field: Path, value: unknown): void;
}) {
  const definition = asValues(input.definition);
  const errorAt = (field: string) => findings.find((finding) => fieldOf(finding).startsWith(field))?.message;
  const concurrency = asValues(definition.concurrency);
  const parameters = Array.isArray(input.parameters) ? input.parameters.map(asValues) : [];
  const flag = (name: string, label: string) => (
    <Checkbox
      label={label}
      checked={definition[name] === true}
      onChange={(event) => set(["definition", name], event.target.checked)}
    />
  );
  return (
    <div className="grid gap-4 px-4 py-3">
      <TypedText
        label="Name"
        required
        value={text(input.name)}
        error={errorAt("name")}
        commit={(value) => set(["name"], value)}
      />
      <TypedText
        label="What it does"
        long
        value={text(input.description)}
        error={errorAt("description")}
        commit={(value) => set(["description"], value || undefined)}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field label="Effect" error={errorAt("effect")}>
          {(wear) => (
            <Select
              {...wear}
              value={text(input.effect) || "write"}
              onChange={(event) => set(["effect"], event.target.value)}
            >
              <option value="read">reads only</option>
              <option value="write">changes something</option>
              <option value="destructive">destructive: hard to undo</option>
            </Select>
          )}
        </Field>
        <TypedText
          label="Category"
          value={text(input.category)}
          placeholder="other"
          error={errorAt("category")}
          commit={(value) => set(["category"], value || undefined)}
        />
      </div>
      <TypedNames
        label="Words people say for it"
        placeholder="ship it, release"
        value={input.aliases}
        error={errorAt("aliases")}
        commit={(value) => set(["aliases"], value)}
      />
      <Part title="Arguments" open>
        {parameters.map((parameter, index) => (
          <ParameterRow
            // biome-ignore lint/suspicious/noArrayIndexKey: its name may be typed just now
            key={index}
            parameter={parameter}
            error={findings.find(({ path }) => path.startsWith(`parameters.${index}.`))?.message}
            set={(next) => {
              const left = next ? parameters.with(index, next) : parameters.filter((_, at) => at !== index);
              set(["parameters"], left.length > 0 ? left : undefined);
            }}
          />
        ))}
        {parameters.length === 0 && (
          <p className="text-muted">None yet. What is said here when it is run flows into the steps.</p>
        )}
        <div>
          <Button
            onClick={() =>
              set(["parameters"], [...parameters, { name: freeName(parameters), type: "string" }])
            }
          >
            <Plus size={14} aria-hidden="true" /> Add an argument
          </Button>
        </div>
      </Part>
      <Part title="How it runs" open>
        <div className="grid">
          {flag("rollback_on_error", "Roll back when a step fails or a person rejects")}
          {flag("parallel_execution", "Steps that wait for nothing start at once")}
        </div>
        <div className="grid grid-cols-2 gap-3">
          <TypedText
            label="Never two at once of"
            placeholder="a group, e.g. deploy"
            value={text(concurrency.group)}
            hint={typeof concurrency.group === "object" ? "made of parts; see the YAML" : ""}
            error={errorAt("concurrency")}
            commit={(value) =>
              set(["definition", "concurrency"], value ? { ...concurrency, group: value } : undefined)
            }
          />
          {concurrency.group !== undefined && (
            <Field label="A second one">
              {(wear) => (
                <Select
                  {...wear}
                  value={text(concurrency.on_conflict) || "queue"}
                  onChange={({ target }) => set(["definition", "concurrency", "on_conflict"], target.value)}
                >
                  <option value="queue">waits</option>
                  <option value="refuse">is refused</option>
                  <option value="supersede">takes the place of the first</option>
                </Select>
              )}
            </Field>
          )}
          <TypedNumber
            label="In all at most, seconds"
            placeholder="604800"
            value={input.timeout_s}
            error={errorAt("timeout_s")}
            commit={(value) => set(["timeout_s"], value)}
          />
        </div>
      </Part>
    </div>
  );
}

function ParameterRow({
  parameter,
  error,
  set,
}: {
  parameter: Values;
  error: string | undefined;
  set(next: Values | null): void;
}) {
  const name = text(parameter.name);
  const type = text(parameter.type) || "string";
  const member = (key: string, value: unknown) =>
    set(
      Object.fromEntries(Object.entries({ ...parameter, [key]: value }).filter(([, v]) => v !== undefined)),
    );
  const [typedName, typeName] = useTyped(name, (value) => member("name", value));
  const [typedAbout, typeAbout] = useTyped(text(parameter.description), (value) =>
    member("description", value || undefined),
  );
  const standard = parameter.default;
  const [typedDefault, typeDefault] = useTyped(
    standard === undefined ? "" : typeof standard === "string" ? standard : JSON.stringify(standard),
    (value) => member("default", value === "" ? undefined : readDefault(type, value)),
  );
  const [typedOptions, typeOptions] = useTyped(
    Array.isArray(parameter.options) ? parameter.options.join(", ") : "",
    (value) =>
      member(
        "options",
        value
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      ),
  );
  return (
    <fieldset className="grid gap-1.5 rounded border px-2.5 py-2">
      <legend className="sr-only">{name}</legend>
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label="Name of the argument"
          value={typedName}
          onChange={(event) => typeName(event.target.value)}
          className={`${BOX} min-w-0 flex-1 font-mono text-sm`}
        />
        <Select
          aria-label={`Type of ${name}`}
          className="w-26"
          value={type}
          onChange={({ target }) => {
            const { options: _, default: __, ...rest } = parameter;
            set({
              ...rest,
              type: target.value,
              ...(target.value === "enum" ? { options: ["one", "two"] } : {}),
            });
          }}
        >
          {TYPES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
        <Checkbox
          label="required"
          checked={parameter.required === true}
          onChange={(event) => member("required", event.target.checked || undefined)}
        />
        <Button look="quiet" aria-label={`Remove the argument ${name}`} onClick={() => set(null)}>
          <Trash2 size={13} />
        </Button>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label={`What ${name} means`}
          placeholder="what it means"
          value={typedAbout}
          onChange={(event) => typeAbout(event.target.value)}
          className={`${BOX} min-w-0 flex-2`}
        />
        {parameter.required !== true && type !== "secret" && (
          <input
            aria-label={`Default of ${name}`}
            placeholder="default"
            value={typedDefault}
            onChange={(event) => typeDefault(event.target.value)}
            className={`${BOX} min-w-0 flex-1 font-mono text-sm`}
          />
        )}
        {type === "enum" && (
          <input
            aria-label={`Options of ${name}`}
            placeholder="staging, production"
            value={typedOptions}
            onChange={(event) => typeOptions(event.target.value)}
            className={`${BOX} w-full font-mono text-sm`}
          />
        )}
      </div>
      {error && (
        <p role="alert" className="foreign text-bad text-sm">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function freeName(parameters: readonly Values[]): string {
  for (let n = parameters.length + 1; ; n += 1)
    if (!parameters.some(({ name }) => name === `argument${n}`)) return `argument${n}`;
}

function readDefault(type: string, value: string): unknown {
  if (type === "number") return Number.isFinite(Number(value)) ? Number(value) : value;
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  if (type !== "json") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
