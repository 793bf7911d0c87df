import { diagnoseGradient } from './attribution/diagnosis.js';
import type { Repair } from './edit/result.js';
import type { Executor } from './executor.js';
import type { AttributionResult } from './explain.js';
import type { Preprocessing } from './image/preprocess.js';
import type { RepairMap } from './repair.js';
import type { Session } from './session.js';

/** What results were computed on. */
export interface DeviceRecord {
  readonly kind: Executor['kind'];
  readonly adapter: string;
}

/** What a result alone does not tell. */
export interface AttributionRecordRequest {
  /** As the user named them. */
  readonly model: string;
  readonly input: string;
  /** [elements] in the model's input space. */
  readonly image: Float32Array;
  readonly device: DeviceRecord;
  readonly method: string;
  readonly output: string;
  /** null with steps `exact`. */
  readonly rule: string | null;
  readonly baseline: string | number;
  /** Milliseconds of the whole call. */
  readonly total: number;
}

export type AttributionRecord = ReturnType<typeof attributionRecord>;

/** What `result.json` of `pathlight attribute` holds. Milliseconds and `gpu` are those of the whole call, all images together. */
export function attributionRecord(
  session: Session,
  result: AttributionResult,
  { image, method, rule, total, ...request }: AttributionRecordRequest,
) {
  const { plan, dispatches, submits, uploadedBytes, readbackBytes, peakBytes, milliseconds } = result.cost;
  const alongPath = method === 'ig';
  return {
    model: request.model,
    input: request.input,
    device: request.device,
    prediction: result.prediction,
    target: result.target,
    contrast: result.contrast,
    method,
    steps: alongPath ? result.steps : null,
    rule: alongPath ? rule : null,
    baseline: request.baseline,
    output: request.output,
    preprocessing: describePreprocessing(session.preprocessing),
    sum: result.sum,
    outputAtInput: result.outputAtInput,
    outputAtBaseline: result.outputAtBaseline,
    delta: result.delta,
    relativeDelta: result.relativeDelta,
    ...(result.exact && { exact: result.exact }),
    ...(result.auto && { auto: result.auto }),
    ...(method === 'saliency' && { diagnosis: diagnoseGradient(session.graph, image, result.values) }),
    gpu: { plan, dispatches, submits, uploadedBytes, readbackBytes, peakBytes },
    milliseconds: { total, gpu: plan === 'cpu' ? 0 : milliseconds },
  };
}

export type RepairRecord = ReturnType<typeof repairRecord>;

/** What `result.json` of `pathlight repair` holds. */
export function repairRecord(
  session: Session,
  result: Repair,
  named: { readonly model: string; readonly input: string; readonly device: DeviceRecord },
) {
  const { before, after, target, repaired, strategy, percent, changedPixels, changedFraction, minimal, provenMinimum, seed } = result;
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
    preprocessing: describePreprocessing(session.preprocessing),
    attempts: result.attempts,
    verified: result.verified,
  };
}

/** How a picture became the model's input, and which source said each part of it; what none said was assumed. */
export function describePreprocessing(preprocessing: Preprocessing) {
  const { width, height, channels, layout, order, range, mean, std, fit, resize, interpolation, matte, from } = preprocessing;
  return { width, height, channels, layout, order, range, mean, std, fit, resize: resize ?? null, interpolation, matte, from };
}

/** `seven` of class 7, `class 7` where classes have no names. */
export function nameClass(session: Session, index: number): string {
  return session.label(index) ?? `class ${index}`;
}

/** What the map behind a repair explains: `for seven minus one`, `for class 7 minus 1`. */
export function captionOf(session: Session, { target, before }: Pick<Repair, 'target' | 'before'>, map: RepairMap): string {
  const of = nameClass(session, target);
  const contrast = map === 'contrast' || map === 'flipContrast' ? ` minus ${session.label(before.class) ?? before.class}` : '';
  return `${map === 'saliency' ? 'gradient ' : ''}for ${of}${contrast}`;
}

/** `Smallest` is said only where it is proven. */
export function sizeClaim({ minimal, provenMinimum, changedPixels }: Pick<Repair, 'minimal' | 'provenMinimum' | 'changedPixels'>): string {
  if (provenMinimum !== null && provenMinimum === changedPixels) return 'the smallest: no smaller set of flips reaches the class';
  return minimal ? 'minimal: undoing any one pixel loses the class' : 'not known to be minimal';
}
