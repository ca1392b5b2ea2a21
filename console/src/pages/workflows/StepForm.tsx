/** Everything a step says, as a form. */
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Parameter } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Checkbox, Field, Select } from "../../components/Field.tsx";
import { EffectMark } from "../../components/Status.tsx";
import { visible } from "../../components/visible.ts";
import { ArgumentField } from "./ArgumentField.tsx";
import { CheckpointForm } from "./CheckpointForm.tsx";
import { ConditionForm } from "./ConditionForm.tsx";
import { type Finding, fieldOf } from "./check.ts";
import { asValues, type Path } from "./document.ts";
import { type Commands, commandOf, type Flow, type FlowStep, picksFor } from "./flow.ts";
import { PickButton, Reference } from "./Picker.tsx";
import { TypedNumber, TypedText } from "./Typed.tsx";

export interface StepFormProps {
  step: FlowStep;
  flow: Flow;
  commands: Commands;
  findings: readonly Finding[];
  /** Sets or removes a field of this step. */
  set(field: Path, value: unknown): void;
  onRename(id: string): void;
  onNeeds(needs: string[] | undefined): void;
  onChangeCommand(): void;
  onMove(by: number): void;
  onRemove(): void;
}

export function StepForm(props: StepFormProps) {
  const { step, flow, findings, set } = props;
  const { draft, command } = step;
  const errorAt = (...fields: string[]) =>
    findings.find((finding) => fields.some((field) => fieldOf(finding) === field))?.message;
  const below = (field: string) => findings.find((finding) => fieldOf(finding).startsWith(field))?.message;
  const picks = picksFor(step, flow);
  const rest = findings.filter(
    (finding) => !/^(args|needs|when|checkpoint|rollback|id$)/.test(fieldOf(finding)),
  );
  return (
    <div className="grid gap-4 px-4 py-3">
      <div className="grid gap-1">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="foreign min-w-0 truncate font-mono font-semibold">
            {visible(draft.command || "no command")}
          </h2>
          {command && <EffectMark effect={command.effect} />}
          <span className="ml-auto flex">
            <Button look="quiet" aria-label="Earlier" title="Earlier" onClick={() => props.onMove(-1)}>
              <ArrowUp size={14} />
            </Button>
            <Button look="quiet" aria-label="Later" title="Later" onClick={() => props.onMove(1)}>
              <ArrowDown size={14} />
            </Button>
            <Button
              look="quiet"
              aria-label="Remove the step"
              title="Remove the step"
              onClick={props.onRemove}
            >
              <Trash2 size={14} />
            </Button>
          </span>
        </div>
        {command && <p className="foreign line-clamp-2 text-muted">{visible(command.description)}</p>}
        {rest.map(({ path, message, kind }) => (
          <p
            key={path + message}
            className={`foreign text-sm ${kind === "problem" ? "text-bad" : "text-warn"}`}
          >
            {message}
          </p>
        ))}
        <div>
          <Button look="quiet" className="-ml-2.5 text-sm" onClick={props.onChangeCommand}>
            Another command…
          </Button>
        </div>
      </div>
      <Arguments {...props} picks={picks} />
      <Part title="Name and order" open>
        <TypedText
          label="Name of the step"
          mono
          value={step.id}
          error={errorAt("id")}
          commit={(id) => id && props.onRename(id)}
        />
        <Needs {...props} error={below("needs")} />
      </Part>
      <Part title="Condition" open={draft.when !== undefined}>
        <ConditionForm
          when={draft.when}
          picks={picks}
          error={below("when")}
          set={(value) => set(["when"], value)}
        />
      </Part>
      <Part title="Checkpoint" open={draft.checkpoint !== undefined && draft.checkpoint !== false}>
        <CheckpointForm
          checkpoint={draft.checkpoint}
          errorAt={(field) => below(`checkpoint.${field}`)}
          set={(field, value) => set(["checkpoint", ...field], value)}
        />
      </Part>
      <Part title="Rollback" open={draft.rollback !== undefined}>
        <RollbackForm {...props} />
      </Part>
      <Part
        title="Attempts, time, repetition"
        open={["retry", "timeout_s", "for_each", "continue_on_error"].some(
          (field) => draft[field] !== undefined,
        )}
      >
        <Runs {...props} />
      </Part>
    </div>
  );
}

