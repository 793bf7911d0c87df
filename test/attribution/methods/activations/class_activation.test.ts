import { describe, expect, test } from 'vitest';
import { enlarge, stretch } from '../../../../src/attribution/enlarge.js';
import { firstComponent } from '../../../../src/attribution/methods/activations/principal.js';
import type { Method } from '../../../../src/attribution/methods/index.js';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { readLayer } from '../../../../src/executor.js';
import { findLayer } from '../../../../src/graph/analysis/layers.js';
import { networkOf } from '../../../../src/graph/analysis/network.js';
import { importModel } from '../../../../src/onnx/import.js';
import { sizeOf } from '../../../../src/tensor/tensor.js';
import { buildModel, floatTensor, intTensor, type ModelDescription } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { residualModel } from '../../../support/residual_network.js';
import { spaceOf } from '../../../support/spaces.js';

// Every map against its definition, written plainly from a layer's values and gradients. Two channels of a pixel share its value.

const random = mulberry32(61);
const draw = (...shape: number[]) => floatTensor(shape, uniformArray(random, sizeOf(shape), -1, 1));

/** Images 2 x 6 x 4 as patches of 2 x 2: six tokens after a class token, attention between two normalisations, and the class token's scores. */
const tokenModel: ModelDescription = {
  inputs: { x: ['N', 2, 6, 4] },
  initializers: {
    patches: draw(4, 2, 2, 2),
    flat: intTensor([1, 4, 6]),
    token: draw(1, 1, 4),
    scale: draw(4),
    shift: draw(4),
    mix: draw(4, 4),
    head: draw(4, 3),
    zero: intTensor([0], []),
  },
  nodes: [
    { op: 'Conv', name: 'embed', inputs: ['x', 'patches'], output: 'planes', attributes: { strides: [2, 2], kernel_shape: [2, 2] } },
    { op: 'Reshape', inputs: ['planes', 'flat'], output: 'columns' },
    { op: 'Transpose', inputs: ['columns'], output: 'rows', attributes: { perm: [0, 2, 1] } },
    { op: 'Concat', name: 'join', inputs: ['token', 'rows'], output: 'tokens', attributes: { axis: 1 } },
    { op: 'LayerNormalization', name: 'norm1', inputs: ['tokens', 'scale', 'shift'], output: 'n' },
    { op: 'Transpose', inputs: ['n'], output: 'keys', attributes: { perm: [0, 2, 1] } },
    { op: 'MatMul', inputs: ['n', 'keys'], output: 'scores' },
    { op: 'Softmax', inputs: ['scores'], output: 'attention', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['attention', 'n'], output: 'mixed' },
    { op: 'Add', name: 'sum', inputs: ['tokens', 'mixed'], output: 'sum' },
    { op: 'LayerNormalization', name: 'norm2', inputs: ['sum', 'scale', 'shift'], output: 'm' },
    { op: 'Gather', inputs: ['m', 'zero'], output: 'class', attributes: { axis: 1 } },
    { op: 'MatMul', inputs: ['class', 'head'], output: 'y' },
  ],
  outputs: ['y'],
};

const image = Float32Array.from(uniformArray(random, 72, -1, 1));
const cases = [
  { what: 'a convolution', description: residualModel, layer: 'second', space: spaceOf(6, 6, 2), image, skip: 0, channels: 3, places: 9 },
  {
    what: 'tokens',
    description: tokenModel,
    layer: 'norm1',
    space: spaceOf(4, 6, 2),
    image: image.subarray(0, 48),
    skip: 1,
    channels: 4,
    places: 6,
  },
].map(({ description, ...rest }) => {
  const { graph } = importModel(buildModel(description));
  return { ...rest, graph, executor: new CpuExecutor(graph), grid: [3, rest.skip ? 2 : 3] as [number, number] };
});

