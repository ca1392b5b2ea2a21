/** A step's log: only the lines in sight are rendered, so that ten megabytes scroll like ten lines. */
import { ArrowDownToLine, ChevronDown, ChevronRight, FileText, Search } from "lucide-react";
import {
  type KeyboardEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { spansOf } from "./ansi.ts";
import { type LogBuffer, type LogLine, shownText } from "./log-buffer.ts";

const LINE_PX = 18;
/** Browsers end at about 16 million pixels: a log longer than that is scrolled in larger steps. */
const TALLEST_PX = 12_000_000;
const OVERSCAN = 20;
/** Characters of one line that are shown until one asks for the rest. */
const WIDE = 2_000;
const WIDEST = 200_000;

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
  const shown = useMemo(() => unfolded(buffer, folded, version), [buffer, folded, version]);
  const hits = useMemo(() => find(buffer, words, version), [buffer, words, version]);
  const scroller = useScroller(shown.length, version, buffer, !running);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what belongs to one log is forgotten with it
  useEffect(() => {
    setFolded(new Set());
    setWide(new Set());
    setHit(0);
  }, [buffer]);

  const goTo = (index: number) => {
    const line = hits[(index + hits.length) % hits.length];
    if (line === undefined) return;
    setHit((index + hits.length) % hits.length);
    const row = shown.at(line);
    scroller.show(row >= 0 ? row : 0);
  };
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      goTo(event.shiftKey ? hit - 1 : hit + (words === "" ? 0 : 1));
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
          ref={scroller.ref}
          aria-label="Log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={scroller.onScroll}
          // On a phone the page scrolls, and the log in it: without an end of its own all of its lines would be drawn.
          className="relative min-h-0 flex-1 overflow-auto bg-sunken max-lg:max-h-[75dvh] font-mono text-sm focus-visible:-outline-offset-2"
          data-log
        >
          <div className="relative" style={{ height: scroller.height, minWidth: `${chars}ch` }}>
            <div className="absolute inset-x-0" style={{ top: scroller.top }}>
              {Array.from({ length: scroller.count }, (_, offset) => {
                const index = shown.line(scroller.first + offset);
                return (
                  <Line
                    key={index}
                    index={index}
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
  line,
  words,
  current,
  folded,
  whole,
  onFold,
  onWhole,
}: {
  index: number;
  line: LogLine;
  words: string;
  current: boolean;
  folded: boolean;
  whole: boolean;
  onFold(): void;
  onWhole(): void;
}) {
  const limit = whole ? WIDEST : WIDE;
  const cut = line.text.length > limit;
  const text = cut ? line.text.slice(0, limit) : line.text;
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
        {index + 1}
      </span>
      {heads && (
        <button type="button" onClick={onFold} aria-expanded={!folded} className="mr-1 text-muted">
          {folded ? <ChevronRight size={12} /> : <ChevronDown size={12} />}
          <span className="sr-only">{folded ? "Unfold" : "Fold"}</span>
        </button>
      )}
      <span dir="ltr" className={`[unicode-bidi:isolate] ${line.kind === "gap" ? "text-warn italic" : ""}`}>
        {spansOf(text, line.carried).map((span, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: spans have no other name
            key={at}
            className={`${span.bold ? "font-semibold" : ""} ${span.italic ? "italic" : ""} ${span.underline ? "underline" : ""} ${span.faint ? "text-muted" : ""}`}
            style={{ color: span.colour, background: span.background }}
          >
            <Marked text={shownText(span.text)} words={words} />
          </span>
        ))}
      </span>
      {(cut || whole) && (
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

/** Which line stands in which row while some are folded. */
function unfolded(buffer: LogBuffer, folded: ReadonlySet<number>, _version: number) {
  if (folded.size === 0)
    return { length: buffer.length, line: (row: number) => row, at: (line: number) => line };
  const rows: number[] = [];
  let hidden = false;
  for (let index = 0; index < buffer.length; index++) {
    const { kind } = buffer.line(index);
    const head = kind === "fold" || kind === "attempt";
    if (head) hidden = folded.has(index);
    if (head || !hidden) rows.push(index);
  }
  return {
    length: rows.length,
    line: (row: number) => rows[row] ?? 0,
    at: (line: number) => rows.findLastIndex((one) => one <= line),
  };
}

function find(buffer: LogBuffer, words: string, _version: number): number[] {
  if (words === "") return [];
  const wanted = words.toLowerCase();
  const hits: number[] = [];
  for (let index = 0; index < buffer.length && hits.length < 10_000; index++)
    if (buffer.plain(index).toLowerCase().includes(wanted)) hits.push(index);
  return hits;
}

/** Which rows are in sight, and whether the newest is kept there. */
function useScroller(rows: number, version: number, buffer: LogBuffer, over: boolean) {
  const ref = useRef<HTMLElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [seen, setSeen] = useState(600);
  const [following, setFollowing] = useState(true);
  const real = rows * LINE_PX;
  const height = Math.min(real, TALLEST_PX);
  // How many pixels of log one pixel of the scroll bar stands for.
  const scale = height > seen ? Math.max(1, (real - seen) / (height - seen)) : 1;
  const offset = scrolled * scale;
  const first = Math.max(0, Math.floor(offset / LINE_PX) - OVERSCAN);
  const count = Math.min(rows - first, Math.ceil(seen / LINE_PX) + 2 * OVERSCAN);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another log begins at its end again
  useEffect(() => setFollowing(true), [buffer]);
  const any = rows > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: without a line there is nothing to be measured yet
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setSeen(element.clientHeight || 600);
    const observer = new ResizeObserver(() => setSeen(element.clientHeight || 600));
    observer.observe(element);
    return () => observer.disconnect();
  }, [any]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that there is more
  useLayoutEffect(() => {
    const element = ref.current;
    if (element && following) element.scrollTop = element.scrollHeight;
  }, [version, following, height]);

  return {
    ref,
    height,
    first,
    count,
    top: scrolled - (offset - first * LINE_PX),
    following,
    onScroll: () => {
      const element = ref.current;
      if (!element) return;
      setScrolled(element.scrollTop);
      setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
    },
    follow: () => {
      const element = ref.current;
      // Over: there is nothing to follow, only an end to go to.
      if (over && element) element.scrollTop = element.scrollHeight;
      else setFollowing((on) => !on);
    },
    show: (row: number) => {
      const element = ref.current;
      if (!element) return;
      setFollowing(false);
      element.scrollTop = Math.max(0, (row * LINE_PX - seen / 2) / scale);
    },
  };
}
