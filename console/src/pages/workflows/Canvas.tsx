/** The steps and what they wait for, drawn: dragged into another order, connected, chosen; all of it also by keyboard. */
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  type Edge,
  MarkerType,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
} from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Finding } from "./check.ts";
import type { Flow } from "./flow.ts";
import { layOut } from "./layout.ts";
import { heightOf, NODE_WIDTH, StepNode, type StepNodeType } from "./StepNode.tsx";

const NODE_TYPES = { step: StepNode };
const LONG_ZOOM = 0.85;
const LEAST_ZOOM = 0.6;
/** On a phone what lies upon the canvas, the button above and the zoom below, lies upon the steps. */
const ROOM = { x: 0.08, top: "60px", bottom: "60px" } as const;
const NARROW_PX = 640;
const MARKER = { type: MarkerType.ArrowClosed, width: 15, height: 15, color: "var(--muted)" };

export interface CanvasProps {
  flow: Flow;
  findings: readonly Finding[];
  selected: string | null;
  refused: { id: string; message: string } | null;
  onSelect(id: string | null): void;
  onConnect(from: string, to: string): void;
  onDisconnect(from: string, to: string): void;
  onRemove(ids: string[]): void;
  /** From one position to another: only where steps run one after another. */
  onReorder(from: number, to: number): void;
  readOnly?: boolean;
}

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

