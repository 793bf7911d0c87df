import type { RuleSet } from './graph/passes/rules/rule_set.js';
import type { BackwardRule } from './ops/operator.js';
import { itemAt } from './tensor/items.js';
import type { Patches, PixelLayout } from './tensor/pixels.js';

/**
 * Outputs and gradients of a network: float32 from the GPU, float64 from the CPU executor.
 *
 * @example const outputs: Numbers = result.outputs;
 */
export type Numbers = Float32Array | Float64Array;

/**
 * What attribution and edit search ask of a network, on any device. An executor is bound to one graph. Every array is in the model's input
 * space (after preprocessing) and in C order, with `elements` numbers for each image and `classes` numbers for each output.
 */
export interface Executor {
  readonly kind: 'gpu' | 'software' | 'cpu';
  /** The adapter's description; `float64 reference` for the CPU executor. */
  readonly adapter: string;
  /** Bytes of GPU memory that may be in use at once. Absent on the CPU. */
  readonly memoryBudget?: number;
  readonly elements: number;
  readonly classes: number;
  /** Whether the outputs are logits whose sigmoids are the probabilities: see Graph. */
  readonly bySigmoid: boolean;
  /** The distance between neighbouring numbers just below 1, in the precision of the executor: 2^-24 or 2^-53. */
  readonly epsilon: number;

  /** The outputs [count][classes] of `count` images [count][elements]. */
  forward(images: Float32Array, count: number, options?: RunOptions): Promise<Forward>;

  /** sum_k w_k grad f(p(a_k)) along straight paths, with all alphas of all images in one batch. */
  pathGradient(request: PathRequest, options?: RunOptions): Promise<PathGradient>;

  /** The gradient of f = sum_c seed_c output_c at each of many images. */
  gradients(request: GradientRequest, options?: RunOptions): Promise<Gradients>;

  /** Mean and spread of factor * gradient over many images, reduced on the executor. */
  gradientMoments(request: GradientMomentsRequest, options?: RunOptions): Promise<GradientMoments>;

  /**
   * The values of inner nodes, and the gradients with respect to them, at each of many images. Throws PathlightError where the graph has no
   * such node.
   */
  layerGradients(request: LayerRequest, options?: RunOptions): Promise<LayerGradients>;

  /** One backward pass in which rules take the place of derivatives, at each of many images. */
  ruledGradients(request: RuledGradientRequest, options?: RunOptions): Promise<RuledGradients>;

  /** One backward pass by a rule that compares each image with its baseline. */
  multipliers(request: MultiplierRequest, options?: RunOptions): Promise<Multipliers>;

  /** The linear regions around points of a straight path. Throws PathlightError where the network is not piecewise linear. */
  regions(request: RegionRequest, options?: RunOptions): Promise<Regions>;

  /** The verdicts on a batch of edited versions of one image, which the executor itself builds. */
  evaluate(batch: CandidateBatch, target: number, options?: RunOptions): Promise<Verdicts>;

  /** What follows a layer, as a network of its own, on the same device. Throws PathlightError where the graph has no such node. */
  behind(layer: string): Promise<Behind>;

  /** Releases what the executor holds; it cannot be used afterwards. */
  destroy(): void;
}

/**
 * Options of every long call: how to end it, and how to watch it.
 *
 * @example
 * const run: RunOptions = { signal: AbortSignal.timeout(10_000), onProgress: (done, total) => console.log(done / total) };
 * await predict(session, image, run);
 */
