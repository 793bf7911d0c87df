import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  attribute,
  createSession,
  DeviceSource,
  fitPicture,
  heatmap,
  overlay,
  PathlightError,
  type Picture,
  pixelLayout,
  predict,
  readNpy,
  repair,
  sumChannels,
  toPicture,
  toValues,
  writeNpy,
} from '../../src/index.js';
import {
  decodePicture,
  encodePng,
  openDawn,
  openModel,
  readArray,
  readBytes,
  readInput,
  readModel,
  useDevice,
} from '../../src/node/index.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

// What callers without types pass: taken where it can mean one thing only, else refused with the name of the argument.

/** Three classes, linear in the 16 pixels. */
const bytes = buildModel({
  inputs: { image: [1, 1, 4, 4] },
  initializers: {
    w: floatTensor(
      [16, 3],
      Array.from({ length: 48 }, (_, i) => Math.sin(i)),
    ),
  },
  nodes: [
    { op: 'Flatten', inputs: ['image'], output: 'flat' },
    { op: 'MatMul', inputs: ['flat', 'w'], output: 'scores' },
  ],
  outputs: ['scores'],
});
const session = await createSession(bytes, { sideFile: { labels: ['ant', 'bee', 'cat'] } });
const { preprocessing } = session;
const numbers = Array.from({ length: 16 }, (_, i) => ((i * 7) % 16) / 16);
const image = Float32Array.from(numbers);
const withThird = (value: number) => numbers.map((own, i) => (i === 3 ? value : own));
const picture: Picture = { width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(9) };

/** Any value for a parameter of any type, as JavaScript lets callers pass it. */
const untyped = (value: unknown): never => value as never;
/** A value made in another realm, whose classes are not those of this one. */
const foreign = (code: string): never => untyped(runInNewContext(code, { numbers }));

const expected = await attribute(session, image, { target: 1, steps: 4 });

describe('taken for what can be meant', () => {
  const sameMap = async (given: unknown, options: object = { target: 1 }) => {
    const [result] = await attribute(session, untyped(given), { steps: 4, ...options });
    expect(result.values).toEqual(expected[0].values);
  };

  test.each<[string, unknown]>([
    ['a list of numbers', numbers],
    ['float64', Float64Array.from(numbers)],
    ['float32 of another realm', foreign('new Float32Array(numbers)')],
    ['a list of another realm', foreign('Array.from(numbers)')],
    ['a list of one image', [numbers]],
  ])('an image as %s', (_, given) => sameMap(given));

  test.each<[string, object]>([
    ['a label', { target: 'bee' }],
    ['an index in a string', { target: '1' }],
    ['a list of one', { target: ['1'] }],
    ['null for what is absent', { target: 1, contrast: null, baseline: null, rule: null, seed: undefined }],
    ['a list as the baseline', { target: 1, baseline: new Array(16).fill(0) }],
    ['a baseline of another realm', { target: 1, baseline: foreign('new Float64Array(16)') }],
    ['a number for each image', { target: 1, baseline: [0] }],
  ])('options: %s', (_, options) => sameMap(numbers, options));

  test('several images as lists, and none', async () => {
    const [first, second] = await attribute(session, [numbers, Float64Array.from(numbers)], {
      target: [0, 'bee'],
      baseline: ['white', 0],
      steps: 4,
    });
    expect([first?.target, second?.values]).toEqual([0, expected[0].values]);
    expect([await attribute(session, []), await predict(session, [])]).toEqual([[], []]);
    const [given] = await attribute(session, numbers, { method: 'expected-gradients', baselines: [numbers], steps: 4, target: 1 });
    expect(given.parameters).toEqual({ baselines: 1, seed: 0 });
  });

  test('a target of a repair by its label, and the image as a list', async () => {
    const result = await repair(session, numbers, { target: 'cat', strategy: 'greedy', prove: untyped(null) });
    expect(result).toMatchObject({ target: 2, repaired: true });
  });

  test('bytes as an ArrayBuffer, of this realm or another, and as Node gives them', async () => {
    const { buffer } = Uint8Array.from(bytes);
    const copied: ArrayBuffer = foreign('new ArrayBuffer(3)');
    for (const model of [buffer, Buffer.from(bytes), new DataView(buffer)]) {
      expect((await createSession(untyped(model))).info.opset).toBe(13);
    }
    expect(() => readNpy(copied)).toThrow('not an .npy file');
    const file = writeNpy(numbers, [4, 4]);
    expect(readNpy(untyped(file.buffer)).data).toEqual(image);
    expect(readArray(Buffer.from(file), 'a.npy', { ...preprocessing, shape: [1, 4, 4] })).toEqual(image);
    const png = await encodePng(picture);
    expect((await decodePicture(Uint8Array.from(png).buffer)).picture).toEqual(picture);
  });

  test('pictures with clamped bytes, and maps as lists', () => {
    const clamped = { ...picture, data: untyped(new Uint8ClampedArray(16).fill(9)) };
    expect(toValues(clamped, preprocessing)).toEqual(toValues(picture, preprocessing));
    expect(toPicture(numbers, preprocessing)).toEqual(toPicture(image, preprocessing));
    expect(sumChannels(numbers, pixelLayout(preprocessing))).toEqual(image);
    expect(heatmap(foreign('new Float32Array(numbers)'), 4, 4, { factor: 1 })).toEqual(heatmap(image, 4, 4, { factor: 1 }));
  });
});