describe.each(cases)('at $what', ({ graph, executor, layer, space, image, skip, channels, places, grid }) => {
  const seed = new Float32Array(executor.classes);
  seed[1] = 1;
  /** Number of channel k at place p, in a value of the layer's shape. */
  const at = (data: ArrayLike<number>, k: number, p: number) => data[skip ? (p + skip) * channels + k : k * places + p]!;
  const all = { steps: 1, layer, network: networkOf(graph), space } as const;

  async function compare(method: Method, weigh: (a: (k: number, p: number) => number, g: (k: number, p: number) => number) => number[]) {
    const { values, gradients } = await readLayer(executor, { images: image, seed, layer: findLayer(graph, layer).value });
    const map = weigh(
      (k, p) => at(values, k, p),
      (k, p) => at(gradients, k, p),
    ).map((value) => Math.max(0, value));
    expect(map.some((value) => value > 0)).toBe(true);
    const { attributions } = await attributeTasks(executor, [{ image, baseline: new Float32Array(image.length), target: 1 }], {
      ...all,
      method,
    });
    const expected = [...enlarge(Float64Array.from(map), ...grid, space)].map((value) => expect.closeTo(value / 2, 6));
    expect([...attributions[0]!.values]).toEqual([...expected, ...expected]);
    expect(attributions[0]!.parameters).toEqual({ layer: { name: layer, channels, rows: grid[0], columns: grid[1] } });
  }

  const ks = Array.from({ length: channels }, (_, k) => k);
  const ps = Array.from({ length: places }, (_, p) => p);
  const sum = (terms: number[]) => terms.reduce((total, term) => total + term, 0);

  test('grad-cam', () =>
    compare('grad-cam', (a, g) => ps.map((p) => sum(ks.map((k) => (sum(ps.map((q) => g(k, q))) / places) * a(k, p))))));

  test('hires-cam', () => compare('hires-cam', (a, g) => ps.map((p) => sum(ks.map((k) => g(k, p) * a(k, p))))));

  test('layer-cam', () => compare('layer-cam', (a, g) => ps.map((p) => sum(ks.map((k) => Math.max(0, g(k, p)) * a(k, p))))));

  test('grad-cam++', () =>
    compare('grad-cam++', (a, g) => {
      const weight = (k: number) =>
        sum(
          ps.map((p) => {
            const alpha = g(k, p) === 0 ? 0 : g(k, p) ** 2 / (2 * g(k, p) ** 2 + sum(ps.map((q) => a(k, q))) * g(k, p) ** 3 + 1e-6);
            return Math.max(0, g(k, p)) * alpha;
          }),
        );
      return ps.map((p) => sum(ks.map((k) => weight(k) * a(k, p))));
    }));

  test('eigen-cam: no other direction has a larger variance, and places with large activations are positive', () =>
    compare('eigen-cam', (a) => {
      const centred = (k: number, p: number) => a(k, p) - sum(ps.map((q) => a(k, q))) / places;
      const project = (direction: number[]) => ps.map((p) => sum(ks.map((k) => direction[k]! * centred(k, p))));
      // By deflation of nothing: power iteration with the covariance of channels.
      let direction = ks.map((k) => 1 + k / 7);
      for (let round = 0; round < 3000; round++) {
        const along = project(direction);
        const next = ks.map((k) => sum(ps.map((p) => centred(k, p) * along[p]!)));
        const length = Math.sqrt(sum(next.map((value) => value ** 2)));
        direction = next.map((value) => value / length);
      }
      const map = project(direction);
      const sign = Math.sign(sum(ps.map((p) => map[p]! * sum(ks.map((k) => a(k, p))))));
      return map.map((value) => sign * value);
    }));

  test('score-cam', async () => {
    const { values } = await readLayer(executor, { images: image, seed, layer: findLayer(graph, layer).value });
    const scores: number[] = [];
    for (const k of ks) {
      const large = stretch(
        Float64Array.from(ps, (p) => at(values, k, p)),
        ...grid,
        space,
      );
      const [least, most] = [Math.min(...large), Math.max(...large)];
      const seen = image.map((value, e) => value * ((large[e % large.length]! - least) / (most - least + 1e-8)));
      scores.push((await executor.forward(seen, 1)).outputs[1]!);
    }
    const powers = scores.map((score) => Math.exp(score));
    await compare('score-cam', (a) => ps.map((p) => sum(ks.map((k) => (powers[k]! / sum(powers)) * a(k, p)))));
  });
});

