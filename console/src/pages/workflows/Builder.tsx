/** Canvas and YAML, one document: what is changed in either is changed in both. */
import { Plus } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Command } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { MoreBelow } from "../../components/MoreBelow.tsx";
import { useTitle } from "../../components/Page.tsx";
import { type Mark, TextEditor } from "../../components/TextEditor.tsx";
import { toast } from "../../frame/toasts.ts";
import { openPalette } from "../../palette/open.ts";
import { AddStep } from "./AddStep.tsx";
import { BuilderHeader, type Face, Faces } from "./BuilderHeader.tsx";
import { Canvas } from "./Canvas.tsx";
import { completeIn } from "./complete.ts";
import { DryRun } from "./DryRun.tsx";
import { rangesOf } from "./document.ts";
import * as edits from "./edits.ts";
import { flushFields } from "./fields.tsx";
import { Problems } from "./Problems.tsx";
import { SaveDialog } from "./SaveDialog.tsx";
import { StepForm } from "./StepForm.tsx";
import type { Stored } from "./stored.ts";
import { useBuilderKeys } from "./use-builder-keys.ts";
import { bySlug, keepDraft, keptDraft, useDraft } from "./use-draft.ts";
import { WorkflowForm } from "./WorkflowForm.tsx";

type Over = "add" | "command" | "plan" | "save" | null;