describe('refused by name', () => {
  const refusals: [string, () => unknown][] = [
    ['output: string "logits" (logit, raw, probability)', () => attribute(session, image, { output: untyped('logits') })],
    ['steps: string "64" (a whole number, auto or exact)', () => attribute(session, image, { steps: untyped('64') })],
    ['target: boolean true (the index', () => attribute(session, image, { target: untyped(true) })],
    ['the target class dog does not exist (0 to 2 or one of the labels)', () => attribute(session, image, { target: 'dog' })],
    ['the target class NaN does not exist', () => attribute(session, image, { target: Number.NaN })],
    ['the contrast class 7 does not exist', () => attribute(session, image, { target: 1, contrast: 7 })],
    ['options: there is no option taget (', () => attribute(session, image, untyped({ taget: 1 }))],
    ['options: number 7 (an object)', () => attribute(session, image, untyped(7))],
    ['onProgress: number 1 (a function)', () => attribute(session, image, { onProgress: untyped(1) })],
    ['signal: AbortController (an AbortSignal)', () => attribute(session, image, { signal: untyped(new AbortController()) })],
    ['seed: number NaN (a whole number)', () => attribute(session, image, { seed: Number.NaN })],
    ['window: string "3" (a number)', () => attribute(session, image, { method: 'occlusion', window: untyped('3') })],
    ['rule: number 3 (a string)', () => attribute(session, image, { rule: untyped(3) })],
    ['images: Promise (an image, or', () => attribute(session, untyped(Promise.resolve(image)))],
    ['images: BigInt64Array(16) (', () => predict(session, untyped(new BigInt64Array(16)))],
    ['image[1]: string "b" (a number)', () => predict(session, untyped([0, 'b']))],
    ['images[1][0]: null (a number)', () => predict(session, untyped([numbers, [null]]))],
    ['session: Promise (a Session, as createSession gives it)', () => predict(untyped(Promise.resolve(session)), image)],
    ['the image holds NaN at element 3', () => predict(session, withThird(Number.NaN))],
    ['the image holds Infinity at element 3', () => repair(session, withThird(1e39), { target: 1 })],
    ['an image of 3 numbers (16, as', () => repair(session, [1, 2, 3], { target: 1 })],
    ['target: undefined (the index', () => repair(session, image, untyped({}))],
    ['candidates: string "5" (a number above 0)', () => repair(session, image, untyped({ target: 1, budget: { candidates: '5' } }))],
    ['patch: string "4" (a number of pixels', () => repair(session, image, { target: 1, patch: untyped('4') })],
    ['paint: string "red" (sign, ', () => repair(session, image, { target: 1, paint: untyped('red') })],
    ['model: string "digits.onnx" (the bytes of a file', () => createSession(untyped('digits.onnx'))],
    ['gpu: Object (navigator.gpu, or', () => createSession(bytes, { gpu: untyped({}) })],
    ['plan: string "quick" (auto, layered, fused)', () => createSession(bytes, { plan: untyped('quick') })],
    ['memoryBudget: number NaN (a number above 0)', () => createSession(bytes, { memoryBudget: Number.NaN })],
    [
      "the model's .json file: 2 labels for a model with 3 classes (3 labels)",
      () => createSession(bytes, { sideFile: { labels: ['a', 'b'] } }),
    ],
    ['the flags: 4 labels for a model', () => createSession(bytes, { preprocessing: { labels: ['a', 'b', 'c', 'd'] } })],
    ['name: null (the index of a class, or its label)', () => session.classOf(untyped(null))],
    ['mode: string "logits" (logit, raw, probability)', () => session.predict(image, untyped('logits'))],
    ['gpu: undefined (navigator.gpu', () => new DeviceSource(untyped(undefined))],
    ['limits: string "low" (adapter, default)', () => new DeviceSource(untyped({ requestAdapter() {} }), { limits: untyped('low') })],
    ['picture.channels: number 2 (1, 3 or 4)', () => toValues({ ...picture, channels: untyped(2) }, preprocessing)],
    ['a picture of 4x4x1 with 3 bytes (16 bytes)', () => fitPicture({ ...picture, data: new Uint8Array(3) }, preprocessing)],
    ['fit: string "covr" (cover, contain, stretch)', () => fitPicture(picture, { ...preprocessing, fit: untyped('covr') })],
    ['preprocessing: undefined (the preprocessing of a session)', () => toPicture(image, untyped(undefined))],
    ['an attribution of 3 numbers (16, as', () => sumChannels([1, 2, 3], pixelLayout(preprocessing))],
    ['scale: number NaN (a finite number, 0 or larger)', () => overlay(picture, image, { scale: Number.NaN })],
    ['width: string "4" (a whole number, 1 or larger)', () => heatmap(image, untyped('4'), 4)],
    ['shape: number 16 (a list of whole numbers)', () => writeNpy(image, untyped(16))],
    ['file: string "a.npy" (the bytes', () => readNpy(untyped('a.npy'))],
    ['file: string "a.png" (the bytes', () => decodePicture(untyped('a.png'))],
    ['picture: undefined (an object)', () => encodePng(untyped(undefined))],
    ['adapter: string "gpu" (hardware, software, auto)', () => openDawn({ adapter: untyped('gpu') })],
    ['device: string "tpu" (auto, gpu, software, cpu)', () => useDevice(session, untyped('tpu'))],
    ['device: string "tpu" (auto, gpu, software, cpu)', () => openModel('a.onnx', { device: untyped('tpu') })],
    ['path: number 3 (the path of a file)', () => readBytes(untyped(3))],
    ['path: undefined (the path of a file)', () => readModel(untyped(undefined))],
    ['preprocessing: Object (the preprocessing of a session)', () => readInput('a.png', untyped({}))],
  ];
  test.each(refusals)('%s', async (message, run) => {
    const error: unknown = await Promise.resolve()
      .then(run)
      .then(
        () => 'nothing was thrown',
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(PathlightError);
    expect(String(error)).toContain(message);
  });
});
