import type { Baseline } from '../attribution/baseline.js';
import type { Steps } from '../attribution/integral/integral.js';
import type { Rule } from '../attribution/integral/quadrature.js';
import { itemAt } from '../tensor/items.js';
import { type AttributionResult, attribute } from './attribute.js';
import type { Session } from './session.js';

/** A way to compute the path integral. Without `rule`: the default rule, or none for `exact`. */
export interface StepCount {
  readonly steps: Steps;
  readonly rule?: Rule;
  /** The limit of `auto` and `exact`. */
  readonly maxSteps?: number;
}

export interface StepCountRequest {
  /** [elements] in the model's input space. */
  readonly image: Float32Array;
  readonly target: number;
  readonly baseline: Baseline;
  readonly counts: readonly StepCount[];
  /** The reference for errors: a way to integrate, or a map computed before. It is run first, and is a row only if it is among `counts`. */
  readonly reference: StepCount | Float32Array;
  /** Timed runs of each count, after one that warms up; the median is reported. All counts run once in each round. */
  readonly rounds: number;
  /** No round begins after the rounds before took this many milliseconds. One round is always timed. */
  readonly budget?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** One line of the table of step counts. */
export interface StepCountRow {
  readonly steps: Steps;
  readonly rule: Rule | null;
  /** Points that were evaluated: the steps. With `exact`, the regions plus the evaluations that found them. */
  readonly points: number;
  readonly relativeDelta: number;
  /** max_i |a_i - r_i| / max_i |r_i| against the reference r; null for the reference itself. */
  readonly error: number | null;
  /** The median over the rounds. */
  readonly milliseconds: number;
  readonly rounds: number;
  readonly pointsPerSecond: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly uploadedBytes: number;
  readonly readbackBytes: number;
  readonly peakBytes: number;
  readonly exact: AttributionResult['exact'] | null;
  readonly auto: AttributionResult['auto'] | null;
}

/** Measurements of one way to integrate: the result of the first run, and the times of the later ones. */
interface Measured {
  readonly count: StepCount;
  readonly times: number[];
  result?: AttributionResult;
}

/** Measures what step counts and rules cost on this model, and how far their maps are from the reference. */
export async function measureStepCounts(session: Session, request: StepCountRequest): Promise<StepCountRow[]> {
  const { counts, reference, rounds, budget = Number.POSITIVE_INFINITY, signal, onProgress } = request;
  const run = async ({ steps, rule, maxSteps }: StepCount): Promise<{ result: AttributionResult; milliseconds: number }> => {
    const started = performance.now();
    const result = await attribute(session, request.image, {
      target: request.target,
      baseline: request.baseline,
      steps,
      ...(rule !== undefined && { rule }),
      ...(maxSteps !== undefined && { maxSteps }),
      ...(signal && { signal }),
    });
    return { result: itemAt(result, 0), milliseconds: performance.now() - started };
  };
  const total = counts.length * (rounds + 1);
  let done = 0;
  const truth = reference instanceof Float32Array ? reference : (await run(reference)).result.values;
  const measured: Measured[] = counts.map((count) => ({ count, times: [] }));
  const started = performance.now();
  for (let round = 0; round <= rounds; round++) {
    if (round > 1 && performance.now() - started > budget) break;
    for (const one of measured) {
      const { result, milliseconds } = await run(one.count);
      if (round === 0) one.result = result;
      else one.times.push(milliseconds);
      onProgress?.(++done, total);
    }
  }
  return measured.map(({ count, times, result }) => {
    if (result === undefined) throw new RangeError('a way to integrate was never run');
    const milliseconds = median(times);
    const points = typeof count.steps === 'number' ? count.steps : result.steps + (result.exact?.evaluations ?? 0);
    const { dispatches, submits, uploadedBytes, readbackBytes, peakBytes } = result.cost;
    return {
      steps: count.steps,
      rule: count.steps === 'exact' ? null : (count.rule ?? null),
      points,
      relativeDelta: result.relativeDelta,
      error: isSame(count, reference) ? null : relativeError(result.values, truth),
      milliseconds,
      rounds: times.length,
      pointsPerSecond: (1000 * points) / milliseconds,
      dispatches,
      submits,
      uploadedBytes,
      readbackBytes,
      peakBytes,
      exact: result.exact ?? null,
      auto: result.auto ?? null,
    };
  });
}

function isSame(count: StepCount, reference: StepCount | Float32Array): boolean {
  return !(reference instanceof Float32Array) && count.steps === reference.steps && count.rule === reference.rule;
}

/** max_i |a_i - r_i| / max_i |r_i|; 0 where both are zero everywhere. */
export function relativeError(values: Float32Array, reference: Float32Array): number {
  let difference = 0;
  let largest = 0;
  values.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - itemAt(reference, i)));
    largest = Math.max(largest, Math.abs(itemAt(reference, i)));
  });
  return difference === 0 ? 0 : difference / largest;
}

/** The middle value; for an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? itemAt(sorted, middle) : (itemAt(sorted, middle - 1) + itemAt(sorted, middle)) / 2;
}
