/** Whatever is a command, an id, a path or an output: monospace, isolated, and copied with a click. */
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "../frame/toasts.ts";
import { visible } from "./visible.ts";

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ kind: "bad", text: "The browser did not allow copying. Select the text and copy it by hand." });
    return false;
  }
}

function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, (text) => void copy(text).then(setCopied)];
}

/** Inline. `line` is a command line: it breaks between its arguments. */
export function Code({
  children,
  className = "",
  line = false,
}: {
  children: string;
  className?: string;
  line?: boolean;
}) {
  return (
    <code className={`foreign font-mono text-[0.95em] ${className}`}>
      {line ? <Words of={visible(children)} /> : visible(children)}
    </code>
  );
}

/** Characters up to which a line is looked at word by word. */
const WORDS_UP_TO = 1_000;

/**
 * A command line whose arguments stay whole, and words in angle brackets with them, since a browser breaks a line behind each hyphen;
 * one wider than its place breaks inside.
 */
export function Words({
  of,
  upTo = Number.POSITIVE_INFINITY,
}: {
  of: string;
  /** Longer ones break where the browser likes: lines that are cut off after some cannot count what is inside a box. */
  upTo?: number;
}) {
  if (of.length > WORDS_UP_TO) return of;
  return of.split(/(\s+)(?![^<>]*>)/).map((word, index) =>
    /[-<]/.test(word) && word.length <= upTo ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
      <span key={index} className="inline-block max-w-full align-bottom">
        {word}
      </span>
    ) : (
      word
    ),
  );
}

/** An id: short to read, whole when copied. */
export function Id({ of, className = "" }: { of: string; className?: string }) {
  const [copied, copyText] = useCopied();
  const cut = of.indexOf("_");
  const short =
    of.length <= 18
      ? of
      : cut > 0
        ? `${of.slice(0, cut + 1)}…${of.slice(-6)}`
        : of.length > 32
          ? `${of.slice(0, 8)}…${of.slice(-6)}`
          : of;
  return (
    <button
      type="button"
      title={copied ? "Copied" : `${of} – click to copy`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        copyText(of);
      }}
      className={`rounded-sm font-mono text-sm text-muted hover:bg-hover hover:text-text ${className}`}
    >
      {copied ? "copied" : short}
      <span className="sr-only">, copy {of}</span>
    </button>
  );
}

/** A block of lines with a button that copies all of it. `prompt` sets a $ before each line, which is not copied. */
export function CodeBlock({
  lines,
  prompt = false,
  label,
  className = "",
}: {
  lines: readonly string[];
  prompt?: boolean;
  /** What it is, for those who cannot see it. */
  label: string;
  className?: string;
}) {
  const [copied, copyText] = useCopied();
  return (
    <div className={`group relative rounded border bg-sunken ${className}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label={label} tabIndex={0} className="max-h-96 overflow-auto p-2.5 pr-9">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <pre key={index} className="foreign whitespace-pre-wrap text-sm">
            {prompt && <span className="select-none text-faint">$ </span>}
            {prompt ? <Words of={visible(line)} /> : visible(line) || " "}
          </pre>
        ))}
      </section>
      <button
        type="button"
        aria-label={copied ? "Copied" : `Copy ${label}`}
        onClick={() => copyText(lines.join("\n"))}
        className="absolute top-1.5 right-1.5 rounded-sm p-1 text-faint hover:bg-hover hover:text-text"
      >
        {copied ? <Check size={14} /> : <Copy size={14} />}
      </button>
    </div>
  );
}
