import type { Patches, PixelLayout } from './tensor/pixels.js';

/**
 * Results of a network: float32 from the GPU, float64 from the CPU executor.
 *
 * @example const outputs: Numbers = result.outputs;
 */
export type Numbers = Float32Array | Float64Array;

/**
 * What attribution and edit search ask of a network, whoever runs it. An executor is bound to one graph; every array is in the model's
 * input space (after preprocessing), C order, `elements` numbers an image, `classes` numbers an output.
 */
export interface Executor {
  readonly kind: 'gpu' | 'software' | 'cpu';
  /** The adapter's description; `float64 reference` for the CPU executor. */
  readonly adapter: string;
  readonly elements: number;
  readonly classes: number;
  /** The distance of neighbouring numbers below 1 in which the executor computes: 2^-24 or 2^-53. */
  readonly epsilon: number;

  /** The outputs [count][classes] of `count` images [count][elements]. */
  forward(images: Float32Array, count: number, options?: RunOptions): Promise<Forward>;

  /** sum_k w_k grad f(p(a_k)) along straight paths, all alphas of all images in one batch. */
  pathGradient(request: PathRequest, options?: RunOptions): Promise<PathGradient>;

  /** The gradient of f = sum_c seed_c output_c at each of many images. */
  gradients(request: GradientRequest, options?: RunOptions): Promise<Gradients>;

  /** Mean and spread of factor * gradient over many images, reduced where they are computed. */
  gradientMoments(request: GradientMomentsRequest, options?: RunOptions): Promise<GradientMoments>;

  /** The value of an inner node, and the gradient with respect to it, at each of many images. Throws PathlightError where there is no such. */
  layerGradients(request: LayerRequest, options?: RunOptions): Promise<LayerGradients>;

  /** The linear regions around points of a straight path. Throws PathlightError where the network is not piecewise linear. */
  regions(request: RegionRequest, options?: RunOptions): Promise<Regions>;

  /** The verdicts of a batch of edited versions of one image, built where they are evaluated. */
  evaluate(batch: CandidateBatch, target: number, options?: RunOptions): Promise<Verdicts>;

  /** Releases what the executor holds; it cannot be used afterwards. */
  destroy(): void;
}

/**
 * What every long call takes: a way to end it, and a way to watch it.
 *
 * @example
 * const run: RunOptions = { signal: AbortSignal.timeout(10_000), onProgress: (done, total) => console.log(done / total) };
 * await predict(session, image, run);
 */
export interface RunOptions {
  /** Ends the work at the next chunk with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with the number of samples done and of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Forward {
  readonly outputs: Numbers;
  readonly cost: Cost;
}

/** Straight paths p(a) = b + a (x - b) from baselines b to inputs x, and f = sum_c seed_c output_c of each. */
export interface PathRequest {
  readonly count: number;
  /** [count][elements] */
  readonly inputs: Float32Array;
  /** [count][elements] */
  readonly baselines: Float32Array;
  /** [count][classes]: the cotangent of the output, e.g. 1 at the target; 1 at the target and -1 at the contrast. */
  readonly seeds: Float32Array;
  /** Nodes a_k in [0, 1], the same for all images. */
  readonly alphas: Float64Array;
  /** Weights w_k, one a node. */
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
  /** [classes]: the cotangent of the output, the same for all images. */
  readonly seed: Float32Array;
}

export interface Gradients {
  /** [count][elements] */
  readonly gradients: Numbers;
  readonly cost: Cost;
}

/** Products factor_k * grad f(x_k), element by element, of many images x_k. */
export interface GradientMomentsRequest extends GradientRequest {
  /** [count][elements]; 1 where there are none. */
  readonly factors?: Float32Array;
}

export interface GradientMoments {
  /** Of the products, [elements] */
  readonly mean: Float64Array;
  /** The sum of their squared distances from the mean, [elements] */
  readonly squares: Float64Array;
  readonly cost: Cost;
}

export interface LayerRequest extends GradientRequest {
  /** The name of a node's output. */
  readonly layer: string;
}

export interface LayerGradients {
  /** [count][size of the layer] */
  readonly values: Numbers;
  /** [count][size of the layer] */
  readonly gradients: Numbers;
  readonly cost: Cost;
}

/** Points p(a) = b + a (x - b) of one straight path. */
export interface RegionRequest {
  /** x, [elements] */
  readonly input: Float32Array;
  /** b, [elements] */
  readonly baseline: Float32Array;
  /** In [0, 1]. */
  readonly alphas: Float64Array;
}

/**
 * One entry an alpha: the interval of alphas around it on which no gate of the network changes, so that its gradient is constant, as far as it
 * lies in [0, 1]. It is computed from this point alone: the intervals of two points of one region agree but for rounding.
 */
export interface Regions {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** A checksum of all gates: the same at two points of one region; at points of different regions the same once in 2^32. */
  readonly gates: Uint32Array;
  readonly cost: Cost;
}

/**
 * Edited versions of one image. Candidate i changes the patches whose rank in sequence s is below a length, and then toggles up to two
 * patches (changes them if they were not changed, and the other way round): prefixes of an order, single flips, pairs and undone
 * patches are all of this form. The pixels of a changed patch take all their channels from `paint`.
 */
export interface CandidateBatch {
  /** [elements] */
  readonly image: Float32Array;
  /** [elements] what each pixel becomes. */
  readonly paint: Float32Array;
  readonly pixels: PixelLayout;
  readonly patches: Patches;
  /** [sequences][patches] the position of every patch in the order; a mask is the rank 0 inside, 1 outside, with the length 1. */
  readonly ranks: Uint32Array;
  /** [count][4]: sequence, length, first toggled patch, second toggled patch (NO_PATCH for none). */
  readonly candidates: Uint32Array;
}

/** A toggle that does nothing. */
export const NO_PATCH = 0xffffffff;

/** One entry a candidate. */
export interface Verdicts {
  /** The class with the largest output (the first of equals). */
  readonly predicted: Uint32Array;
  /** Output of the target minus the largest of the others: above 0 where the target is predicted. */
  readonly margin: Numbers;
  /** Softmax probability of the target. */
  readonly probability: Numbers;
  readonly cost: Cost;
}

/**
 * What a call cost: counted, not estimated.
 *
 * @example const { dispatches, submits, milliseconds }: Cost = result.cost;
 */
export interface Cost {
  /** How the network ran: one dispatch for each operator, all in two, or on the CPU. */
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
  /**
   * Multiply-adds of convolutions and products, those of tiles that reach past an edge included; of path gradients on a GPU. What workgroups of
   * the fused plan repeat for the ends of their paths is counted once.
   */
  readonly multiplyAdds?: number;
  /** From the first upload to the last readback. */
  readonly milliseconds: number;
}
