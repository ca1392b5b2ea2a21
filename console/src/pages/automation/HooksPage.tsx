/** Signed messages from outside that start a command. */
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import type { Hook } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { List } from "../../components/List.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Status } from "../../components/Status.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { HookForm } from "./HookForm.tsx";
import { AUTOMATION_TABS } from "./tabs.ts";

export function HooksPage() {
  const may = useMay("runs:execute");
  const [adding, setAdding] = useState(false);
  const hooks = usePaged<Hook>(["hooks"], (cursor) =>
    ask(api.GET("/api/hooks", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })),
  );
  useActions(
    may
      ? [
          {
            id: "hooks.new",
            label: "Add a webhook",
            keys: "n",
            group: "Webhooks",
            run: () => setAdding(true),
          },
        ]
      : [],
  );
  const add = may && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden="true" /> Add a webhook
    </Button>
  );
  return (
    <Page title="Webhooks" actions={add}>
      <Tabs of={AUTOMATION_TABS} label="Automation" />
      <Paged
        of={hooks}
        label="Loading webhooks"
        empty={
          <Empty title="Nothing outside starts anything here yet." first={add}>
            A webhook has an address and a secret. GitHub, or any program that signs its messages, starts one
            command with it, and nothing else.
          </Empty>
        }
      >
        {(items) => (
          <List
            label="Webhooks"
            items={items}
            idOf={({ id }) => id}
            to={({ id }) => `/schedules/webhooks/${id}`}
            row={(hook) => <Row hook={hook} />}
          />
        )}
      </Paged>
      {adding && <HookForm before={null} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Row({ hook: { name, command, scheme, enabled, events, when } }: { hook: Hook }) {
  const only = Object.entries(when ?? {}).map(([path, value]) => `${path} is ${valueText(value)}`);
  return (
    <div className="grid min-h-13 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-1.5 md:grid-cols-[minmax(0,1fr)_18rem_16rem_7rem] md:px-6">
      <span className="min-w-0">
        <span className={`foreign block truncate font-medium ${enabled ? "" : "text-muted"}`}>
          {oneLine(name, 120)}
        </span>
        <span className="foreign block truncate font-mono text-muted text-sm">{command}</span>
      </span>
      <span className="foreign truncate text-muted text-sm max-md:hidden">
        {only.length > 0 && `only when ${oneLine(only.join(", "), 100)}`}
      </span>
      <span className="foreign truncate text-muted text-sm max-md:hidden">
        {SCHEMES[scheme] ?? scheme}
        {events.length > 0 && `: ${oneLine(events.join(", "), 60)}`}
      </span>
      <span className="text-right">
        <Status status={enabled ? "on" : "off"} />
      </span>
    </div>
  );
}

const SCHEMES: { [scheme: string]: string } = { github: "GitHub", standard: "Standard Webhooks" };
