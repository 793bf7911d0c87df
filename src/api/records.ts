import { diagnoseGradient, type GradientDiagnosis } from '../attribution/diagnosis.js';
import { type MethodTable, methodNamed, methods } from '../attribution/methods/index.js';
import type { Repair } from '../edit/result.js';
import { hasCode } from '../errors.js';
import type { Executor, Numbers } from '../executor.js';
import type { Region } from '../figures/ranked_regions.js';
import { headOf } from '../graph/analysis/head/head.js';
import type { Preprocessing } from '../image/preprocessing/preprocess.js';
import { percentage } from '../messages/words.js';
import type { AttributionResult } from './attribute.js';
import type { QuantisedReading } from './doubts/quantised.js';
import { distributionWarning, saturationWarning } from './doubts/saturation.js';
import type { RepairMap } from './repair.js';
import type { Session } from './session.js';

/** The device on which results were computed. */
export interface DeviceRecord {
  readonly kind: Executor['kind'];
  readonly adapter: string;
  /** Bytes of GPU memory that could be in use at once. Absent on the CPU. */
  readonly memoryBudget?: number;
}

/** What a record needs beside the result. */
export interface AttributionRecordRequest {
  /** The names that the user gave. */
  readonly model: string;
  readonly input: string;
  /** [elements] in the model's input space. */
  readonly image: Float32Array;
  readonly device: DeviceRecord;
  readonly method: string;
  readonly output: string;
  /** null with steps `exact`, which has no rule. */
  readonly rule: string | null;
  readonly baseline: string | number;
  /** Milliseconds that the whole call took. */
  readonly total: number;
  /** How |attribution| of a pixel is coloured, where pictures were made: the percentile, and the value that gets the deepest colour. */
  readonly colours?: { readonly percentile: number; readonly scale: number; readonly shared: boolean };
  readonly regions?: readonly Region[];
  /** What a quantised model makes of the image with its own arithmetic; null for a model of floats. */
  readonly quantised: QuantisedReading | null;
}

export type AttributionRecord = ReturnType<typeof attributionRecord>;

/** The `result.json` of `pathlight attribute`. Its milliseconds and `gpu` are those of the whole call, for all images together. */
export function attributionRecord(
  session: Session,
  result: AttributionResult,
  { image, method, rule, total, ...request }: AttributionRecordRequest,
  table: MethodTable = methods,
) {
  const { plan, dispatches, submits, uploadedBytes, readbackBytes, peakBytes, streamedBytes, recomputed, mixedError, milliseconds } =
    result.cost;
  const facts = methodNamed(method, table);
  if (facts === undefined) throw new RangeError(`no method is called ${method}`);
  return {
    model: request.model,
    input: request.input,
    device: request.device,
    prediction: result.prediction,
    multiLabel: session.multiLabel,
    binary: session.binary,
    target: result.target,
    contrast: result.contrast,
    method,
    steps: facts.path === 'none' ? null : result.steps,
    rule: facts.path === 'quadrature' ? rule : null,
    // The record of a method with baselines of its own has them in `parameters`.
    baseline: facts.baseline === 'own' ? null : request.baseline,
    output: request.output,
    quantised: request.quantised,
    preprocessing: describePreprocessing(session.preprocessing),
    warnings: request.output === 'logit' ? warningsOf(session, image, result.outputs) : doubtsAbout(session),
    sum: result.sum,
    outputAtInput: result.outputAtInput,
    outputAtBaseline: finite(result.outputAtBaseline),
    delta: finite(result.delta),
    relativeDelta: finite(result.relativeDelta),
    ...(request.colours && { colours: request.colours }),
    ...(request.regions && { regions: request.regions }),
    ...(result.exact && { exact: result.exact }),
    ...(result.auto && { auto: result.auto }),
    ...(result.parameters && { parameters: result.parameters }),
    ...(facts.diagnosed && !result.parameters?.smooth && diagnosisOf(session, image, result)),
    gpu: {
      plan,
      dispatches,
      submits,
      uploadedBytes,
      readbackBytes,
      peakBytes,
      ...(streamedBytes !== undefined && { streamedBytes }),
      ...(recomputed && { recomputed }),
      ...(mixedError !== undefined && { mixedError }),
    },
    milliseconds: { total, gpu: plan === 'cpu' ? 0 : milliseconds },
  };
}

/** Why the map may be empty. A GPU runs networks that the float64 executor does not: of these nothing is said. */
function diagnosisOf({ graph }: Session, image: Float32Array, { values }: AttributionResult): { diagnosis?: GradientDiagnosis } {
  try {
    return { diagnosis: diagnoseGradient(graph, image, values) };
  } catch (error) {
    if (hasCode(error, 'cpu.network-too-large')) return {};
    throw error;
  }
}

