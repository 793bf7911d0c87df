import { describe, expect, test } from 'vitest';
import { linearSuffix } from '../../../src/graph/analysis/suffix.js';
import type { Graph } from '../../../src/graph/graph.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';
import { smallNetworks } from '../../support/small_networks.js';

const weights = floatTensor(
  [4, 4],
  Array.from({ length: 16 }, (_, i) => i),
);

/** A graph of [4] images with the constant `w` of 4 x 4; its output is `y`. */
function graphOf(...nodes: NodeDescription[]): Graph {
  const model = buildModel({ inputs: { image: ['N', 4] }, outputs: ['y'], initializers: { w: weights }, nodes });
  return canonicalise(importModel(model).graph);
}

function suffixOf(graph: Graph, isCandidate: (output: string) => boolean = () => true) {
  const { nodes, from } = linearSuffix(graph, ({ output }) => isCandidate(output));
  return { outputs: [...nodes].map(({ output }) => output).sort(), from };
}

const RELU: NodeDescription = { op: 'Relu', inputs: ['image'], output: 'r' };

describe('linearSuffix', () => {
  test('is what follows the last nonlinearity', () => {
    const graph = graphOf(RELU, { op: 'MatMul', inputs: ['r', 'w'], output: 'm' }, { op: 'MatMul', inputs: ['m', 'w'], output: 'y' });
    expect(suffixOf(graph)).toEqual({ outputs: ['m', 'y'], from: ['r'] });
  });

  test('is empty where the output is a nonlinearity, and then reads the output', () => {
    const graph = graphOf({ op: 'MatMul', inputs: ['image', 'w'], output: 'm' }, { op: 'Relu', inputs: ['m'], output: 'y' });
    expect(suffixOf(graph)).toEqual({ outputs: [], from: ['y'] });
  });

  test('ends where one of several readers is not in it', () => {
    const graph = graphOf(
      RELU,
      { op: 'MatMul', inputs: ['r', 'w'], output: 'm' },
      { op: 'Tanh', inputs: ['m'], output: 't' },
      { op: 'Add', inputs: ['m', 't'], output: 'y' },
    );
    expect(suffixOf(graph)).toEqual({ outputs: ['y'], from: ['m', 't'] });
  });

  test('takes a branch whole where all of it is linear', () => {
    const graph = graphOf(
      RELU,
      { op: 'MatMul', inputs: ['r', 'w'], output: 'm' },
      { op: 'MatMul', inputs: ['r', 'w'], output: 'n' },
      { op: 'Add', inputs: ['m', 'n'], output: 'y' },
    );
    expect(suffixOf(graph)).toEqual({ outputs: ['m', 'n', 'y'], from: ['r'] });
  });

  test('a product of two values of the image is no part of it', () => {
    const graph = graphOf(RELU, { op: 'Mul', inputs: ['r', 'image'], output: 'p' }, { op: 'MatMul', inputs: ['p', 'w'], output: 'y' });
    expect(suffixOf(graph)).toEqual({ outputs: ['y'], from: ['p'] });
  });

  test('begins no earlier than it may', () => {
    const graph = graphOf({ op: 'MatMul', inputs: ['image', 'w'], output: 'm' }, { op: 'MatMul', inputs: ['m', 'w'], output: 'y' });
    expect(suffixOf(graph)).toEqual({ outputs: ['m', 'y'], from: ['image'] });
    expect(suffixOf(graph, (output) => output === 'y')).toEqual({ outputs: ['y'], from: ['m'] });
    expect(suffixOf(graph, () => false)).toEqual({ outputs: [], from: ['y'] });
  });

  test.each(['M1', 'M2'] as const)('of %s it is the last product', (name) => {
    expect(suffixOf(smallNetworks[name]()).outputs).toEqual([name === 'M1' ? 'd2' : 'd3']);
  });
});
