import { describe, expect, test, vi } from 'vitest';
import type { BenchRow } from '../../../demo/engine/contract/device.js';
import type { AttributeRequest, PartialMaps } from '../../../demo/engine/contract/maps.js';
import { percentageOutcomes } from '../../../src/app.js';
import { samePicture } from '../../../src/image/picture.js';
import { attribute, evaluate, repair, type Steps, toPicture, writeNpy } from '../../../src/index.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { createEngine, shippedSession, smallModel, studyDigit } from './host.js';

// Maps, paths, edits and measurements of the engine without a GPU, beside the library's: both are float64, so numbers are the same.

const engine = createEngine();
const session = await shippedSession('digits-naive');
const seven = await studyDigit(session, '7-read-as-1.png');
const never = new AbortController().signal;
const SETTINGS = { method: 'ig', steps: 16 as Steps, rule: 'midpoint', baseline: 'zero', output: 'logit' } as const;
await engine.open({ shipped: 'digits-naive' }, never);

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
    // What is kept is not computed again: it comes before a map of thousands of steps that was asked for earlier.
    const givenUp = new AbortController();
    let ended = false;
    const ordinary = engine.attribute({ ...request, steps: 4096 }, givenUp.signal).finally(() => {
      ended = true;
    });
    await engine.exact({ ...request, steps: 999 }, never);
    // This network's own output is its logits.
    await engine.exact({ ...request, output: 'raw' }, never);
    expect(ended).toBe(false);
    givenUp.abort();
    await expect(ordinary).rejects.toThrow();
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
