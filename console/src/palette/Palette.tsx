/** ⌘K: words to commands, a command to its form and plan, all by keyboard. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { commandQuery, commandsQuery } from "../api/queries.ts";
import { useStore } from "../api/store.ts";
import { Dialog } from "../components/Dialog.tsx";
import { Loading, Problem } from "../components/Empty.tsx";
import type { Chosen } from "./chosen.ts";
import { Find } from "./Find.tsx";
import { paletteOpen } from "./open.ts";
import { Prepare } from "./Prepare.tsx";

export function Palette() {
  const start = useStore(paletteOpen);
  const close = () => paletteOpen.set(null);
  return (
    <Dialog
      open={start !== null}
      onClose={close}
      label="Command palette"
      className="mt-[max(4dvh,1rem)] mb-auto max-h-[92dvh] max-w-2xl flex-col overflow-hidden open:flex has-data-prepare:max-w-5xl max-md:mt-0 max-md:h-dvh max-md:max-h-dvh max-md:max-w-full max-md:rounded-none max-md:border-0"
    >
      {start && <Inside key={JSON.stringify(start)} close={close} />}
    </Dialog>
  );
}

function Inside({ close }: { close(): void }) {
  const start = paletteOpen.get();
  const [text, setText] = useState(start?.text ?? "");
  const [chosen, setChosen] = useState<Chosen | null>(
    start?.command
      ? { slug: start.command.slug, args: start.command.args ?? {}, cwd: start.command.cwd, at: "fields" }
      : null,
  );
  const commands = useQuery(commandsQuery);
  const wanted = useQuery({ ...commandQuery(chosen?.slug ?? ""), enabled: chosen !== null });
  const command = chosen && (wanted.data ?? commands.data?.find(({ slug }) => slug === chosen.slug));
  if (chosen && !command)
    return wanted.error ? (
      <Problem error={wanted.error} retry={() => void wanted.refetch()} />
    ) : (
      <Loading label="Loading the command" />
    );
  return chosen && command ? (
    <Prepare
      key={chosen.slug}
      command={command}
      chosen={chosen}
      back={() => setChosen(null)}
      close={close}
      again={() => {
        setChosen(null);
        setText("");
      }}
    />
  ) : (
    <Find text={text} setText={setText} choose={setChosen} close={close} commands={commands.data ?? []} />
  );
}
