import { type Baseline, makeBaseline } from '../attribution/baseline.js';
import type { Steps } from '../attribution/integral/integral.js';
import type { Rule } from '../attribution/integral/quadrature.js';
import type { Budget } from '../edit/evaluator.js';
import { type LadderOptions as EditOptions, climbLadder as searchRepair } from '../edit/ladder.js';
import { type Attributions, checkProblem, type RepairProblem } from '../edit/problem.js';
import type { Repair } from '../edit/result.js';
import { PathlightError } from '../errors.js';
import { type Cost, type Executor, NO_PATCH, sumCosts } from '../executor.js';
import { patchesOf } from '../image/patches.js';
import type { Picture } from '../image/picture.js';
import { backgroundColour, toPicture, toValues } from '../image/pixels.js';
import { checkArgument, type ImageValues, type OptionKinds, readOptions, refuse } from '../tensor/arguments.js';
import type { PatchChoice } from '../tensor/pixels.js';
import { argmax } from '../tensor/softmax.js';
import { classIn, imageOf } from './arguments.js';
import { type AttributeOptions, type AttributionResult, attribute, imageSpace } from './attribute.js';
import { areNumbers, checkOutputs } from './finite.js';
import type { Session } from './session.js';

/**
 * What changed pixels become. `sign` paints white where a map speaks for the class, and the background's colour where it speaks against the
 * class. The others cover the image: with the background's colour, the image's mean colour, the image blurred until nothing can be
 * recognised, or the opposite colour.
 *
 * @example for (const paint of PAINTS) console.log(paint, (await repair(session, image, { target: 7, patch: 32, paint })).changedPatches);
 */
export const PAINTS = ['sign', 'background', 'mean', 'blur', 'opposite'] as const;
/**
 * One of PAINTS.
 *
 * @example const paint: PaintName = 'mean';
 */
export type PaintName = (typeof PAINTS)[number];

/**
 * Which class to reach, and how to search. Only `target` is required.
 *
 * @example const options: RepairOptions = { target: 7, strategy: 'flip', maxPixels: 20, budget: { candidates: 100_000, milliseconds: 5000 } };
 */
export interface RepairOptions extends Omit<EditOptions, 'survives' | 'paint'> {
  /** The class that the image should be read as: its index, or its label. */
  readonly target: number | string;
  /** The parts that are changed as a whole; 1, single pixels, by default. */
  readonly patch?: PatchChoice;
  /** By default `sign` for the strategies `contrast`, `target` and `saliency`, and `opposite` for the others. */
  readonly paint?: PaintName;
  /** The baseline of the maps of `contrast` and `target`; `zero` by default. */
  readonly baseline?: Baseline;
  /** Steps of all maps, as in AttributeOptions; 64 by default. */
  readonly steps?: Steps;
  /** Rule of all maps, as in AttributeOptions; `midpoint` by default. */
  readonly rule?: Rule;
  /** Tolerance of all maps, as in AttributeOptions; 1e-3 by default. */
  readonly tolerance?: number;
  /** The limit of `auto` and `exact` for all maps, as in AttributeOptions. */
  readonly maxSteps?: number;
  /** @internal The maps; by default those of `repairMaps` with these options. */
  readonly maps?: RepairMaps;
  /** Saves a picture and reads it back. By default the picture's 8-bit pixels stand for the saved file. */
  readonly roundTrip?: (picture: Picture) => Promise<Picture>;
}

const KINDS: OptionKinds<RepairOptions> = {
  target: 'class',
  strategy: 'text',
  percent: 'percent',
  seed: 'number',
  maxPixels: 'number',
  paint: PAINTS,
  prove: 'number',
  beam: 'number',
  budget: 'object',
  patch: 'patch',
  baseline: 'baseline',
  steps: 'steps',
  rule: 'text',
  tolerance: 'number',
  maxSteps: 'number',
  maps: 'function',
  roundTrip: 'function',
  signal: 'signal',
  onProgress: 'function',
  onAttempt: 'function',
};

const BUDGET_KINDS: OptionKinds<Budget> = { candidates: 'above 0', milliseconds: 'above 0' };

/**
 * Finds the smallest edit after which the model reads an image as the target class. The edit is verified in float64, and again from the
 * edited image's 8-bit picture.
 *
 * @param image [elements] in the model's input space.
 * @throws PathlightError on bad input; the signal's reason when the signal is raised.
 * @example const { repaired, edited, changedPixels, attempts } = await repair(session, image, { target: 7 });
 */
