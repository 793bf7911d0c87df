import { PathlightError } from '../../errors.js';
import type { Cost, Executor, Numbers, RunOptions } from '../../executor.js';
import type { Layer } from '../../graph/analysis/layers.js';
import type { ImageSpace } from '../../tensor/pixels.js';
import type { IntegralAccount } from '../account.js';
import { integrateExactly } from '../integral/exact.js';
import { integrateAt, integrateBySteps, type PathIntegrals, type Paths, sumCosts } from '../integral/integral.js';
import { MAX_STEPS, type Rule } from '../integral/quadrature.js';
import { integrateAdaptively } from '../integral/refine.js';
import { type AttributionMethod, type Ends, type MapMaker, type Maps, outputsAtEnds, partAt } from '../maps.js';
import { type BlurOptions, blurIntegratedGradients } from './blur_ig.js';
import { type BaselineSet, expectedGradients } from './expected_gradients.js';
import { gradCam } from './grad_cam.js';
import { type GuidedOptions, guidedIntegratedGradients } from './guided_ig.js';
import { type OcclusionOptions, occlusion } from './occlusion.js';
import { type SmoothOptions, smoothMaps, smoothParameters } from './smooth.js';

/** One image to explain, in the model's input space. */
export interface AttributionTask {
  /** [elements] */
  readonly image: Float32Array;
  /** [elements] where the path starts; not read by `saliency` and `input-x-gradient`. */
  readonly baseline: Float32Array;
  /** The class whose output is explained. */
  readonly target: number;
  /** Explain the output of the target minus that of this class: one integral of the difference, since IG is linear in the output. */
  readonly contrast?: number;
}

export interface Attribution extends IntegralAccount {
  /** [elements] */
  readonly values: Float32Array;
  /** Of `values`, in float64. */
  readonly sum: number;
  /** f(x), where f is the output of the target (minus that of the contrast). */
  readonly outputAtInput: number;
  /** f(b). */
  readonly outputAtBaseline: number;
  /** Completeness: sum - (f(x) - f(b)); 0 for the exact integral. Meaningful for IG only. */
  readonly delta: number;
  /** |delta| / |f(x) - f(b)|; 0 where both are 0. */
  readonly relativeDelta: number;
  /** All outputs at the image, [classes]. */
  readonly outputs: Numbers;
}

/** One attribution a task, and what they cost together. */
export interface Attributions {
  readonly attributions: Attribution[];
  readonly cost: Cost;
}

/** How pixels are credited. */
export const METHODS = [
  'ig',
  'saliency',
  'input-x-gradient',
  'expected-gradients',
  'guided-ig',
  'blur-ig',
  'grad-cam',
  'occlusion',
] as const;
export type Method = (typeof METHODS)[number];

/** Methods that take points of a path, as many as there are steps. */
export const PATH_METHODS: readonly Method[] = ['ig', 'expected-gradients', 'guided-ig', 'blur-ig'];

/**
 * How many points the path integral takes: a number; `auto`, as many as its error asks for; `exact`, one in every linear region of a
 * piecewise-linear network.
 */
export type Steps = number | 'auto' | 'exact';

export const DEFAULT_RULE: Rule = 'midpoint';

export interface MethodOptions extends RunOptions, SmoothOptions, OcclusionOptions, BlurOptions, GuidedOptions {
  readonly method: Method;
  readonly steps: Steps;
  /** `midpoint` by default. Not with `exact`. */
  readonly rule?: Rule;
  /** Of `auto`: the largest error of any element, relative to the largest attribution. 1e-3 by default. */
  readonly tolerance?: number;
  /** Of `auto`, 4,096 by default; of `exact` the evaluations that find regions, 65,536 by default. */
  readonly maxSteps?: number;
  /** Geometry and colours of the images: whatever knows of pixels needs it. */
  readonly space?: ImageSpace;
  /** What expected gradients start from. */
  readonly baselines?: BaselineSet;
  /** Where Grad-CAM looks. */
  readonly layer?: Layer;
}

