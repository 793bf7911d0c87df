import { expect, test } from 'vitest';
import { attribute } from '../../src/api/attribute.js';
import { warningsOf } from '../../src/api/records.js';
import { createSession, type SessionOptions } from '../../src/api/session.js';
import { toValues } from '../../src/image/pixels.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, type NodeDescription } from '../support/onnx_builder.js';

// A network that rescales pixels of 0 to 255 itself is fed them, or the doubt is said.

/** The mean of 2 x 2 colour pixels, after the scaling: above 0.5 it is class 1. */
function modelWith(...scaling: readonly NodeDescription[]): Uint8Array {
  return buildModel({
    inputs: { x: [1, 3, 2, 2] },
    initializers: {
      by255: floatTensor([], [1 / 255]),
      mean: floatTensor([3, 1, 1], [0.485, 0.456, 0.406]),
      std: floatTensor([3, 1, 1], [0.229, 0.224, 0.225]),
      w: floatTensor(
        [12, 2],
        Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? -1 : 1)),
      ),
      b: floatTensor([2], [6, -6]),
    },
    nodes: [...scaling, { op: 'Flatten', inputs: ['s'], output: 'f' }, { op: 'Gemm', inputs: ['f', 'w', 'b'], output: 'y' }],
    outputs: ['y'],
  });
}

const RESCALES = modelWith({ op: 'Mul', name: 'rescaling', inputs: ['x', 'by255'], output: 's' });
const NORMALISES = modelWith(
  { op: 'Sub', inputs: ['x', 'mean'], output: 'm' },
  { op: 'Div', name: 'deviation', inputs: ['m', 'std'], output: 's' },
);
test('an opset newer than any known one is read as the newest known, and the note says so', async () => {
  const newer = await createSession(modelWithOpset(29));
  expect(newer.notes.map(({ code }) => code)).toContain('opset.newer');
  const newest = await createSession(modelWithOpset(28));
  expect(newest.notes.map(({ code }) => code)).not.toContain('opset.newer');
});

