import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import type { Schedule } from "../../api/types.ts";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { AskFields, askDraftOf, NOTHING_ASKED, useAsked } from "./AskFields.tsx";
import { cronWords } from "./cron-words.ts";

const FIELDS: readonly FieldSpec[] = [
  { name: "name", label: "Name", required: true, placeholder: "nightly backup" },
  {
    name: "cron",
    label: "When",
    required: true,
    mono: true,
    hint: "minute hour day month weekday: “0 7 * * 1-5” is seven in the morning from Monday to Friday",
  },
  { name: "time_zone", label: "Time zone", required: true, mono: true },
  {
    name: "overlap",
    label: "While the run before is still under way",
    kind: "select",
    options: [
      ["skip", "leave this one out"],
      ["allow", "start it as well"],
    ],
  },
  { name: "catch_up", label: "Make up once for what was missed", kind: "check" },
  { name: "enabled", label: "Switched on", kind: "check" },
];

/** A new schedule, or the change of one. */
export function ScheduleForm({
  before,
  onDone,
  onClose,
}: {
  before: Schedule | null;
  onDone(): void;
  onClose(): void;
}) {
  const [draft, setDraft] = useState(() => (before ? askDraftOf(before) : NOTHING_ASKED));
  const asked = useAsked(draft);
  return (
    <FormDialog
      title={before ? `Change ${before.name}` : "Add a schedule"}
      verb={before ? "Save the schedule" : "Add the schedule"}
      intro="Its runs are asked for by you, with the rights you have then."
      fields={FIELDS}
      initial={
        before ?? {
          cron: "0 7 * * *",
          time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          overlap: "skip",
          catch_up: true,
          enabled: true,
        }
      }
      submit={(values) =>
        before
          ? ask(
              api.PUT("/api/schedules/{id}", {
                params: { path: { id: before.id } },
                body: { ...values, ...asked } as never,
              }),
            )
          : ask(
              api.POST("/api/schedules", {
                params: { header: idempotencyKey() },
                body: { ...values, ...asked } as never,
              }),
            )
      }
      onDone={onDone}
      onClose={onClose}
      placed={(path) =>
        path === "command" || path === "cwd" || path.startsWith("args") || path.startsWith("agent")
      }
      extra={({ cron, time_zone }, error) => {
        const words = cronWords(String(cron));
        return (
          <>
            {words && (
              <p className="foreign rounded bg-sunken px-2.5 py-1.5">
                It runs {words}, {String(time_zone)}.
              </p>
            )}
            <AskFields
              draft={draft}
              error={error}
              onChange={(change) => setDraft((old) => ({ ...old, ...change }))}
            />
          </>
        );
      }}
    />
  );
}
