import { describe, expect, test } from 'vitest';
import { linearPrefix } from '../../../src/graph/analysis/prefix.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';

/** The outputs of the nodes of the prefix of a graph of [4] images, whose output is `y`, and its cut. */
function prefixOf(...nodes: NodeDescription[]) {
  const weights = floatTensor([4, 4], new Array(16).fill(1));
  const model = buildModel({ inputs: { image: ['N', 4] }, outputs: ['y'], initializers: { w: weights }, nodes });
  const { nodes: found, cut } = linearPrefix(canonicalise(importModel(model).graph));
  return { outputs: [...found].map(({ output }) => output).sort(), cut };
}

const product = (from: string, output: string): NodeDescription => ({ op: 'MatMul', inputs: [from, 'w'], output });

describe('linearPrefix', () => {
  test('is what comes before the first nonlinearity', () => {
    expect(prefixOf(product('image', 'a'), product('a', 'b'), { op: 'Relu', inputs: ['b'], output: 'r' }, product('r', 'y'))).toEqual({
      outputs: ['a', 'b'],
      cut: ['b'],
    });
  });

  test('of a linear network is all of it, and is cut at the output', () => {
    expect(prefixOf(product('image', 'y'))).toEqual({ outputs: ['y'], cut: ['y'] });
  });

  test.each([
    ['first', ['r', 'a']],
    ['second', ['a', 'r']],
  ])('holds no sum whose %s input is not affine, and is cut at the other', (_, inputs) => {
    const nodes: NodeDescription[] = [
      product('image', 'a'),
      { op: 'Relu', inputs: ['image'], output: 'r' },
      { op: 'Add', inputs, output: 'y' },
    ];
    expect(prefixOf(...nodes)).toEqual({ outputs: ['a'], cut: ['image', 'a'] });
  });

  test('holds no product of two values of the image', () => {
    expect(prefixOf(product('image', 'a'), { op: 'Mul', inputs: ['a', 'image'], output: 'y' })).toEqual({
      outputs: ['a'],
      cut: ['image', 'a'],
    });
  });
});
