import { PathlightError } from '../errors.js';
import type { DeviceSource } from '../gpu/device/device.js';
import type { CandidateDevice } from '../gpu/tuning/candidates.js';
import { type Check, kernelsOf } from './check.js';

/**
 * A relative distance in the Euclidean norm up to which a result is right. Rounding of float32 makes about 1e-7 of it, functions that WGSL leaves
 * loose (exp, tanh, pow) up to 3e-6. What a wrong kernel writes is off by 1e-3 and more.
 */
export const TOLERANCE = 1e-5;

/** The same where activations are rounded to 16 bits: some forty values on the way, each off by at most 2^-11 of itself. What a wrong kernel writes is off by the whole. */
const HALVES_TOLERANCE = 40 * 2 ** -11;

/** What kernels of an adapter compute, beside the float64 reference. */
export interface Examination {
  /** Whether every check is right. */
  readonly right: boolean;
  readonly checks: number;
  /** How many kernels, each with its constants, the checks run. */
  readonly kernels: number;
  readonly tolerance: number;
  readonly seconds: number;
  /** The largest distance among the checks in 32 bits that are right. */
  readonly worst: { readonly check: string; readonly error: number } | null;
  readonly wrong: readonly WrongCheck[];
}

/** A check that failed. */
export interface WrongCheck {
  readonly check: string;
  /** Operators of ONNX, or what is asked of a network, that are wrong with it. */
  readonly serves: readonly string[];
  /** Kernels of this check that nothing shows to be right: one of these is to blame. All kernels of the check where each is right elsewhere. */
  readonly suspects: readonly string[];
  /** The largest relative distance; null where the adapter gave no numbers, or where it failed. */
  readonly error: number | null;
  /** What was compared, by its name, with its distance. */
  readonly distances: Readonly<Record<string, number | null>>;
  /** What the adapter said, where it failed. */
  readonly failure?: string;
}

interface ExamineOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a check gave: distances, or what went wrong. */
type Outcome = { readonly check: Check; readonly kernels: readonly string[]; readonly kernelsOfOutputs: readonly string[] } & (
  | { readonly distances: Readonly<Record<string, number>> }
  | { readonly failure: string }
);

/**
 * Runs checks on an adapter, which compare what its kernels compute on odd shapes with the float64 reference. A check that fails does not end it.
 *
 * @throws PathlightError where there is no adapter, and the signal's reason.
 */
export async function examine(source: DeviceSource, checks: readonly Check[], options: ExamineOptions = {}): Promise<Examination> {
  const { signal, onProgress } = options;
  const started = performance.now();
  const device = await source.get();
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    signal?.throwIfAborted();
    onProgress?.(outcomes.length, checks.length);
    outcomes.push(await outcomeOf(check, source, device));
  }
  onProgress?.(checks.length, checks.length);
  const right = outcomes.filter(isRight);
  const proven = new Set(outcomes.flatMap(provenBy));
  const wrong = outcomes.filter((outcome) => !isRight(outcome)).map((outcome) => describe(outcome, proven));
  const [worst = null] = right
    .filter(({ check }) => !check.mixed)
    .map((outcome) => ({ check: outcome.check.name, error: largest(outcome) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => b.error - a.error);
  return {
    right: wrong.length === 0,
    checks: checks.length,
    kernels: new Set(outcomes.flatMap(({ kernels }) => kernels)).size,
    tolerance: TOLERANCE,
    seconds: (performance.now() - started) / 1000,
    worst,
    wrong,
  };
}

async function outcomeOf(check: Check, source: DeviceSource, device: CandidateDevice): Promise<Outcome> {
  const runs = check.runs();
  const asked = {
    check,
    kernels: kernelsOf(check, device, runs),
    kernelsOfOutputs: kernelsOf(check, device, check.outputsFirst ? runs.slice(0, 1) : []),
  };
  try {
    return { ...asked, distances: await check.run(source) };
  } catch (error) {
    // A kernel that does not compile, or a device that the driver lost over one: the next check opens another.
    if (!(error instanceof PathlightError)) throw error;
    return { ...asked, failure: error.message };
  }
}

/** The kernels that an outcome shows to be right: all of its check, or where only gradients are wrong those of the outputs. */
function provenBy(outcome: Outcome): readonly string[] {
  if (isRight(outcome)) return outcome.kernels;
  const outputs = 'failure' in outcome ? undefined : outcome.distances.outputs;
  return outputs !== undefined && outputs <= TOLERANCE ? outcome.kernelsOfOutputs : [];
}

function isRight(outcome: Outcome): boolean {
  const error = largest(outcome);
  return error !== null && error <= (outcome.check.mixed ? HALVES_TOLERANCE : TOLERANCE);
}

/** The largest distance; null where there is none, or one is no number. */
function largest(outcome: Outcome): number | null {
  if ('failure' in outcome) return null;
  const distances = Object.values(outcome.distances);
  return distances.every(Number.isFinite) ? Math.max(...distances) : null;
}

function describe(outcome: Outcome, proven: ReadonlySet<string>): WrongCheck {
  const { name, serves } = outcome.check;
  const { kernels } = outcome;
  const suspects = kernels.filter((kernel) => !proven.has(kernel));
  const distances = 'failure' in outcome ? {} : outcome.distances;
  return {
    check: name,
    serves,
    suspects: suspects.length > 0 ? suspects : kernels,
    error: largest(outcome),
    distances: Object.fromEntries(Object.entries(distances).map(([what, distance]) => [what, Number.isFinite(distance) ? distance : null])),
    ...('failure' in outcome && { failure: outcome.failure }),
  };
}
