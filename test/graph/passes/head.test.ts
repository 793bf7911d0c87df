import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { finalSoftmax } from '../../../src/graph/analysis/head/head.js';
import type { Graph, GraphNode } from '../../../src/graph/graph.js';
import { withOutput } from '../../../src/graph/passes/head.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, intTensor, type NodeDescription } from '../../support/onnx_builder.js';

// What `--output` does to a graph: the final softmax is taken off, left, or put on.

const LOGITS = [1, 3, -2];

/** A graph whose values are all 1x3: the image, Identity for logits, and a head. */
function graphWith(...ops: readonly ('Softmax' | 'LogSoftmax' | 'Identity' | 'Reshape')[]): Graph {
  const names = ['x', ...ops.map((_, i) => `y${i}`)];
  return {
    name: 'head',
    opset: 13,
    input: { name: 'x', shape: [1, 3] },
    output: { name: names.at(-1)!, shape: [1, 3] },
    nodes: ops.map((op, i) => {
      const rest = { name: `${op}_${i}`, inputs: [names[i]!], output: names[i + 1]! };
      return op === 'Softmax' || op === 'LogSoftmax' ? softmax(op, rest) : { op, ...rest, attributes: {} };
    }),
    shapes: new Map(names.map((name) => [name, [1, 3]])),
    constants: new Map(),
  };
}

function softmax(
  op: 'Softmax' | 'LogSoftmax',
  rest: Pick<GraphNode, 'name' | 'inputs' | 'output'>,
  attributes = { length: 3, inner: 1 },
): GraphNode {
  return { op, ...rest, attributes };
}

async function outputs(graph: Graph): Promise<number[]> {
  return [...(await new CpuExecutor(graph).forward(Float32Array.from(LOGITS), 1)).outputs];
}

const total = LOGITS.reduce((sum, logit) => sum + Math.exp(logit), 0);
const PROBABILITIES = LOGITS.map((logit) => Math.exp(logit) / total);

/** Three sums and two exponentials in float64: a few times its epsilon of 2.2e-16. */
function expectClose(actual: number[], expected: number[]): void {
  expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(2e-15);
}

describe('the final softmax', () => {
  test.each(['Softmax', 'LogSoftmax'] as const)('%s is found, also before a view', (op) => {
    expect(finalSoftmax(graphWith('Identity', op))?.op).toBe(op);
    expect(finalSoftmax(graphWith(op, 'Reshape'))?.op).toBe(op);
  });

  test('none is found in a graph that ends with logits, or where it covers a part of the classes only', () => {
    expect(finalSoftmax(graphWith('Identity'))).toBeUndefined();
    const graph = graphWith('Softmax');
    const part = { ...graph, nodes: [softmax('Softmax', graph.nodes[0]!, { length: 1, inner: 3 })] };
    expect(finalSoftmax(part)).toBeUndefined();
  });
});

describe('outputs', () => {
  test.each(['Softmax', 'LogSoftmax', 'Identity'] as const)('logits and probabilities of a graph that ends with %s', async (op) => {
    const graph = graphWith('Identity', op);
    expectClose(await outputs(withOutput(graph, 'logit')), LOGITS);
    expectClose(await outputs(withOutput(graph, 'probability')), PROBABILITIES);
  });

  test('raw leaves the graph as it is', () => {
    const graph = graphWith('Softmax');
    expect(withOutput(graph, 'raw')).toBe(graph);
  });
});

describe('the final softmax of a file', () => {
  /** `nodes` lead from x, which is 1x3x1x1 unless told otherwise, to y. */
  function imported(opset: number, nodes: readonly NodeDescription[], image: readonly number[] = [1, 3, 1, 1]): Graph {
    const initializers = { rows: intTensor([0, -1]), axes: intTensor([2, 3]) };
    return importModel(buildModel({ opset, inputs: { x: image }, initializers, nodes, outputs: ['y'] })).graph;
  }
  const softmax = (input: string, output: string, axis?: number): NodeDescription => ({
    op: 'Softmax',
    inputs: [input],
    output,
    ...(axis !== undefined && { attributes: { axis } }),
  });
  const turn = (input: string, output: string): NodeDescription => ({
    op: 'Transpose',
    inputs: [input],
    output,
    attributes: { perm: [0, 3, 2, 1] },
  });

  test.each<[string, Graph]>([
    ['opset 11, the default axis of four', imported(11, [softmax('x', 'y')])],
    ['opset 13, axis 1 of four', imported(13, [softmax('x', 'y', 1)])],
    ['opset 13, axis -3 of four', imported(13, [softmax('x', 'y', -3)])],
    ['opset 13, the default axis of two', imported(13, [{ op: 'Flatten', inputs: ['x'], output: 'f' }, softmax('f', 'y')])],
    ['opset 13, of one axis', imported(13, [{ op: 'Squeeze', inputs: ['x'], output: 's' }, softmax('s', 'y', 0)])],
    ['before Flatten', imported(11, [softmax('x', 's', 1), { op: 'Flatten', inputs: ['s'], output: 'y' }])],
    ['before Reshape', imported(13, [softmax('x', 's', 1), { op: 'Reshape', inputs: ['s', 'rows'], output: 'y' }])],
    ['before Squeeze', imported(13, [softmax('x', 's', 1), { op: 'Squeeze', inputs: ['s', 'axes'], output: 'y' }])],
    [
      'before Cast, Dropout and Identity',
      imported(13, [
        softmax('x', 's', 1),
        { op: 'Cast', inputs: ['s'], output: 'c', attributes: { to: 1 } },
        { op: 'Dropout', inputs: ['c'], output: 'd' },
        { op: 'Identity', inputs: ['d'], output: 'y' },
      ]),
    ],
    [
      'between transpositions, as PyTorch writes axis 1 up to opset 12',
      imported(11, [turn('x', 't'), softmax('t', 's', 3), turn('s', 'y')]),
    ],
    ['turned around with the classes', imported(13, [softmax('x', 's', 1), turn('s', 'y')])],
  ])('is taken off: %s', async (_, graph) => {
    expect(finalSoftmax(graph)?.op).toBe('Softmax');
    expectClose(await outputs(graph), PROBABILITIES);
    expectClose(await outputs(withOutput(graph, 'logit')), LOGITS);
    expectClose(await outputs(withOutput(graph, 'probability')), PROBABILITIES);
  });

  test.each<[string, Graph]>([
    ['over rows of a map', imported(13, [softmax('x', 'y', 3)], [1, 3, 2, 2])],
    ['over the channels of a map', imported(13, [softmax('x', 'y', 1)], [1, 3, 2, 2])],
    ['over an axis of size 1', imported(13, [softmax('x', 'y')])],
    ['in the middle', imported(13, [softmax('x', 's', 1), { op: 'Relu', inputs: ['s'], output: 'y' }])],
    [
      'that goes on twice',
      imported(13, [softmax('x', 's', 1), { op: 'Concat', inputs: ['s', 's'], output: 'y', attributes: { axis: 1 } }]),
    ],
  ])('stays: %s', (_, graph) => {
    expect(finalSoftmax(graph)).toBeUndefined();
    expect(withOutput(graph, 'logit').nodes).toEqual(graph.nodes);
  });

  test('only the last of two is taken off', () => {
    const graph = imported(13, [softmax('x', 's', 1), softmax('s', 'y', 1)]);
    expect(withOutput(graph, 'logit').nodes.map(({ op }) => op)).toEqual(['Softmax', 'Identity']);
  });
});
