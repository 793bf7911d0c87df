import { CpuExecutor } from '../cpu/cpu_executor.js';
import { type CandidateBatch, type Executor, type Multipliers, NO_PATCH, type PathRequest } from '../executor.js';
import type { DeviceSource } from '../gpu/device/device.js';
import { GpuExecutor } from '../gpu/gpu_executor.js';
import type { GpuExecutorOptions } from '../gpu/resource_owner.js';
import { REGISTERS } from '../gpu/tuning/candidates.js';
import type { Graph } from '../graph/graph.js';
import { canonicalise } from '../graph/passes/canonicalise.js';
import type { RuleSet } from '../graph/passes/rules/rule_set.js';
import { NO_WINOGRAD } from '../ops/convolution/winograd.js';
import { itemAt } from '../tensor/items.js';
import { pixelPatches } from '../tensor/pixels.js';
import { Xoshiro128 } from '../tensor/random.js';
import { relativeDistance } from './case_graph.js';
import { REQUEST_LAYERS } from './networks/requests.js';

/** Relative distances of what an adapter computes from the float64 reference, by what is compared. */
export type Distances = Readonly<Record<string, number>>;

/** The layered plan, with kernels that keep tiles in registers: a GPU would choose between plans by size and between kernels by time. */
export const IN_REGISTERS: GpuExecutorOptions = { plan: 'layered', candidate: REGISTERS, winograd: NO_WINOGRAD };

/** How many paths, and how many points each has. */
export interface NumberOfPaths {
  readonly images: number;
  readonly points: number;
}

/** How many images or points the comparisons ask for. */
export const PATHS: NumberOfPaths = { images: 2, points: 11 };
export const MOMENT_IMAGES = 37;
export const LAYER_IMAGES = 5;
export const RULE_IMAGES = 5;
export const REGION_POINTS = 9;
export const CANDIDATES = 5;

/** Asks both executors of a graph the same, and returns how far the answers are apart. */
type Comparison = (graph: Graph, source: DeviceSource, options?: GpuExecutorOptions) => Promise<Distances>;

const uniform = (seed: number, size: number, low = -1, high = 1): Float32Array => {
  const random = Xoshiro128.fromSeed(seed);
  return Float32Array.from({ length: size }, () => low + (high - low) * random.uniform());
};

/** Runs the same work on an adapter and on the reference. */
async function onBoth<T>(graph: Graph, source: DeviceSource, options: GpuExecutorOptions, work: (executor: Executor) => Promise<T>) {
  const gpu = await GpuExecutor.create(source, canonicalise(graph), options);
  try {
    return { expected: await work(new CpuExecutor(graph)), found: await work(gpu) };
  } finally {
    gpu.destroy();
  }
}

/** Outputs, and gradients by the rule of paths, of these images, each with a seed of its own. */
export async function compareImages(
  graph: Graph,
  images: Float32Array,
  count: number,
  source: DeviceSource,
  options: GpuExecutorOptions = IN_REGISTERS,
): Promise<{ readonly outputs: number; readonly gradients: number; readonly outputsAtInput: number }> {
  const { expected, found } = await onBoth(graph, source, options, async (executor) => {
    const seeds = uniform(3, count * executor.classes);
    const request: PathRequest = {
      count,
      inputs: images,
      baselines: images,
      seeds,
      alphas: Float64Array.of(1),
      weights: Float64Array.of(1),
    };
    return { forward: await executor.forward(images, count), path: await executor.pathGradient(request) };
  });
  return {
    outputs: relativeDistance(found.forward.outputs, expected.forward.outputs),
    gradients: relativeDistance(found.path.gradients, expected.path.gradients),
    outputsAtInput: relativeDistance(found.path.outputsAtInput, expected.forward.outputs),
  };
}

/** Paths, by default of two images with eleven alphas: quads that are not full, and ends apart from samples. */
export async function comparePaths(
  graph: Graph,
  source: DeviceSource,
  options: GpuExecutorOptions = IN_REGISTERS,
  { images, points }: NumberOfPaths = PATHS,
): Promise<Distances> {
  const alphas = Float64Array.from({ length: points }, (_, k) => (k + 0.5) / points);
  const { expected, found } = await onBoth(graph, source, options, (executor) =>
    executor.pathGradient({
      count: images,
      inputs: uniform(5, images * executor.elements),
      baselines: uniform(6, images * executor.elements),
      seeds: uniform(7, images * executor.classes),
      alphas,
      weights: alphas.map((alpha) => 1 + alpha),
    }),
  );
  return {
    gradients: relativeDistance(found.gradients, expected.gradients),
    'outputs at the image': relativeDistance(found.outputsAtInput, expected.outputsAtInput),
    'outputs at the baseline': relativeDistance(found.outputsAtBaseline, expected.outputsAtBaseline),
  };
}

