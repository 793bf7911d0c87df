import { type Baseline, makeBaseline } from '../attribution/baseline.js';
import type { Rule } from '../attribution/integral/quadrature.js';
import type { BlurOptions } from '../attribution/methods/blur_ig.js';
import type { BaselineSet } from '../attribution/methods/expected_gradients.js';
import type { GuidedOptions } from '../attribution/methods/guided_ig.js';
import { type Attribution, type AttributionTask, attributeTasks, type Method, type Steps } from '../attribution/methods/index.js';
import type { OcclusionOptions } from '../attribution/methods/occlusion.js';
import type { SmoothOptions } from '../attribution/methods/smooth.js';
import { PathlightError } from '../errors.js';
import type { Cost, RunOptions } from '../executor.js';
import { findLayer } from '../graph/analysis/layers.js';
import type { OutputMode } from '../graph/passes/head.js';
import { backgroundColour } from '../image/pixels.js';
import { type Preprocessing, pixelLayout, validRange } from '../image/preprocessing/preprocess.js';
import type { ImageSpace } from '../tensor/pixels.js';
import type { Prediction, Session } from './session.js';

export const DEFAULT_STEPS = 64;

/** One value for all images, or one an image. */
export type PerImage<T> = T | readonly T[];

export interface AttributeOptions extends RunOptions, SmoothOptions, OcclusionOptions, BlurOptions, GuidedOptions {
  /** `ig` by default. */
  readonly method?: Method;
  /** The class to explain; by default the predicted one, which costs a forward pass more. */
  readonly target?: PerImage<number>;
  /** Explain the target's output minus that of this class, or of the predicted class. In a list, undefined where an image has none. */
  readonly contrast?: PerImage<number | 'predicted' | undefined>;
  /** Where the path starts: `zero` by default. */
  readonly baseline?: PerImage<Baseline>;
  /**
   * What expected gradients start from: images [elements] in the model's input space, or so many of noise, uniform between black and white, seeded.
   */
  readonly baselines?: number | readonly Float32Array[];
  /** Where Grad-CAM looks: the name of a node; by default the last convolution, with the normalisation and activation after it. */
  readonly layer?: string;
  /** Points of the path, 64 by default. Of `ig` also `auto` takes as many as the tolerance asks for, `exact` finds all linear regions. */
  readonly steps?: Steps;
  /** `midpoint` by default. Not with `exact`. */
  readonly rule?: Rule;
  /** Of `auto`: the largest error of any element, relative to the largest attribution, as estimated; 1e-3 by default. */
  readonly tolerance?: number;
  /** Of `auto`: steps at most, 4,096 by default. Of `exact`: evaluations at most, 65,536 by default. */
  readonly maxSteps?: number;
  /** Which output is explained: `logit` by default. */
  readonly output?: OutputMode;
  /** Of the baseline `noise`, and of what methods draw; 0 by default. */
  readonly seed?: number;
}

export interface AttributionResult extends Attribution {
  readonly prediction: Prediction;
  readonly target: number;
  readonly contrast: number | null;
  /** Of all images of the call together. */
  readonly cost: Cost;
}

/**
 * Attributions of images [elements] in the model's input space, all in one batch. `values` of each result has the layout of its image.
 * Throws PathlightError on bad input, and the signal's reason when it is raised.
 */
export async function attribute(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options: AttributeOptions = {},
): Promise<AttributionResult[]> {
  const list = images instanceof Float32Array ? [images] : images;
  const { method = 'ig', output = 'logit', steps = DEFAULT_STEPS, baselines, layer, ...others } = options;
  const executor = await session.executor(output);
  const space = imageSpace(session.preprocessing);
  const predicted = needsPrediction(options) ? await predictAll(session, list, output, options) : undefined;
  const tasks = list.map((image, index): AttributionTask => {
    const target = pick(options.target, index, list.length, 'target') ?? predicted![index]!;
    const contrast = pick(options.contrast, index, list.length, 'contrast');
    const background = backgroundColour(image, session.preprocessing);
    const baseline = makeBaseline(pick(options.baseline, index, list.length, 'baseline') ?? 'zero', image, space, {
      background,
      seed: options.seed ?? 0,
    });
    return {
      image,
      target,
      ...(contrast !== undefined && { contrast: contrast === 'predicted' ? predicted![index]! : contrast }),
      baseline,
    };
  });
  const { attributions, cost } = await attributeTasks(executor, tasks, {
    ...others,
    method,
    steps,
    space,
    ...(baselines !== undefined && { baselines: baselineSet(baselines, executor.elements, space, options.seed ?? 0) }),
    ...(method === 'grad-cam' && { layer: findLayer(session.graph, layer) }),
  });
  return attributions.map((attribution, index) => ({
    ...attribution,
    prediction: session.predict(attribution.outputs, output),
    target: tasks[index]!.target,
    contrast: tasks[index]!.contrast ?? null,
    cost,
  }));
}

