import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/executor.js';
import type { Graph } from '../../src/graph/graph.js';
import { finalSoftmax, withOutput } from '../../src/graph/head.js';

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
    nodes: ops.map((op, i) => ({
      op,
      name: `${op}_${i}`,
      inputs: [names[i]!],
      output: names[i + 1]!,
      attributes: op === 'Softmax' || op === 'LogSoftmax' ? { length: 3, inner: 1 } : {},
    })),
    shapes: new Map(names.map((name) => [name, [1, 3]])),
    constants: new Map(),
  };
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
    const part = { ...graph, nodes: [{ ...graph.nodes[0]!, attributes: { length: 1, inner: 3 } }] };
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