/** Gradients of 37 images, and their moments with factors and without: a run of 32 samples, and one that is not full. */
export const compareMoments: Comparison = async (graph, source, options = IN_REGISTERS) => {
  const { expected, found } = await onBoth(graph, source, options, async (executor) => {
    const [images, factors] = [8, 9].map((seed) => uniform(seed, MOMENT_IMAGES * executor.elements)) as [Float32Array, Float32Array];
    const seed = uniform(10, executor.classes);
    return {
      single: await executor.gradients({ images, seed }),
      plain: await executor.gradientMoments({ images, seed }),
      factored: await executor.gradientMoments({ images, seed, factors }),
    };
  });
  return {
    gradients: relativeDistance(found.single.gradients, expected.single.gradients),
    'their mean': relativeDistance(found.plain.mean, expected.plain.mean),
    'their spread': relativeDistance(found.plain.squares, expected.plain.squares),
    'the mean of products': relativeDistance(found.factored.mean, expected.factored.mean),
    'the spread of products': relativeDistance(found.factored.squares, expected.factored.squares),
  };
};

/** The values of layers of the network of requests, and the gradients there. */
export const compareLayers: Comparison = async (graph, source, options = IN_REGISTERS) => {
  const distances: Record<string, number> = {};
  for (const layers of [...REQUEST_LAYERS.map((layer) => [layer]), REQUEST_LAYERS]) {
    const { expected, found } = await onBoth(graph, source, options, (executor) =>
      executor.layerGradients({ images: uniform(11, LAYER_IMAGES * executor.elements), seed: uniform(12, executor.classes), layers }),
    );
    for (const [index, own] of found.layers.entries()) {
      const [name, reference] = [`${layers[index]} of ${layers.join(', ')}`, itemAt(expected.layers, index)];
      distances[`${name}, values`] = relativeDistance(own.values, reference.values);
      distances[`${name}, gradients`] = relativeDistance(own.gradients, reference.gradients);
    }
  }
  return distances;
};

/**
 * One backward pass by the rescale rule from images to others, whose number is even. What each element contributes is compared, its multiplier times its
 * difference: where the difference is small the multiplier is a quotient of small numbers.
 */
export async function compareMultipliers(graph: Graph, images: Float32Array, source: DeviceSource): Promise<Distances> {
  const [inputs, baselines] = [images.subarray(0, images.length / 2), images.subarray(images.length / 2)];
  const { expected, found } = await onBoth(graph, source, IN_REGISTERS, (executor) => {
    const count = inputs.length / executor.elements;
    return executor.multipliers({ count, inputs, baselines, seeds: uniform(15, count * executor.classes), rule: 'rescale' });
  });
  const contributions = ({ multipliers }: Multipliers) => inputs.map((x, i) => itemAt(multipliers, i) * (x - itemAt(baselines, i)));
  return {
    contributions: relativeDistance(contributions(found), contributions(expected)),
    outputs: relativeDistance(found.outputsAtInput, expected.outputsAtInput),
  };
}

/** Backward passes in which rules take the place of derivatives. */
export const RULE_SETS: readonly RuleSet[] = [
  { kind: 'guided-backprop' },
  { kind: 'lrp', composite: 'epsilon-gamma-box', epsilon: 1e-6, gamma: 0.25, box: { low: [-1], high: [1], layout: 'nchw' } },
];

/** The gradients of five images by rules. */
export const compareRules: Comparison = async (graph, source, options = IN_REGISTERS) => {
  const distances: Record<string, number> = {};
  for (const rules of RULE_SETS) {
    const { expected, found } = await onBoth(graph, source, options, (executor) =>
      executor.ruledGradients({ images: uniform(13, RULE_IMAGES * executor.elements), seed: uniform(14, executor.classes), rules }),
    );
    distances[rules.kind] = relativeDistance(found.gradients, expected.gradients);
  }
  return distances;
};

/** The linear regions of a path. */
export const compareRegions: Comparison = async (graph, source, options = IN_REGISTERS) => {
  const alphas = Float64Array.from({ length: REGION_POINTS }, (_, k) => (k + 0.5) / REGION_POINTS);
  const { expected, found } = await onBoth(graph, source, options, (executor) =>
    executor.regions({ input: uniform(16, executor.elements, -2, 2), baseline: uniform(17, executor.elements, -2, 2), alphas }),
  );
  return { 'lower ends': relativeDistance(found.lower, expected.lower), 'upper ends': relativeDistance(found.upper, expected.upper) };
};

/** Verdicts on edited images: prefixes of an order, single flips, pairs. */
export const compareCandidates: Comparison = async (graph, source, options = IN_REGISTERS) => {
  const { expected, found } = await onBoth(graph, source, options, (executor) => {
    const pixels = executor.elements;
    const order = Xoshiro128.fromSeed(18).shuffle(Uint32Array.from({ length: pixels }, (_, i) => i));
    const batch: CandidateBatch = {
      image: uniform(19, pixels),
      paint: uniform(20, pixels),
      pixels: { pixels, channels: 1, layout: 'nchw' },
      patches: pixelPatches(pixels),
      ranks: order,
      candidates: Uint32Array.from([
        ...[0, 0, NO_PATCH, NO_PATCH],
        ...[0, Math.floor(pixels / 2), NO_PATCH, NO_PATCH],
        ...[0, pixels, 0, NO_PATCH],
        ...[0, 0, 1, 2],
        ...[0, 3, pixels - 1, 1],
      ]),
    };
    return executor.evaluate(batch, 1);
  });
  return {
    margins: relativeDistance(found.margin, expected.margin),
    probabilities: relativeDistance(found.probability, expected.probability),
    classes: relativeDistance(found.predicted, expected.predicted),
  };
};
