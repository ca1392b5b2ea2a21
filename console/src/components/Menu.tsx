/** A menu of actions behind a button. Never modal: a modal one would write styles into the page, which the policy forbids. */
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { visible } from "./visible.ts";

export interface MenuItem {
  label: string;
  /** On the right: keys, or the state of a choice. */
  beside?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  run(): void;
}

export function Menu({
  trigger,
  items,
  align = "end",
}: {
  /** One element that can hold a ref: a Button. */
  trigger: ReactNode;
  items: readonly (MenuItem | "line" | { heading: string })[];
  align?: "start" | "end";
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-40 min-w-44 max-w-80 rounded-lg border border-line-strong bg-raised p-1 shadow-over"
        >
          {items.map((item, index) => {
            if (item === "line")
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name
              return <DropdownMenu.Separator key={index} className="my-1 h-px bg-line" />;
            if ("heading" in item)
              return (
                <DropdownMenu.Label key={item.heading} className="foreign px-2 py-1 text-faint text-sm">
                  {item.heading}
                </DropdownMenu.Label>
              );
            return (
              <DropdownMenu.Item
                key={item.label}
                disabled={item.disabled ?? false}
                onSelect={item.run}
                className={`flex min-h-7 cursor-pointer items-center justify-between gap-4 rounded-sm px-2 outline-none
                  data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-10 ${item.danger ? "text-bad" : ""}`}
              >
                <span className="foreign">{visible(item.label)}</span>
                {item.beside}
              </DropdownMenu.Item>
            );
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
