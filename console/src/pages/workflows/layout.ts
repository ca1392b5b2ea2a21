/** Where the steps stand on the canvas: above what needs them. */
import { Graph, layout } from "@dagrejs/dagre";

export interface Box {
  id: string;
  width: number;
  height: number;
}
export interface Place {
  x: number;
  y: number;
}

/** Top left corners by id. Steps that need each other in a circle are laid out too. */
export function layOut(
  boxes: readonly Box[],
  edges: readonly { from: string; to: string }[],
): Map<string, Place> {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 40, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) if (from !== to) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    boxes.map(({ id, width, height }) => {
      const at = graph.node(id) as { x: number; y: number };
      return [id, { x: at.x - width / 2, y: at.y - height / 2 }];
    }),
  );
}
