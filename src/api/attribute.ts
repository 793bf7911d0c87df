import { type Baseline, type BaselineName, makeBaseline } from '../attribution/baseline.js';
import type { Steps } from '../attribution/integral/integral.js';
import type { IntegralOptions, MethodOption } from '../attribution/method.js';
import { type Method, type MethodParameters, methodNamed, methods, type OwnOptions } from '../attribution/methods/index.js';
import type { SmoothOptions } from '../attribution/smooth.js';
import { type Attribution, type AttributionTask, attributeTasks, checkTask, type MethodOptions } from '../attribution/tasks.js';
import { hasCode, messageOf, PathlightError } from '../errors.js';
import type { Cost, Executor, Numbers, RunOptions } from '../executor.js';
import { networkOf } from '../graph/analysis/network.js';
import { OUTPUTS, type OutputMode } from '../graph/passes/head.js';
import { patchesOf } from '../image/patches.js';
import { backgroundColour } from '../image/pixels.js';
import { endColours, type Preprocessing, pixelLayout } from '../image/preprocessing/preprocess.js';
import { checkArgument, type ImageValues, type OptionKind, type OptionKinds, readOptions } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import type { ImageSpace } from '../tensor/pixels.js';
import { baselinesOf, classIn, imagesOf, type PerImage, perImage, RUN_KINDS } from './arguments.js';
import { checkMap } from './finite.js';
import type { Prediction, Session } from './session.js';

export const DEFAULT_STEPS = 64;

/**
 * What to explain, and how. Every setting has a default, so `{}` is Integrated Gradients of the predicted class. A method ignores the
 * options of other methods.
 *
 * @example const options: AttributeOptions = { target: 7, contrast: 'predicted', method: 'ig', steps: 'auto', tolerance: 1e-3 };
 */
export interface AttributeOptions extends Partial<IntegralOptions>, RunOptions, SmoothOptions, OwnOptions {
  /** `ig` by default. */
  readonly method?: Method;
  /** The class to explain: its index, or its label. By default the predicted class, which costs another forward pass. */
  readonly target?: PerImage<number | string>;
  /**
   * Explains the target's output minus the output of this class (its index or label), or of the predicted class (`predicted`). In a list,
   * undefined for an image without a contrast.
   */
  readonly contrast?: PerImage<number | string | undefined>;
  /** Where the path starts: `zero` by default. A list with a number for each image is one baseline for each, unless images have as many elements. */
  readonly baseline?: PerImage<Baseline>;
  /**
   * Points of the path, 64 by default. With `ig` also `auto`, which takes as many as the tolerance asks for, and `exact`, which finds all
   * linear regions.
   */
  readonly steps?: Steps;
  /** Which output is explained: `logit` by default. */
  readonly output?: OutputMode;
  /** Seed of the baseline `noise` and of the random numbers of methods; 0 by default. */
  readonly seed?: number;
}

/**
 * The attribution of one image, with the model's prediction.
 *
 * @example
 * const [result] = await attribute(session, image, { target: 7 });
 * const { values, sum, delta, prediction }: AttributionResult = result;
 */
export interface AttributionResult extends Attribution {
  readonly prediction: Prediction;
  /** The class that is explained. */
  readonly target: number;
  /** The class whose output was subtracted; null if there was none. */
  readonly contrast: number | null;
  /** The method's other settings, given or chosen: everything beside steps, rule and baseline. Absent where there are none. */
  readonly parameters?: MethodParameters;
  /** What all images of the call cost together. */
  readonly cost: Cost;
}

/**
 * Explains images: how much each element of an image contributes to an output of the model. All images go through the network in one batch.
 *
 * @param images one image or several, each [elements] in the model's input space (`toValues` makes them from pictures).
 * @returns one result for each image; `values` has the layout of the image.
 * @throws PathlightError on bad input, and where the model gives no finite number for an image or for a baseline at which the path starts; the
 * signal's reason when the signal is raised.
 * @example
 * const [first, second] = await attribute(session, [image, other], { method: 'occlusion', window: 8, stride: 4 });
 */
export async function attribute(session: Session, images: ImageValues, options?: AttributeOptions): Promise<[AttributionResult]>;
export async function attribute(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options?: AttributeOptions,
): Promise<AttributionResult[]>;
export async function attribute(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: AttributeOptions = {},
): Promise<AttributionResult[]> {
  const outcomes = await attributeEach(session, images, options);
  return outcomes.map((outcome, index) => resultOf(outcome, index, outcomes.length));
}

/** The result of one of several images. Throws its error. */
function resultOf<T>(outcome: T | PathlightError, index: number, images: number): T {
  if (!(outcome instanceof PathlightError)) return outcome;
  if (images === 1) throw outcome;
  throw new PathlightError('images.one', { index, images, problem: messageOf(outcome) });
}