test('maps are stretched linearly between the corners', () => {
  const ramp = Float64Array.of(0, 3, 6, 9);
  expect([...stretch(ramp, 2, 2, { width: 4, height: 2 })]).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
  expect([...stretch(ramp, 2, 2, { width: 1, height: 1 })]).toEqual([0]);
});

test.each([
  [2, 3],
  [3, 2],
])('the first component of %d rows and %d columns of rank one is the matrix itself', (rows, columns) => {
  const [left, right] = [[2, -1, -1].slice(0, rows), [1, 3, 2].slice(0, columns)];
  const matrix = Float64Array.from({ length: rows * columns }, (_, i) => left[Math.floor(i / columns)]! * right[i % columns]!);
  const length = Math.sqrt(left.reduce((sum, value) => sum + value ** 2, 0));
  const found = firstComponent(matrix, rows, columns).map(Math.abs);
  expect([...found]).toEqual(right.map((value) => expect.closeTo(length * value, 9)));
  expect([...firstComponent(new Float64Array(6), rows, columns)]).toEqual(new Array(columns).fill(0));
});

describe('several layers', () => {
  const { graph, executor, space } = cases[0]!;
  const task = { image, baseline: new Float32Array(image.length), target: 1 };
  const mapOf = async (options: { readonly layer?: string; readonly layers?: readonly string[] }, method: Method = 'layer-cam') => {
    const all = { steps: 1, network: networkOf(graph), space, method, ...options } as const;
    return (await attributeTasks(executor, [task], all)).attributions[0]!;
  };

  test('the mean of their maps, each from 0 to 1 at its own places, as in pytorch-grad-cam', async () => {
    const layers = ['relu', 'second'];
    const expected = new Float64Array(36);
    for (const layer of layers) {
      const { values, gradients } = await readLayer(executor, { images: image, seed: Float32Array.of(0, 1), layer });
      const side = layer === 'relu' ? 6 : 3;
      const map = Float64Array.from({ length: side ** 2 }, (_, p) =>
        Math.max(
          0,
          [0, 1, 2].reduce((sum, k) => sum + Math.max(0, gradients[k * side ** 2 + p]!) * values[k * side ** 2 + p]!, 0),
        ),
      );
      const least = Math.min(...map);
      const scaled = map.map((value) => (value - least) / (Math.max(...map) - least + 1e-7));
      enlarge(scaled, side, side, space).forEach((value, pixel) => {
        expected[pixel] = expected[pixel]! + value / 2;
      });
    }
    const { values, parameters } = await mapOf({ layers });
    expect([...values]).toEqual([...expected, ...expected].map((value) => expect.closeTo(value / 2, 6)));
    expect(parameters).toEqual({
      layers: [
        { name: 'relu', channels: 3, rows: 6, columns: 6 },
        { name: 'second', channels: 3, rows: 3, columns: 3 },
      ],
    });
  });

  test('score-cam, too: the mean of its maps at layers as large as the image, each from 0 to 1', async () => {
    const layers = ['first', 'relu'];
    const expected = new Float64Array(36);
    for (const layer of layers) {
      const alone = (await mapOf({ layer }, 'score-cam')).values.subarray(0, 36);
      const [least, most] = [Math.min(...alone), Math.max(...alone)];
      expect(most).toBeGreaterThan(least);
      alone.forEach((value, pixel) => {
        expected[pixel] = expected[pixel]! + (value - least) / (most - least) / layers.length;
      });
    }
    const { values, parameters } = await mapOf({ layers }, 'score-cam');
    // Two channels share a pixel's value; the 1e-7 that keeps a flat map from a division by 0 is in the scale.
    expect([...values]).toEqual([...expected, ...expected].map((value) => expect.closeTo(value / 2, 5)));
    expect(parameters).toMatchObject({ layers: [{ name: 'first' }, { name: 'relu' }] });
  });

  test('a list of one is scaled as well as one of many; none, the same twice, and a layer beside them are refused', async () => {
    await expect(mapOf({ layers: [] })).rejects.toThrow('the layers [] (names of layers, each once)');
    await expect(mapOf({ layers: ['relu', 'relu'] })).rejects.toThrow('the layers ["relu","relu"] (names of layers, each once)');
    await expect(mapOf({ layers: ['relu'], layer: 'pool' })).rejects.toThrow('the layer pool together with the layers relu (one of them)');
    await expect(mapOf({ layers: ['relu', 'y'] })).rejects.toThrow('the layer "y" has no plane');
    expect(Math.max(...(await mapOf({ layers: ['relu'] })).values)).toBeCloseTo(1 / 2, 5);
  });
});