function Drawn(props: CanvasProps) {
  const { flow, findings, selected, refused, onSelect, readOnly = false } = props;
  const instance = useRef<ReactFlowInstance<StepNodeType, Edge>>(null);
  const box = useRef<HTMLElement>(null);
  const byStep = useMemo(() => {
    const map = new Map<number, Finding[]>();
    for (const finding of findings)
      if (finding.step !== null) map.set(finding.step, [...(map.get(finding.step) ?? []), finding]);
    return map;
  }, [findings]);
  const heights = useMemo(
    () =>
      flow.steps.map((step) =>
        heightOf(step, byStep.get(step.index) ?? [], refused?.id === step.id ? refused.message : null),
      ),
    [flow, byStep, refused],
  );
  // Where things stand depends on names, heights and lines alone, not on every letter.
  const shape = JSON.stringify([flow.steps.map(({ id }, index) => [id, heights[index]]), flow.edges]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what it is made of
  const places = useMemo(
    () =>
      layOut(
        flow.steps.map(({ id }, index) => ({ id, width: NODE_WIDTH, height: heights[index] ?? 80 })),
        flow.edges,
      ),
    [shape],
  );
  const made = useMemo(
    () =>
      flow.steps.map((step, index): StepNodeType => {
        const mine = byStep.get(step.index) ?? [];
        return {
          id: step.id,
          type: "step",
          position: places.get(step.id) ?? { x: 0, y: 0 },
          width: NODE_WIDTH,
          height: heights[index] ?? 80,
          data: { step, findings: mine, refused: refused?.id === step.id ? refused.message : null },
          selected: step.id === selected,
          ariaLabel: `Step ${index + 1}, ${step.id}: ${step.line}${mine.length > 0 ? `. ${mine[0]?.message}` : ""}`,
        };
      }),
    [flow, byStep, places, selected, refused, heights],
  );
  const [nodes, setNodes] = useState(made);
  const shapeBefore = useRef(shape);
  useEffect(() => {
    const kept = shapeBefore.current === shape;
    shapeBefore.current = shape;
    setNodes((old) => {
      const at = new Map(old.map((node) => [node.id, node]));
      return made.map((node) => {
        const before = at.get(node.id);
        // What was dragged aside stays there until the lines change.
        return kept && before
          ? { ...node, position: before.position, ...(before.measured ? { measured: before.measured } : {}) }
          : node;
      });
    });
  }, [made, shape]);
  const edges = useMemo(
    () =>
      flow.edges.map(
        ({ from, to, written }): Edge => ({
          id: `${from} ${to}`,
          source: from,
          target: to,
          type: "smoothstep",
          markerEnd: MARKER,
          className: written ? "written" : "implied",
          ariaLabel: `${to} waits for ${from}`,
        }),
      ),
    [flow.edges],
  );
  const [chosenEdge, setChosenEdge] = useState<string | null>(null);

  const change = (changes: NodeChange<StepNodeType>[]) => {
    for (const one of changes) if (one.type === "select" && one.selected) onSelect(one.id);
    setNodes((old) =>
      applyNodeChanges(
        changes.filter(({ type }) => type !== "remove" && type !== "select"),
        old,
      ),
    );
  };
  const dropped = (id: string) => {
    const inOrder = flow.steps.every(({ draft }) => draft.needs === undefined) && flow.edges.length > 0;
    if (!inOrder || readOnly) return;
    const middle = (node: StepNodeType) => node.position.y + (node.height ?? 0) / 2;
    const sorted = [...nodes].sort((a, b) => middle(a) - middle(b));
    const from = flow.steps.findIndex((step) => step.id === id);
    const to = sorted.findIndex((node) => node.id === id);
    if (from !== to) props.onReorder(from, to);
    else setNodes(made);
  };
  const chosen = nodes.find(({ id }) => id === selected);
  const shownFor = useRef<string | null>(null);
  // What is chosen by keyboard comes into sight.
  useEffect(() => {
    const flowNow = instance.current;
    if (!chosen || !flowNow || !box.current || shownFor.current === selected) return;
    shownFor.current = selected;
    const { x, y, zoom } = flowNow.getViewport();
    const { width, height } = box.current.getBoundingClientRect();
    const [left, top] = [chosen.position.x * zoom + x, chosen.position.y * zoom + y];
    const inSight =
      left >= 0 &&
      top >= 0 &&
      left + NODE_WIDTH * zoom <= width &&
      top + (chosen.height ?? 0) * zoom <= height;
    if (!inSight)
      void flowNow.setCenter(
        chosen.position.x + NODE_WIDTH / 2,
        chosen.position.y + (chosen.height ?? 0) / 2,
        {
          zoom,
        },
      );
  }, [chosen, selected]);
  const room = () => ((box.current?.clientWidth ?? 0) < NARROW_PX ? ROOM : 0.08);
  const fit = () => void instance.current?.fitView({ maxZoom: 1, minZoom: LEAST_ZOOM, padding: room() });
  return (
    <section ref={box} aria-label="Canvas" className="workflow-canvas relative h-full min-h-0">
      <ReactFlow<StepNodeType, Edge>
        nodes={nodes}
        edges={edges.map((edge) => (edge.id === chosenEdge ? { ...edge, selected: true } : edge))}
        nodeTypes={NODE_TYPES}
        onInit={(made) => {
          instance.current = made;
          const count = flow.steps.length;
          // A long one begins at its beginning.
          const first = places.get(flow.steps[0]?.id ?? "");
          const width = box.current?.clientWidth ?? 0;
          // So is one that is taller than the window, even drawn small.
          const bottom = Math.max(
            0,
            ...made.getNodes().map(({ position, height }) => position.y + (height ?? 0)),
          );
          const tall = (bottom - (first?.y ?? 0)) * LEAST_ZOOM > (box.current?.clientHeight ?? 0) - 120;
          if ((count > 7 || tall) && first)
            void made.setViewport({
              x: width / 2 - (first.x + NODE_WIDTH / 2) * LONG_ZOOM,
              y: 56 - first.y * LONG_ZOOM,
              zoom: LONG_ZOOM,
            });
          else fit();
        }}
        onNodesChange={change}
        onEdgesChange={(changes) => {
          for (const one of changes) if (one.type === "select") setChosenEdge(one.selected ? one.id : null);
        }}
        onConnect={({ source, target }: Connection) => props.onConnect(source, target)}
        onNodeClick={(_, node) => onSelect(node.id)}
        onPaneClick={() => onSelect(null)}
        onNodeDragStop={(_, node) => dropped(node.id)}
        onDelete={({ nodes: gone, edges: cut }) => {
          if (gone.length > 0) props.onRemove(gone.map(({ id }) => id));
          else for (const { source, target } of cut) props.onDisconnect(source, target);
        }}
        onBeforeDelete={async () => !readOnly}
        nodesConnectable={!readOnly}
        nodesDraggable={!readOnly}
        deleteKeyCode={readOnly ? null : ["Delete", "Backspace"]}
        onlyRenderVisibleElements
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        minZoom={0.2}
        maxZoom={1.5}
        nodeDragThreshold={4}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} color="var(--line)" />
      </ReactFlow>
      <div className="absolute bottom-3 left-3 flex rounded max-md:top-3 max-md:right-3 max-md:bottom-auto max-md:left-auto border border-line-strong bg-raised">
        <Tool label="Zoom out" onClick={() => void instance.current?.zoomOut()} icon={Minus} />
        <Tool label="Zoom in" onClick={() => void instance.current?.zoomIn()} icon={Plus} />
        <Tool
          label="Show all"
          onClick={() => {
            setNodes(made);
            void instance.current?.fitView({ maxZoom: 1, padding: room() });
          }}
          icon={Maximize}
        />
      </div>
    </section>
  );
}

function Tool({ label, onClick, icon: Icon }: { label: string; onClick(): void; icon: typeof Plus }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-8 place-items-center text-muted hover:bg-hover hover:text-text pointer-coarse:size-10"
    >
      <Icon size={14} />
    </button>
  );
}
