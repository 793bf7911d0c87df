import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import type { Graph } from '../../../src/graph/graph.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { splitPlanes } from '../../../src/graph/passes/split_planes.js';
import { importModel } from '../../../src/onnx/import.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { buildModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const random = mulberry32(11);
const weights = (...shape: number[]) => floatTensor(shape, uniformArray(random, sizeOf(shape), -1, 1));

const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op,
  inputs: inputs.split(' '),
  output,
  attributes,
});

/** 40 channels of 6 x 6, which are 23,040 bytes for four samples, of a convolution; nodes from "c" to "d"; the mean of each channel of "d". */
function networkWith(...nodes: readonly NodeDescription[]): Graph {
  const initializers = {
    w: weights(40, 3, 1, 1),
    b: weights(40),
    depthwise: weights(40, 1, 3, 3),
    twice: weights(80, 1, 3, 3),
    ends: weights(80),
    factors: weights(40, 1, 1),
    plane: weights(6, 6),
    each: weights(1, 40, 6, 6),
    whole: weights(4, 40, 3, 3),
    last: weights(4, 40, 1, 1),
  };
  const around = [node('Conv', 'x w b', 'c'), ...nodes, node('ReduceMean', 'd', 'y', { axes: [2, 3], keepdims: 0 })];
  return canonicalise(
    importModel(buildModel({ opset: 13, inputs: { x: ['N', 3, 6, 6] }, outputs: ['y'], initializers, nodes: around })).graph,
  );
}

const silu = (x: string, y: string) => [node('Sigmoid', x, `${y}.s`), node('Mul', `${x} ${y}.s`, y)];
const half = { group: 40, strides: [2, 2] };

/** Two pieces of 16 channels and one of 8. */
const LIMIT = 16 * 16 * 36;

const bytesOf = (graph: Graph) => Math.max(...graph.nodes.map(({ output }) => 16 * sizeOf(graph.shapes.get(output) ?? [])));

async function expectSame(graph: Graph, split: Graph): Promise<void> {
  const image = Float32Array.from(uniformArray(random, 3 * 36, -1, 1));
  const [whole, parts] = [new CpuExecutor(graph), new CpuExecutor(split)];
  const [expected, actual] = [await whole.forward(image, 1), await parts.forward(image, 1)];
  expect(actual.outputs).toEqual(expected.outputs);
  const seed = Float32Array.from(uniformArray(random, expected.outputs.length, -1, 1));
  const [right, found] = [await whole.gradients({ images: image, seed }), await parts.gradients({ images: image, seed })];
  // The sum over 40 channels is one over the pieces' sums.
  for (const [i, gradient] of found.gradients.entries()) expect(gradient).toBeCloseTo(right.gradients[i] ?? Number.NaN, 10);
}

describe('splitPlanes', () => {
  test.each<[string, readonly NodeDescription[]]>([
    ['a SiLU and a depthwise convolution', [...silu('c', 'e'), node('Conv', 'e depthwise', 'd', half)]],
    ['with a bias, and twice the channels', [node('Conv', 'c twice ends', 'd', half)]],
    [
      'factors of channels, and of pixels',
      [node('Mul', 'c factors', 'f'), node('Add', 'f plane', 'g'), node('Conv', 'g depthwise', 'd', half)],
    ],
    ['a term of each element', [node('Sub', 'each c', 'f'), node('Relu', 'f', 'g'), node('Conv', 'g depthwise', 'd', half)]],
    ['a slope of each channel', [node('PRelu', 'c factors', 'f'), node('Conv', 'f depthwise', 'd', half)]],
    [
      'a large one, and a smaller one behind it',
      [node('Conv', 'c depthwise', 'e', { group: 40, pads: [1, 1, 1, 1] }), node('Conv', 'e depthwise', 'd', half)],
    ],
    [
      'two smaller ones',
      [node('Conv', 'c depthwise', 'e', half), ...silu('c', 'f'), node('Conv', 'f depthwise', 'g', half), node('Mul', 'e g', 'd')],
    ],
  ])('%s: pieces whose results keep to the limit, and the same function', async (_, nodes) => {
    const graph = networkWith(...nodes);
    expect(bytesOf(graph)).toBeGreaterThan(LIMIT);
    // Of 40 or 80 channels of 2 x 2.
    const split = splitPlanes(graph, LIMIT);
    expect(bytesOf(split)).toBeLessThanOrEqual(LIMIT);
    expect(split.output.name).toBe(graph.output.name);
    await expectSame(graph, split);
  });

  test.each<[string, readonly NodeDescription[], number]>([
    ['small ones', [node('Conv', 'c depthwise', 'd', half)], 16 * 40 * 36],
    ['what a convolution over all channels reads', [node('Conv', 'c whole', 'd')], LIMIT],
    ['what a sum over the channels reads', [node('ReduceMean', 'c', 'd', { axes: [1], keepdims: 1 })], LIMIT],
    ['planes of which not 16 fit', [node('Conv', 'c depthwise', 'd', half)], LIMIT - 1],
  ])('%s stay', (_, nodes, limit) => {
    const graph = networkWith(...nodes);
    expect(splitPlanes(graph, limit).nodes).toEqual(graph.nodes);
  });
});
