import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test, vi } from 'vitest';
import type { AttributeRequest, BenchRow, PartialMaps } from '../../../demo/engine/contract.js';
import { messageOf, percentageOutcomes } from '../../../src/app.js';
import { samePicture } from '../../../src/image/picture.js';
import {
  attribute,
  createSession,
  evaluate,
  PathlightError,
  PRESETS,
  predict,
  quantisedReading,
  repair,
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

describe('maps', () => {
  const questions = [{ target: 1 }, { target: 7 }, { target: 7, contrast: 1 }];

  test('of several questions are those of the library', async () => {
    const { maps, cost } = await engine.attribute({ ...SETTINGS, image: seven, questions }, never);
    const expected = await attribute(session, [seven, seven, seven], {
      ...SETTINGS,
      target: [1, 7, 7],
      contrast: [undefined, undefined, 1],
    });
    expect(maps.map(({ values, delta, steps }) => ({ values, delta, steps }))).toEqual(
      expected.map(({ values, delta, steps }) => ({ values, delta, steps })),
    );
    expect(cost.plan).toBe('cpu');
  });

  test('of a photograph share the scale of the 99th percentile, so that one strong pixel does not blanch the others', async () => {
    const weights = Float32Array.from({ length: 64 * 64 * 2 }, (_, i) => (i === 0 ? 1e6 : (i % 7) - 3));
    const bytes = buildModel({
      inputs: { image: ['N', 1, 64, 64] },
      initializers: { w: floatTensor([4096, 2], weights) },
      nodes: [
        { op: 'Flatten', inputs: ['image'], output: 'x' },
        { op: 'MatMul', inputs: ['x', 'w'], output: 'y' },
      ],
      outputs: ['y'],
    });
    await engine.open({ name: 'photographs.onnx', bytes }, never);
    const request = { ...SETTINGS, image: new Float32Array(4096).fill(1), questions: [{ target: 0 }, { target: 1 }] };
    // Of IG on a linear network each pixel's value is its weight: all but one are integers up to 3.
    expect((await engine.attribute(request, never)).scale).toBe(3);
    const { scale } = await engine.path({ ...request, target: 0, runnerUp: null, count: 3 }, never);
    expect(scale).toBe(3);
    await engine.open({ shipped: 'digits-naive' }, never);
    expect((await engine.attribute({ ...request, image: seven }, never)).scale).toBeGreaterThan(0);
  });

  test('are exact where the network is piecewise linear, and kept', async () => {
    const request = { ...SETTINGS, image: seven, questions };
    const answer = await engine.exact(request, never);
    if (!('maps' in answer)) throw new Error(answer.smooth);
    const [expected] = await attribute(session, seven, { target: 1, steps: 'exact' });
    expect(answer.maps[0]).toEqual({ values: expected!.values, exact: expected!.exact });
    // What is kept is not computed again: it comes before the ordinary map that was asked for earlier.
    const order: string[] = [];
    const ordinary = engine.attribute({ ...request, steps: 256 }, never).then(() => order.push('ordinary'));
    await engine.exact({ ...request, steps: 999 }, never).then(() => order.push('kept'));
    // This network's own output is its logits.
    await engine.exact({ ...request, output: 'raw' }, never).then(() => order.push('kept'));
    await ordinary;
    expect(order).toEqual(['kept', 'kept', 'ordinary']);
  });

  test('of a smooth output name what is smooth', async () => {
    const answer = await engine.exact({ ...SETTINGS, output: 'probability', image: seven, questions }, never);
    expect(answer).toEqual({ smooth: 'Softmax' });
  });

  test('take the options of methods, and masks from files', async () => {
    expect(await engine.layers(never)).toEqual({ layers: [], usual: null });
    await engine.open({ shipped: 'digits' }, never);
    const convolutional = await shippedSession('digits');
    const { layers, usual } = await engine.layers(never);
    expect(layers.map(({ name }) => name)).toContain(usual);
    const layer = layers.find(({ name }) => name !== usual)!.name;
    const request = { ...SETTINGS, image: seven, questions: [{ target: 1 }] };
    const pixelsOf = async (asked: Partial<AttributeRequest>) => (await engine.attribute({ ...request, ...asked }, never)).maps[0]!.values;
    const [atLayer] = await attribute(convolutional, seven, { target: 1, method: 'layer-cam', layer });
    expect(await pixelsOf({ method: 'layer-cam', options: { layer } })).toEqual(atLayer.values);
    expect(await pixelsOf({ method: 'layer-cam' })).not.toEqual(atLayer.values);
    const labels = Float32Array.from({ length: 784 }, (_, pixel) => (pixel % 28 < 14 ? 0 : 1) + (pixel < 392 ? 0 : 2));
    const mask = await engine.mask(new File([writeNpy(labels, [28, 28]) as BlobPart], 'parts.npy'), 'cover', never);
    const files = { patch: { names: ['parts.npy'], value: { mask } } };
    const [inParts] = await attribute(convolutional, seven, { target: 1, method: 'shapley', patch: { mask: labels } });
    expect(await pixelsOf({ method: 'shapley', options: { patch: 'files' }, files })).toEqual(inParts.values);
    await expect(engine.mask(new File([writeNpy(labels, [14, 56]) as BlobPart], 'parts.npy'), 'cover', never)).rejects.toThrow(
      "a mask of 14x56 (28x28, rows and columns of the model's input)",
    );
    await engine.open({ shipped: 'digits-naive' }, never);
  });

  test('are measured as the library measures them, beside controls', async () => {
    const target = 1;
    const asked = { methods: ['ig'], metrics: ['deletion', 'insertion'], unit: 'pixel', baseline: 'black', target } as const;
    const { methods, curves } = await evaluate(session, [seven], asked);
    const [map] = await attribute(session, seven, { target, baseline: 'black' });
    const maps = { ig: map.values, edges: 'edges' } as const;
    for (const [name, shown] of Object.entries(maps)) {
      const found = await engine.curves({ image: seven, target, cover: 'black', map: shown }, never);
      expect(found.side).toBe(1);
      expect(found.deletion).toHaveLength(785);
      // One picture: the mean is its own value.
      expect(found.deleted).toBeCloseTo(methods[name]!.deletion!.mean!, 12);
      expect(found.inserted).toBeCloseTo(methods[name]!.insertion!.mean!, 12);
      expect(found.deletion[0]).toBeCloseTo(curves[name]!.deletion[0]!, 12);
    }
    const random = await engine.curves({ image: seven, target, cover: 'black', map: 'random' }, never);
    expect(random.inserted).not.toBe(methods.edges!.insertion!.mean);
  });

  test('a class that does not exist is one sentence', async () => {
    const request = { ...SETTINGS, image: seven, questions: [{ target: 10 }] };
    await expect(engine.attribute(request, never)).rejects.toThrow('the target class 10 does not exist (0 to 9 or one of the labels)');
  });
});

test('maps of a large picture that take long are told of in part, on one scale, summed over channels', async () => {
  const engine = createEngine();
  const side = 65;
  const weights = Array.from({ length: 6 * side * side }, (_, i) => Math.sin(i));
  const bytes = buildModel({
    inputs: { image: ['N', 3, side, side] },
    initializers: { w: floatTensor([3 * side * side, 2], weights) },
    nodes: [
      { op: 'Flatten', inputs: ['image'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  });
  await engine.open({ name: 'large.onnx', bytes, preset: 'zero-one' }, never);
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 700;
    return now;
  });
  const image = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.cos(i) ** 2);
  const partial: PartialMaps[] = [];
  const questions = [{ target: 0 }, { target: 1, contrast: 0 }];
  const answer = await engine.attribute({ ...SETTINGS, image, questions }, never, (news) => {
    if (news.partial) partial.push(news.partial);
  });
  clock.mockRestore();
  // A linear network's gradient is the same everywhere, so the map of 6 nodes of 16 is 6 / 16 of the whole: products of float64, rounded to float32.
  expect(partial[0]!.share).toBe(6 / 16);
  partial[0]!.maps.forEach((map, question) => {
    const { pixels } = answer.maps[question]!;
    expect(map.length).toBe(side * side);
    // Sums of three channels, each rounded to 2^-24 of a number below 1.
    map.forEach((value, i) => {
      expect(Math.abs(value - (6 / 16) * pixels[i]!)).toBeLessThan(3 * 2 ** -23);
    });
  });
  expect(partial[0]!.scale / answer.scale).toBeCloseTo(6 / 16, 6);
});

describe('the path', () => {
  const request = { image: seven, target: 1, runnerUp: 7, count: 33, baseline: 'zero', output: 'logit' } as const;

  test('ends at the map by the trapezoidal rule, and its outputs at those of the image', async () => {
    const path = await engine.path(request, never);
    const [map] = await attribute(session, seven, { target: 1, steps: 33, rule: 'trapezoid' });
    const last = path.cumulative.subarray(32 * 784);
    // One rounding to float32 here, and one of the gradient besides it there.
    const largest = Math.max(...map!.values.map(Math.abs));
    map!.values.forEach((value, i) => {
      expect(Math.abs(value - last[i]!)).toBeLessThan(4 * 2 ** -24 * largest);
    });
    const { logits } = await engine.predict(seven, never);
    expect([path.target[32], path.runnerUp![32]]).toEqual([logits[1], logits[7]]);
    expect([path.alphas[0], path.alphas[16], path.alphas[32]]).toEqual([0, 0.5, 1]);
    expect(path.cumulative.subarray(0, 784).every((value) => value === 0)).toBe(true);
    expect(path.to).toEqual(toPicture(seven, session.preprocessing));
    expect(path.from.data.every((byte) => byte === 0)).toBe(true);
  });

  test('shows at alpha 1 the gradient times the image', async () => {
    const { gradients } = await engine.path(request, never);
    const [map] = await attribute(session, seven, { target: 1, method: 'input-x-gradient' });
    // A sum of one channel has no -0.
    expect(gradients.slice(32 * 784)).toEqual(map!.values.map((value) => value + 0));
  });

  test('a single alpha is no path', async () => {
    await expect(engine.path({ ...request, count: 1 }, never)).rejects.toThrow('1 alphas along the path');
    await expect(engine.path({ ...request, target: -1 }, never)).rejects.toThrow('the target class -1 does not exist');
  });
});

describe('repairs', () => {
  const request = { image: seven, target: 7, strategy: 'contrast', baseline: 'zero', steps: 64, rule: 'midpoint' } as const;

  test('are those of the library, with attempts told and the map that ordered the pixels', async () => {
    const told: unknown[] = [];
    const answer = await engine.repair(request, never, (news) => {
      if ('attempt' in news) told.push(news.attempt.strategy);
    });
    const expected = await repair(session, seven, { target: 7, strategy: 'contrast' });
    expect(answer.repair.order).toEqual(expected.order);
    expect(answer.repair.after).toEqual(expected.after);
    expect(told).toEqual(expected.attempts.map(({ strategy }) => strategy));
    expect(answer.map).toHaveLength(784);
    expect(samePicture(answer.before, toPicture(seven, session.preprocessing))).toBe(true);
    const changed = Array.from(answer.before.data.keys()).filter((i) => answer.before.data[i] !== answer.after.data[i]);
    expect(changed).toEqual([...answer.repair.order].sort((a, b) => a - b));
  });

  test('outcomes of every number of pixels are those of the library', async () => {
    const outcomes = await engine.outcomes(request, never);
    const expected = await percentageOutcomes(session, seven, { target: 7, map: 'contrast' });
    expect(outcomes.classes).toEqual(expected.classes);
    expect(outcomes.probabilities).toEqual(expected.probabilities);
    expect(outcomes.tried).toEqual(expected.lengths);
    const painted = seven.slice();
    for (const pixel of expected.order) painted[pixel] = expected.paint[pixel]!;
    expect(outcomes.painted).toEqual(toPicture(painted, session.preprocessing));
  });

  test('there are no percentages where no map orders the pixels', async () => {
    await expect(engine.outcomes({ ...request, strategy: 'random' }, never)).rejects.toThrow('the strategy random has no percentages');
  });
});

test('the bench tells every row as it is done, with errors against the exact integral', async () => {
  const told: BenchRow[] = [];
  const totals = new Set<number>();
  await engine.open(smallModel(), never);
  const answer = await engine.bench({ image: seven, target: 1, baseline: 'zero' }, never, ({ row, total }) => {
    told.push(row);
    totals.add(total);
  });
  expect(told).toEqual(answer.rows);
  expect([...totals]).toEqual([answer.rows.length]);
  expect(answer).toMatchObject({ adapter: 'float64 reference', plan: 'cpu', reference: 'exact' });
  expect(answer.rows.filter(({ error }) => error === null).map(({ steps }) => steps)).toEqual(['exact']);
  const midpoint = answer.rows.filter(({ rule, steps }) => rule === 'midpoint' && typeof steps === 'number');
  expect(midpoint.map(({ steps }) => steps)).toEqual([8, 16, 32, 64, 128, 256]);
  expect(midpoint.at(-1)!.error!).toBeLessThan(midpoint[0]!.error!);
  await engine.open({ shipped: 'digits-naive' }, never);
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
