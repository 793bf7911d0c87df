import { BASELINES, type BaselineName, makeBaseline } from '../../attribution/baseline.js';
import type { MethodOption } from '../../attribution/method.js';
import { methodNamed, methods } from '../../attribution/methods/index.js';
import { attributeTasks, type MethodOptions } from '../../attribution/tasks.js';
import { PathlightError } from '../../errors.js';
import { evaluatePicture, type PictureEvaluation, summarise } from '../../evaluation/evaluation.js';
import { CONTROLS, controlsFor, type Explainer, type Explanation } from '../../evaluation/explainer.js';
import { METRICS, type MetricName } from '../../evaluation/metrics.js';
import { randomisedCopies } from '../../evaluation/randomisation.js';
import type { Executor, RunOptions } from '../../executor.js';
import { networkOf } from '../../graph/analysis/network.js';
import { firstSmooth } from '../../graph/analysis/piecewise.js';
import { withOutput } from '../../graph/passes/head.js';
import { patchesOf } from '../../image/patches.js';
import { backgroundColour } from '../../image/pixels.js';
import { checkArgument, type ImageValues, type OptionKinds, readOptions } from '../../tensor/arguments.js';
import { itemAt } from '../../tensor/items.js';
import type { PatchChoice } from '../../tensor/pixels.js';
import { RUN_KINDS } from '../arguments.js';
import { DEFAULT_STEPS, imageSpace, predict } from '../attribute.js';
import { checkMap } from '../finite.js';
import type { Session } from '../session.js';

import { type EvaluateOptions, type Evaluation, REMOVALS, type Removal, type Unit } from './evaluation.js';

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
    copies ??= allOrNone(randomisedCopies(graph, seed).map((copy) => session.executorOf(copy)));
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
        const background = () => backgroundColour(image, preprocessing);
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
      const background = () => backgroundColour(image, preprocessing);
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
      // Where they could not be made, the call that asked for them has said so.
      copies?.then(destroyAll, () => undefined);
    },
  };
}

function destroyAll(executors: readonly Executor[]): void {
  for (const each of executors) each.destroy();
}

/** All executors. Where one cannot be made, the others are destroyed. */
async function allOrNone(opening: readonly Promise<Executor>[]): Promise<readonly Executor[]> {
  const outcomes = await Promise.allSettled(opening);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (failed === undefined) return opened;
  destroyAll(opened);
  throw failed.reason;
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

/** What is removed as a whole by default: pixels of small images, and blocks of a sixteenth of the shorter side of others. */
export function defaultUnit({ width, height }: { readonly width: number; readonly height: number }): Unit {
  return width * height <= SMALL ? 'pixel' : Math.max(1, Math.round(Math.min(width, height) / 16));
}