export async function repair(session: Session, image: ImageValues, options: RepairOptions): Promise<Repair> {
  checkArgument('session', session, 'session');
  const given = readOptions(options, KINDS);
  const { takesPictures, shape } = session.preprocessing;
  if (!takesPictures) throw new PathlightError('repair.no-picture', { shape });
  const executor = await session.executor('logit');
  const values = imageOf(image, executor.elements);
  const target = classIn(session, given.target, 'target') ?? refuse('target', given.target, 'class');
  if (given.budget) readOptions(given.budget, BUDGET_KINDS, 'budget');
  const { paint, patch, maps = repairMaps(session, values, { ...given, target }), roundTrip = async (picture: Picture) => picture } = given;
  const reference = session.reference('logit');
  const problem = problemOf(session, values, target, patch);
  await checkReadable(executor, reference, problem);
  const rule = paint === undefined || paint === 'sign' ? (paint ?? 'own') : paintedImage(session, values, paint);
  const costs = new Map<RepairMap, Cost>();
  const counted: RepairMaps = async (map) => {
    const result = await maps(map);
    costs.set(map, result.cost);
    return result;
  };
  const found = await searchRepair(executor, reference, problem, attributionsOf(counted), {
    ...given,
    paint: rule,
    survives: async (edited) => {
      const picture = await roundTrip(toPicture(edited, session.preprocessing));
      const { outputs } = await reference.forward(toValues(picture, session.preprocessing), 1);
      return areNumbers(outputs) && argmax(outputs) === target;
    },
  });
  const all = [...(found.cost ? [found.cost] : []), ...costs.values()];
  return { ...found, cost: all.length > 0 ? sumCosts(all) : null };
}

/** Refuses an image for which the model gives no number, on the executor that searches or on the one that verifies. */
async function checkReadable(executor: Executor, reference: Executor, problem: RepairProblem): Promise<void> {
  checkProblem(problem, executor);
  checkOutputs((await reference.forward(problem.image, 1)).outputs);
  if (executor === reference) return;
  const { image, pixels, patches, target } = problem;
  // A candidate that changes nothing: it takes kernels that the search takes anyway.
  const ranks = new Uint32Array(patches.count);
  const candidates = Uint32Array.of(0, 0, NO_PATCH, NO_PATCH);
  const { margin, probability } = await executor.evaluate({ image, paint: image, pixels, patches, ranks, candidates }, target);
  const value = [...margin, ...probability].find((number) => !Number.isFinite(number));
  if (value !== undefined) throw new PathlightError('output.no-number', { of: 'image', class: null, value });
}

/** An image [elements] and the class to reach, in the form that searches use. */
export function problemOf({ preprocessing }: Session, image: Float32Array, target: number, patch: PatchChoice = 1): RepairProblem {
  const { pixels, black, white } = imageSpace(preprocessing);
  const patches = patchesOf(preprocessing, image, patch);
  return { image, pixels, patches, range: { black, white }, background: backgroundColour(image, preprocessing), target };
}

/** The whole image painted, [elements], in colours that an 8-bit picture can have. */
function paintedImage({ preprocessing }: Session, image: Float32Array, paint: Exclude<PaintName, 'sign'>): Float32Array {
  const background = () => backgroundColour(image, preprocessing);
  return toValues(toPicture(makeBaseline(paint, image, imageSpace(preprocessing), { background }), preprocessing), preprocessing);
}

/** The attributions behind the maps of one image, each computed when first asked for. */
export type RepairMaps = (map: RepairMap) => Promise<AttributionResult>;

/**
 * The maps by which `repair` with the same options orders patches. A caller that wants to show the winner's map passes these as `maps`, and
 * reads them afterwards.
 */
export function repairMaps(session: Session, image: Float32Array, options: RepairMapOptions): RepairMaps {
  const made = new Map<RepairMap, Promise<AttributionResult>>();
  return (map) => {
    const result = made.get(map) ?? repairMap(session, image, map, options);
    made.set(map, result);
    return result;
  };
}

function attributionsOf(maps: RepairMaps): Attributions {
  const values = (map: RepairMap) => async () => (await maps(map)).values;
  return {
    contrast: values('contrast'),
    target: values('target'),
    saliency: values('saliency'),
    flipTarget: values('flipTarget'),
    flipContrast: values('flipContrast'),
  };
}

/** A map by which strategies order patches: see Attributions. */
export type RepairMap = keyof Attributions;

export type RepairMapOptions = Pick<
  RepairOptions,
  'target' | 'baseline' | 'steps' | 'rule' | 'tolerance' | 'maxSteps' | 'signal' | 'paint'
>;

/** The attribution behind one of these maps, as `repair` computes it with the same options. */
export async function repairMap(
  session: Session,
  image: Float32Array,
  map: RepairMap,
  { target, baseline = 'zero', steps, rule, tolerance, maxSteps, signal, paint }: RepairMapOptions,
): Promise<AttributionResult> {
  const painted = paint === undefined || paint === 'sign' ? 'opposite' : paintedImage(session, image, paint);
  const extra: Record<RepairMap, AttributeOptions> = {
    contrast: { contrast: 'predicted', baseline },
    target: { baseline },
    saliency: { method: 'saliency' },
    flipTarget: { baseline: painted },
    flipContrast: { contrast: 'predicted', baseline: painted },
  };
  const [result] = await attribute(session, image, {
    target,
    ...(steps !== undefined && { steps }),
    ...(rule !== undefined && { rule }),
    ...(tolerance !== undefined && { tolerance }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(signal && { signal }),
    ...extra[map],
  });
  return result!;
}