export function Part({
  title,
  open = false,
  children,
}: {
  title: string;
  open?: boolean;
  children: ReactNode;
}) {
  const [was] = useState(open);
  return (
    <details open={was || open} className="border-t pt-2">
      <summary className="-mx-1 min-h-7 rounded px-1 font-semibold leading-7 hover:bg-hover">{title}</summary>
      <div className="grid gap-3 pt-2 pb-1">{children}</div>
    </details>
  );
}

function Arguments({ step, findings, set, picks }: StepFormProps & { picks: ReturnType<typeof picksFor> }) {
  const parameters = (step.command?.parameters ?? []) as unknown as Parameter[];
  const errorOf = (name: string) =>
    findings.find((finding) => fieldOf(finding).startsWith(`args.${name}`))?.message;
  const unknown = Object.keys(step.draft.args).filter((name) => !parameters.some((one) => one.name === name));
  if (parameters.length === 0 && unknown.length === 0) return null;
  return (
    <div className="grid gap-3 border-t pt-3">
      {parameters.map((parameter) => (
        <ArgumentField
          key={parameter.name}
          parameter={{ ...parameter, required: parameter.required && parameter.default === undefined }}
          value={step.draft.args[parameter.name]}
          picks={picks}
          error={errorOf(parameter.name)}
          set={(value) => set(["args", parameter.name], value)}
        />
      ))}
      {unknown.map((name) => (
        <p key={name} className="foreign flex items-center gap-2 text-sm">
          <span className="font-mono">{name}</span>
          <span className={errorOf(name) ? "text-bad" : "text-muted"}>
            {errorOf(name) ?? JSON.stringify(step.draft.args[name])}
          </span>
          <Button look="quiet" className="text-sm" onClick={() => set(["args", name], undefined)}>
            Remove
          </Button>
        </p>
      ))}
    </div>
  );
}

