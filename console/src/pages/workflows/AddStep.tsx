/** The library, searched as the palette searches it, for the next step. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { saying } from "../../api/problem.ts";
import type { Command } from "../../api/types.ts";
import { EffectMark } from "../../components/Status.tsx";
import { oneLine } from "../../components/visible.ts";
import { type Choice, Chooser } from "./Chooser.tsx";

const SHOWN = 40;

export function AddStep({
  open,
  onClose,
  commands,
  used,
  onAdd,
  label,
}: {
  open: boolean;
  onClose(): void;
  commands: readonly Command[];
  /** Slugs of the commands that the workflow has already. */
  used: readonly string[];
  onAdd(slug: string): void;
  label: string;
}) {
  const [typed, setTyped] = useState("");
  const words = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["commands", "found", words],
    enabled: open && words !== "",
    staleTime: 60_000,
    queryFn: async () =>
      (await ask(api.GET("/api/commands", { params: { query: { q: words, limit: SHOWN } } }))).items,
    placeholderData: (before: Command[] | undefined) => before,
  });
  const usable = commands.filter((one) => !("given" in one.definition));
  const often = [...usable].sort((a, b) => b.usage_count - a.usage_count || (a.slug < b.slug ? -1 : 1));
  const groups =
    words === ""
      ? [
          {
            heading: "In this workflow",
            choices: usable.filter(({ slug }) => used.includes(slug)).map(choice),
          },
          {
            heading: "Library",
            choices: often
              .filter(({ slug }) => !used.includes(slug))
              .slice(0, SHOWN)
              .map(choice),
          },
        ]
      : [{ heading: "Library", choices: nearest(found.data ?? [], words).map(choice) }];
  return (
    <Chooser
      open={open}
      onClose={() => {
        setTyped("");
        onClose();
      }}
      label={label}
      groups={groups}
      onType={setTyped}
      onChoose={(slug) => {
        setTyped("");
        onAdd(slug);
      }}
      answered={(text) =>
        text.trim() === words && (words === "" || (!found.isPending && !found.isPlaceholderData))
      }
      empty={
        found.isFetching
          ? "Looking…"
          : found.error
            ? saying(found.error)
            : "No command of the library is called that. Try what it should do: “push”, “back up”."
      }
    />
  );
}

/** Who types a slug means that command. */
function nearest(found: readonly Command[], words: string): Command[] {
  const slug = words.toLowerCase().replace(/\s+/g, "-");
  const rank = (command: Command) => (command.slug === slug ? 0 : 1);
  return [...found].sort((a, b) => rank(a) - rank(b));
}

function choice(command: Command): Choice {
  return {
    id: command.slug,
    title: command.slug,
    about: oneLine(command.description, 140),
    beside: command.effect === "read" ? null : <EffectMark effect={command.effect} />,
  };
}