/**
 * Attributes the outputs of many images in one batch.
 *
 * - `ig`, Integrated Gradients: (x - b) * sum_k w_k grad f(b + a_k (x - b)). Sundararajan, Taly, Yan: Axiomatic Attribution for Deep
 *   Networks, 2017 (arXiv:1703.01365).
 * - `saliency`: the signed gradient of f at x. Simonyan, Vedaldi, Zisserman, 2013 (arXiv:1312.6034), without the absolute value.
 * - `input-x-gradient`: x * grad f(x). Shrikumar et al., 2016 (arXiv:1605.01713).
 *
 * - `expected-gradients`, `guided-ig`, `blur-ig`, `grad-cam`, `occlusion`: each in a file of its own beside this one.
 *
 * With `smooth`, the mean or variance of the method's maps of noisy copies (src/attribution/methods/smooth.ts).
 */
export async function attributeTasks(executor: Executor, tasks: readonly AttributionTask[], options: MethodOptions): Promise<Attributions> {
  const method = methodOf(options);
  const smooth = smoothParameters(options);
  if (smooth && typeof options.steps !== 'number') throw new PathlightError(`smoothing with steps ${options.steps}`, 'a number of steps');
  const paths = pathsOf(executor, tasks);
  const maps = smooth
    ? await smoothMaps(executor, paths, method, smooth, spaceOf(options), options)
    : await method.maps(executor, paths, options);
  const met = maps.ends ? undefined : await outputsAtEnds(executor, paths, options.signal ? { signal: options.signal } : {});
  const ends = maps.ends ?? met!.ends;
  return {
    attributions: tasks.map((_, index) => attributionOf(executor, paths, maps, ends, index)),
    cost: sumCosts(met ? [...maps.costs, met.cost] : maps.costs),
  };
}

function methodOf(options: MethodOptions): AttributionMethod {
  const { method } = options;
  switch (method) {
    case 'ig':
      return {
        maps: alongPaths(
          (executor, paths, run) => integrate(executor, paths, { ...options, ...run }),
          (x, b) => x - b,
        ),
      };
    case 'saliency':
      return { maps: alongPaths(atInput, () => 1), product: {} };
    case 'input-x-gradient':
      return { maps: alongPaths(atInput, (x) => x), product: { factors: (_, factors, image) => factors.set(image) } };
    case 'expected-gradients': {
      const { baselines, seed = 0 } = options;
      if (baselines === undefined) throw new PathlightError('expected gradients without baselines', 'a set of them, or their number');
      const steps = pointsOf(options);
      return { maps: (executor, paths, run) => expectedGradients(executor, paths, baselines, { steps, seed }, run) };
    }
    case 'guided-ig': {
      const guided = { ...options, steps: pointsOf(options) };
      return { maps: (executor, paths, run) => guidedIntegratedGradients(executor, paths, guided, run) };
    }
    case 'blur-ig': {
      const blurred = { ...options, steps: pointsOf(options) };
      return { maps: (executor, paths, run) => blurIntegratedGradients(executor, paths, blurred, spaceOf(options), run) };
    }
    case 'grad-cam': {
      const { layer } = options;
      if (layer === undefined) throw new PathlightError('Grad-CAM without a layer', 'a layer of the network');
      return { maps: (executor, paths, run) => gradCam(executor, paths, layer, spaceOf(options), run) };
    }
    case 'occlusion':
      return { maps: (executor, paths, run) => occlusion(executor, paths, options, spaceOf(options), run) };
    default:
      throw new PathlightError(`the method ${String(method)} does not exist`, METHODS.join(', '));
  }
}

/** The number of points of a path that has no rule. */
function pointsOf({ method, steps, rule }: MethodOptions): number {
  if (rule !== undefined) throw new PathlightError(`the rule ${rule} with the method ${method}`, 'no rule');
  if (typeof steps === 'number' && Number.isInteger(steps) && steps >= 1 && steps <= MAX_STEPS) return steps;
  throw new PathlightError(`steps ${steps} with the method ${method}`, `a whole number from 1 to ${MAX_STEPS}`);
}

function spaceOf({ space }: MethodOptions): ImageSpace {
  if (space === undefined) throw new PathlightError('this method must know the pixels of its images', 'the option space');
  return space;
}

