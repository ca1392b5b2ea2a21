/** A step's log: only the lines in sight are rendered, so that ten megabytes scroll like ten lines. */
import { ArrowDownToLine, ChevronDown, ChevronRight, FileText, Search, WrapText } from "lucide-react";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useStore } from "../../api/store.ts";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { spansOf } from "./ansi.ts";
import { type LogBuffer, type LogLine, shownText } from "./log-buffer.ts";
import { limitOf, partOf, rowsOf, WIDE } from "./log-rows.ts";
import { logWrap, setLogWrap } from "./log-wrap.ts";
import { LINE_PX, useColumns, useScroller } from "./use-log-scroller.ts";

/** Typing rests after this long: what was looked for comes into sight. */
const REST_MS = 300;

export function LogView({
  buffer,
  state,
  rawUrl,
  running,
}: {
  buffer: LogBuffer;
  state: "open" | "lost" | "ended";
  /** The log as text, for those who want it whole. */
  rawUrl: string;
  running: boolean;
}) {
  const version = useSyncExternalStore(buffer.subscribe, buffer.snapshot);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [words, setWords] = useState("");
  const [hit, setHit] = useState(0);
  const [wide, setWide] = useState<ReadonlySet<number>>(new Set());
  const ref = useRef<HTMLElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  const wrap = useStore(logWrap);
  // The log comes with its first row, which may be later than the buffer has it.
  const [element, setElement] = useState<HTMLElement | null>(null);
  const mount = useCallback((log: HTMLElement | null) => {
    ref.current = log;
    setElement(log);
  }, []);
  const inSight = useColumns(element, ruler);
  const columns = wrap ? inSight : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that there is more
  const shown = useMemo(
    () => rowsOf(buffer, folded, wide, columns),
    [buffer, folded, wide, columns, version],
  );
  const hits = useMemo(() => find(buffer, words, version), [buffer, words, version]);
  const scroller = useScroller(ref, shown.length, version, buffer, !running);
  // The line on top stays there when its rows become others.
  const topLine = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only then
  useLayoutEffect(() => {
    if (!scroller.following) scroller.show(shown.at(topLine.current), "top");
  }, [columns]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what belongs to one log is forgotten with it
  useEffect(() => {
    setFolded(new Set());
    setWide(new Set());
    setHit(0);
  }, [buffer]);

  // The words whose hit stands in sight: Enter goes on from it, and to the first of others.
  const shownFor = useRef("");
  const goTo = (index: number) => {
    const line = hits[(index + hits.length) % hits.length];
    if (line === undefined) return;
    setHit((index + hits.length) % hits.length);
    shownFor.current = words;
    scroller.show(shown.at(line, buffer.plain(line).toLowerCase().indexOf(words.toLowerCase())));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for these words, not for each new line of the log
  useEffect(() => {
    if (words === "") return;
    const timer = setTimeout(() => shownFor.current !== words && goTo(0), REST_MS);
    return () => clearTimeout(timer);
  }, [words]);
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      goTo(shownFor.current !== words ? hit : event.shiftKey ? hit - 1 : hit + 1);
    } else if (event.key === "Escape" && words !== "") {
      event.preventDefault();
      event.stopPropagation();
      setWords("");
    }
  };
  const current = hits[hit];
  const chars = Math.min(buffer.longest, WIDE) + 10;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-9 items-center gap-1.5 border-b px-2">
        <Search size={13} aria-hidden="true" className="ml-1 shrink-0 text-faint" />
        <input
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setHit(0);
          }}
          onKeyDown={onSearchKey}
          aria-label="Search the log"
          placeholder="Search the log"
          data-log-search
          className="min-w-0 flex-1 bg-transparent outline-none"
        />
        {words && (
          <span role="status" className="whitespace-nowrap text-muted text-sm tabular-nums">
            {hits.length === 0 ? "not found" : `${hit + 1} of ${hits.length}`}
            {hits.length > 1 && <span className="max-md:hidden">, Enter: next</span>}
          </span>
        )}
        <Button
          look="quiet"
          {...(running ? { "aria-pressed": scroller.following } : {})}
          onClick={scroller.follow}
          title={running ? "Keep the newest line in sight" : "To the last line"}
        >
          <ArrowDownToLine
            size={13}
            aria-hidden="true"
            className={running && scroller.following ? "text-accent" : ""}
          />
          {!running ? "End" : scroller.following ? "Following" : "Follow"}
        </Button>
        <Button
          look="quiet"
          aria-pressed={wrap}
          onClick={() => setLogWrap(!wrap)}
          title={wrap ? "Show each line in one row" : "Wrap lines that are wider than the window"}
        >
          <WrapText size={13} aria-hidden="true" className={wrap ? "text-accent" : ""} />
          <span className="max-sm:sr-only">Wrap</span>
        </Button>
        <a
          href={rawUrl}
          target="_blank"
          rel="noreferrer"
          className={buttonLook("quiet")}
          title="The log as text"
        >
          <FileText size={13} aria-hidden="true" />
          <span className="max-sm:sr-only">Text</span>
        </a>
      </div>
      {state === "lost" && (
        <p role="status" className="bg-warn-soft px-3 py-1 text-sm text-warn">
          The connection was lost. It goes on at this line as soon as the workspace answers.
        </p>
      )}
      {shown.length === 0 ? (
        <Empty title={state === "ended" || !running ? "Nothing was written." : "Nothing was written yet."} />
      ) : (
        <section
          ref={mount}
          aria-label="Log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={() => {
            topLine.current = shown.line(scroller.onScroll());
          }}
          // On a phone the page scrolls, and the log in it: without an end of its own all of its lines would be drawn.
          className="relative min-h-0 flex-1 overflow-auto bg-sunken max-lg:max-h-[75dvh] font-mono text-sm focus-visible:-outline-offset-2"
          data-log
        >
          <div aria-hidden="true" className="invisible absolute w-0 overflow-hidden">
            <span ref={ruler} className="inline-block">
              {"0".repeat(100)}
            </span>
          </div>
          <div
            className="relative"
            style={{ height: scroller.height, minWidth: wrap ? undefined : `${chars}ch` }}
          >
            <div className="absolute inset-x-0" style={{ top: scroller.top }}>
              {Array.from({ length: scroller.count }, (_, offset) => {
                const row = scroller.first + offset;
                const index = shown.line(row);
                const part = shown.part(row);
                return (
                  <Line
                    key={`${index}.${part}`}
                    index={index}
                    part={part}
                    last={columns === 0 || shown.line(row + 1) !== index}
                    columns={columns}
                    line={buffer.line(index)}
                    words={words}
                    current={index === current}
                    folded={folded.has(index)}
                    whole={wide.has(index)}
                    onFold={() => setFolded((old) => toggled(old, index))}
                    onWhole={() => setWide((old) => toggled(old, index))}
                  />
                );
              })}
            </div>
          </div>
        </section>
      )}
    </div>
  );
}

