import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import {
  type CandidateBatch,
  type Executor,
  NO_PATCH,
  type Numbers,
  type PathGradient,
  type PathRequest,
  readLayer,
} from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { variantName } from '../../src/gpu/kernels/source.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import type { GpuExecutorOptions } from '../../src/gpu/resource_owner.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { useDevice } from '../support/gpu.js';
import { buildModel, floatTensor, type ModelDescription } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

/**
 * A sample that does not count must not change one that does, whatever its values are. Samples that do not count are those with weight 0 (the
 * ends of a path, the rest of its last quad), other images of a batch, and what earlier requests left in lanes that are idle now. NaN and
 * infinity are planted in each. What is right is what the float64 executor gives, which leaves such samples out.
 */

const random = mulberry32(91);
const weights = (...shape: number[]) => floatTensor(shape, uniformArray(random, sizeOf(shape), -1, 1));

/** Networks of 8 x 8 images that have no number at the image 0. */
const networks: Readonly<Record<string, ModelDescription>> = {
  'x / |x|': {
    inputs: { image: ['N', 64] },
    initializers: { w: weights(64, 4) },
    nodes: [
      { op: 'ReduceL2', inputs: ['image'], output: 'length', attributes: { axes: [1] } },
      { op: 'Div', inputs: ['image', 'length'], output: 'unit' },
      { op: 'Gemm', inputs: ['unit', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  },
  // The blend of the linear prefix takes the pool along, and the sum over alphas is one of pooled cotangents.
  'a pool divided by its length': {
    inputs: { image: ['N', 1, 8, 8] },
    initializers: { w: weights(16, 4) },
    nodes: [
      { op: 'MaxPool', inputs: ['image'], output: 'p', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Flatten', inputs: ['p'], output: 'flat' },
      { op: 'ReduceL2', inputs: ['flat'], output: 'length', attributes: { axes: [1] } },
      { op: 'Div', inputs: ['flat', 'length'], output: 'unit' },
      { op: 'Gemm', inputs: ['unit', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  },
  // The blend takes the Relu along. 1 / 0 is infinity, and so is its derivative.
  'one over a sum of Relus': {
    inputs: { image: ['N', 64] },
    initializers: { v: weights(64, 10), w: weights(10, 4) },
    nodes: [
      { op: 'Gemm', inputs: ['image', 'v'], output: 'h' },
      { op: 'Relu', inputs: ['h'], output: 'r' },
      { op: 'ReduceSum', inputs: ['r'], output: 'sum', attributes: { keepdims: 1 } },
      { op: 'Reciprocal', inputs: ['sum'], output: 'one' },
      { op: 'Gemm', inputs: ['r', 'w'], output: 'scores' },
      { op: 'Add', inputs: ['scores', 'one'], output: 'y' },
    ],
    outputs: ['y'],
  },
};

const ELEMENTS = 64;
const draw = (count: number) => Float32Array.from(uniformArray(random, count * ELEMENTS, 0.1, 1));
const graphOf = (model: ModelDescription): Graph => importModel(buildModel(model)).graph;

/** Float32 through three layers, with sums of at most 128 terms. */
const TOLERANCE = 1e-5;

/** The same numbers within the tolerance; and the same kind of number wherever one is not finite. */
function expectAgreement(found: Numbers, expected: Numbers, what: string, tolerance = TOLERANCE): void {
  const kinds = (numbers: Numbers) => [...numbers].map((value) => (Number.isFinite(value) ? '.' : `${value} `)).join('');
  const finite = (numbers: Numbers) => [...numbers].map((value) => (Number.isFinite(value) ? value : 0));
  expect(kinds(found), what).toBe(kinds(expected));
  expect(relativeDistance(finite(found), finite(expected)), what).toBeLessThan(tolerance);
}

function pathsFromZero(steps: number, count: number): PathRequest {
  const [nodes, shares] = steps === 1 ? [Float64Array.of(1), Float64Array.of(1)] : Object.values(quadrature('midpoint', steps));
  const seeds = Float32Array.from({ length: 4 * count }, (_, index) => (index % 5 === 0 ? 1 : 0));
  const inputs = Float32Array.from(uniformArray(mulberry32(steps), count * ELEMENTS, 0.1, 1));
  return { count, inputs, baselines: new Float32Array(count * ELEMENTS), seeds, alphas: nodes!, weights: shares! };
}

function expectPaths(found: PathGradient, expected: PathGradient): void {
  expect([...expected.gradients].every(Number.isFinite)).toBe(true);
  expect([...expected.outputsAtBaseline].some(Number.isFinite)).toBe(false);
  for (const part of ['gradients', 'outputsAtInput', 'outputsAtBaseline'] as const) expectAgreement(found[part], expected[part], part);
}

describe('samples that do not count', () => {
  const shared = useDevice();
  const on = (graph: Graph, options: GpuExecutorOptions = {}) => GpuExecutor.create(shared.source, canonicalise(graph), options);

  describe.each(Object.entries(networks))('%s', (_, model) => {
    const graph = graphOf(model);
    const cpu = new CpuExecutor(graph);

    test('the ends of a path and the rest of its last quad', async () => {
      const gpu = await on(graph, { plan: 'layered' });
      // One step (saliency), a quad and one more, a run of 32 and one more.
      for (const steps of [1, 5, 33])
        expectPaths(await gpu.pathGradient(pathsFromZero(steps, 2)), await cpu.pathGradient(pathsFromZero(steps, 2)));
      gpu.destroy();
    });
  });

  test('the blends and sums of these networks are plain, with a pool, and with a Relu', () => {
    const cuts = Object.values(networks).map((model) =>
      pathSchedule(canonicalise(graphOf(model))).dispatches.filter(({ kernel }) => /blend|reduce$/.test(kernel)),
    );
    expect(cuts.map((dispatches) => dispatches.map(({ kernel, constants = {} }) => variantName(kernel, constants)))).toEqual([
      ['path_blend RELU=0', 'path_reduce SAMPLES_PER_RUN=32'],
      [
        'path_blend_pool CHANNELS=8 COLUMNS=2 COLUMN_STRIDE=2 DOWN=1 PADDED=0 RELU=0 ROWS=2 ROW_STRIDE=2',
        'path_reduce COLUMNS=2 COLUMN_STRIDE=2 ROWS=2 ROW_STRIDE=2 SAMPLES_PER_RUN=32',
      ],
      ['path_blend RELU=1', 'path_reduce SAMPLES_PER_RUN=32'],
    ]);
  });

  test('in one shader: the ends, which are samples there, and blocks that share memory in rounds', async () => {
    const graph = graphOf(networks['one over a sum of Relus']!);
    const cpu = new CpuExecutor(graph);
    const gpu = await on(graph, { plan: 'fused' });
    // 8 samples for each image: 20 blocks of 16 samples for 16 workgroups. The images of NaN lie in first and in second rounds.
    const request = pathsFromZero(5, 40);
    const found = await gpu.pathGradient(request);
    expect(found.cost.plan).toBe('fused');
    expectPaths(found, await cpu.pathGradient(request));
    const isPoisoned = (index: number, each: number) => Math.floor(index / each) % 7 === 1;
    const inputs = request.inputs.map((pixel, index) => (isPoisoned(index, ELEMENTS) ? Number.NaN : pixel));
    const poisoned = await gpu.pathGradient({ ...request, inputs });
    for (const part of ['gradients', 'outputsAtInput'] as const) {
      const others = (numbers: Numbers) => [...numbers].filter((_, index) => !isPoisoned(index, numbers.length / request.count));
      expect([...poisoned[part]]).not.toEqual([...found[part]]);
      expect(others(poisoned[part])).toEqual(others(found[part]));
    }
    gpu.destroy();
  });

  describe('other images of a batch, and what earlier requests left', () => {
    const graph = graphOf({
      inputs: { image: ['N', 64] },
      initializers: { v: weights(64, 10), w: weights(10, 4) },
      nodes: [
        { op: 'LeakyRelu', inputs: ['image'], output: 'a' },
        { op: 'Gemm', inputs: ['a', 'v'], output: 'h' },
        { op: 'Relu', inputs: ['h'], output: 'r' },
        { op: 'Gemm', inputs: ['r', 'w'], output: 'y' },
      ],
      outputs: ['y'],
    });
    /** Five quads in a block of eight, the last with two images. */
    const COUNT = 18;
    const POISONED = 6;
    const clean = draw(COUNT);
    const seed = Float32Array.of(1, -1, 0.5, 0);
    const seedsOf = (count: number) => Float32Array.from({ length: 4 * count }, (_, index) => seed[index % 4]!);
    const poisonedAt = (value: number) => clean.map((pixel, index) => (Math.floor(index / ELEMENTS) === POISONED ? value : pixel));

    /** The answer to a request on images, with the numbers that belong to each image. */
    type Ask = (executor: Executor, images: Float32Array) => Promise<readonly { readonly numbers: Numbers; readonly each: number }[]>;
    const ofImages: Readonly<Record<string, Ask>> = {
      forward: async (executor, images) => {
        return [{ numbers: (await executor.forward(images, images.length / ELEMENTS)).outputs, each: 4 }];
      },
      gradients: async (executor, images) => [{ numbers: (await executor.gradients({ images, seed })).gradients, each: ELEMENTS }],
      pathGradient: async (executor, images) => {
        const count = images.length / ELEMENTS;
        const [alphas, shares] = [Float64Array.of(0.2, 0.7), Float64Array.of(0.5, 0.5)];
        const paths = { count, inputs: images, baselines: new Float32Array(images.length), seeds: seedsOf(count) };
        const { gradients, outputsAtInput } = await executor.pathGradient({ ...paths, alphas, weights: shares });
        return [gradients, outputsAtInput].map((numbers) => ({ numbers, each: numbers.length / count }));
      },
      multipliers: async (executor, images) => {
        const count = images.length / ELEMENTS;
        const paths = { count, inputs: images, baselines: new Float32Array(images.length), seeds: seedsOf(count) };
        const { multipliers, outputsAtInput } = await executor.multipliers({ ...paths, rule: 'rescale' });
        return [multipliers, outputsAtInput].map((numbers) => ({ numbers, each: numbers.length / count }));
      },
      layerGradients: async (executor, images) => {
        const { values, gradients } = await readLayer(executor, { images, seed, layer: 'h' });
        return [values, gradients].map((numbers) => ({ numbers, each: numbers.length / (images.length / ELEMENTS) }));
      },
    };
    /** Answers that belong to all images together. */
    const ofAll: Readonly<Record<string, Ask>> = {
      gradientMoments: async (executor, images) => {
        const { mean, squares } = await executor.gradientMoments({ images, seed, factors: images });
        return [mean, squares].map((numbers) => ({ numbers, each: numbers.length }));
      },
      regions: async (executor, images) => {
        const [input, baseline] = [images.subarray(0, ELEMENTS), new Float32Array(ELEMENTS)];
        const alphas = Float64Array.from({ length: images.length / ELEMENTS / 2 }, (_, index) => (index + 1) / 20);
        const { lower, upper, gates } = await executor.regions({ input, baseline, alphas });
        return [lower, upper, Float64Array.from(gates)].map((numbers) => ({ numbers, each: numbers.length }));
      },
    };
    const evaluate: Ask = async (executor, images) => {
      const [image, paint] = [images.subarray(0, ELEMENTS), images.subarray(POISONED * ELEMENTS, (POISONED + 1) * ELEMENTS)];
      const all = Uint32Array.from({ length: ELEMENTS }, (_, pixel) => pixel);
      // Of the candidates only the seventh is painted.
      const candidates = Uint32Array.from(
        Array.from({ length: images.length / ELEMENTS }, (_, index) => [0, index === POISONED ? 5 : 0, NO_PATCH, NO_PATCH]).flat(),
      );
      const batch: CandidateBatch = {
        image,
        paint,
        pixels: { pixels: ELEMENTS, channels: 1, layout: 'nchw' },
        patches: { labels: all, count: ELEMENTS },
        ranks: all,
        candidates,
      };
      const { margin, probability } = await executor.evaluate(batch, 1);
      return [margin, probability].map((numbers) => ({ numbers, each: 1 }));
    };

    test.each(Object.entries({ ...ofImages, evaluate }))('%s: an image of NaN or infinity changes no bit of the others', async (_, ask) => {
      const gpu = await on(graph, { plan: 'layered' });
      const expected = await ask(gpu, clean);
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        for (const [index, { numbers, each }] of (await ask(gpu, poisonedAt(value))).entries()) {
          const others = (all: Numbers) => [...all].filter((__, at) => Math.floor(at / each) !== POISONED);
          expect([...numbers]).not.toEqual([...expected[index]!.numbers]);
          expect(others(numbers)).toEqual(others(expected[index]!.numbers));
        }
      }
      gpu.destroy();
    });

    test.each(Object.entries({ ...ofImages, ...ofAll, evaluate }))('%s: NaN in idle lanes changes no bit', async (_, ask) => {
      const [fresh, used] = [await on(graph, { plan: 'layered' }), await on(graph, { plan: 'layered' })];
      // 32 images fill all lanes of the block in which 18 leave three idle, and two samples of a quad.
      await ask(used, new Float32Array(32 * ELEMENTS).fill(Number.NaN));
      const [expected, found] = [await ask(fresh, clean), await ask(used, clean)];
      for (const [index, { numbers }] of found.entries()) {
        expect([...numbers].every(Number.isFinite)).toBe(true);
        expect([...numbers]).toEqual([...expected[index]!.numbers]);
      }
      fresh.destroy();
      used.destroy();
    });
  });

  // max(NaN, 0) is 0 on most adapters, and an answer would look as if all were well.
  test.each<[string, ModelDescription['nodes'], Record<string, ReturnType<typeof weights>>]>([
    ['alone', [{ op: 'Relu', inputs: ['a'], output: 'y' }], {}],
    [
      'of a product',
      [
        { op: 'Flatten', inputs: ['a'], output: 'f' },
        { op: 'Gemm', inputs: ['f', 'w'], output: 'g' },
        { op: 'Relu', inputs: ['g'], output: 'y' },
      ],
      { w: weights(64, 4) },
    ],
    [
      'of a convolution',
      [
        { op: 'Conv', inputs: ['a', 'k'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['c'], output: 'y' },
      ],
      { k: weights(8, 1, 3, 3) },
    ],
  ])('a Relu %s hides no NaN', async (_, nodes, initializers) => {
    const first = { op: 'LeakyRelu', inputs: ['image'], output: 'a' };
    const graph = graphOf({ inputs: { image: ['N', 1, 8, 8] }, initializers, nodes: [first, ...nodes], outputs: ['y'] });
    const images = draw(5);
    for (const [place, value] of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].entries()) images[place * 70] = value;
    const gpu = await on(graph, { plan: 'layered' });
    const [expected, found] = [await new CpuExecutor(graph).forward(images, 5), await gpu.forward(images, 5)];
    expect([...expected.outputs].some(Number.isNaN)).toBe(true);
    expectAgreement(found.outputs, expected.outputs, 'outputs');
    gpu.destroy();
  });

  // Loops whose body has several steps go past the end of a sum. There the weights are 0, and the last element is read again.
  describe('steps past the end of a sum', () => {
    test.each<[string, ModelDescription]>([
      [
        'a product of 5 terms',
        {
          inputs: { image: ['N', 5] },
          initializers: { w: weights(5, 6) },
          nodes: [{ op: 'Gemm', inputs: ['image', 'w'], output: 'y' }],
          outputs: ['y'],
        },
      ],
      [
        'tokens times weights',
        {
          inputs: { image: ['N', 5, 5] },
          initializers: { w: weights(5, 6) },
          nodes: [{ op: 'MatMul', inputs: ['image', 'w'], output: 'y' }],
          outputs: ['y'],
        },
      ],
      [
        'a product of two values',
        {
          inputs: { image: ['N', 5, 5] },
          nodes: [
            { op: 'Abs', inputs: ['image'], output: 'a' },
            { op: 'MatMul', inputs: ['image', 'a'], output: 'y' },
          ],
          outputs: ['y'],
        },
      ],
      [
        'a convolution of one tap over 5 channels',
        {
          inputs: { image: ['N', 5, 3, 3] },
          initializers: { k: weights(16, 5, 1, 1) },
          nodes: [{ op: 'Conv', inputs: ['image', 'k'], output: 'y' }],
          outputs: ['y'],
        },
      ],
    ])('%s: infinity stays infinity', async (_, model) => {
      const graph = graphOf(model);
      const elements = sizeOf(graph.input.shape);
      // One image has few lanes, and its rows may share loads; of convolutions one variant is enough, which compiles for seconds.
      for (const count of graph.nodes.some(({ op }) => op === 'Conv') ? [1] : [1, 40]) {
        const images = Float32Array.from(uniformArray(random, count * elements, 0.1, 1));
        // The last element of every sum, in some images; a row of infinities times a column of them would be NaN on both.
        for (let image = 0; image < count; image += 3) images[(image + 1) * elements - 1] = Number.POSITIVE_INFINITY;
        const gpu = await on(graph, { plan: 'layered' });
        const [expected, found] = [await new CpuExecutor(graph).forward(images, count), await gpu.forward(images, count)];
        expect([...expected.outputs].some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(true);
        expectAgreement(found.outputs, expected.outputs, `${count} images`);
        gpu.destroy();
      }
    });
  });
});
