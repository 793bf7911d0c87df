import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { messageOf } from '../../../src/app.js';
import {
  attribute,
  createSession,
  PathlightError,
  PRESETS,
  predict,
  quantisedReading,
  type Steps,
  toPicture,
  toValues,
  writeNpy,
} from '../../../src/index.js';
import { ModelProtoSchema } from '../../../src/onnx/onnx_pb.js';
import { moveOut } from '../../support/external_model.js';
import { buildModel, encodeModel, floatTensor } from '../../support/onnx_builder.js';
import { uint8 } from '../../support/rewritten/quantised.js';
import { createEngine, shippedSession, smallModel, studyDigit } from './host.js';

// The engine without a GPU, through its messages, beside the library for the same requests: both are float64, so numbers are the same.

const engine = createEngine();
const session = await shippedSession('digits-naive');
const seven = await studyDigit(session, '7-read-as-1.png');
const never = new AbortController().signal;
const SETTINGS = { method: 'ig', steps: 16 as Steps, rule: 'midpoint', baseline: 'zero', output: 'logit' } as const;

test('nothing is asked of a model before one is open', async () => {
  await expect(engine.predict(seven, never)).rejects.toThrow('no model is open (open one first)');
});

/** A network for digits whose input is quantised, in steps of a quarter. */
function quantisedModel() {
  const bytes = buildModel({
    inputs: { image: ['N', 1, 28, 28] },
    initializers: {
      step: floatTensor([], [0.25]),
      zero: uint8([0]),
      w: floatTensor(
        [784, 10],
        Array.from({ length: 7840 }, (_, i) => Math.sin(i) / 28),
      ),
    },
    nodes: [
      { op: 'QuantizeLinear', inputs: ['image', 'step', 'zero'], output: 'q' },
      { op: 'DequantizeLinear', inputs: ['q', 'step', 'zero'], output: 'd' },
      { op: 'Flatten', inputs: ['d'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  });
  return { name: 'quantised.onnx', bytes };
}

test('a side file names a list of names', async () => {
  const { preprocessing, labelList } = await engine.open({ ...smallModel(), sideFile: '{"labels": "fashion-mnist"}' }, never);
  expect([preprocessing.labels?.[9], preprocessing.from.labels, labelList]).toEqual(['ankle boot', 'the side file', null]);
});

test('a second network of which nothing is said is asked once somebody has said how pixels become its numbers', async () => {
  await engine.open({ shipped: 'digits-naive' }, never);
  const other = smallModel();
  const picture = toPicture(seven, session.preprocessing);
  const request = { ...SETTINGS, question: { target: 7, contrast: 1 }, picture, edited: null };
  const asked = await engine.compare({ ...request, other }, never);
  if (!('presets' in asked)) throw new Error('it was read with assumed numbers');
  expect([asked.name, asked.presets.map(({ preset }) => preset)]).toEqual(['small.onnx', [...PRESETS]]);
  const tried = asked.presets.find(({ preset }) => preset === 'tf');
  const answer = await engine.compare({ ...request, other: { ...other, preset: 'tf' } }, never);
  if ('presets' in answer || tried === undefined || 'refused' in tried) throw new Error('it was not read');
  expect(Array.from(answer.reading.probabilities)).toEqual(Array.from(tried.probabilities));
  const same = await createSession(other.bytes, { preprocessing: { preprocess: 'tf' } });
  const [expected] = await attribute(same, toValues(picture, same.preprocessing), { ...SETTINGS, target: 7, contrast: 1 });
  expect(answer.map.values).toEqual(expected.values);
  // One whose side file says how is asked at once.
  expect('presets' in (await engine.compare({ ...request, other: { ...other, sideFile: '{"range":[0,1]}' } }, never))).toBe(false);
  expect('presets' in (await engine.compare({ ...request, other: { shipped: 'digits' } }, never))).toBe(false);
});

test('presets are tried on a picture that has the size of the model, as it will be read once one is chosen', async () => {
  const own = smallModel();
  await engine.open(own, never);
  const digit = toPicture(seven, session.preprocessing);
  const readings = await engine.presets(digit, 'cover', never);
  expect(readings.map(({ preset }) => preset)).toEqual([...PRESETS]);
  for (const { preset, ...reading } of readings) {
    const chosen = await createSession(own.bytes, { preprocessing: { preprocess: preset } }).catch(() => null);
    // `imagenet` and `caffe` have a mean for each of three colours.
    expect('refused' in reading, preset).toBe(chosen === null);
    if (chosen === null || !('probabilities' in reading)) continue;
    const [read] = await predict(chosen, [toValues(digit, chosen.preprocessing)]);
    expect(reading.probabilities[read!.class], preset).toBeCloseTo(read!.probability, 6);
    await engine.open({ ...own, preset }, never);
    const { probabilities } = await engine.predict(toValues(digit, chosen.preprocessing), never);
    expect(Array.from(probabilities), preset).toEqual(Array.from(reading.probabilities));
    await engine.open(own, never);
  }
  expect(readings.filter((reading) => 'probabilities' in reading).length).toBeGreaterThan(1);
});

describe('a quantised model', () => {
  test('is read with its own arithmetic as in the library, and one of floats has none', async () => {
    const own = quantisedModel();
    expect((await engine.open(own, never)).quantised).toEqual({ quick: true });
    const found = await engine.quantised(seven, never);
    expect(found).toEqual(await quantisedReading(await createSession(own.bytes), seven));
    expect(found?.largestDifference).toBeGreaterThan(0.01);
    expect((await engine.open({ shipped: 'digits-naive' }, never)).quantised).toBeNull();
    expect(await engine.quantised(seven, never)).toBeNull();
  });
});

describe('an open model', () => {
  test('runs on the CPU where there is no WebGPU, and says why', async () => {
    const model = await engine.open({ shipped: 'digits-naive' }, never);
    expect(model.device).toEqual({ kind: 'cpu', adapter: 'float64 reference', reason: messageOf(new PathlightError('page.no-webgpu')) });
    expect(model).toMatchObject({ name: 'digits-naive.onnx', classes: 10, preprocessingFound: true });
    expect(model.layers.map(({ op }) => op)).toEqual(session.graph.nodes.map(({ op }) => op));
  });

  test('stays open when the next cannot be read', async () => {
    const corrupt = { name: 'corrupt.onnx', bytes: Uint8Array.of(1, 2, 3) };
    await expect(engine.open(corrupt, never)).rejects.toMatchObject({ name: 'PathlightError' });
    await expect(engine.open({ ...corrupt, sideFile: '{' }, never)).rejects.toThrow("the model's .json file is not JSON");
    const twoLabels = engine.open({ ...smallModel(), sideFile: '{"labels": ["cat", "dog"]}' }, never);
    await expect(twoLabels).rejects.toMatchObject({ said: { code: 'settings.labels', values: { labels: 2, classes: 10 } } });
    const oneName = engine.open({ ...smallModel(), labels: { name: 'names.txt', bytes: new TextEncoder().encode('cat\r\n') } }, never);
    await expect(oneName).rejects.toMatchObject({ said: { code: 'settings.labels', values: { labels: 1, classes: 10 } } });
    expect((await engine.predict(seven, never)).class).toBe(1);
  });

  test('takes the names of its classes in the forms that the command line takes', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const labelsOf = async (described: { sideFile?: string; labels?: { name: string; bytes: Uint8Array } }) =>
      (await engine.open({ ...smallModel(), ...described }, never)).preprocessing.labels;
    const table = Object.fromEntries(names.map((name, i) => [i, name]));
    const lines = { name: 'names.txt', bytes: new TextEncoder().encode(names.join('\r')) };
    expect(await labelsOf({ sideFile: JSON.stringify(names) })).toEqual(names);
    expect(await labelsOf({ sideFile: JSON.stringify(table) })).toEqual(names);
    expect(await labelsOf({ labels: lines })).toEqual(names);
    expect(await labelsOf({ sideFile: JSON.stringify({ labels: [...names].reverse() }), labels: lines })).toEqual(names);
    await engine.open({ shipped: 'digits-naive' }, never);
  });

  test('takes weights from another file, and what a folder of Hugging Face says', async () => {
    const whole = smallModel();
    await engine.open(whole, never);
    const { logits } = await engine.predict(seven, never);
    const proto = fromBinary(ModelProtoSchema, whole.bytes);
    const [weights] = proto.graph?.initializer ?? [];
    if (weights === undefined) throw new Error('the model has no weights');
    const file = new Blob([Float32Array.from(weights.floatData)]);
    moveOut(weights, { location: 'weights/small.onnx.data' });
    const parted = { name: 'small.onnx', bytes: encodeModel(proto) };
    const missing = engine.open(parted, never);
    await expect(missing).rejects.toMatchObject({ said: { code: 'external.missing', values: { file: 'weights/small.onnx.data' } } });
    const opened = await engine.open(
      {
        ...parted,
        data: [{ name: 'small.onnx.data', file }],
        config: JSON.stringify({ id2label: Object.fromEntries([...'abcdefghij'].map((name, i) => [i, name])), model_type: 'mlp' }),
        preprocessorConfig: '{"do_normalize": true, "image_mean": [0.25], "image_std": [0.5]}',
      },
      never,
    );
    expect(opened.dataFiles).toEqual(['weights/small.onnx.data']);
    expect(opened.preprocessing).toMatchObject({ labels: [...'abcdefghij'], mean: [0.25], std: [0.5], from: { labels: 'config.json' } });
    expect((await engine.predict(seven, never)).logits).toEqual(logits);
    // Another program's config.json is a side file.
    const { preprocessing } = await engine.open({ ...whole, config: '{"mean": [0.125]}' }, never);
    expect([preprocessing.mean, preprocessing.from.mean]).toEqual([[0.125], 'the side file']);
    await engine.open({ shipped: 'digits-naive' }, never);
  });

  test('reads an image', async () => {
    const reading = await engine.predict(seven, never);
    const [expected] = await predict(session, seven);
    expect(reading.class).toBe(expected!.class);
    expect(reading.probabilities[1]).toBe(expected!.probability);
    expect(reading.logits).toHaveLength(10);
  });

  test('has digits with what it reads', async () => {
    const digits = await engine.digits(never);
    expect(digits!.map(({ group, truth, read }) => [group, truth, read])).toEqual([
      ['study', 7, 1],
      ['study', 2, 1],
      ['study', 6, 0],
      ['study', 8, 1],
      ['study', 5, 1],
    ]);
  });
});

describe('what is doubtful about a model', () => {
  const size = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);
  const ones = (...shape: number[]) => floatTensor(shape, new Array(size(shape)).fill(1));
  const bytes = buildModel({
    inputs: { x: [1, 1, 2, 2] },
    initializers: { u: ones(4, 3), v: ones(3, 2), by255: floatTensor([], [1 / 255]) },
    nodes: [
      { op: 'Mul', name: 'rescaling', inputs: ['x', 'by255'], output: 's' },
      { op: 'Flatten', inputs: ['s'], output: 'flat' },
      { op: 'MatMul', inputs: ['flat', 'u'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'v'], output: 'z' },
      { op: 'ReduceL2', inputs: ['z'], output: 'n', attributes: { axes: [1] } },
      { op: 'Div', inputs: ['z', 'n'], output: 'd' },
      { op: 'Sigmoid', inputs: ['d'], output: 'y' },
    ],
    outputs: ['f', 'y'],
  });

  test('is told when it is opened, and another output can be chosen', async () => {
    const other = createEngine();
    const model = await other.open({ name: 'two.onnx', bytes }, never);
    expect(model).toMatchObject({ classes: 2, multiLabel: true, outputs: ['y', 'f'] });
    expect(model.notes.map(({ code }) => code)).toEqual(['output.chosen', 'input.range-found']);
    expect(model.preprocessing.range).toEqual([0, 255]);
    const { probabilities } = await other.predict(new Float32Array(4).fill(1), never);
    expect([...probabilities]).toEqual(new Array(2).fill(expect.closeTo(1 / (1 + Math.exp(-Math.SQRT1_2)), 6)));
    await expect(other.predict(new Float32Array(4), never)).rejects.toThrow('the model gave no number for the image');
    const chosen = await other.open({ name: 'two.onnx', bytes, outputName: 'f' }, never);
    expect(chosen).toMatchObject({ classes: 3, multiLabel: false, outputs: ['f', 'y'] });
    expect(chosen.notes.map(({ code }) => code)).toEqual(['input.range-found']);
  });

  test('a size that the file leaves open can be chosen, and a network of no pictures takes arrays', async () => {
    const nodes = [
      { op: 'GlobalAveragePool', inputs: ['x'], output: 'p' },
      { op: 'Flatten', inputs: ['p'], output: 'y' },
    ];
    const open = buildModel({ inputs: { x: ['N', 4, 'h', 'w'] }, nodes, outputs: ['y'] });
    const other = createEngine();
    const assumed = await other.open({ name: 'open.onnx', bytes: open }, never);
    expect(assumed).toMatchObject({ sizeOpen: true, preprocessing: { height: 224, width: 224 } });
    expect(assumed.notes.map(({ code }) => code)).toEqual(['input.size-assumed', 'input.no-picture']);
    const chosen = await other.open({ name: 'open.onnx', bytes: open, size: [4, 6] }, never);
    expect(chosen).toMatchObject({ sizeOpen: true, preprocessing: { height: 4, width: 6, channels: 4 } });
    const values = Float32Array.from({ length: 96 }, (_, i) => i);
    const { image, picture } = await other.decode(new Blob([writeNpy(values, [4, 4, 6]).slice()]), 'cover', never);
    expect(image).toEqual(values);
    expect(picture).toMatchObject({ width: 6, height: 4, channels: 1 });
  });
});

describe('when another model is opened', () => {
  test('requests on the one before are answered by it, and what is kept of it is forgotten', async () => {
    const request = { ...SETTINGS, image: seven, questions: [{ target: 7 }] };
    await engine.exact(request, never);
    const running = engine.attribute({ ...request, steps: 2048 }, never);
    await engine.open(smallModel(), never);
    const [before] = await attribute(session, seven, { ...SETTINGS, target: 7, steps: 2048 });
    expect((await running).maps[0]!.values).toEqual(before!.values);
    const other = await createSession(smallModel().bytes);
    const [expected] = await attribute(other, seven, { target: 7, steps: 'exact' });
    const exact = await engine.exact(request, never);
    expect('maps' in exact && exact.maps[0]!.values).toEqual(expected!.values);
  });

  test('the newest of several counts', async () => {
    const first = engine.open({ shipped: 'digits' }, never);
    const second = engine.open({ shipped: 'digits-naive' }, never);
    await expect(first).rejects.toThrow('digits.onnx was not opened, since another model was asked for after it');
    expect((await second).name).toBe('digits-naive.onnx');
    expect((await engine.predict(seven, never)).class).toBe(1);
  });
});

describe('a raised signal', () => {
  test('rejects at once with its reason, and the engine goes on', async () => {
    const controller = new AbortController();
    const slow = engine.attribute({ ...SETTINGS, steps: 4096, image: seven, questions: [{ target: 1 }] }, controller.signal);
    controller.abort(new Error('a newer image'));
    await expect(slow).rejects.toThrow('a newer image');
    await expect(engine.predict(seven, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect((await engine.predict(seven, never)).class).toBe(1);
  });
});