/** The same, with the error in the place of an image that cannot be explained. The others are explained in one batch. */
export async function attributeEach(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: AttributeOptions = {},
): Promise<(AttributionResult | PathlightError)[]> {
  checkArgument('session', session, 'session');
  const given = readOptions(options, ATTRIBUTE_KINDS);
  const { method = 'ig', output = 'logit', steps = DEFAULT_STEPS, ...others } = given;
  const executor = await session.executor(output);
  const list = imagesOf(images, executor.elements);
  if (list.length === 0) return [];
  const space = imageSpace(session.preprocessing);
  const targets = perImage(given.target, list.length, 'target').map((target) => classIn(session, target, 'target'));
  const contrasts = perImage(given.contrast, list.length, 'contrast').map((contrast) =>
    contrast === 'predicted' ? contrast : classIn(session, contrast, 'contrast'),
  );
  const baselines = baselinesOf(given.baseline, list.length, executor.elements);
  for (const baseline of baselines) checkColours(baseline, session.preprocessing);
  const needsPrediction = targets.includes(undefined) || contrasts.includes('predicted');
  const predicted = needsPrediction ? await outputsOf(session, list, output, given.signal ? { signal: given.signal } : {}) : [];
  const tasks = list.map((image, index) =>
    orError(() => {
      const read = () => session.predict(itemAt(predicted, index), output).class;
      const contrast = contrasts[index];
      const background = () => backgroundColour(image, session.preprocessing);
      const baseline = makeBaseline(baselines[index] ?? 'zero', image, space, { background, seed: given.seed ?? 0 });
      const task: AttributionTask = {
        image,
        target: targets[index] ?? read(),
        ...(contrast !== undefined && { contrast: contrast === 'predicted' ? read() : contrast }),
        baseline,
      };
      checkTask(task, executor);
      return task;
    }),
  );
  const sound = tasks.flatMap((task) => (task instanceof PathlightError ? [] : [task]));
  const results = await attributeSound(executor, sound, {
    ...others,
    method,
    steps,
    space,
    cut: (image, patch) => patchesOf(session.preprocessing, image, patch),
    network: networkOf(session.graph),
  });
  let next = 0;
  return tasks.map((task) => {
    if (task instanceof PathlightError) return task;
    const result = itemAt(results, next++);
    if (result instanceof PathlightError) return result;
    const { attribution, cost } = result;
    const { target, contrast = null } = task;
    return orError(() => {
      const prediction = session.predict(attribution.outputs, output);
      checkAnswer(attribution, method);
      return { ...attribution, prediction, target, contrast, cost };
    });
  });
}

/** Attributions of tasks in one batch; or one by one, if one of them has too many linear regions, which only its own integral can tell. */
async function attributeSound(
  executor: Executor,
  tasks: readonly AttributionTask[],
  options: MethodOptions,
): Promise<({ readonly attribution: Attribution; readonly cost: Cost } | PathlightError)[]> {
  if (tasks.length === 0) return [];
  try {
    const { attributions, cost } = await attributeTasks(executor, tasks, options);
    return attributions.map((attribution) => ({ attribution, cost }));
  } catch (error) {
    if (!hasCode(error, 'exact.too-many-regions')) throw error;
    if (tasks.length === 1) return [error];
    const each = [];
    for (const task of tasks) each.push(...(await attributeSound(executor, [task], options)));
    return each;
  }
}

/** Baselines that are made of black and white. */
const COLOURS: readonly unknown[] = ['black', 'white', 'opposite', 'noise'] satisfies readonly BaselineName[];

/** Refuses a colour as the baseline of an input that has none. */
function checkColours(baseline: Baseline | undefined, { takesPictures, shape, from }: Preprocessing): void {
  if (takesPictures || from.range !== undefined || !COLOURS.includes(baseline)) return;
  throw new PathlightError('baseline.no-colours', { baseline: String(baseline), shape });
}

/** Refuses a map that is not of numbers. The output at a baseline that the method does not start from says nothing about the map. */
function checkAnswer({ values, outputAtBaseline }: Attribution, method: Method): void {
  const starts = methodNamed(method, methods)?.baseline === 'start';
  if (starts && !Number.isFinite(outputAtBaseline)) {
    throw new PathlightError('output.no-number', { of: 'baseline', class: null, value: outputAtBaseline });
  }
  checkMap(values, method);
}

function orError<T>(work: () => T): T | PathlightError {
  try {
    return work();
  } catch (error) {
    if (error instanceof PathlightError) return error;
    throw error;
  }
}

/**
 * Integrated Gradients: `attribute` with the method `ig`. The values of an image sum to f(image) - f(baseline), up to `delta`.
 * Sundararajan, Taly and Yan, 2017, https://arxiv.org/abs/1703.01365
 *
 * @example
 * const [result] = await integratedGradients(session, image, { target: 7, baseline: 'black', steps: 64 });
 */