/** What it waits for. Steps that wait for this one already cannot be waited for. */
function Needs({ step, flow, onNeeds, error }: StepFormProps & { error: string | undefined }) {
  const others = flow.steps.filter(({ id }) => id !== step.id);
  if (others.length === 0) return null;
  const written = step.draft.needs !== undefined;
  return (
    <fieldset className="grid gap-1" aria-describedby={error ? "needs-error" : undefined}>
      <legend className="mb-1 font-medium">Runs after</legend>
      <div className="grid max-h-44 gap-x-3 overflow-y-auto sm:grid-cols-2">
        {others.map((other) => {
          const circle = other.before.has(step.id);
          const on = step.needs.includes(other.id);
          return (
            <Checkbox
              key={other.id}
              label={
                <span className="foreign font-mono text-sm">
                  {visible(other.id)}
                  {circle && !on && <span className="font-sans text-faint"> waits for this one</span>}
                </span>
              }
              checked={on}
              disabled={circle && !on}
              onChange={(event) =>
                onNeeds(
                  event.target.checked
                    ? [...step.needs, other.id]
                    : step.needs.filter((need) => need !== other.id),
                )
              }
            />
          );
        })}
      </div>
      {error && (
        <p id="needs-error" role="alert" className="foreign text-bad text-sm">
          {error}
        </p>
      )}
      {written && (
        <div>
          <Button look="quiet" className="-ml-2.5 text-sm" onClick={() => onNeeds(undefined)}>
            Follow the order of the list instead
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function RollbackForm({ step, flow, commands, findings, set }: StepFormProps) {
  const { rollback } = step.draft;
  const own = step.command?.rollback?.command;
  const custom = asValues(rollback);
  const mode = rollback === false ? "none" : rollback === undefined ? "own" : "custom";
  const command = typeof custom.command === "string" ? commandOf(custom.command, commands) : null;
  const errorOf = (field: string) =>
    findings.find((finding) => fieldOf(finding).startsWith(`rollback.${field}`))?.message;
  const args = asValues(custom.args);
  return (
    <>
      <Field label="When something fails later">
        {(wear) => (
          <Select
            {...wear}
            value={mode}
            onChange={({ target }) =>
              set(
                ["rollback"],
                target.value === "none" ? false : target.value === "own" ? undefined : { command: own ?? "" },
              )
            }
          >
            <option value="own">{own ? `undo it with ${own}` : "there is nothing that undoes it"}</option>
            <option value="custom">undo it with a command of my choice</option>
            {own !== undefined && <option value="none">leave it as it is</option>}
            {own === undefined && mode === "none" && <option value="none">leave it as it is</option>}
          </Select>
        )}
      </Field>
      {mode === "custom" && (
        <>
          <TypedText
            label="Command that undoes it"
            mono
            value={typeof custom.command === "string" ? custom.command : ""}
            error={errorOf("command")}
            commit={(value) => set(["rollback", "command"], value)}
          />
          {((command?.parameters ?? []) as unknown as Parameter[]).map((parameter) => (
            <ArgumentField
              key={parameter.name}
              parameter={parameter}
              value={args[parameter.name]}
              picks={picksFor(step, flow, true)}
              error={errorOf(`args.${parameter.name}`)}
              set={(value) => set(["rollback", "args", parameter.name], value)}
            />
          ))}
        </>
      )}
    </>
  );
}

function Runs({ step, flow, findings, set }: StepFormProps) {
  const { retry, timeout_s, for_each, continue_on_error } = step.draft;
  const errorAt = (field: string) => findings.find((finding) => fieldOf(finding).startsWith(field))?.message;
  const { max, backoff_s } = asValues(retry);
  const from = asValues(for_each).from;
  const own = step.command?.effect === "read" ? "3" : "1";
  return (
    <>
      <div className="grid grid-cols-3 gap-3">
        <TypedNumber
          label="Attempts"
          placeholder={own}
          value={max}
          error={errorAt("retry.max")}
          commit={(value) =>
            value === undefined
              ? set(["retry"], undefined)
              : set(["retry"], { ...asValues(retry), max: value })
          }
        />
        <TypedNumber
          label="Pause, seconds"
          placeholder="1"
          value={backoff_s}
          error={errorAt("retry.backoff_s")}
          commit={(value) =>
            set(["retry"], {
              ...asValues(retry),
              max: max ?? Number(own),
              ...(value === undefined ? {} : { backoff_s: value }),
            })
          }
        />
        <TypedNumber
          label="At most, seconds"
          placeholder="3600"
          value={timeout_s}
          error={errorAt("timeout_s")}
          commit={(value) => set(["timeout_s"], value)}
        />
      </div>
      <div className="grid gap-1">
        <span className="font-medium">Once for each of</span>
        <div className="flex flex-wrap items-center gap-2">
          {for_each === undefined ? (
            <span className="text-muted">runs once</span>
          ) : typeof from === "string" ? (
            <Reference from={from} label="Run it once" onRemove={() => set(["for_each"], undefined)} />
          ) : (
            <Reference
              from={JSON.stringify(for_each)}
              label="Run it once"
              onRemove={() => set(["for_each"], undefined)}
            />
          )}
          <PickButton
            picks={picksFor(step, flow).filter((pick) => pick.from !== "item")}
            label="For each item of which list?"
            about="to run it for each item"
            words="A list…"
            onPick={(picked) => set(["for_each"], { from: picked })}
          />
        </div>
        {errorAt("for_each") && <p className="text-bad text-sm">{errorAt("for_each")}</p>}
      </div>
      <Checkbox
        label="Go on with the rest when it fails"
        checked={continue_on_error === true}
        onChange={(event) => set(["continue_on_error"], event.target.checked || undefined)}
      />
    </>
  );
}
