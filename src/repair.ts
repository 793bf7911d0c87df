import type { Baseline } from './attribution/baseline.js';
import type { Steps } from './attribution/methods.js';
import type { Rule } from './attribution/quadrature.js';
import type { Attributions, RepairProblem } from './edit/problem.js';
import { type RepairOptions as EditOptions, repair as searchRepair } from './edit/repair.js';
import type { Repair } from './edit/result.js';
import { type AttributeOptions, type AttributionResult, attribute, imageSpace } from './explain.js';
import type { Picture } from './image/picture.js';
import { backgroundColour, toPicture, toValues } from './image/pixels.js';
import type { Session } from './session.js';

export interface RepairOptions extends Omit<EditOptions, 'survives'> {
  /** The class that the image should be read as. */
  readonly target: number;
  /** Of the maps of `contrast` and `target`: `zero` by default. */
  readonly baseline?: Baseline;
  /** Of all maps: 64 by default. This and the next three as in AttributeOptions. */
  readonly steps?: Steps;
  readonly rule?: Rule;
  readonly tolerance?: number;
  readonly maxSteps?: number;
  /** Saves a picture and reads it back. By default its 8-bit pixels are taken as they would be saved. */
  readonly roundTrip?: (picture: Picture) => Promise<Picture>;
}

/**
 * Finds the smallest edit after which the model reads an image ([elements], in the model's input space) as the target class, verified in
 * float64 and from its 8-bit picture. Throws PathlightError on bad input, and the signal's reason when it is raised.
 *
 * @example const { repaired, edited, changedPixels } = await repair(session, image, { target: 7 });
 */
export async function repair(session: Session, image: Float32Array, options: RepairOptions): Promise<Repair> {
  const { target, roundTrip = async (picture: Picture) => picture } = options;
  const executor = await session.executor('logit');
  const reference = session.reference('logit');
  return searchRepair(executor, reference, problemOf(session, image, target), mapsOf(session, image, options), {
    ...options,
    survives: async (edited) => {
      const picture = await roundTrip(toPicture(edited, session.preprocessing));
      const { outputs } = await reference.forward(toValues(picture, session.preprocessing), 1);
      return session.predict(outputs, 'logit').class === target;
    },
  });
}

/** An image [elements] and the class that it should be read as, in the form that searches work on. */
export function problemOf({ preprocessing }: Session, image: Float32Array, target: number): RepairProblem {
  const { pixels, low, high } = imageSpace(preprocessing);
  return { image, pixels, range: { low, high }, background: backgroundColour(image, preprocessing), target };
}

/** The maps that strategies order pixels by, each computed once. */
function mapsOf(session: Session, image: Float32Array, options: RepairOptions): Attributions {
  const map = (name: RepairMap): (() => Promise<Float32Array>) => {
    let values: Promise<Float32Array> | undefined;
    return () => {
      values ??= repairMap(session, image, name, options).then((result) => result.values);
      return values;
    };
  };
  return {
    contrast: map('contrast'),
    target: map('target'),
    saliency: map('saliency'),
    flipTarget: map('flipTarget'),
    flipContrast: map('flipContrast'),
  };
}

/** A map that strategies order pixels by: see Attributions. */
export type RepairMap = keyof Attributions;

/** The attribution behind one of these maps, as `repair` computes it with the same options. */
export async function repairMap(
  session: Session,
  image: Float32Array,
  map: RepairMap,
  {
    target,
    baseline = 'zero',
    steps,
    rule,
    tolerance,
    maxSteps,
    signal,
  }: Pick<RepairOptions, 'target' | 'baseline' | 'steps' | 'rule' | 'tolerance' | 'maxSteps' | 'signal'>,
): Promise<AttributionResult> {
  const extra: Record<RepairMap, AttributeOptions> = {
    contrast: { contrast: 'predicted', baseline },
    target: { baseline },
    saliency: { method: 'saliency' },
    flipTarget: { baseline: 'opposite' },
    flipContrast: { contrast: 'predicted', baseline: 'opposite' },
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
