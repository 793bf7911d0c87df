import { BASELINES, type BaselineName, makeBaseline } from '../attribution/baseline.js';
import type { MethodOption } from '../attribution/method.js';
import { methodNamed, methods } from '../attribution/methods/index.js';
import { attributeTasks, type MethodOptions } from '../attribution/tasks.js';
import { PathlightError } from '../errors.js';
import { evaluatePicture, type MeanCurves, type PictureEvaluation, summarise } from '../evaluation/evaluation.js';
import { CONTROLS, controlsFor, type Explainer, type Explanation } from '../evaluation/explainer.js';
import { METRICS, type MetricName } from '../evaluation/metrics.js';
import { randomisedCopies } from '../evaluation/randomisation.js';
import type { MetricSummary } from '../evaluation/statistics.js';
import type { Executor, RunOptions } from '../executor.js';
import { networkOf } from '../graph/analysis/network.js';
import { firstSmooth } from '../graph/analysis/piecewise.js';
import { withOutput } from '../graph/passes/head.js';
import { patchesOf } from '../image/patches.js';
import { backgroundColour } from '../image/pixels.js';
import { checkArgument, type ImageValues, type OptionKinds, readOptions } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import type { PatchChoice } from '../tensor/pixels.js';
import { classIn, imagesOf, type PerImage, perImage, RUN_KINDS } from './arguments.js';
import { DEFAULT_STEPS, imageSpace, predict } from './attribute.js';
import { checkMap } from './finite.js';
import type { DeviceRecord } from './records.js';
import type { Session } from './session.js';

/**
 * What removed parts of an image become: black, the image's mean colour, the image blurred until nothing can be recognised, or what their
 * surroundings suggest (`road`).
 *
 * @example for (const baseline of REMOVALS) await evaluate(session, [image, other], { baseline });
 */
export const REMOVALS = ['black', 'mean', 'blur', 'road'] as const;
/**
 * One of REMOVALS.
 *
 * @example const baseline: Removal = 'blur';
 */
export type Removal = (typeof REMOVALS)[number];

/**
 * What to measure, and how. Every setting has a default: all methods, all metrics.
 *
 * @example const options: EvaluateOptions = { methods: ['ig', 'ig@blur', 'saliency'], metrics: ['deletion', 'insertion'], unit: 16 };
 */
export interface EvaluateOptions extends RunOptions {
  /**
   * Names of methods, or `all`. `ig@blur` is `ig` with the baseline `blur`, for methods whose baseline can be chosen. Methods run with the defaults
   * of `attribute`. `random` and `edges`, maps that know nothing of the network, are measured beside them.
   */
  readonly methods?: 'all' | readonly string[];
  /** Names of METRICS, or `all`. */
  readonly metrics?: 'all' | readonly MetricName[];
  /**
   * What is removed as a whole: `pixel`, square blocks with so many pixels a side, or about so many superpixels. By default pixels for images of at most 64 x
   * 64, else blocks of a sixteenth of the shorter side.
   */
  readonly unit?: Unit;
  /** What removed parts become; `black` by default. */
  readonly baseline?: Removal;
  /** The class to explain, its index or label; by default the predicted class of each image. */
  readonly target?: PerImage<number | string>;
  /** Points of the path of methods that have one, 64 by default. */
  readonly steps?: number;
  /** Of methods with a set of baselines, such as `expected-gradients`: images [elements], or how many images of noise. They are left out of `all` without it. */
  readonly baselines?: number | readonly ImageValues[];
  /** Of everything that is drawn: 0 by default. */
  readonly seed?: number;
}

/**
 * The parts of an image that metrics remove as a whole.
 *
 * @example const unit: Unit = { superpixels: 64 };
 */
export type Unit = 'pixel' | PatchChoice;

/**
 * A sentence about an evaluation.
 *
 * @example const [best]: readonly Statement[] = (await evaluate(session, [image, other])).verdict;
 */
