/** One field and a list under it: for the commands of the library, and for results to refer to. */
import { Command as Menu } from "cmdk";
import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Keys } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { useWaitingKey } from "../../palette/waiting-key.ts";

export interface Choice {
  id: string;
  title: string;
  about: string;
  beside?: ReactNode;
}

export function Chooser({
  open,
  onClose,
  label,
  groups,
  onType,
  onChoose,
  answered = () => true,
  empty,
}: {
  open: boolean;
  onClose(): void;
  /** The question; it is the name of the dialog and stands in the field. */
  label: string;
  groups: readonly { heading: string; choices: readonly Choice[] }[];
  /** Who finds by itself what the words mean; without it the choices are searched here. */
  onType?: (words: string) => void;
  onChoose(id: string): void;
  /** Are the groups the answer to these words? Enter waits until they are. */
  answered?: (words: string) => boolean;
  empty: string;
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      label={label}
      className="mt-[max(6dvh,1rem)] mb-auto max-w-2xl! overflow-hidden max-md:mt-0 max-md:h-dvh max-md:max-h-dvh max-md:max-w-full! max-md:rounded-none max-md:border-0"
    >
      <Inside {...{ onClose, label, groups, onType, onChoose, answered, empty }} />
    </Dialog>
  );
}

function Inside({
  onClose,
  label,
  groups,
  onType,
  onChoose,
  answered = () => true,
  empty,
}: Omit<Parameters<typeof Chooser>[0], "open">) {
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  useEffect(() => field.current?.focus(), []);
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = onType
    ? groups
    : groups.map(({ heading, choices }) => ({
        heading,
        choices: choices.filter(({ title, about }) =>
          asked.every((word) => `${title} ${about}`.toLowerCase().includes(word)),
        ),
      }));
  const ids = shown.flatMap(({ choices }) => choices.map(({ id }) => id));
  const [at, setAt] = useState("");
  // The first, until somebody moves; and the first again when what was chosen is gone from the list.
  const current = ids.includes(at) ? at : (ids[0] ?? "");
  const there = answered(words);
  const key = useWaitingKey(words, there, () => {
    if (current) onChoose(current);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && key.waits) {
      event.preventDefault();
      key.takeBack();
    } else if (event.key === "Enter" && !there) {
      event.preventDefault();
      key.wait(null);
    }
  };
  return (
    <Menu
      shouldFilter={false}
      label={label}
      loop
      value={current}
      onValueChange={setAt}
      className="flex max-h-[inherit] flex-col max-md:h-dvh"
    >
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search size={16} aria-hidden="true" className="shrink-0 text-faint" />
        <Menu.Input
          ref={field}
          value={words}
          onValueChange={(text) => {
            setWords(text);
            setAt("");
            onType?.(text);
          }}
          onKeyDown={onKeyDown}
          placeholder={label}
          aria-label={label}
          className="h-12 min-w-0 flex-1 bg-transparent text-lg outline-none"
        />
        {key.waits && (
          <span role="status" className="shrink-0 text-muted text-sm">
            waits for the answer
          </span>
        )}
        <button
          type="button"
          onClick={onClose}
          className="rounded px-1.5 py-1 text-muted text-sm hover:bg-hover"
        >
          <span className="pointer-fine:hidden">Close</span>
          <Keys of="Escape" />
        </button>
      </div>
      <Menu.List className="max-h-[min(26rem,60dvh)] min-h-32 flex-1 overflow-y-auto p-1.5 max-md:max-h-none">
        {ids.length === 0 && (
          <p role="status" className="px-3 py-6 text-muted">
            {empty}
          </p>
        )}
        {shown.map(({ heading, choices }) =>
          choices.length === 0 ? null : (
            <Menu.Group
              key={heading}
              heading={heading}
              className="**:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-faint **:[[cmdk-group-heading]]:text-sm"
            >
              {choices.map(({ id, title, about, beside }) => (
                <Menu.Item
                  key={id}
                  value={id}
                  onSelect={() => onChoose(id)}
                  className="flex min-h-9 cursor-pointer items-center gap-3 rounded px-2.5 py-1 data-[selected=true]:bg-hover"
                >
                  <span className="min-w-0 flex-1">
                    <span className="foreign block truncate font-mono text-sm">{title}</span>
                    <span className="foreign block truncate text-muted text-sm">{about}</span>
                  </span>
                  {beside}
                </Menu.Item>
              ))}
            </Menu.Group>
          ),
        )}
      </Menu.List>
    </Menu>
  );
}
