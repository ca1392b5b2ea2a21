/**
 * Text with colours, line numbers and problems at their place. It lives in a shadow root: there the editor keeps its styles in a
 * constructed sheet, which the page's policy allows.
 */
import { autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

export interface Mark {
  from: number;
  to: number;
  severity: "error" | "warning";
  message: string;
}

const fromOutside = Annotation.define<boolean>();

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", color: "var(--text)", backgroundColor: "var(--bg)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono, monospace)",
    lineHeight: "18px",
    fontVariantLigatures: "none",
  },
  ".cm-content": { caretColor: "var(--text)", padding: "6px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "var(--selected) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    border: "1px solid var(--line-strong)",
    borderRadius: "5px",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--selected)",
    color: "var(--text)",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn)" },
  ".cm-changedLine": { backgroundColor: "var(--ok-soft) !important" },
  ".cm-deletedChunk": { backgroundColor: "var(--bad-soft) !important" },
  ".cm-changedText, .cm-deletedText": { background: "none !important", textDecoration: "none" },
  ".cm-collapsedLines": {
    background: "var(--sunken)",
    color: "var(--muted)",
    borderBlock: "1px solid var(--line)",
  },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: '"…"' },
  ".cm-changeGutter": { width: "3px" },
  ".cm-changedLineGutter": { background: "var(--ok)" },
  ".cm-deletedLineGutter": { background: "var(--bad)" },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent)" },
    { tag: [tags.comment, tags.lineComment], color: "var(--faint)" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
    { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--warn)" },
    { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--muted)" },
  ]),
);

export function TextEditor({
  value,
  onChange,
  label,
  marks = [],
  original,
  complete,
  caret,
  wrap = true,
  undoes = false,
}: {
  value: string;
  /** Without it the text is only to be read. */
  onChange?: (text: string) => void;
  label: string;
  marks?: readonly Mark[];
  /** What it was before: then the differences are shown in it. */
  original?: string;
  complete?: CompletionSource;
  /** The position that was asked to be shown; a new object shows it again. With `focus` one goes on typing there. */
  caret?: { at: number; focus?: boolean } | null;
  wrap?: boolean;
  /** It undoes what was typed by itself; without it that is for the page around it to do. */
  undoes?: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ onChange, complete });
  latest.current = { onChange, complete };
  const writable = onChange !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the value comes in by the effect below
  useEffect(() => {
    const place = host.current!;
    const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
    const extensions: Extension[] = [
      lineNumbers(),
      highlightSpecialChars(),
      foldGutter(),
      drawSelection(),
      EditorState.allowMultipleSelections.of(true),
      indentOnInput(),
      bracketMatching(),
      yaml(),
      colours,
      theme,
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ...(wrap ? [EditorView.lineWrapping] : []),
      ...(writable
        ? [
            highlightActiveLine(),
            lintGutter(),
            keymap.of(undoes ? [...historyKeymap, ...defaultKeymap] : defaultKeymap),
            ...(undoes ? [history()] : []),
            autocompletion({ override: [(context) => latest.current.complete?.(context) ?? null] }),
            EditorView.updateListener.of((update) => {
              if (update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside)))
                latest.current.onChange?.(update.state.doc.toString());
            }),
          ]
        : [EditorState.readOnly.of(true)]),
      ...(original === undefined
        ? []
        : [
            unifiedMergeView({
              original,
              mergeControls: false,
              highlightChanges: false,
              collapseUnchanged: { margin: 3, minSize: 6 },
            }),
          ]),
    ];
    const made = new EditorView({ doc: value, extensions, parent: root, root });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [label, writable, original, wrap, undoes]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const old = editor.state.doc.toString();
    if (old === value) return;
    // Only what differs, so that the caret and the folded parts stay.
    let from = 0;
    while (from < old.length && from < value.length && old[from] === value[from]) from += 1;
    let end = 0;
    const most = Math.min(old.length, value.length) - from;
    while (end < most && old[old.length - 1 - end] === value[value.length - 1 - end]) end += 1;
    editor.dispatch({
      changes: { from, to: old.length - end, insert: value.slice(from, value.length - end) },
      annotations: fromOutside.of(true),
    });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !writable) return;
    const { length } = editor.state.doc;
    const shown = marks.map(
      ({ from, to, severity, message }): Diagnostic => ({
        from: Math.min(from, length),
        to: Math.min(to, length),
        severity,
        message,
      }),
    );
    editor.dispatch(setDiagnostics(editor.state, shown));
  }, [marks, writable]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !caret) return;
    const at = Math.min(caret.at, editor.state.doc.length);
    editor.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 40 }),
    });
    if (caret.focus) editor.focus();
  }, [caret]);

  return <div ref={host} className="h-full min-h-0 overflow-hidden *:h-full" />;
}
