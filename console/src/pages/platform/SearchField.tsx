import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { TextInput } from "../../components/Field.tsx";
import { useActions } from "../../frame/actions.ts";

const PAUSE_MS = 200;

/** Searches once the typing pauses; "/" leads to it. */
export function SearchField({ label, onSearch }: { label: string; onSearch(text: string): void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const search = useRef(onSearch);
  search.current = onSearch;
  useEffect(() => {
    const timer = setTimeout(() => search.current(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useActions([{ id: "page.search", label, keys: "/", group: "Page", run: () => field.current?.focus() }]);
  return (
    <search className="relative block min-w-40 max-w-md flex-1">
      <Search size={13} aria-hidden="true" className="absolute top-1/2 left-2 -translate-y-1/2 text-faint" />
      <TextInput
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        className="pl-7"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </search>
  );
}