function modelWithOpset(opset: number): Uint8Array {
  return buildModel({
    opset,
    inputs: { x: ['N', 1, 2, 2] },
    initializers: { w: floatTensor([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]) },
    nodes: [
      { op: 'Flatten', inputs: ['x'], output: 'f' },
      { op: 'Gemm', inputs: ['f', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  });
}

const BRIGHT = { width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(200) } as const;

async function read(bytes: Uint8Array, options: SessionOptions = {}) {
  const session = await createSession(bytes, options);
  const image = toValues(BRIGHT, session.preprocessing);
  const [{ prediction, outputs }] = await attribute(session, image, { steps: 1 });
  return {
    class: prediction.class,
    range: session.preprocessing.range,
    from: session.preprocessing.from.range,
    warnings: warningsOf(session, image, outputs),
  };
}

test('pixels of 0 to 255 are fed, and that is said', async () => {
  expect(await read(RESCALES)).toEqual({
    class: 1,
    range: [0, 255],
    from: 'the first nodes of the network',
    warnings: [
      'the network begins by rescaling its input (Mul "rescaling"), so pictures are fed as 0 to 255 (another --range, or "range" in the .json file beside the model, if that is wrong)',
    ],
  });
});

test.each<[string, SessionOptions, string]>([
  ['the flags', { preprocessing: { range: [0, 1] } }, '0 to 1'],
  ['the side file', { sideFile: { range: [0, 1] } }, '0 to 1'],
  ['a preset', { preprocessing: { preprocess: 'imagenet' } }, '-2.12 to 2.64'],
  ['a mean alone', { preprocessing: { mean: [0.5], std: [0.5] } }, '-1 to 1'],
])('another range of %s counts, and the doubt is said', async (_, options, fed) => {
  const { warnings } = await read(RESCALES, options);
  expect(warnings).toEqual([
    `the network rescales its input itself (Mul "rescaling"), as if for 0 to 255, and pictures are fed as ${fed} (a range of 0,255 without mean and std would fit)`,
  ]);
});

test('the same range from anyone needs no word', async () => {
  expect(await read(RESCALES, { sideFile: { range: [0, 255] } })).toMatchObject({ from: 'the side file', warnings: [] });
});

test('a network that normalises 0 to 1 is fed that, and not what was normalised before', async () => {
  expect(await read(NORMALISES)).toMatchObject({ range: [0, 1], from: undefined, warnings: [] });
  const { warnings } = await read(NORMALISES, { preprocessing: { preprocess: 'imagenet' } });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('as if for 0 to 1, and pictures are fed as -2.12 to 2.64');
});

/** A network that takes bytes, and casts them itself. */
const TAKES_BYTES = buildModel({
  inputs: { x: { shape: [1, 3, 2, 2], type: DataType.UINT8 } },
  initializers: { w: floatTensor([12, 2], new Float32Array(24).fill(0.01)) },
  nodes: [
    { op: 'Cast', inputs: ['x'], output: 'c', attributes: { to: DataType.FLOAT } },
    { op: 'Flatten', inputs: ['c'], output: 'f' },
    { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
  ],
  outputs: ['y'],
});

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

test.each<[string, SessionOptions]>([
  ['the flags', { preprocessing: IMAGENET }],
  ['the side file', { sideFile: { ...IMAGENET, range: [0, 255] } }],
  ['in fractions of one channel', { preprocessing: { mean: [0, 0, 103.5] } }],
  ['a range alone', { preprocessing: { range: [0, 1] } }],
])('what is no whole number of 8 bits is told where the input takes such: %s', async (_, options) => {
  const session = await createSession(TAKES_BYTES, options);
  expect(session.notes.map(({ code }) => code)).toContain('input.whole-numbers');
});

test.each<[string, SessionOptions]>([
  ['as they are', {}],
  ['less the zero point of int8', { preprocessing: { mean: [128] } }],
  ['from 0 to 1 and back', { preprocessing: { range: [0, 1], std: [1 / 255] } }],
])('whole numbers of 8 bits are not: %s', async (_, options) => {
  const session = await createSession(TAKES_BYTES, options);
  expect(session.notes.map(({ code }) => code)).not.toContain('input.whole-numbers');
});

/** A network of whole numbers, as tf2onnx writes that of a quantised .tflite file: pixels are bytes of this type, zero point and all. */
function quantisedInput(type: DataType.INT8 | DataType.UINT8, zero: number): Uint8Array {
  const zeroPoint = { dataType: type, dims: [], int32Data: [zero] };
  return buildModel({
    opset: 13,
    inputs: { x: { shape: [1, 3, 2, 2], type } },
    initializers: { step: floatTensor([], [1 / 255]), zero: zeroPoint, w: floatTensor([12, 2], new Float32Array(24).fill(0.1)) },
    nodes: [
      { op: 'DequantizeLinear', inputs: ['x', 'step', 'zero'], output: 'd' },
      { op: 'Flatten', inputs: ['d'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  });
}

test('an input of int8 is fed -128 to 127, and reads what one of uint8 does', async () => {
  const ways = [
    [DataType.INT8, -128, [-128, 127]],
    [DataType.UINT8, 0, [0, 255]],
  ] as const;
  for (const [type, zero, range] of ways) {
    const session = await createSession(quantisedInput(type, zero));
    expect(session.preprocessing.range).toEqual(range);
    const [{ outputs }] = await attribute(session, toValues(BRIGHT, session.preprocessing), { steps: 1, output: 'raw' });
    // Twelve pixels of 200, as 200 / 255 each, times 0.1.
    for (const score of outputs) expect(score).toBeCloseTo((12 * 0.1 * 200) / 255, 6);
  }
  const { notes } = await createSession(quantisedInput(DataType.INT8, -128), { preprocessing: { range: [0, 255] } });
  expect(notes.find(({ code }) => code === 'input.whole-numbers')?.message).toContain('a range of -128,127 without mean and std');
});

test('the note names what makes them', async () => {
  const { notes } = await createSession(TAKES_BYTES, { preprocessing: { mean: [0.5], std: [0.25] } });
  expect(notes.map(({ message }) => message)).toEqual([
    "the model's input takes whole numbers, and with the range 0 to 255, the mean 0.5, 0.5, 0.5 and the deviation 0.25, 0.25, 0.25 pixels become -2 to 1020 (a range of 0,255 without mean and std, unless the network was made for these)",
  ]);
});