describe('the layer of a transformer', () => {
  const graph = cases[1]!.graph;
  test('by default: the last normalisation before the attention, behind which tokens do not meet', () => {
    expect(findLayer(graph)).toMatchObject({ name: 'norm1', plane: { channels: 4, rows: 3, columns: 2, offset: 4 } });
  });
  test('any other, by name', () => {
    for (const name of ['join', 'sum', 'norm2']) expect(findLayer(graph, name).plane).toMatchObject({ rows: 3, columns: 2, offset: 4 });
    expect(findLayer(graph, 'embed').plane).toMatchObject({ channels: 4, rows: 3, columns: 2, offset: 0, placeStride: 1 });
    expect(() => findLayer(graph, 'y')).toThrow('the layer "y" has no plane: 1x3');
  });
  test('tokens behind those of the plane are left out, too', () => {
    const nodes = tokenModel.nodes.map((node) => (node.name === 'join' ? { ...node, inputs: ['rows', 'token'] } : node));
    const behind = importModel(buildModel({ ...tokenModel, nodes })).graph;
    expect(findLayer(behind)).toMatchObject({ name: 'norm1', plane: { rows: 3, columns: 2, offset: 0 } });
  });
  test('channels may be last, and planes of tokens that only the image tells', () => {
    const last = importModel(
      buildModel({
        inputs: { x: ['N', 2, 6, 4] },
        initializers: {
          scale: draw(48),
          shape: intTensor([1, 3, 2, 8]),
          cut: intTensor([1, 6, 8]),
          head: draw(48, 2),
          flat: intTensor([1, 48]),
        },
        nodes: [
          { op: 'Reshape', inputs: ['x', 'shape'], output: 'r' },
          { op: 'Relu', name: 'places', inputs: ['r'], output: 'p' },
          { op: 'Reshape', inputs: ['x', 'cut'], output: 'c' },
          { op: 'Relu', name: 'tokens', inputs: ['c'], output: 't' },
          { op: 'Reshape', inputs: ['p', 'flat'], output: 'pf' },
          { op: 'Reshape', inputs: ['t', 'flat'], output: 'tf' },
          { op: 'Add', inputs: ['pf', 'tf'], output: 's' },
          { op: 'MatMul', inputs: ['s', 'head'], output: 'y' },
        ],
        outputs: ['y'],
      }),
    ).graph;
    const plane = { rows: 3, columns: 2, channels: 8, offset: 0, channelStride: 1, placeStride: 8 };
    expect(findLayer(last, 'places').plane).toEqual(plane);
    expect(findLayer(last, 'tokens').plane).toEqual(plane);
    expect(() => findLayer(last)).toThrow('the network has no convolution of more than one pixel (another method)');
  });
});
