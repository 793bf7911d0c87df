import { PathlightError } from '../errors.js';
import type { Message } from '../messages/index.js';
import { itemAt } from '../tensor/items.js';
import { type Explainer, isControl } from './explainer.js';
import { measuredOf } from './measured.js';
import { type MetricName, metrics } from './metrics.js';
import { bootstrap, type MetricSummary, meanOf, medianOf } from './statistics.js';
import type { Subject } from './subject.js';
import { verdictOf } from './verdict.js';

/** What was measured of one method on one picture. */
export interface MethodOnPicture {
  /** Null where the metric says nothing about the method, or on this network. */
  readonly metrics: Readonly<Partial<Record<MetricName, number | null>>>;
  /** The target's probability with 0, 1, ... of all units removed; and with 0, 1, ... of all units left. Absent where no metric asked. */
  readonly curves?: { readonly deletion: readonly number[]; readonly insertion: readonly number[] };
  /** How long the map took, the metrics not counted. */
  readonly milliseconds: number;
}

/** What was measured on one picture. */
export interface PictureEvaluation {
  /** The class that was explained. */
  readonly target: number;
  readonly methods: Readonly<Record<string, MethodOnPicture>>;
  /** Why a method made no map of this picture, by method. */
  readonly refused: Readonly<Record<string, string>>;
}

/**
 * The target's probability, the mean over pictures, at 0, 1, ... 100 percent of the units.
 *
 * @example const curves: Readonly<Record<string, MeanCurves>> = (await evaluate(session, [image, other])).curves;
 */
export interface MeanCurves {
  /** [101] With so many of the units removed, the strongest first. */
  readonly deletion: readonly number[];
  /** [101] With so many of the units put into an image without any, the strongest first. */
  readonly insertion: readonly number[];
}

/** The summary of an evaluation. */
export interface EvaluationSummary {
  readonly methods: Readonly<Record<string, Readonly<Partial<Record<MetricName, MetricSummary>>>>>;
  /** Why a method made no map of any picture, by method. */
  readonly refused: Readonly<Record<string, string>>;
  /** Milliseconds of a map, the median over pictures, by method: the first one compiles kernels. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** Mean curves over pictures, by method. Absent where no metric asked for them. */
  readonly curves: Readonly<Record<string, MeanCurves>>;
  /** Which method to trust on this model, how sure that is, and what it cost. */
  readonly verdict: readonly Message[];
}

/**
 * Measures each method's map of one picture.
 *
 * @param onMap called with each map [elements] when it is measured.
 * @throws the signal's reason. A method that refuses the picture is named in the result, and the others go on.
 */
export async function evaluatePicture(
  subject: Subject,
  explainers: readonly Explainer[],
  wanted: readonly MetricName[],
  onMap: (method: string, values: Float32Array) => void,
): Promise<PictureEvaluation> {
  const methods: Record<string, MethodOnPicture> = {};
  const refused: Record<string, string> = {};
  for (const explainer of explainers) {
    try {
      methods[explainer.name] = await measure(subject, explainer, wanted, onMap);
    } catch (error) {
      if (!(error instanceof PathlightError)) throw error;
      refused[explainer.name] = error.message;
    }
  }
  return { target: subject.target, methods, refused };
}

async function measure(
  subject: Subject,
  explainer: Explainer,
  wanted: readonly MetricName[],
  onMap: (method: string, values: Float32Array) => void,
): Promise<MethodOnPicture> {
  const { executor, image, target, run } = subject;
  const started = performance.now();
  const explanation = itemAt(await explainer.explain(executor, [image], target, run), 0);
  const milliseconds = performance.now() - started;
  const measured = measuredOf(subject, explainer, explanation);
  const found: Partial<Record<MetricName, number | null>> = {};
  for (const { name, measure: value } of metrics) {
    run.signal?.throwIfAborted();
    if (wanted.includes(name)) found[name] = await value(measured);
  }
  const hasCurves = (['deletion', 'insertion', 'relevance-gain'] as const).some((name) => wanted.includes(name));
  const curves = hasCurves ? await measured.curves() : undefined;
  onMap(explainer.name, explanation.values);
  return {
    metrics: found,
    ...(curves && { curves: { deletion: [...curves.deletion], insertion: [...curves.insertion] } }),
    milliseconds,
  };
}

/** Puts the pictures together: means with intervals, and what to make of them. `seed` is that of the intervals. */
export function summarise(pictures: readonly PictureEvaluation[], names: readonly string[], seed: number): EvaluationSummary {
  const methods: Record<string, Partial<Record<MetricName, MetricSummary>>> = {};
  const refused: Record<string, string> = {};
  const milliseconds: Record<string, number> = {};
  const curves: Record<string, MeanCurves> = {};
  for (const name of names) {
    const measured = pictures.map((picture) => picture.methods[name]);
    const found: Partial<Record<MetricName, MetricSummary>> = {};
    for (const metric of metrics) {
      const values = measured.map((each) => each?.metrics[metric.name] ?? null);
      const known = values.filter((value) => value !== null);
      if (known.length > 0) found[metric.name] = { ...bootstrap(known, seed), values };
    }
    const times = measured.flatMap((each) => (each === undefined ? [] : [each.milliseconds]));
    const drawn = measured.flatMap((each) => each?.curves ?? []);
    if (drawn.length > 0) {
      curves[name] = {
        deletion: meanCurve(drawn.map(({ deletion }) => deletion)),
        insertion: meanCurve(drawn.map(({ insertion }) => insertion)),
      };
    }
    const reason = pictures.map((picture) => picture.refused[name]).find((each) => each !== undefined);
    if (times.length === 0 && reason !== undefined) refused[name] = reason;
    else methods[name] = found;
    if (times.length > 0 && !isControl(name)) milliseconds[name] = medianOf(times);
  }
  return { methods, refused, milliseconds, curves, verdict: verdictOf(methods, milliseconds, pictures.length, seed) };
}

/** The mean of curves over 0 to 1, which may have different numbers of points, at every hundredth. */
export function meanCurve(curves: readonly (readonly number[])[]): number[] {
  return Array.from({ length: 101 }, (_, percent) => {
    const at = curves.map((curve) => {
      const place = (percent / 100) * (curve.length - 1);
      const before = Math.min(Math.floor(place), curve.length - 2);
      return itemAt(curve, before) + (place - before) * (itemAt(curve, before + 1) - itemAt(curve, before));
    });
    return meanOf(at);
  });
}
