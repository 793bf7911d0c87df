import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ReferencePasses, valueIn } from '../../../src/cpu/passes.js';
import { headOf } from '../../../src/graph/analysis/head/head.js';
import { importModel } from '../../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, intTensor, type ModelDescription, rawTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';
import { refusal } from '../../support/refusal.js';
import { imageOf, weights } from '../../support/rewritten/case.js';
import { quantisedCases, uint8 } from '../../support/rewritten/quantised.js';

/** For each case the tool that computed its output in the file's own arithmetic, and the output. */
const values: Readonly<Record<string, { readonly by: string; readonly y: readonly number[] }>> = JSON.parse(
  readFileSync(new URL('quantised_values.json', import.meta.url), 'utf8'),
);

/** Sums of some dozen terms of at most 3, rounded to float32 (6e-8). A step of a quantiser is at least 7e-5, so a wrong integer is seen. */
const TOLERANCE = 5e-6;

const STEP = 1e-5;
const SLOPE_TOLERANCE = 1e-6;

function outputsOf(description: ModelDescription, image: Float32Array, quantised: boolean): Float64Array {
  const { graph } = importModel(buildModel(description), { quantised });
  return valueIn(new ReferencePasses(graph).forward(image), graph.output.name);
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (number, i) => Math.abs(number - (b[i] ?? Number.NaN))));
}

describe.each(quantisedCases.map((c) => [c.name, c] as const))('%s', (name, { description, rounding }) => {
  const image = imageOf({ name, description });
  const right = values[name]?.y ?? [];

  test('has the value of another runtime in its own arithmetic', () => {
    const y = outputsOf(description, image, true);
    expect(y).toHaveLength(right.length);
    expect(largest(y, right)).toBeLessThan(TOLERANCE * Math.max(1, ...right.map(Math.abs)));
  });

  test('is near that as a float network, and further where something rounds', () => {
    const distance = largest(outputsOf(description, image, false), right);
    expect(distance).toBeLessThan(rounding);
    if (importModel(buildModel(description)).info.quantisers > 0) expect(distance).toBeGreaterThan(rounding / 20);
  });

  test('has a gradient that agrees with central differences', () => {
    const { graph } = importModel(buildModel(description));
    const passes = new ReferencePasses(graph);
    const start = Float64Array.from(image);
    const outputOf = (moved: Float64Array) => valueIn(passes.forward(moved), graph.output.name);
    const seed = uniformArray(mulberry32(5), right.length, -1, 1);
    const gradient = passes.backward(passes.forward(start), seed);
    const direction = uniformArray(mulberry32(6), start.length, -1, 1);
    const along = (step: number) =>
      outputOf(start.map((x, i) => x + step * (direction[i] ?? 0))).reduce((sum, y, k) => sum + y * (seed[k] ?? 0), 0);
    const difference = (along(STEP) - along(-STEP)) / (2 * STEP);
    const slope = gradient.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    expect(Math.abs(slope - difference)).toBeLessThan(SLOPE_TOLERANCE * Math.max(1, Math.abs(difference)));
    expect(gradient.some((g) => g !== 0)).toBe(true);
  });
});

test('the file of values names no case that is not there', () => {
  expect(Object.keys(values).sort()).toEqual(quantisedCases.map(({ name }) => name).sort());
});

/** Two quantisers, the second at the end. */
const CHAIN: ModelDescription = {
  inputs: { x: [1, 6] },
  outputs: ['y'],
  domains: { 'com.microsoft': 1 },
  initializers: { s: floatTensor([], [0.0123]), z: uint8([125]), so: floatTensor([], [1 / 256]), zo: uint8([0]), w: weights([6, 3], 1) },
  nodes: [
    { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], output: 'q' },
    { op: 'DequantizeLinear', inputs: ['q', 's', 'z'], output: 'd' },
    { op: 'MatMul', inputs: ['d', 'w'], output: 'm' },
    { op: 'Softmax', inputs: ['m'], output: 'p', attributes: { axis: 1 } },
    { op: 'QuantizeLinear', inputs: ['p', 'so', 'zo'], output: 'y' },
  ],
};

test('integers at the end are given as the numbers that they stand for', () => {
  const image = imageOf({ name: '', description: CHAIN });
  const ended = { ...CHAIN, outputs: ['e'], nodes: [...CHAIN.nodes, { op: 'DequantizeLinear', inputs: ['y', 'so', 'zo'], output: 'e' }] };
  for (const quantised of [false, true]) expect(outputsOf(CHAIN, image, quantised)).toEqual(outputsOf(ended, image, quantised));
  expect(largest(outputsOf(CHAIN, image, true), outputsOf(CHAIN, image, false))).toBeLessThan(0.01);
});