export interface Statement {
  /** Its stable name, such as `evaluation.best`. */
  readonly code: string;
  /** What the sentence is made of, by name. */
  readonly values: unknown;
  /** The sentence in English. */
  readonly message: string;
}

/**
 * What was measured.
 *
 * @example
 * const { methods, verdict }: Evaluation = await evaluate(session, [image, other]);
 * console.log(methods.ig?.deletion?.mean, verdict.map(({ message }) => message));
 */
export interface Evaluation {
  /** By method, then by metric: the mean over images with its 95% interval (bootstrap), and the value of each image, null where there is none. */
  readonly methods: Readonly<Record<string, Readonly<Partial<Record<MetricName, MetricSummary>>>>>;
  /** Why a method made no map of any image, by method. */
  readonly refused: Readonly<Record<string, string>>;
  /** Milliseconds that a map took, the median over images, by method. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** The target's probability, the mean over images, at 0, 1, ... 100 percent of the units removed or left, by method. Absent where no metric asked for it. */
  readonly curves: Readonly<Record<string, MeanCurves>>;
  /** Which method to trust on this model, how sure that is, and what it cost: a code, its values and an English sentence each. */
  readonly verdict: readonly Statement[];
  /** The class that was explained, of each image. */
  readonly targets: readonly number[];
  readonly unit: Unit;
  readonly baseline: Removal;
}

const KINDS: OptionKinds<EvaluateOptions> = {
  ...RUN_KINDS,
  methods: 'names',
  metrics: 'names',
  unit: 'unit',
  baseline: REMOVALS,
  target: 'classes',
  steps: 'size',
  baselines: 'values or count',
  seed: 'seed',
};

/**
 * Measures how faithful maps are to a model, method by method, on the model's own images: what the probability does while the parts that a map calls
 * important are removed, and what else docs/evaluation.md defines.
 *
 * @param images one image or several, each [elements] in the model's input space. Intervals need several.
 * @returns means with intervals over images, and a verdict in words.
 * @throws PathlightError on bad input; the signal's reason when the signal is raised.
 * @example const { verdict } = await evaluate(session, [image, other], { methods: ['ig', 'saliency'], metrics: ['deletion', 'insertion'] });
 */
