/** Whether a person is asked before the step, and by which rules. */
import { Plus, Trash2 } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { Checkbox, Field, Select } from "../../components/Field.tsx";
import { asValues, type Values } from "./document.ts";
import { useTyped } from "./fields.tsx";
import { BOX } from "./look.ts";
import { TypedNames, TypedNumber, TypedText } from "./Typed.tsx";

const HOUR_S = 3_600;

export function CheckpointForm({
  checkpoint,
  errorAt,
  set,
}: {
  checkpoint: unknown;
  errorAt(field: string): string | undefined;
  /** Sets the checkpoint, or one of its fields. */
  set(field: readonly (string | number)[], value: unknown): void;
}) {
  const asks = checkpoint !== undefined && checkpoint !== false;
  const policy = asValues(checkpoint);
  // `true` has no fields of its own: with the first one it becomes a policy.
  const field = (name: string, value: unknown) =>
    set(
      [],
      Object.fromEntries(Object.entries({ ...policy, [name]: value }).filter(([, v]) => v !== undefined)),
    );
  const put = (name: string, value: unknown) => {
    if (Object.keys(policy).length > 0 && value !== undefined) set([name], value);
    else {
      const rest = { ...policy, [name]: value };
      if (Object.values(rest).every((v) => v === undefined)) set([], true);
      else field(name, value);
    }
  };
  return (
    <div className="grid gap-3">
      <Checkbox
        label="Ask a person before it runs"
        checked={asks}
        onChange={(event) => set([], event.target.checked ? true : undefined)}
      />
      {asks && (
        <>
          <TypedText
            label="Question"
            long
            value={text(policy.prompt)}
            placeholder="Deploy to production?"
            error={errorAt("prompt")}
            commit={(value) => put("prompt", value || undefined)}
          />
          <div className="grid grid-cols-2 gap-3">
            <TypedNumber
              label="People who must agree"
              placeholder="1"
              value={policy.quorum}
              error={errorAt("quorum")}
              commit={(value) => put("quorum", value)}
            />
            <TypedNames
              label="Groups asked"
              placeholder="everybody who may vote"
              value={policy.groups}
              error={errorAt("groups")}
              commit={(value) => put("groups", value)}
            />
            <Field label="May who started it vote?">
              {(wear) => (
                <Select
                  {...wear}
                  value={policy.requester_may_vote === undefined ? "" : String(policy.requester_may_vote)}
                  onChange={(event) =>
                    put(
                      "requester_may_vote",
                      event.target.value === "" ? undefined : event.target.value === "true",
                    )
                  }
                >
                  <option value="">unless it destroys</option>
                  <option value="true">yes</option>
                  <option value="false">no</option>
                </Select>
              )}
            </Field>
            <Expiry
              value={policy.expires_s}
              error={errorAt("expires_s")}
              set={(value) => put("expires_s", value)}
            />
            <Field label="When nobody answers">
              {(wear) => (
                <Select
                  {...wear}
                  value={text(policy.on_expiry)}
                  onChange={(event) => put("on_expiry", event.target.value || undefined)}
                >
                  <option value="">reject and roll back</option>
                  <option value="stop">stop, leave what is done</option>
                </Select>
              )}
            </Field>
            <TypedNumber
              label="Remind every, minutes"
              placeholder="not"
              value={
                typeof policy.remind_every_s === "number" ? policy.remind_every_s / 60 : policy.remind_every_s
              }
              error={errorAt("remind_every_s")}
              commit={(value) => put("remind_every_s", typeof value === "number" ? value * 60 : value)}
            />
          </div>
          <div className="flex flex-wrap gap-x-4">
            <Checkbox
              label="A newer run replaces the question"
              checked={policy.supersede === true}
              onChange={(event) => put("supersede", event.target.checked || undefined)}
            />
            <Checkbox
              label="Only when signed in"
              checked={policy.sign_in === true}
              onChange={(event) => put("sign_in", event.target.checked || undefined)}
            />
            <Checkbox
              label="Owners may go past it"
              checked={policy.break_glass !== false}
              onChange={(event) => put("break_glass", event.target.checked ? undefined : false)}
            />
          </div>
          <FormFields form={policy.form} set={(value) => put("form", value)} error={errorAt("form")} />
        </>
      )}
    </div>
  );
}

function Expiry({
  value,
  error,
  set,
}: {
  value: unknown;
  error: string | undefined;
  set(value: unknown): void;
}) {
  const hours = typeof value === "number" ? value / HOUR_S : value;
  const known = [undefined, 1, 4, 24, 72, 168, "never"];
  return (
    <Field label="Waits for an answer" error={error}>
      {(wear) => (
        <Select
          {...wear}
          value={hours === undefined ? "" : String(hours)}
          onChange={({ target }) =>
            set(
              target.value === ""
                ? undefined
                : target.value === "never"
                  ? "never"
                  : Number(target.value) * HOUR_S,
            )
          }
        >
          <option value="">24 hours (default)</option>
          <option value="1">1 hour</option>
          <option value="4">4 hours</option>
          <option value="72">3 days</option>
          <option value="168">7 days</option>
          <option value="never">for ever</option>
          {!known.includes(hours as never) || hours === 24 ? (
            <option value={String(hours)}>{String(hours)} hours</option>
          ) : null}
        </Select>
      )}
    </Field>
  );
}

/** What the approver fills in; later steps can refer to it. */
function FormFields({
  form,
  set,
  error,
}: {
  form: unknown;
  set(value: unknown): void;
  error: string | undefined;
}) {
  const fields = Array.isArray(form) ? form.map(asValues) : [];
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium">What the approver fills in</legend>
      {fields.map((one, index) => (
        <FormRow
          // biome-ignore lint/suspicious/noArrayIndexKey: its name may be typed just now
          key={index}
          field={one}
          set={(next) => {
            const left = next ? fields.with(index, next) : fields.filter((_, at) => at !== index);
            set(left.length > 0 ? left : undefined);
          }}
        />
      ))}
      {error && <p className="text-bad text-sm">{error}</p>}
      <div>
        <Button
          look="quiet"
          className="text-sm"
          onClick={() => set([...fields, { name: `field${fields.length + 1}` }])}
        >
          <Plus size={13} aria-hidden="true" /> Add a field
        </Button>
      </div>
    </fieldset>
  );
}

function FormRow({ field, set }: { field: Values; set(next: Values | null): void }) {
  const name = text(field.name);
  const [typed, type] = useTyped(name, (value) => set({ ...field, name: value }));
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        aria-label="Name of the field"
        value={typed}
        onChange={(event) => type(event.target.value)}
        className={`${BOX} w-32 font-mono text-sm`}
      />
      <Select
        aria-label={`Type of ${name}`}
        className="w-28"
        value={text(field.type) || "string"}
        onChange={({ target }) => {
          const { options: _, ...rest } = field;
          set({
            ...rest,
            type: target.value,
            ...(target.value === "enum" ? { options: ["yes", "no"] } : {}),
          });
        }}
      >
        {["string", "number", "boolean", "enum"].map((one) => (
          <option key={one}>{one}</option>
        ))}
      </Select>
      <Checkbox
        label="required"
        checked={field.required === true}
        onChange={(event) => {
          const { required: _, ...rest } = field;
          set(event.target.checked ? { ...rest, required: true } : rest);
        }}
      />
      <Button look="quiet" aria-label={`Remove the field ${name}`} onClick={() => set(null)}>
        <Trash2 size={13} />
      </Button>
    </div>
  );
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
