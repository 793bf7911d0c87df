import { type Baseline, makeBaseline } from '../attribution/baseline.js';
import type { Steps } from '../attribution/integral/integral.js';
import type { IntegralOptions } from '../attribution/method.js';
import type { Method, OwnOptions } from '../attribution/methods/index.js';
import type { SmoothOptions } from '../attribution/smooth.js';
import { type Attribution, type AttributionTask, attributeTasks } from '../attribution/tasks.js';
import { PathlightError } from '../errors.js';
import type { Cost, RunOptions } from '../executor.js';
import type { OutputMode } from '../graph/passes/head.js';
import { backgroundColour } from '../image/pixels.js';
import { type Preprocessing, pixelLayout, validRange } from '../image/preprocessing/preprocess.js';
import { at } from '../tensor/at.js';
import type { ImageSpace } from '../tensor/pixels.js';
import type { Prediction, Session } from './session.js';

export const DEFAULT_STEPS = 64;

/** One value for all images, or one an image. */
export type PerImage<T> = T | readonly T[];

/** How images are explained. Options that belong to one method (src/attribution/methods) are not read by the others. */
export interface AttributeOptions extends Partial<IntegralOptions>, RunOptions, SmoothOptions, OwnOptions {
  /** `ig` by default. */
  readonly method?: Method;
  /** The class to explain; by default the predicted one, which costs a forward pass more. */
  readonly target?: PerImage<number>;
  /** Explain the target's output minus that of this class, or of the predicted class. In a list, undefined where an image has none. */
  readonly contrast?: PerImage<number | 'predicted' | undefined>;
  /** Where the path starts: `zero` by default. */
  readonly baseline?: PerImage<Baseline>;
  /** Points of the path, 64 by default. Of `ig` also `auto` takes as many as the tolerance asks for, `exact` finds all linear regions. */
  readonly steps?: Steps;
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
export async function attribute(session: Session, image: Float32Array, options?: AttributeOptions): Promise<[AttributionResult]>;
export async function attribute(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options?: AttributeOptions,
): Promise<AttributionResult[]>;
export async function attribute(
  session: Session,
  images: Float32Array | readonly Float32Array[],
  options: AttributeOptions = {},
): Promise<AttributionResult[]> {
  const list = images instanceof Float32Array ? [images] : images;
  const { method = 'ig', output = 'logit', steps = DEFAULT_STEPS, ...others } = options;
  const executor = await session.executor(output);
  const space = imageSpace(session.preprocessing);
  const predicted = needsPrediction(options) ? await predictAll(session, list, output, options) : [];
  const tasks = list.map((image, index): AttributionTask => {
    const target = pick(options.target, index, list.length, 'target') ?? at(predicted, index);
    const contrast = pick(options.contrast, index, list.length, 'contrast');
    const background = backgroundColour(image, session.preprocessing);
    const baseline = makeBaseline(pick(options.baseline, index, list.length, 'baseline') ?? 'zero', image, space, {
      background,
      seed: options.seed ?? 0,
    });
    return {
      image,
      target,
      ...(contrast !== undefined && { contrast: contrast === 'predicted' ? at(predicted, index) : contrast }),
      baseline,
    };
  });
  const { attributions, cost } = await attributeTasks(executor, tasks, { ...others, method, steps, space, graph: session.graph });
  return attributions.map((attribution, index) => {
    const { target, contrast = null } = at(tasks, index);
    return { ...attribution, prediction: session.predict(attribution.outputs, output), target, contrast, cost };
  });
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
