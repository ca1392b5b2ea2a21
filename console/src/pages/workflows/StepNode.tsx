/** A step on the canvas: the command as it will run, what holds it back, what undoes it, what it puts out, what is wrong with it. */
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import type { DragEvent } from "react";
import { Words } from "../../components/Code.tsx";
import { EffectMark, StatusIcon } from "../../components/Status.tsx";
import { oneLine } from "../../components/visible.ts";
import type { Finding } from "./check.ts";
import type { FlowStep } from "./flow.ts";
import { badgesOf } from "./words.ts";

/** What a dragged result is carried as. */
export const REFERENCE = "application/x-tw-reference";

export interface StepData extends Record<string, unknown> {
  step: FlowStep;
  findings: Finding[];
  /** Why a connection to it was not made. */
  refused: string | null;
}
export type StepNodeType = Node<StepData, "step">;

export const NODE_WIDTH = 288;
const LINE_CHARACTERS = 38;
/** Characters of the names of outputs that fit beside each other. */
const OUTPUTS_ROOM = 36;

/** As tall as what it shows; the layout must know before it is drawn. */
export function heightOf(step: FlowStep, findings: readonly Finding[], refused: string | null): number {
  const lines = Math.min(3, linesOf(step.line));
  const badges = badgesOf(step).length;
  return (
    44 +
    lines * 18 +
    badges * 19 +
    (step.outputs.length > 0 ? 25 : 0) +
    (findings.length > 0 || refused ? 42 : 0)
  );
}

/** Lines that it takes when its arguments stay whole. */
function linesOf(line: string): number {
  let [lines, at] = [1, 0];
  for (const { length } of line.split(" ")) {
    if (at > 0 && at + length > LINE_CHARACTERS) [lines, at] = [lines + 1, 0];
    lines += Math.floor(Math.max(0, length - 1) / LINE_CHARACTERS);
    at += length + 1;
  }
  return lines;
}

function fitting(names: readonly string[]): string[] {
  let room = OUTPUTS_ROOM;
  const fits = names.findIndex((name) => {
    room -= name.length + 2;
    return room < 0;
  });
  return fits === -1 ? [...names] : names.slice(0, Math.max(1, fits));
}

export function StepNode({ data, selected }: NodeProps<StepNodeType>) {
  const { step, findings, refused } = data;
  const problems = findings.filter(({ kind }) => kind === "problem");
  const said = refused ?? problems[0]?.message ?? findings[0]?.message;
  const bad = refused !== null || problems.length > 0;
  const shown = fitting(step.outputs);
  const drag = (event: DragEvent, from: string) => {
    event.dataTransfer.setData(REFERENCE, from);
    event.dataTransfer.setData("text/plain", from);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <div
      className={`flex h-full w-full flex-col gap-1 rounded border bg-raised px-3 py-2 text-left ${
        bad ? "border-bad" : selected ? "border-accent" : "border-line-strong"
      } ${selected ? "outline-2 outline-accent" : ""}`}
    >
      <Handle type="target" position={Position.Top} />
      <div className="flex h-5 items-center gap-2">
        <span className="w-4 shrink-0 text-faint text-xs tabular-nums">{step.index + 1}</span>
        <span className="foreign min-w-0 flex-1 truncate font-medium">{oneLine(step.id, 60)}</span>
        {step.command && step.command.effect !== "read" && <EffectMark effect={step.command.effect} />}
      </div>
      <pre className="foreign line-clamp-3 shrink-0 whitespace-pre-wrap font-mono text-sm">
        <Words of={oneLine(step.line || "no command yet", 160)} upTo={LINE_CHARACTERS} />
      </pre>
      {badgesOf(step).map(({ status, words }) => (
        <p key={words} className="flex h-[15px] items-center gap-1.5 text-muted text-xs">
          <StatusIcon status={status} size={11} />
          <span className="foreign truncate">{oneLine(words, 60)}</span>
        </p>
      ))}
      {said && (
        <p className={`foreign line-clamp-2 text-sm leading-[17px] ${bad ? "text-bad" : "text-warn"}`}>
          {findings.length > 1 && !refused ? `${findings.length}: ` : ""}
          {oneLine(said, 120)}
        </p>
      )}
      {step.outputs.length > 0 && (
        <div className="mt-auto flex h-5 items-center gap-1 overflow-hidden">
          {shown.map((name) => (
            // biome-ignore lint/a11y/noStaticElementInteractions: the mouse's way; by keyboard a result is picked at the argument
            <span
              key={name}
              draggable
              onDragStart={(event) => drag(event, `steps.${step.id}.outputs.${name}`)}
              title={`Drag ${name} onto an argument`}
              className="nodrag nopan shrink-0 cursor-grab rounded-sm bg-sunken px-1 font-mono text-muted text-xs hover:text-text"
            >
              {name}
            </span>
          ))}
          {step.outputs.length > shown.length && (
            <span className="shrink-0 text-faint text-xs">+{step.outputs.length - shown.length}</span>
          )}
        </div>
      )}
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}