export function integratedGradients(
  session: Session,
  images: ImageValues,
  options?: Omit<AttributeOptions, 'method'>,
): Promise<[AttributionResult]>;
export function integratedGradients(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options?: Omit<AttributeOptions, 'method'>,
): Promise<AttributionResult[]>;
export function integratedGradients(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: Omit<AttributeOptions, 'method'> = {},
): Promise<AttributionResult[]> {
  return attribute(session, images, { ...options, method: 'ig' });
}

type GradientOptions = Pick<AttributeOptions, 'target' | 'contrast' | 'output' | 'signal' | 'onProgress'>;

/**
 * The signed gradient of the output with respect to the image: `attribute` with the method `saliency`.
 *
 * @example const [gradient] = await saliency(session, image, { target: 7 });
 */
export function saliency(session: Session, images: ImageValues, options?: GradientOptions): Promise<[AttributionResult]>;
export function saliency(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options?: GradientOptions,
): Promise<AttributionResult[]>;
export function saliency(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: GradientOptions = {},
): Promise<AttributionResult[]> {
  return attribute(session, images, { ...options, method: 'saliency' });
}

/**
 * The image times the gradient, element by element: `attribute` with the method `input-x-gradient`.
 *
 * @example const [product] = await inputXGradient(session, image, { output: 'probability' });
 */
export function inputXGradient(session: Session, images: ImageValues, options?: GradientOptions): Promise<[AttributionResult]>;
export function inputXGradient(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options?: GradientOptions,
): Promise<AttributionResult[]>;
export function inputXGradient(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: GradientOptions = {},
): Promise<AttributionResult[]> {
  return attribute(session, images, { ...options, method: 'input-x-gradient' });
}

/**
 * The class that the model reads in each image.
 *
 * @param images one image or several, each [elements] in the model's input space.
 * @returns one prediction for each image.
 * @throws PathlightError for an image of the wrong size, and for one for which an output is no finite number; the signal's reason when the signal is raised.
 * @example const [prediction] = await predict(session, image);
 */
export async function predict(session: Session, images: ImageValues, options?: RunOptions): Promise<[Prediction]>;
export async function predict(session: Session, images: ImageValues | readonly ImageValues[], options?: RunOptions): Promise<Prediction[]>;
export async function predict(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: RunOptions = {},
): Promise<Prediction[]> {
  checkArgument('session', session, 'session');
  const run = readOptions(options, RUN_KINDS);
  const { elements } = await session.executor('logit');
  const list = imagesOf(images, elements);
  if (list.length === 0) return [];
  return (await outputsOf(session, list, 'logit', run)).map((outputs, index) => {
    const prediction = orError(() => session.predict(outputs, 'logit'));
    return resultOf(prediction, index, list.length);
  });
}

/** The kinds of the options that belong to a method, by the values that its table declares. */
const OWN_KINDS: Readonly<Record<MethodOption['values']['kind'], OptionKind>> = {
  whole: 'number',
  'above 0': 'number',
  share: 'number',
  choice: 'text',
  patch: 'patch',
  layer: 'text',
  layers: 'names',
  images: 'values or count',
};

const KINDS: OptionKinds<Omit<AttributeOptions, keyof OwnOptions>> = {
  ...RUN_KINDS,
  method: 'text',
  target: 'classes',
  contrast: 'contrasts',
  baseline: 'baselines',
  steps: 'steps',
  rule: 'text',
  tolerance: 'number',
  maxSteps: 'number',
  onPartial: 'function',
  output: OUTPUTS,
  seed: 'seed',
  smooth: 'number',
  sigma: 'number',
  variance: 'switch',
};

/** All options of `attribute`, those of all methods among them. */
const ATTRIBUTE_KINDS: Readonly<Record<string, OptionKind>> = Object.fromEntries([
  ...methods.flatMap(({ options }) =>
    Object.entries<MethodOption>(options).map(([name, { values }]) => [name, OWN_KINDS[values.kind]] as const),
  ),
  ...Object.entries(KINDS),
]);

/** What baselines and edits must know about a model's images. */
export function imageSpace(preprocessing: Preprocessing): ImageSpace {
  const { width, height } = preprocessing;
  return { pixels: pixelLayout(preprocessing), width, height, ...endColours(preprocessing) };
}

/** The outputs [classes] of each image. */
async function outputsOf(session: Session, images: readonly Float32Array[], output: OutputMode, run: RunOptions): Promise<Numbers[]> {
  const { outputs } = await runForward(session, images, output, run);
  const classes = outputs.length / images.length;
  return images.map((_, index) => outputs.subarray(index * classes, (index + 1) * classes));
}

async function runForward(session: Session, images: readonly Float32Array[], output: OutputMode, run: RunOptions) {
  const executor = await session.executor(output);
  const batch = new Float32Array(images.length * executor.elements);
  images.forEach((image, index) => {
    batch.set(image, index * executor.elements);
  });
  return executor.forward(batch, images.length, run);
}
