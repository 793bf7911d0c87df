import { beforeAll, describe, expect, test } from 'vitest';
import { compareAll, WrongMap } from '../../bench/harness/compare.js';
import { UNCERTAIN, uncertainGates, withGateFlipped } from '../../bench/harness/gates.js';
import { createReference, type Reference, type ReferenceMap } from '../../bench/harness/reference.js';
import { NETWORKS, seededImages, targetOf } from '../../bench/networks/network.js';
import { toOnnx } from '../../bench/networks/onnx.js';
import { ReferencePasses } from '../../src/cpu/passes.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

const HALF = Float64Array.of(0.5);
const referenceOf = (bytes: Uint8Array, image: number[], nodes = HALF) =>
  createReference(importModel(bytes).graph, { images: Float32Array.from(image), targetOf: () => 0, nodes }).mapOf(0);

describe('a ReLU: f(x) = relu(x0 - 1) + relu(x1), at half of the path', () => {
  const bytes = buildModel({
    inputs: { x: [1, 2] },
    initializers: { shift: floatTensor([1, 2], [-1, 0]), ones: floatTensor([2, 2], [1, 1, 1, 1]) },
    nodes: [
      { op: 'Add', inputs: ['x', 'shift'], output: 'z' },
      { op: 'Relu', inputs: ['z'], output: 'y' },
      { op: 'MatMul', inputs: ['y', 'ones'], output: 'f' },
    ],
    outputs: ['f'],
  });
  // x = (2 + d, 4): pre-activations (d / 2, 2), whose root mean square is sqrt(2).

  test('exactly at its kink is shut, and would be worth x0 when open', async () => {
    const { map, uncertain, jump } = await referenceOf(bytes, [2, 4]);
    expect([[...map], uncertain, [...jump(0)]]).toEqual([[0, 4], [0], [2, 0]]);
  });

  test('within rounding of it is open, and would be worth x0 less when shut', async () => {
    const x0 = 2 + 2 ** -18;
    const { map, uncertain, jump } = await referenceOf(bytes, [x0, 4]);
    expect([[...map], [...jump(0)]]).toEqual([
      [x0, 4],
      [-x0, 0],
    ]);
    expect(uncertain).toEqual([expect.closeTo(2 ** -19 / Math.SQRT2, 12)]);
  });

  test.each([
    [0.99, 1],
    [-0.99, 1],
    [1.01, 0],
    [-1.01, 0],
  ])('%d times the limit away: %d uncertain gates', async (share, gates) => {
    const { uncertain } = await referenceOf(bytes, [2 + 2 * Math.SQRT2 * UNCERTAIN * share, 4]);
    expect(uncertain).toHaveLength(gates);
  });

  test('of each point of a path, with its weight', async () => {
    // At 0.25 the gate is far from its kink: shut, as float64 has it at 0.5.
    const { map, uncertain, jump } = await referenceOf(bytes, [2, 4], Float64Array.of(0.25, 0.5));
    expect([[...map], uncertain.length, [...jump(0)]]).toEqual([[0, 4], 1, [1, 0]]);
  });
});

