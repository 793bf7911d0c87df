import { describe, expect, test } from 'vitest';
import { BOX, layOut } from '../../../../demo/engine/compute/graph_layout.js';
import { present } from '../../../../demo/lib/present.js';
import { attribute, pixelLayout, sumChannels } from '../../../../src/index.js';
import { createEngine, shippedSession, studyDigit } from '../host.js';

// The graph of a network: where its nodes are drawn, what vanishes in them, and the map of a layer.

const never = new AbortController().signal;

describe('a layout', () => {
  /** A chain of residual blocks. */
  const edges = Array.from({ length: 199 }, (_, i) => [i, i + 1] as const).flatMap((edge) =>
    edge[1] % 5 === 0 ? [edge, [edge[1] - 5, edge[1]] as const] : [edge],
  );
  const { width, height, boxes, lines } = layOut(200, edges);

  test('puts every node below those that it reads, inside the drawing, and none over another', () => {
    for (const [from, to] of edges) expect(boxes[to]!.y - boxes[from]!.y).toBeGreaterThanOrEqual(BOX.height);
    for (const [i, { x, y }] of boxes.entries()) {
      expect(x >= BOX.width / 2 && x <= width - BOX.width / 2 && y >= BOX.height / 2 && y <= height - BOX.height / 2).toBe(true);
      for (const other of boxes.slice(i + 1)) {
        expect(Math.abs(other.x - x) >= BOX.width || Math.abs(other.y - y) >= BOX.height).toBe(true);
      }
    }
  });

  test('draws every edge from the one box to the other', () => {
    const touches = ([x, y]: readonly [number, number], { x: cx, y: cy }: { x: number; y: number }) =>
      Math.abs(x - cx) <= BOX.width / 2 + 1 && Math.abs(y - cy) <= BOX.height / 2 + 1;
    for (const [i, [from, to]] of edges.entries()) {
      const line = present(lines[i], 'a line');
      expect(touches(line[0]!, boxes[from]!) && touches(line.at(-1)!, boxes[to]!)).toBe(true);
    }
  });
});

describe('the digit network', async () => {
  const engine = createEngine();
  await engine.open({ shipped: 'digits' }, never);
  const session = await shippedSession('digits');
  const seven = await studyDigit(session, '7-read-as-1.png');
  const { nodes, layout } = await engine.graph(never);

  test('has a node for its input and for every layer, and an edge for all that is read', () => {
    expect(nodes.map(({ op }) => op)).toEqual(['', ...session.graph.nodes.map(({ op }) => op)]);
    expect(nodes[0]!.shape).toEqual(session.graph.input.shape);
    const known = new Set(nodes.map(({ output }) => output));
    const reads = session.graph.nodes.flatMap(({ inputs }) => inputs.filter((name) => known.has(name)));
    expect(layout!.lines).toHaveLength(reads.length);
  });

  test('has the class activation maps of the library where its layers have planes', async () => {
    const convolution = nodes.find(({ op, hasPlane }) => op === 'Conv' && hasPlane)!;
    expect(nodes.find(({ op }) => op === 'Gemm')!.hasPlane).toBe(false);
    const [expected] = await attribute(session, seven, { method: 'grad-cam', target: 7, layer: convolution.output });
    const { pixels } = await engine.cam({ image: seven, target: 7, output: convolution.output }, never);
    expect(pixels).toEqual(sumChannels(expected.values, pixelLayout(session.preprocessing)));
    expect(pixels.some((value) => value !== 0)).toBe(true);
  });

  test('has dead units only behind its activations', async () => {
    const facts = await engine.layerFacts(seven, 7, never);
    for (const { op, output } of nodes.slice(1)) {
      if (op === 'Relu') expect(facts[output]!.dead).toBeGreaterThan(0);
      else expect(facts[output]?.dead ?? null).toBeNull();
    }
  });
});