export async function evaluate(
  session: Session,
  images: ImageValues | readonly ImageValues[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const plan = await planEvaluation(session, options);
  const list = imagesOf(images, (await session.executor('logit')).elements);
  const targets = perImage(options.target, list.length, 'target').map((target) => classIn(session, target, 'target'));
  const { signal, onProgress } = options;
  try {
    const pictures: PictureEvaluation[] = [];
    for (const [index, image] of list.entries()) {
      onProgress?.(index, list.length);
      pictures.push(await plan.picture(image, { target: targets[index], ...(signal && { signal }) }));
    }
    onProgress?.(list.length, list.length);
    return plan.summarise(pictures);
  } finally {
    plan.close();
  }
}

/** What a record needs beside the evaluation. */
export interface EvaluationRecordRequest {
  /** The names that the user gave; of images those that were measured. */
  readonly model: string;
  readonly images: readonly string[];
  /** How many images there were. */
  readonly wanted: number;
  readonly device: DeviceRecord;
  readonly plan: Pick<EvaluationPlan, 'unit' | 'baseline' | 'steps' | 'seed'>;
  /** How long the call took. */
  readonly seconds: number;
  /** The version of Pathlight. */
  readonly pathlight: string;
}

/** `evaluation.json`. docs/result-json.md explains the fields. */
export function evaluationRecord(session: Session, evaluation: Evaluation, request: EvaluationRecordRequest) {
  const { methods, refused, milliseconds, curves, verdict, targets } = evaluation;
  const { model, images, wanted, device, plan, seconds, pathlight } = request;
  const { unit, baseline, steps, seed } = plan;
  return {
    model,
    images,
    unit: typeof unit === 'object' ? 'superpixels' : unit,
    ...(typeof unit === 'object' && { superpixels: unit.superpixels }),
    baseline,
    methods,
    targets: targets.map((index) => ({ class: index, label: session.label(index) })),
    wanted,
    steps,
    seed,
    device,
    refused,
    milliseconds,
    seconds,
    curves,
    verdict,
    pathlight,
  };
}

export type EvaluationRecord = ReturnType<typeof evaluationRecord>;

/** An evaluation, picture by picture: for callers that keep what is done, or end early. */
export interface EvaluationPlan {
  /** The names of methods and controls, in the order of tables. */
  readonly names: readonly string[];
  readonly metrics: readonly MetricName[];
  readonly unit: Unit;
  readonly baseline: Removal;
  readonly steps: number;
  readonly seed: number;
  /** The set of baselines, where there is one. */
  readonly baselines?: number | readonly ImageValues[];
  /** Measures one image. The result depends on the image and on the settings, and on no other image. */
  picture(image: Float32Array, options: PictureOptions): Promise<PictureEvaluation>;
  summarise(pictures: readonly PictureEvaluation[]): Evaluation;
  /** Releases the randomised copies of the network. */
  close(): void;
}

export interface PictureOptions extends Pick<RunOptions, 'signal'> {
  /** By default the predicted class. */
  readonly target?: number | undefined;
  /** Called with each map [elements] when it is measured. */
  readonly onMap?: (method: string, values: Float32Array) => void;
}

/** Reads and checks the options. Throws PathlightError before anything is computed. */
export async function planEvaluation(session: Session, options: EvaluateOptions): Promise<EvaluationPlan> {
  checkArgument('session', session, 'session');
  const given = readOptions(options, KINDS);
  const { baseline = 'black', steps = DEFAULT_STEPS, seed = 0, baselines } = given;
  const own = baselines === undefined ? {} : { baselines };
  const { preprocessing } = session;
  const space = imageSpace(preprocessing);
  const unit = given.unit ?? defaultUnit(space);
  const chosen = given.metrics === undefined || given.metrics === 'all' ? METRICS : given.metrics;
  for (const metric of chosen) if (!METRICS.includes(metric)) throw new PathlightError('evaluation.metric', { metric, known: METRICS });
  const specs = specsOf(given.methods, own);
  if (specs.length === 0 || chosen.length === 0) throw new PathlightError('evaluation.nothing');
  if (baseline === 'black' && !preprocessing.takesPictures && preprocessing.from.range === undefined) {
    throw new PathlightError('baseline.no-colours', { baseline, shape: preprocessing.shape });
  }
  const graph = withOutput(session.graph, 'logit');
  const network = networkOf(graph);
  const cut = (image: Float32Array, patch: PatchChoice) => patchesOf(preprocessing, image, patch);
  const executor = await session.executor('logit');
  const piecewise = firstSmooth(graph) === undefined;
  const explainers = specs.map((spec) => explainerOf(spec));
  const names = [...specs.map(nameOf), ...CONTROLS];
  let copies: Promise<readonly Executor[]> | undefined;
  const randomised = () => {
    copies ??= Promise.all(randomisedCopies(graph, seed).map((copy) => session.executorOf(copy)));
    return copies;
  };

  function explainerOf({ method, from }: Spec): Explainer {
    const maps = async (
      on: Executor,
      images: readonly Float32Array[],
      target: number,
      path: Pick<MethodOptions, 'steps'>,
      run: RunOptions,
    ) => {
      method.check?.(network, path);
      const tasks = images.map((image) => {
        const background = backgroundColour(image, preprocessing);
        return { image, target, baseline: makeBaseline(from, image, space, { background, seed }) };
      });
      const { attributions } = await attributeTasks(on, tasks, { method: method.name, ...own, ...path, space, network, cut, seed, ...run });
      return attributions.map(({ values, relativeDelta }): Explanation => {
        checkMap(values, method.name);
        return { values, relativeDelta: method.complete ? relativeDelta : null };
      });
    };
    return {
      name: nameOf({ method, from }),
      explain: (on, images, target, run) => maps(on, images, target, { steps }, run),
      ...(method.path === 'quadrature' && {
        exact: async (on: Executor, image: Float32Array, target: number, run: RunOptions) =>
          itemAt(await maps(on, [image], target, { steps: 'exact' }, run), 0),
      }),
    };
  }

  return {
    names,
    metrics: chosen,
    unit,
    baseline,
    steps,
    seed,
    ...own,
    async picture(image, { target, signal, onMap = () => {} }) {
      const run = signal ? { signal } : {};
      const drawn = seedOf(image, seed);
      const background = backgroundColour(image, preprocessing);
      const subject = {
        executor,
        image,
        target: target ?? itemAt(await predict(session, image, run), 0).class,
        space,
        units: patchesOf(preprocessing, image, unit === 'pixel' ? 1 : unit),
        cover: baseline === 'road' ? baseline : makeBaseline(baseline, image, space, { background, seed }),
        seed: drawn,
        randomised,
        piecewise,
        run,
      };
      return evaluatePicture(subject, [...explainers, ...Object.values(controlsFor(space, drawn))], chosen, onMap);
    },
    summarise: (pictures) => ({
      ...summarise(pictures, names, seed),
      targets: pictures.map(({ target }) => target),
      unit,
      baseline,
    }),
    close() {
      copies?.then((executors) => {
        for (const each of executors) each.destroy();
      });
    },
  };
}

/** A seed of its own for each image, so that what is drawn differs from image to image, and does not depend on the others. */
function seedOf(image: Float32Array, seed: number): number {
  let hash = seed | 0;
  for (const bits of new Uint32Array(image.slice().buffer)) hash = (Math.imul(hash, 31) + bits) | 0;
  return hash;
}

/** A method and the baseline that its maps start from. */
interface Spec {
  readonly method: (typeof methods)[number];
  readonly from: BaselineName;
}

const DEFAULT_BASELINE: BaselineName = 'zero';

function nameOf({ method, from }: Spec): string {
  return from === DEFAULT_BASELINE ? method.name : `${method.name}@${from}`;
}

/** Methods that cannot run without an option are left out of `all`, and refused by name. */
function specsOf(chosen: EvaluateOptions['methods'] = 'all', given: object): Spec[] {
  const needed = (method: Spec['method']) =>
    Object.entries<MethodOption>(method.options).find(([name, { required }]) => required !== undefined && !Object.hasOwn(given, name))?.[0];
  if (chosen === 'all') {
    return methods.flatMap((method) => (needed(method) === undefined ? [{ method, from: DEFAULT_BASELINE }] : []));
  }
  return [...new Set(chosen)].map((name) => {
    const [own = '', from = DEFAULT_BASELINE] = name.split('@');
    const method = methodNamed(own, methods);
    const known = methods.map((each) => each.name);
    if (method === undefined) throw new PathlightError('evaluation.method', { method: own, known, baselines: BASELINES });
    const option = needed(method);
    if (option !== undefined) throw new PathlightError('evaluation.needs-option', { method: own, option });
    const baseline = BASELINES.find((each) => each === from);
    if (baseline === undefined) throw new PathlightError('baseline.unknown', { baseline: from, known: BASELINES });
    if (name.includes('@') && method.baseline === 'own') throw new PathlightError('evaluation.no-baseline', { method: own });
    return { method, from: baseline };
  });
}

/** Images up to this many pixels are measured pixel by pixel. */
const SMALL = 64 * 64;

function defaultUnit({ width, height }: { readonly width: number; readonly height: number }): Unit {
  return width * height <= SMALL ? 'pixel' : Math.max(1, Math.round(Math.min(width, height) / 16));
}