describe('a max-pool', () => {
  /** Without the sign of zeros. */
  const unsigned = (values: Float64Array) => [...values].map((value) => value + 0);
  const bytes = buildModel({
    inputs: { x: [1, 1, 2, 4] },
    initializers: { halves: floatTensor([2, 2], [0.5, 0.5, 0.5, 0.5]) },
    nodes: [
      { op: 'Relu', inputs: ['x'], output: 'y' },
      { op: 'MaxPool', inputs: ['y'], output: 'm', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Flatten', inputs: ['m'], output: 'flat' },
      { op: 'MatMul', inputs: ['flat', 'halves'], output: 'f' },
    ],
    outputs: ['f'],
  });

  test('whose second largest element is within rounding of the largest may take that', async () => {
    const second = 3 - 2 ** -18;
    // The second window is shut altogether: its zeros are equal, and none of them has a gradient.
    const { map, uncertain, jump } = await referenceOf(bytes, [3, 1, -1, -2, 1, second, -3, -4], Float64Array.of(1));
    expect(unsigned(map)).toEqual([1.5, 0, 0, 0, 0, 0, 0, 0]);
    expect(uncertain).toHaveLength(1);
    expect(unsigned(jump(0))).toEqual([-1.5, 0, 0, 0, 0, second / 2, 0, 0]);
  });

  test('wherever the two are', async () => {
    const { uncertain, jump } = await referenceOf(bytes, [3 - 2 ** -18, 1, -1, -2, 1, 3, -3, -4], Float64Array.of(1));
    expect(uncertain).toHaveLength(1);
    expect(unsigned(jump(0))).toEqual([(3 - 2 ** -18) / 2, 0, 0, 0, 0, -1.5, 0, 0]);
  });

  test('has none otherwise', async () => {
    const { uncertain } = await referenceOf(bytes, [3, 1, -1, -2, 1, 2.999, -3, -4], Float64Array.of(1));
    expect(uncertain).toEqual([]);
  });
});

describe('what is wrong with a map of M1 is seen', () => {
  const STEPS = 32;
  const IMAGES = 4;
  const { graph } = importModel(toOnnx(NETWORKS.M1!()));
  const images = seededImages(graph.input.shape, IMAGES);
  const elements = images.length / IMAGES;
  const nodes = Float64Array.from({ length: STEPS }, (_, k) => (k + 0.5) / STEPS);
  let reference: Reference;
  let truths: ReferenceMap[];
  let right: Float32Array;
  beforeAll(async () => {
    const judge = createReference(graph, { images, targetOf: (image) => targetOf(image, 10), nodes });
    truths = await Promise.all(Array.from({ length: IMAGES }, (_, image) => judge.mapOf(image)));
    reference = { mapOf: async (image) => truths[image]! };
    right = Float32Array.from({ length: images.length }, (_, i) => truths[Math.floor(i / elements)]!.map[i % elements]!);
  });

  /** The map with something added to one image, compared with the right one. */
  const compared = (image: number, added: (i: number) => number) => {
    const other = right.map((value, i) => value + (Math.floor(i / elements) === image ? added(i % elements) : 0));
    const maps = new Map([
      ['right', right],
      ['other', other],
    ]);
    return compareAll(maps, { tolerance: 1e-4, images: IMAGES, reference }, 'M1');
  };
  const scaleOf = (image: number) => Math.max(...truths[image]!.map.map(Math.abs));

  test('a gate within rounding is not wrong', async () => {
    const jumps = truths.flatMap(({ uncertain, jump }, image) => uncertain.map((_, index) => ({ image, jump: jump(index) })));
    const large = jumps.filter(({ image, jump }) => jump.some((each) => Math.abs(each) > 2e-4 * scaleOf(image)));
    expect(large.length).toBeGreaterThan(0);
    for (const { image, jump } of large) {
      const { apart, rest, flips } = await compared(image, (i) => jump[i]!);
      expect(apart).toBeGreaterThan(1e-4);
      // Maps rounded to float32, and a sum of two such.
      expect(rest).toBeLessThan(2 ** -22);
      expect(flips).toBe(1);
    }
  });

  test('1% of one image', async () => {
    await expect(compared(1, (i) => 0.01 * truths[1]!.map[i]!)).rejects.toThrow(WrongMap);
  });

  test('a gate at one point of one path that is far from its kink', async () => {
    const passes = new ReferencePasses(graph);
    const values = passes.forward(images.subarray(0, elements).map((x) => nodes[7]! * x));
    const seed = Float64Array.from({ length: 10 }, (_, index) => (index === targetOf(0, 10) ? 1 : 0));
    const node = graph.nodes.filter(({ op }) => op === 'Relu').at(-1)!;
    const pre = values.get(node.inputs[0]!)!;
    // Of the 64 units before the output, the open one that is nearest to its kink: the smallest mistake of this kind.
    const open = [...pre.keys()].filter((index) => pre[index]! > 0);
    const element = open.reduce((a, b) => (pre[a]! < pre[b]! ? a : b));
    expect(uncertainGates(graph, values).some((gate) => gate.node === node && gate.element === element)).toBe(false);
    const gradient = passes.backward(values, seed);
    const shut = passes.backward(withGateFlipped(values, { node, element, beyond: 0, distance: 1 }), seed);
    const jump = shut.map((value, i) => (images[i]! * (value - gradient[i]!)) / STEPS);
    expect(Math.max(...jump.map(Math.abs))).toBeGreaterThan(1e-4 * scaleOf(0));
    await expect(compared(0, (i) => jump[i]!)).rejects.toThrow(WrongMap);
  });

  test('a point of the path left out', async () => {
    await expect(compared(2, (i) => -truths[2]!.map[i]! / STEPS)).rejects.toThrow(WrongMap);
  });
});