function Line({
  index,
  part,
  last,
  columns,
  line,
  words,
  current,
  folded,
  whole,
  onFold,
  onWhole,
}: {
  index: number;
  /** Of a wrapped line, the row of it. */
  part: number;
  last: boolean;
  columns: number;
  line: LogLine;
  words: string;
  current: boolean;
  folded: boolean;
  whole: boolean;
  onFold(): void;
  onWhole(): void;
}) {
  const limit = limitOf(whole);
  const cut = line.text.length > limit;
  const all = spansOf(cut ? line.text.slice(0, limit) : line.text, line.carried).map((span) => ({
    ...span,
    text: shownText(span.text),
  }));
  const spans = columns === 0 ? all : partOf(all, line, part, columns, limit);
  const heads = line.kind === "fold" || line.kind === "attempt";
  return (
    <div
      className={`flex whitespace-pre ${current ? "bg-selected" : ""} ${heads ? "font-semibold" : ""}`}
      style={{ height: LINE_PX, lineHeight: `${LINE_PX}px` }}
    >
      <span
        aria-hidden="true"
        className="sticky left-0 w-14 shrink-0 select-none bg-sunken pr-3 text-right text-faint tabular-nums"
      >
        {part === 0 ? index + 1 : ""}
      </span>
      {heads && part === 0 && (
        <button type="button" onClick={onFold} aria-expanded={!folded} className="mr-1 text-muted">
          {folded ? <ChevronRight size={12} /> : <ChevronDown size={12} />}
          <span className="sr-only">{folded ? "Unfold" : "Fold"}</span>
        </button>
      )}
      <span dir="ltr" className={`[unicode-bidi:isolate] ${line.kind === "gap" ? "text-warn italic" : ""}`}>
        {spans.map((span, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: spans have no other name
            key={at}
            className={`${span.bold ? "font-semibold" : ""} ${span.italic ? "italic" : ""} ${span.underline ? "underline" : ""} ${span.faint ? "text-muted" : ""}`}
            style={{ color: span.colour, background: span.background }}
          >
            <Marked text={span.text} words={words} />
          </span>
        ))}
      </span>
      {(cut || whole) && last && (
        <button
          type="button"
          onClick={onWhole}
          className="sticky right-2 ml-2 bg-sunken px-1 font-sans text-accent"
        >
          {whole ? "show less" : `${Math.round((line.text.length - limit) / 1_000)} k characters more`}
        </button>
      )}
    </div>
  );
}

/** The text with what was searched for marked in it. */
function Marked({ text, words }: { text: string; words: string }) {
  if (words === "") return text;
  const lower = text.toLowerCase();
  const wanted = words.toLowerCase();
  const parts = [];
  let at = 0;
  for (let next = lower.indexOf(wanted); next >= 0 && parts.length < 200; next = lower.indexOf(wanted, at)) {
    parts.push(
      text.slice(at, next),
      <mark key={next} className="rounded-sm bg-warn-soft text-warn outline outline-warn">
        {text.slice(next, next + wanted.length)}
      </mark>,
    );
    at = next + wanted.length;
  }
  return [...parts, text.slice(at)];
}

function toggled(old: ReadonlySet<number>, index: number): Set<number> {
  const next = new Set(old);
  if (!next.delete(index)) next.add(index);
  return next;
}

function find(buffer: LogBuffer, words: string, _version: number): number[] {
  if (words === "") return [];
  const wanted = words.toLowerCase();
  const hits: number[] = [];
  for (let index = 0; index < buffer.length && hits.length < 10_000; index++)
    if (buffer.plain(index).toLowerCase().includes(wanted)) hits.push(index);
  return hits;
}