function atInput(executor: Executor, paths: Paths, run: RunOptions): Promise<PathIntegrals> {
  const one = Float64Array.of(1);
  return integrateAt(executor, paths, one, one, run);
}

function integrate(executor: Executor, paths: Paths, options: MethodOptions): Promise<PathIntegrals> {
  const { steps, rule = DEFAULT_RULE, tolerance, maxSteps } = options;
  if (tolerance !== undefined && steps !== 'auto')
    throw new PathlightError(`a tolerance of ${tolerance} with ${steps} steps`, 'steps auto');
  if (steps === 'auto') return integrateAdaptively(executor, paths, { rule, tolerance, maxSteps }, options);
  if (steps !== 'exact') return integrateBySteps(executor, paths, { rule, steps }, options);
  if (options.rule !== undefined) throw new PathlightError(`the rule ${rule} with steps exact`, 'no rule, or a number of steps');
  return integrateExactly(executor, paths, { maxEvaluations: maxSteps }, options);
}

/** Integrals of the gradient along straight paths, times a factor. */
function alongPaths(
  integral: (executor: Executor, paths: Paths, run: RunOptions) => Promise<PathIntegrals>,
  factor: (x: number, b: number) => number,
): MapMaker {
  return async (executor, paths, run) => {
    const { gradients, accounts, cost, ...ends } = await integral(executor, paths, run);
    const values = Float64Array.from(gradients, (gradient, i) => factor(paths.inputs[i]!, paths.baselines[i]!) * gradient);
    return { values, accounts, ends, costs: [cost] };
  };
}

function pathsOf(executor: Executor, tasks: readonly AttributionTask[]): Paths {
  const { elements, classes } = executor;
  const inputs = new Float32Array(tasks.length * elements);
  const baselines = new Float32Array(tasks.length * elements);
  const seeds = new Float32Array(tasks.length * classes);
  tasks.forEach((task, index) => {
    checkTask(task, executor);
    inputs.set(task.image, index * elements);
    baselines.set(task.baseline, index * elements);
    seeds.set(seedOf(task, classes), index * classes);
  });
  return { count: tasks.length, inputs, baselines, seeds };
}

function attributionOf({ elements, classes }: Executor, { seeds }: Paths, maps: Maps, ends: Ends, index: number): Attribution {
  const values = Float32Array.from(partAt(maps.values, index, elements));
  const seed = partAt(seeds, index, classes);
  const outputs = partAt(ends.outputsAtInput, index, classes);
  const outputAtInput = dot(seed, outputs);
  const outputAtBaseline = dot(seed, partAt(ends.outputsAtBaseline, index, classes));
  const sum = values.reduce((total, value) => total + value, 0);
  const difference = outputAtInput - outputAtBaseline;
  const delta = sum - difference;
  const relativeDelta = delta === 0 ? 0 : Math.abs(delta / difference);
  return { values, sum, outputAtInput, outputAtBaseline, delta, relativeDelta, outputs, ...maps.accounts[index]! };
}

function checkTask({ image, baseline, target, contrast }: AttributionTask, { elements, classes }: Executor): void {
  for (const [name, data] of [
    ['image', image],
    ['baseline', baseline],
  ] as const) {
    if (data.length !== elements) throw new PathlightError(`an ${name} of ${data.length} numbers`, `${elements}, as the model's input`);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new PathlightError(`the ${name} holds ${data[bad]} at element ${bad}`, 'finite numbers');
  }
  for (const [name, index] of [
    ['target', target],
    ['contrast', contrast],
  ] as const) {
    if (index !== undefined && !(Number.isInteger(index) && index >= 0 && index < classes)) {
      throw new PathlightError(`the ${name} class ${index} does not exist`, `0 to ${classes - 1}`);
    }
  }
  if (target === contrast) throw new PathlightError(`the contrast class ${contrast} is the target itself`, 'another class');
}

function seedOf({ target, contrast }: AttributionTask, classes: number): Float32Array {
  const seed = new Float32Array(classes);
  seed[target] = 1;
  if (contrast !== undefined) seed[contrast] = -1;
  return seed;
}

function dot(a: Float32Array, b: Numbers): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}
