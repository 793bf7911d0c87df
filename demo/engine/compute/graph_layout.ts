import { Graph, layout } from '@dagrejs/dagre';

/** Where a node's box lies: its centre, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
}

export type Point = readonly [x: number, y: number];

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** One for each node. */
  readonly boxes: readonly Box[];
  /** One for each edge: the corners of its line. */
  readonly lines: readonly (readonly Point[])[];
}

/** The size of every box, in pixels. */
export const BOX = { width: 176, height: 58 } as const;

const MARGIN = 12;

/** Lays out a graph from top to bottom, in layers (dagre: Gansner et al. 1993). `edges`: from and to, indexes of nodes. */
export function layOut(nodes: number, edges: readonly (readonly [from: number, to: number])[]): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ nodesep: 28, ranksep: 30, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (let node = 0; node < nodes; node++) graph.setNode(String(node), { ...BOX });
  edges.forEach(([from, to], index) => {
    graph.setEdge(String(from), String(to), {}, String(index));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: Array.from({ length: nodes }, (_, node) => {
      const { x, y } = graph.node(String(node));
      return { x, y };
    }),
    lines: edges.map(([from, to], index) =>
      graph.edge(String(from), String(to), String(index)).points.map(({ x, y }: { x: number; y: number }) => [x, y] as const),
    ),
  };
}
