/** Commands that run by the clock. */
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import type { Schedule } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { List } from "../../components/List.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Status } from "../../components/Status.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { cronWords, foreignZone } from "./cron-words.ts";
import { outcomeOf } from "./Outcome.tsx";
import { ScheduleForm } from "./ScheduleForm.tsx";
import { AUTOMATION_TABS } from "./tabs.ts";

export function SchedulesPage() {
  const may = useMay("runs:execute");
  const [adding, setAdding] = useState(false);
  const schedules = usePaged<Schedule>(
    ["schedules"],
    (cursor) =>
      ask(api.GET("/api/schedules", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
    15_000,
  );
  useActions(
    may
      ? [
          {
            id: "schedules.new",
            label: "Add a schedule",
            keys: "n",
            group: "Schedules",
            run: () => setAdding(true),
          },
        ]
      : [],
  );
  const add = may && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden="true" /> Add a schedule
    </Button>
  );
  return (
    <Page title="Schedules" actions={add}>
      <Tabs of={AUTOMATION_TABS} label="Automation" />
      <Paged
        of={schedules}
        label="Loading schedules"
        empty={
          <Empty title="Nothing runs by the clock yet." first={add}>
            A schedule starts a command at set times, with your rights, in the time zone you say. What was
            missed while everything was off is made up for once.
          </Empty>
        }
      >
        {(items) => (
          <List
            label="Schedules"
            items={items.toSorted(bySoonest)}
            idOf={({ id }) => id}
            to={({ id }) => `/schedules/${id}`}
            row={(schedule) => <Row schedule={schedule} />}
          />
        )}
      </Paged>
      {adding && (
        <ScheduleForm before={null} onDone={() => changed("schedules")} onClose={() => setAdding(false)} />
      )}
    </Page>
  );
}

function Row({ schedule }: { schedule: Schedule }) {
  const { name, command, cron, time_zone, enabled, next_at, last } = schedule;
  const words = cronWords(cron);
  return (
    <div className="grid min-h-13 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-1.5 md:grid-cols-[minmax(0,1fr)_16rem_13rem_8rem] md:px-6">
      <span className="min-w-0">
        <span className={`foreign block truncate font-medium ${enabled ? "" : "text-muted"}`}>
          {oneLine(name, 120)}
        </span>
        <span className="foreign block text-muted text-sm md:truncate">
          <code>{command}</code>
          <span className="md:hidden">
            , {words ?? cron}
            {foreignZone(time_zone) && `, ${time_zone}`}
          </span>
        </span>
      </span>
      <span className="min-w-0 max-md:hidden">
        <span className="block truncate">{words ?? <code>{cron}</code>}</span>
        <span className="block truncate text-muted text-sm">
          {words && <code>{cron}</code>} {time_zone}
        </span>
      </span>
      <span className="text-sm max-md:hidden">
        {last ? (
          <>
            <span className="block">
              <Status status={outcomeOf(last)} />
            </span>
            <span className="text-muted">
              last <Time at={last.due_at} />
            </span>
          </>
        ) : (
          <span className="text-faint">has not run yet</span>
        )}
      </span>
      <span className="text-right text-muted text-sm">
        {last && (
          <span className="block md:hidden">
            <Status status={outcomeOf(last)} />
          </span>
        )}
        {enabled ? (
          <>
            next <Time at={next_at} />
          </>
        ) : (
          "switched off"
        )}
      </span>
    </div>
  );
}

/** What comes next stands first; what is switched off, last. */
function bySoonest(a: Schedule, b: Schedule): number {
  return (a.next_at ?? Number.MAX_SAFE_INTEGER) - (b.next_at ?? Number.MAX_SAFE_INTEGER);
}