test('a softmax that is quantised at the end is found', () => {
  const { graph, info } = importModel(buildModel(CHAIN));
  expect(headOf(graph).kind).toBe('softmax');
  expect(info.quantisers).toBe(2);
});

test('a constant that the file quantises, as a class token, is rounded in the float network too', () => {
  const expanded: ModelDescription = {
    ...CHAIN,
    initializers: { ...CHAIN.initializers, token: floatTensor([1, 1], [0.04]), shape: intTensor([1, 6]) },
    nodes: [
      { op: 'Expand', inputs: ['token', 'shape'], output: 'tokens' },
      { op: 'QuantizeLinear', inputs: ['tokens', 's', 'z'], output: 'q' },
      { op: 'DequantizeLinear', inputs: ['q', 's', 'z'], output: 'd' },
      { op: 'Add', inputs: ['x', 'd'], output: 'y' },
    ],
  };
  // 0.04 is 3.25 steps of 0.0123.
  const token = Math.fround(3 * Math.fround(0.0123));
  const image = Float32Array.of(0, 1, 2, 3, 4, 5);
  expect(Array.from(outputsOf(expanded, image, false))).toEqual(Array.from(image, (x) => expect.closeTo(x + token, 7)));
});

test('a quantiser whose range ends at 0 after a layer is a Relu, and elsewhere a Clip', () => {
  const found = (input: string) =>
    importModel(
      buildModel({
        ...CHAIN,
        nodes: [
          { op: 'MatMul', inputs: ['x', 'w'], output: 'm' },
          { op: 'QuantizeLinear', inputs: [input, 's', 'zo'], output: 'q' },
          { op: 'DequantizeLinear', inputs: ['q', 's', 'zo'], output: 'y' },
        ],
      }),
    ).graph.nodes.flatMap(({ op, attributes }) => (op === 'Relu' || op === 'Clip' ? [[op, attributes]] : []));
  expect(found('m')).toEqual([
    ['Relu', {}],
    ['Clip', { min: -Infinity, max: expect.closeTo(255.5 * 0.0123, 5) }],
  ]);
  expect(found('x')).toEqual([['Clip', { min: 0, max: expect.closeTo(255.5 * 0.0123, 5) }]]);
});

test.each<[string, Partial<ModelDescription>, string]>([
  [
    'a zero point of 8-bit floats',
    { initializers: { ...CHAIN.initializers, z: rawTensor(DataType.FLOAT8E4M3FN, [], Uint8Array.of(0)) } },
    'QuantizeLinear "QuantizeLinear_0", opset 13: a zero point that is no integer of at most 16 bits, or computed from others (integers of at most 16 bits)',
  ],
  [
    'a quantiser to 8-bit floats',
    {
      opset: 21,
      nodes: [{ op: 'QuantizeLinear', name: 'n', inputs: ['x', 's'], output: 'y', attributes: { output_dtype: DataType.FLOAT8E5M2 } }],
    },
    'QuantizeLinear "n", opset 21: quantises to FLOAT8E5M2 (integers of at most 16 bits)',
  ],
  [
    'scales that do not fit',
    { initializers: { ...CHAIN.initializers, s: floatTensor([2], [1, 2]) } },
    'QuantizeLinear "QuantizeLinear_0", opset 13: 2 scales for axis 1 of 1x6 (1 or 6)',
  ],
  [
    'weights of a few bits in blocks of an order of their own',
    {
      nodes: [
        {
          ...{ op: 'MatMulNBits', domain: 'com.microsoft', name: 'n', inputs: ['x', 'z', 's', '', 'z'], output: 'y' },
          attributes: { K: 6, N: 3, bits: 4, block_size: 16 },
        },
      ],
    },
    'MatMulNBits "n", opset 13: g_idx, blocks in an order of their own (blocks in order)',
  ],
  [
    'weights of a few bits that are too few',
    {
      nodes: [
        {
          ...{ op: 'MatMulNBits', domain: 'com.microsoft', name: 'n', inputs: ['x', 'z', 's'], output: 'y' },
          attributes: { K: 6, N: 3, bits: 4, block_size: 16 },
        },
      ],
    },
    'MatMulNBits "n", opset 13: input 1 of shape scalar (24 elements, as K, N, bits and block_size say)',
  ],
])('%s', (_, change, message) => {
  expect(refusal(buildModel({ ...CHAIN, ...change }))).toBe(message);
});