/** Integrated Gradients: `attribute` with the method `ig`. */
export function integratedGradients(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options: Omit<AttributeOptions, 'method'> = {},
): Promise<AttributionResult[]> {
  return attribute(session, images, { ...options, method: 'ig' });
}

/** The signed gradient: `attribute` with the method `saliency`. */
export function saliency(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options: Pick<AttributeOptions, 'target' | 'contrast' | 'output' | 'signal' | 'onProgress'> = {},
): Promise<AttributionResult[]> {
  return attribute(session, images, { ...options, method: 'saliency' });
}

/** Input x gradient: `attribute` with the method `input-x-gradient`. */
export function inputXGradient(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options: Pick<AttributeOptions, 'target' | 'contrast' | 'output' | 'signal' | 'onProgress'> = {},
): Promise<AttributionResult[]> {
  return attribute(session, images, { ...options, method: 'input-x-gradient' });
}

/** What the model makes of images [elements] in its input space. */
export async function predict(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options: RunOptions = {},
): Promise<Prediction[]> {
  const list = images instanceof Float32Array ? [images] : images;
  const { outputs } = await runForward(session, list, 'logit', options);
  const classes = outputs.length / list.length;
  return list.map((_, index) => session.predict(outputs.subarray(index * classes, (index + 1) * classes), 'logit'));
}

/** What baselines and edits must know of a model's images. */
export function imageSpace(preprocessing: Preprocessing): ImageSpace {
  const { width, height } = preprocessing;
  return { pixels: pixelLayout(preprocessing), width, height, ...validRange(preprocessing) };
}

function baselineSet(baselines: number | readonly Float32Array[], elements: number, space: ImageSpace, seed: number): BaselineSet {
  const count = typeof baselines === 'number' ? baselines : baselines.length;
  if (!(Number.isInteger(count) && count >= 1)) throw new PathlightError(`${count} baselines`, 'a whole number from 1');
  if (typeof baselines !== 'number') return { count, at: (index) => baselines[index]! };
  const [shape, background] = [new Float32Array(elements), space.low];
  return { count, at: (index) => makeBaseline('noise', shape, space, { background, seed: seed + 1 + index }) };
}

function needsPrediction({ target, contrast }: AttributeOptions): boolean {
  return target === undefined || (Array.isArray(contrast) ? contrast.includes('predicted') : contrast === 'predicted');
}

async function predictAll(session: Session, images: readonly Float32Array[], output: OutputMode, run: RunOptions): Promise<number[]> {
  const { outputs } = await runForward(session, images, output, { ...(run.signal && { signal: run.signal }) });
  const classes = outputs.length / images.length;
  return images.map((_, index) => session.predict(outputs.subarray(index * classes, (index + 1) * classes), output).class);
}

async function runForward(session: Session, images: readonly Float32Array[], output: OutputMode, run: RunOptions) {
  const executor = await session.executor(output);
  const batch = new Float32Array(images.length * executor.elements);
  images.forEach((image, index) => {
    if (image.length !== executor.elements) {
      throw new PathlightError(`an image of ${image.length} numbers`, `${executor.elements}, as the model's input`);
    }
    batch.set(image, index * executor.elements);
  });
  return executor.forward(batch, images.length, run);
}

function pick<T>(values: PerImage<T> | undefined, index: number, count: number, name: string): T | undefined {
  if (!Array.isArray(values)) return values as T | undefined;
  if (values.length !== count) throw new PathlightError(`${values.length} ${name}s for ${count} images`, 'one an image');
  return values[index];
}