export function Builder({
  stored,
  start,
  commands: all,
}: {
  stored: Stored | null;
  start: string;
  commands: readonly Command[];
}) {
  const commands = useMemo(() => bySlug(all), [all]);
  const [kept] = useState(() => keptDraft(stored?.slug ?? null));
  const [name, setName] = useState(stored?.slug ?? "");
  const draft = useDraft(kept?.text ?? start, stored?.slug ?? (name || "new-workflow"), commands);
  const { text, flow, findings, unreadable, input } = draft;
  const dirty = text !== start;
  const [selected, setSelected] = useState<string | null>(null);
  const [refused, setRefused] = useState<{ id: string; message: string } | null>(null);
  const [face, setFace] = useState<Face>("canvas");
  const [over, setOver] = useState<Over>(null);
  const [caret, setCaret] = useState<{ at: number } | null>(null);
  const step = flow.steps.find(({ id }) => id === selected) ?? null;
  const title =
    typeof input?.name === "string" && input.name !== "" ? input.name : (stored?.slug ?? "New workflow");
  useTitle(title);

  useEffect(() => {
    const timer = setTimeout(
      () => keepDraft(stored?.slug ?? null, dirty ? { text, version: stored?.version ?? null } : null),
      300,
    );
    return () => clearTimeout(timer);
  }, [text, dirty, stored]);
  useEffect(() => {
    if (kept && kept.text !== start) toast({ kind: "note", text: "What you had not saved is here again." });
  }, [kept, start]);

  type Next = string | ((text: string) => string);
  const change = (next: Next, about: string | null = null) => {
    setRefused(null);
    draft.change(next, about);
  };
  const flowIn = (now: string) => edits.flowIn(now, commands);
  const readable = unreadable === null;
  /** An edit by the canvas or a form; not while the text cannot be read. */
  const act = (make: (text: string) => string, about: string | null = null) => {
    if (!readable) {
      toast({ kind: "bad", text: "The YAML cannot be read. Mend it first, or undo." });
      return;
    }
    change(make, about);
  };
  const add = (slug: string) => {
    setOver(null);
    const index = step ? step.index + 1 : flow.steps.length;
    const id = edits.freeId(flow, slug);
    // In a graph the new one goes behind the chosen one; in a list its place says that.
    const needs = step?.draft.needs !== undefined ? { needs: [step.id] } : {};
    act((now) => edits.addStep(now, flowIn(now), commands, { index, slug, step: needs }).text);
    setSelected(id);
  };
  const remove = (ids: readonly string[]) => {
    const left = flow.steps.filter(({ id }) => !ids.includes(id));
    act((now) =>
      ids.reduce((made, id) => {
        const its = flowIn(made);
        return edits.dropStep(
          made,
          its,
          commands,
          its.steps.findIndex((one) => one.id === id),
        );
      }, now),
    );
    setSelected(left[Math.min(step?.index ?? 0, left.length - 1)]?.id ?? null);
  };
  const move = (by: number) => {
    if (!step || !flow.steps[step.index + by]) return;
    act((now) => edits.reorder(now, flowIn(now), commands, step.index, step.index + by));
  };
  const connect = (from: string, to: string) => {
    const target = flow.steps.find(({ id }) => id === from);
    if (from === to || target?.before.has(to)) {
      const round = from === to ? `${to} → ${to}` : `${to} → … → ${from} → ${to}`;
      const message = `it cannot wait for ${from}: the steps would need each other, ${round}`;
      setRefused({ id: to, message });
      toast({ kind: "note", text: `Not connected: ${to} and ${from} would wait for each other.` });
      return;
    }
    act((now) => edits.connect(now, flowIn(now), from, to));
  };
  const latest = useRef(draft);
  latest.current = draft;
  const choose = useCallback((id: string | null) => {
    flushFields();
    setSelected(id);
    const { text: now, flow: its } = latest.current;
    const at = its.steps.find((one) => one.id === id)?.index;
    // The YAML shows what is chosen.
    if (at !== undefined) setCaret({ at: rangesOf(now, [`definition.steps.${at}`])[0]?.from ?? 0 });
  }, []);
  const go = (by: number) => {
    const at = step ? step.index + by : by > 0 ? 0 : flow.steps.length - 1;
    const next = flow.steps[Math.min(Math.max(at, 0), flow.steps.length - 1)];
    if (next) choose(next.id);
  };
  const open = (what: Over) => {
    flushFields();
    setOver(what);
  };
  const back = () => {
    flushFields();
    draft.undo();
  };
  const again = () => {
    flushFields();
    draft.redo();
  };
  const saved = stored !== null && !dirty;
  const run = () => stored && openPalette({ command: { slug: stored.slug } });
  const discard = () => {
    flushFields();
    change(start);
    keepDraft(stored?.slug ?? null, null);
  };
  const show = (path: string) => {
    const index = /^definition\.steps\.(\d+)/.exec(path)?.[1];
    choose(index === undefined ? null : (flow.steps[Number(index)]?.id ?? null));
    setFace("form");
    setCaret({ at: rangesOf(text, [path])[0]?.from ?? 0 });
  };
  useBuilderKeys(step?.id ?? null, {
    add: () => open("add"),
    go,
    undo: back,
    redo: again,
    plan: () => open("plan"),
    save: () => open("save"),
    settings: () => choose(null),
    move,
    remove: () => step && remove([step.id]),
    run: saved ? run : null,
  });

  // While the check of a new text is on its way the marks of the old one stay, and the editor moves them along.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text alone brings no new marks
  const marks = useMemo((): Mark[] => {
    // Nobody has done anything wrong yet.
    if (stored === null && !dirty) return [];
    if (unreadable) return [{ ...unreadable, severity: "error" }];
    const ranges = rangesOf(
      text,
      findings.map(({ path }) => path),
    );
    return findings.map(({ message, kind }, index) => ({
      ...ranges[index]!,
      message,
      severity: kind === "problem" ? "error" : "warning",
    }));
  }, [findings, unreadable]);
  const complete = useMemo(() => completeIn(flow, all), [flow, all]);
  const mine = findings.filter(({ step: at }) => step !== null && at === step.index);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <BuilderHeader
        stored={stored}
        title={title}
        dirty={dirty}
        draft={draft}
        onUndo={back}
        onRedo={again}
        onPlan={() => open("plan")}
        onRun={saved ? run : null}
        empty={flow.steps.length === 0}
        onSave={() => open("save")}
        onSettings={() => choose(null)}
        onDiscard={discard}
      />
      <Faces
        face={face}
        step={step?.id ?? null}
        onFace={(next) => {
          flushFields();
          setFace(next);
        }}
      />
      {unreadable && (
        <p role="status" className="foreign bg-bad-soft px-4 py-1.5 text-bad">
          The YAML cannot be read at line {unreadable.line}: {unreadable.message} Canvas and forms show it as
          it was before.
        </p>
      )}
      <div className="grid min-h-0 flex-1 grid-rows-[minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_minmax(24rem,30rem)]">
        <div
          className={`relative flex min-h-0 min-w-0 flex-col lg:border-r ${face === "canvas" ? "" : "max-lg:hidden"}`}
        >
          {flow.steps.length > 0 && (
            <div className="absolute top-3 left-3 z-10">
              <Button onClick={() => open("add")} keys="a" disabled={!readable}>
                <Plus size={14} aria-hidden="true" /> Add a step
              </Button>
            </div>
          )}
          <div className="min-h-0 flex-1">
            {flow.steps.length === 0 ? (
              <div className="grid h-full place-content-center justify-items-center gap-2 p-6 text-center">
                <p className="font-medium">Nothing runs here yet.</p>
                <p className="max-w-prose text-balance text-muted">
                  A step is a command of the library. Add the first one; the steps after it can use its
                  outputs.
                </p>
                <Button look="primary" keys="a" onClick={() => open("add")} disabled={!readable}>
                  Add the first step
                </Button>
              </div>
            ) : (
              <Canvas
                flow={flow}
                findings={findings}
                selected={selected}
                refused={refused}
                onSelect={choose}
                onConnect={connect}
                onDisconnect={(from, to) => act((now) => edits.disconnect(now, flowIn(now), from, to))}
                onRemove={remove}
                onReorder={(from, to) => act((now) => edits.reorder(now, flowIn(now), commands, from, to))}
              />
            )}
          </div>
          <Problems findings={findings} flow={flow} onShow={show} />
        </div>
        <aside
          className={`grid min-h-0 lg:grid-rows-[minmax(0,11fr)_minmax(0,9fr)] ${face === "canvas" ? "max-lg:hidden" : ""}`}
        >
          <section
            id="workflow-form"
            aria-label={step ? `Step ${step.id}` : "Settings of the workflow"}
            className={`min-h-0 overflow-y-auto ${face === "yaml" ? "max-lg:hidden" : ""}`}
          >
            <fieldset disabled={!readable} className="contents">
              {step ? (
                <StepForm
                  key={step.id}
                  step={step}
                  flow={flow}
                  commands={commands}
                  findings={mine}
                  set={(field, value) =>
                    act(
                      (now) => edits.setField(now, step.index, field, value),
                      `${step.id} ${field.join(".")}`,
                    )
                  }
                  onRename={(id) => {
                    act((now) => edits.rename(now, flowIn(now), step.index, id));
                    setSelected(id);
                  }}
                  onNeeds={(needs) => act((now) => edits.setNeeds(now, step.index, needs))}
                  onChangeCommand={() => open("command")}
                  onMove={move}
                  onRemove={() => remove([step.id])}
                />
              ) : (
                <WorkflowForm
                  input={input ?? {}}
                  findings={findings.filter(({ step: at }) => at === null)}
                  set={(field, value) => act((now) => edits.setTop(now, field, value), field.join("."))}
                />
              )}
            </fieldset>
            <MoreBelow />
          </section>
          <section
            aria-label="YAML"
            className={`flex min-h-0 flex-col border-t ${face === "form" ? "max-lg:hidden" : ""}`}
          >
            <TextEditor
              label="The workflow as YAML"
              value={text}
              onChange={(next) => {
                // Letters typed one after the other are undone together; a line, and what is pasted, alone.
                const letter =
                  Math.abs(next.length - text.length) === 1 &&
                  next.split("\n").length === text.split("\n").length;
                change(next, letter ? "text" : null);
              }}
              marks={marks}
              complete={complete}
              caret={caret}
            />
          </section>
        </aside>
      </div>
      <AddStep
        open={over === "add" || over === "command"}
        onClose={() => setOver(null)}
        commands={all}
        used={[...new Set(flow.steps.flatMap(({ command }) => (command ? [command.slug] : [])))]}
        label={
          over === "command"
            ? "Which command instead?"
            : step
              ? `Which step after ${step.id}?`
              : "Which step?"
        }
        onAdd={(slug) => {
          if (over === "add") add(slug);
          else if (step) {
            setOver(null);
            act((now) => edits.setField(now, step.index, ["command"], slug));
          }
        }}
      />
      {over === "plan" && (
        <DryRun input={input} slug={stored?.slug ?? (name || "new-workflow")} close={() => setOver(null)} />
      )}
      {over === "save" && (
        <SaveDialog
          stored={stored}
          text={text}
          input={input}
          findings={findings}
          name={name}
          setName={setName}
          onShow={(path) => {
            setOver(null);
            show(path);
          }}
          close={() => setOver(null)}
        />
      )}
    </div>
  );
}