/** JSON has no numbers that are not finite. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export type RepairRecord = ReturnType<typeof repairRecord>;

/** The `result.json` of `pathlight repair`. */
export function repairRecord(
  session: Session,
  result: Repair,
  named: {
    readonly model: string;
    readonly input: string;
    readonly device: DeviceRecord;
    /** The image's `warningsOf`, as in AttributionRecord. */
    readonly warnings?: readonly string[];
    /** What a quantised model makes of the image and of the edited image with its own arithmetic; null for a model of floats. */
    readonly quantised?: { readonly before: QuantisedReading; readonly after: QuantisedReading } | null;
    /** The names that the user gave; by default single pixels, and each strategy's own paint. */
    readonly patch?: string;
    readonly paint?: string;
  },
) {
  const { before, after, target, repaired, strategy, percent, changedPixels, changedFraction, minimal, provenMinimum, seed } = result;
  const { changedPatches, patches, limits } = result;
  return {
    model: named.model,
    input: named.input,
    device: named.device,
    target,
    repaired,
    strategy,
    percent,
    changedPixels,
    changedFraction,
    changedPatches,
    patches: { kind: named.patch ?? '1', count: patches.count },
    paint: named.paint ?? null,
    multiLabel: session.multiLabel,
    binary: session.binary,
    before: { class: before.class, label: session.label(before.class), probability: before.probability },
    after: {
      class: after.class,
      label: session.label(after.class),
      probability: after.probability,
      targetProbability: after.targetProbability,
    },
    minimal,
    provenMinimum,
    seed,
    limits,
    preprocessing: describePreprocessing(session.preprocessing),
    warnings: named.warnings ?? [],
    quantised: named.quantised ?? null,
    attempts: result.attempts.map(({ because, ...attempt }) => attempt),
    verified: result.verified,
  };
}

/** Reasons to doubt that the model is read as it was meant, one sentence each. */
export function doubtsAbout(session: Session): string[] {
  return [...session.notes.map(({ message }) => message), ...session.preprocessing.notes];
}

/** Reasons to doubt the numbers, one sentence each. `outputs` are the logits of the image. */
export function warningsOf(session: Session, image: Float32Array, outputs: Numbers): string[] {
  const saturation = saturationWarning(image, outputs, session.preprocessing);
  const distribution = headOf(session.graph).kind === 'logits' && !session.binary ? distributionWarning(outputs) : undefined;
  return [...doubtsAbout(session), ...[saturation, distribution].filter((warning) => warning !== undefined)];
}

/** How a picture became the model's input, and the source of each setting. A setting without a source was assumed. */
export function describePreprocessing(preprocessing: Preprocessing) {
  const { width, height, channels, takesPictures, layout, order, range, mean, std, fit, resize, interpolation, matte, from } =
    preprocessing;
  return {
    width,
    height,
    channels,
    takesPictures,
    layout,
    order,
    range,
    mean,
    std,
    fit,
    resize: resize ?? null,
    interpolation,
    matte,
    from,
  };
}

/** The name of a class, such as `seven`; `class 7` where classes have no names. */
export function nameClass(session: Pick<Session, 'label'>, index: number): string {
  return session.label(index) ?? `class ${index}`;
}

/** What a model reads, for readers: `read as seven, 72.7%`. */
export function nameReading(session: Session, { class: read, probability }: Pick<Repair['before'], 'class' | 'probability'>): string {
  return `read as ${nameClass(session, read)}, ${percentage(probability)}`;
}

/** What the map behind a repair explains: `for seven minus one`, `for class 7 minus 1`. */
export function captionOf(session: Pick<Session, 'label'>, { target, before }: Pick<Repair, 'target' | 'before'>, map: RepairMap): string {
  const of = nameClass(session, target);
  const contrast = map === 'contrast' || map === 'flipContrast' ? ` minus ${session.label(before.class) ?? before.class}` : '';
  return `${map === 'saliency' ? 'gradient ' : ''}for ${of}${contrast}`;
}

/**
 * How an edit was found, in words that go on after `The edit was `. Only a strategy with a map owes its pixels to an attribution. null where nothing
 * was changed.
 */
export function howFound({ strategy, map, changedPatches }: Pick<Repair, 'strategy' | 'map' | 'changedPatches'>): string | null {
  if (strategy === null || changedPatches === 0) return null;
  if (map !== null) {
    return `found by attribution (${strategy}): a map put the pixels in an order, more and more of which were changed, and what the class does not need was undone`;
  }
  return strategy === 'random'
    ? 'found by trying, not by attribution (random): pixels were flipped in random orders, and what the class does not need was undone'
    : `found by trying, not by attribution (${strategy}): flips were tried one by one, and those kept that bring the class nearest`;
}

/** What an edit of a few pixels is, and is not. */
export const ADVERSARIAL =
  'A small edit is adversarial: it is the least that turns the answer of this one network, and need not look like anything to a person. It shows how near the network was to another answer, not what the picture lacks.';

/** How small a repair is, in words. It says `smallest` only if that is proven. */
export function sizeClaim({
  minimal,
  provenMinimum,
  changedPatches,
  mask,
  patches,
}: Pick<Repair, 'minimal' | 'provenMinimum' | 'changedPatches' | 'mask' | 'patches'>): string {
  const single = patches.count === mask.length;
  if (provenMinimum !== null && provenMinimum === changedPatches) {
    return `the smallest: no smaller set of ${single ? 'flips' : 'patches'} reaches the class`;
  }
  return minimal ? `minimal: undoing any one ${single ? 'pixel' : 'patch'} loses the class` : 'not known to be minimal';
}
