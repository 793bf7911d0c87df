import { PathlightError } from '../errors.js';
import { type Cost, type Executor, type Numbers, type RunOptions, sumCosts } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import type { IntegralAccount } from './account.js';
import type { Paths } from './integral/integral.js';
import { type Ends, type MapMaker, type Maps, outputsAtEnds, partAt } from './maps.js';
import { cutterOf, knownNetwork, type MethodContext, type MethodFacts, pointsOf, spaceOf } from './method.js';
import { METHODS, type Method, type MethodParameters, methodNamed, methods, type OwnOptions } from './methods/index.js';
import { type SmoothOptions, smoothMaps, smoothParameters } from './smooth.js';

/** One image to explain, in the model's input space. */
export interface AttributionTask {
  /** [elements] */
  readonly image: Float32Array;
  /** [elements] What the image is compared with: the path starts there, or windows are covered with it. */
  readonly baseline: Float32Array;
  /** The class whose output is explained. */
  readonly target: number;
  /** The output of this class is subtracted from that of the target. One integral does, because IG is linear in the output. */
  readonly contrast?: number;
}

/** How much each element of one image contributes to the output that is explained. */
export interface Attribution extends Omit<IntegralAccount, 'parameters'> {
  /** The method's other settings, given or chosen; absent where there are none. */
  readonly parameters?: MethodParameters;
  /** [elements], in the layout of the image: above 0 where an element raises the output, below 0 where it lowers it. */
  readonly values: Float32Array;
  /** The sum of `values`, in float64. */
  readonly sum: number;
  /** f(x), where f is the output of the target (minus that of the contrast). */
  readonly outputAtInput: number;
  /** f(b). */
  readonly outputAtBaseline: number;
  /** Error of completeness: sum - (f(x) - f(b)). It is 0 for the exact integral, and means something only for methods that are complete. */
  readonly delta: number;
  /** |delta| / |f(x) - f(b)|; 0 where both are 0. */
  readonly relativeDelta: number;
  /** All outputs at the image, [classes]. */
  readonly outputs: Numbers;
}

/** One attribution for each task, and what they cost together. */
export interface Attributions {
  readonly attributions: Attribution[];
  readonly cost: Cost;
}

export interface MethodOptions extends MethodContext, RunOptions, SmoothOptions, OwnOptions {
  readonly method: Method;
}

/**
 * Attributes the outputs of many images in one batch, with a method of the table in src/attribution/methods/index.ts. With `smooth`,
 * returns the mean or the variance of the method's maps over noisy copies (src/attribution/smooth.ts). Throws PathlightError for options
 * out of range.
 */
export async function attributeTasks(executor: Executor, tasks: readonly AttributionTask[], options: MethodOptions): Promise<Attributions> {
  const method = methodNamed(options.method, methods);
  if (method === undefined) throw new PathlightError('method.unknown', { method: String(options.method), known: METHODS });
  checkContext(method, options);
  const smooth = smoothParameters(options);
  if (smooth && typeof options.steps !== 'number') throw new PathlightError('steps.smoothing', { steps: options.steps });
  const paths = pathsOf(executor, tasks);
  // Parts of the map of one noisy copy are no parts of the mean.
  const { onPartial, ...whole } = options;
  const make: MapMaker<MethodParameters> = (on, of, run) => method.maps(on, of, smooth ? whole : options, run);
  const { product } = method;
  const maps = smooth
    ? await smoothMaps(executor, paths, { maps: make, ...(product && { product }) }, smooth, spaceOf(options), options)
    : await make(executor, paths, options);
  if (maps.ends) return attributionsOf(executor, paths, maps, maps.ends, sumCosts(maps.costs));
  const { ends, cost } = await outputsAtEnds(executor, paths, options.signal ? { signal: options.signal } : {});
  return attributionsOf(executor, paths, maps, ends, sumCosts([...maps.costs, cost]));
}

/** Throws, before anything is computed, where options do not fit the method or it lacks what it needs. */
function checkContext(method: MethodFacts, options: MethodOptions): void {
  if (method.path === 'points') pointsOf(method, options);
  if (method.needs.pixels) spaceOf(options);
  if (method.needs.patches) cutterOf(options);
  if (method.needs.layers) knownNetwork(options);
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

function attributionsOf({ elements, classes }: Executor, paths: Paths, maps: Maps<MethodParameters>, ends: Ends, cost: Cost): Attributions {
  const attributions = maps.accounts.map((account, index): Attribution => {
    const values = new Float32Array(partAt(maps.values, index, elements));
    const seed = partAt(paths.seeds, index, classes);
    const outputs = partAt(ends.outputsAtInput, index, classes);
    const outputAtInput = dot(seed, outputs);
    const outputAtBaseline = dot(seed, partAt(ends.outputsAtBaseline, index, classes));
    let sum = 0;
    for (const value of values) sum += value;
    const difference = outputAtInput - outputAtBaseline;
    const delta = sum - difference;
    const relativeDelta = delta === 0 ? 0 : Math.abs(delta / difference);
    return { values, sum, outputAtInput, outputAtBaseline, delta, relativeDelta, outputs, ...account };
  });
  return { attributions, cost };
}

/** Throws PathlightError for an image or a baseline of another size, and for numbers that are not finite. */
export function checkImage(what: 'image' | 'baseline', data: Float32Array, elements: number): void {
  if (data.length !== elements) throw new PathlightError('image.numbers', { what, numbers: data.length, wanted: elements });
  const element = firstNotFinite(data);
  const value = data[element];
  if (value !== undefined) throw new PathlightError('image.not-finite', { what, element, value });
}

/** The index of the first number that is not finite, or -1. A plain loop: `findIndex` calls a function for each number, which costs ten times as much. */
function firstNotFinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

/** Throws PathlightError where a task does not fit the executor. */
export function checkTask(
  { image, baseline, target, contrast }: AttributionTask,
  { elements, classes }: Pick<Executor, 'elements' | 'classes'>,
): void {
  checkImage('image', image, elements);
  checkImage('baseline', baseline, elements);
  for (const [name, index] of [
    ['target', target],
    ['contrast', contrast],
  ] as const) {
    if (index !== undefined && !(Number.isInteger(index) && index >= 0 && index < classes)) {
      throw new PathlightError('class.unknown', { role: name, class: index, classes, labels: false });
    }
  }
  if (target === contrast) throw new PathlightError('class.contrast-is-target', { class: target });
}

function seedOf({ target, contrast }: AttributionTask, classes: number): Float32Array {
  const seed = new Float32Array(classes);
  seed[target] = 1;
  if (contrast !== undefined) seed[contrast] = -1;
  return seed;
}

function dot(a: Float32Array, b: Numbers): number {
  return a.reduce((sum, value, index) => sum + value * itemAt(b, index), 0);
}