export interface RunOptions {
  /** Ends the work at the next chunk with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with the number of samples done, and the number of all samples. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The rest of a network behind a layer. */
export interface Behind {
  /**
   * Its images are rows of numbers: the layer's values, and after them those of `others` in their order. Whoever asked for it destroys it.
   */
  readonly executor: Executor;
  /** The values that pass the layer by and are read behind it, as names for `layerGradients`. */
  readonly others: readonly string[];
  /** The name that the image itself has among `others`. */
  readonly image: string;
}

export interface Forward {
  readonly outputs: Numbers;
  readonly cost: Cost;
}

/** Straight paths p(a) = b + a (x - b) from baselines b to inputs x, and for each path the function f = sum_c seed_c output_c. */
export interface PathRequest {
  readonly count: number;
  /** [count][elements] */
  readonly inputs: Float32Array;
  /** [count][elements] */
  readonly baselines: Float32Array;
  /** [count][classes] The cotangent of the output: 1 at the target, and -1 at the contrast if there is one. */
  readonly seeds: Float32Array;
  /** Nodes a_k in [0, 1], the same for all images. */
  readonly alphas: Float64Array;
  /** Weights w_k, one for each node. */
  readonly weights: Float64Array;
}

export interface PathGradient {
  /** sum_k w_k grad f(p(a_k)), [count][elements] */
  readonly gradients: Numbers;
  /** The model's output at x, [count][classes] */
  readonly outputsAtInput: Numbers;
  /** The model's output at b, [count][classes] */
  readonly outputsAtBaseline: Numbers;
  readonly cost: Cost;
}

export interface GradientRequest {
  /** [count][elements] */
  readonly images: Float32Array;
  /** [classes] The cotangent of the output, the same for all images. */
  readonly seed: Float32Array;
}

export interface Gradients {
  /** [count][elements] */
  readonly gradients: Numbers;
  readonly cost: Cost;
}

export interface RuledGradientRequest extends GradientRequest {
  readonly rules: RuleSet;
}

/**
 * What a backward pass by rules leaves at the image. Operators are those of the canonical graph, on every executor: there what an export spells
 * out as several is one, for which there is a rule.
 */
export interface RuledGradients extends Gradients {
  /** Operators that are not linear, and for which there is no rule: the pass took their derivative. Each once, in alphabetical order. */
  readonly byGradient: readonly string[];
}

/** Products factor_k * grad f(x_k), element by element, of many images x_k. */
export interface GradientMomentsRequest extends GradientRequest {
  /** [count][elements] All 1 if absent. */
  readonly factors?: Float32Array;
}

export interface GradientMoments {
  /** [elements] The mean of the products. */
  readonly mean: Float64Array;
  /** [elements] The sum of the products' squared distances from their mean. */
  readonly squares: Float64Array;
  readonly cost: Cost;
}

export interface LayerRequest extends GradientRequest {
  /** The names of nodes' outputs. One forward and one backward pass read all of them. */
  readonly layers: readonly string[];
  /** Rules that change the graph first. The layers are then those of the canonical graph with batch normalisations merged. */
  readonly rules?: RuleSet;
}

/** What one layer holds at every image. */
export interface LayerAnswer {
  /** [count][size of the layer] */
  readonly values: Numbers;
  /** [count][size of the layer] */
  readonly gradients: Numbers;
}

export interface LayerGradients {
  /** One for each layer, in the order of the request. */
  readonly layers: readonly LayerAnswer[];
  readonly cost: Cost;
}

/** What a single layer holds at every image. */
export async function readLayer(
  executor: Executor,
  { layer, ...request }: Omit<LayerRequest, 'layers'> & { readonly layer: string },
  options?: RunOptions,
): Promise<LayerAnswer & { readonly cost: Cost }> {
  const { layers, cost } = await executor.layerGradients({ ...request, layers: [layer] }, options);
  return { ...itemAt(layers, 0), cost };
}

/** Images x, each beside a baseline b, and f = sum_c seed_c output_c of each. */
export interface MultiplierRequest extends Omit<PathRequest, 'alphas' | 'weights'> {
  /** How operators that are not linear pass cotangents on. */
  readonly rule: BackwardRule;
}

/**
 * What a backward pass from f by a rule leaves at the image. Operators are those of the graph after `canonicalise` (src/graph/passes/canonicalise.ts),
 * on every executor: there what an export spells out as several is one, for which there is a rule.
 */
export interface Multipliers {
  /** [count][elements] */
  readonly multipliers: Numbers;
  /** The model's output at x, [count][classes] */
  readonly outputsAtInput: Numbers;
  /** The model's output at b, [count][classes] */
  readonly outputsAtBaseline: Numbers;
  /** Operators that are not linear, and for which there is no rule: the pass took their derivative at x. Each once, in alphabetical order. */
  readonly byGradient: readonly string[];
  readonly cost: Cost;
}

/** Points p(a) = b + a (x - b) of one straight path. */
export interface RegionRequest {
  /** x, [elements] */
  readonly input: Float32Array;
  /** b, [elements] */
  readonly baseline: Float32Array;
  /** Points a, in [0, 1]. */
  readonly alphas: Float64Array;
}

/**
 * One entry for each alpha: the interval of alphas around it, within [0, 1], on which no gate of the network changes and the gradient is
 * therefore constant. Each interval is computed from its own point alone: those of two points in one region agree only up to rounding.
 */
export interface Regions {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** A checksum of all gates. Points of one region have the same; points of different regions have the same with probability 2^-32. */
  readonly gates: Uint32Array;
  readonly cost: Cost;
}

/**
 * Edited versions of one image. Candidate i changes the patches whose rank in a sequence is below a length, and then toggles up to two
 * patches: a changed one back, an unchanged one into a changed one. Prefixes of an order, single flips, pairs and undone patches all have
 * this form. Every pixel of a changed patch takes all its channels from `paint`.
 */
export interface CandidateBatch {
  /** [elements] */
  readonly image: Float32Array;
  /** [elements] What each pixel becomes where it is changed. */
  readonly paint: Float32Array;
  readonly pixels: PixelLayout;
  readonly patches: Patches;
  /** [sequences][patches] The position of every patch in the sequence's order. A mask has rank 0 inside and 1 outside, and the length 1. */
  readonly ranks: Uint32Array;
  /** [count][4] Sequence, length, first toggled patch, second toggled patch (NO_PATCH for none). */
  readonly candidates: Uint32Array;
}

/** A toggle that does nothing. */
export const NO_PATCH = 0xffffffff;

/** One entry for each candidate. */
export interface Verdicts {
  /** The class with the largest output (the first of equals). */
  readonly predicted: Uint32Array;
  /** Output of the target minus the largest of the other outputs: above 0 where the target is predicted. */
  readonly margin: Numbers;
  /** Probability of the target: the softmax of the outputs, or of a multi-label network the sigmoid of the target's. */
  readonly probability: Numbers;
  readonly cost: Cost;
}

/**
 * What a call cost: counted, not estimated.
 *
 * @example const { dispatches, submits, milliseconds }: Cost = result.cost;
 */
export interface Cost {
  /** How the network ran: on a GPU with one dispatch for each operator (`layered`) or two in all (`fused`), or on the CPU. */
  readonly plan: 'layered' | 'fused' | 'cpu';
  /** Compute dispatches. */
  readonly dispatches: number;
  /** Submits to the GPU's queue. */
  readonly submits: number;
  /** Bytes sent to the GPU. */
  readonly uploadedBytes: number;
  /** Bytes read back from the GPU. */
  readonly readbackBytes: number;
  /** Bytes of GPU buffers alive at once, weights included. 0 on the CPU executor. */
  readonly peakBytes: number;
  /** Bytes of weights that were uploaded again and again, since the memory budget does not hold all at once. Absent where it does. */
  readonly streamedBytes?: number;
  /** Present where most of the forward pass ran twice, since the memory budget does not hold what the backward pass reads of it. */
  readonly recomputed?: true;
  /**
   * Present where activations were stored in 16 bits (`precision` mixed): how far gradients are from those with 32 bits, relative, in the Euclidean
   * norm. Measured at 16 points of the path, or all if they are fewer, of the first image that the session has explained: an estimate for others.
   */
  readonly mixedError?: number;
  /**
   * Multiply-adds of convolutions and products, for path gradients on a GPU. Those that tiles do beyond an edge are included. Evaluations
   * of path ends that workgroups of the fused plan repeat are counted once.
   */
  readonly multiplyAdds?: number;
  /** From the first upload to the last readback. */
  readonly milliseconds: number;
}

/** What several requests cost together. */
export function sumCosts(costs: readonly Cost[]): Cost {
  const total = (of: (cost: Cost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0);
  const streamed = total((cost) => cost.streamedBytes ?? 0);
  const mixedErrors = costs.flatMap(({ mixedError }) => (mixedError === undefined ? [] : [mixedError]));
  const counted = costs.flatMap(({ multiplyAdds }) => (multiplyAdds === undefined ? [] : [multiplyAdds]));
  return {
    plan: itemAt(costs, 0).plan,
    dispatches: total((cost) => cost.dispatches),
    submits: total((cost) => cost.submits),
    uploadedBytes: total((cost) => cost.uploadedBytes),
    readbackBytes: total((cost) => cost.readbackBytes),
    peakBytes: Math.max(...costs.map((cost) => cost.peakBytes)),
    ...(streamed > 0 && { streamedBytes: streamed }),
    ...(costs.some((cost) => cost.recomputed) && { recomputed: true }),
    ...(mixedErrors.length > 0 && { mixedError: Math.max(...mixedErrors) }),
    ...(counted.length === costs.length && { multiplyAdds: counted.reduce((sum, multiplyAdds) => sum + multiplyAdds, 0) }),
    milliseconds: total((cost) => cost.milliseconds),
  };
}
