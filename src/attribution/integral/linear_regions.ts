import { PathlightError } from '../../errors.js';
import type { Cost, Executor, RunOptions } from '../../executor.js';
import { at } from '../../tensor/at.js';

/** The linear regions of a path, in order: region k is [ends[k], ends[k + 1]]. They cover [0, 1]. */
export interface PathRegions {
  /** One more than there are regions, the first 0, the last 1. */
  readonly ends: Float64Array;
  /** How much of the path around each end may belong to either side; 0 at the ends of the path. */
  readonly brackets: Float64Array;
  /** Points of the path at which the network was evaluated. */
  readonly evaluations: number;
  readonly costs: readonly Cost[];
}

export interface RegionLimits {
  /** Points at most. */
  readonly maxEvaluations: number;
}

/** The first points, evenly spread. More find as much in fewer rounds, and more than once on paths of few regions. */
const FIRST_POINTS = 16;
/** Zeros of margins are quotients of differences: float32 finds them to some units of its last place. Narrower gaps are left as brackets. */
const RESOLUTION_IN_EPSILONS = 16;
/** On the float64 executor there is no need to tell breakpoints apart that are closer than this. */
const FINEST_RESOLUTION = 2 ** -40;
/** The estimate of the number of regions may be so many times too large before work is refused because of it. */
const ESTIMATE_MARGIN = 4;

/** A point that was evaluated, with what its region is, seen from there. */
interface Probe {
  readonly alpha: number;
  readonly lower: number;
  readonly upper: number;
  readonly gates: number;
}

/**
 * Finds all linear regions of the path from `baseline` to `input`.
 *
 * Every point that is evaluated tells the region it lies in (Executor.regions). What no region covers is probed at the middle of each gap,
 * all gaps of a round in one batch, until no gap is wider than the numbers' resolution; so the evaluations are about as many as the
 * regions. Two neighbouring points with the same gates are in one region, since regions are convex. Otherwise the end computed from the
 * left and that computed from the right disagree by rounding; the boundary is put between them, and their distance is the bracket.
 * Where they overlap by more than rounding (a unit whose input is nothing but rounding errors can do that), the overlap is probed too.
 *
 * Throws PathlightError where the network is smooth, and where `maxEvaluations` are not enough: early, if the first points say so.
 */
export async function findPathRegions(
  executor: Executor,
  input: Float32Array,
  baseline: Float32Array,
  { maxEvaluations }: RegionLimits,
  { signal, onProgress }: RunOptions = {},
): Promise<PathRegions> {
  const { epsilon } = executor;
  const resolution = Math.max(RESOLUTION_IN_EPSILONS * epsilon, FINEST_RESOLUTION);
  /** Points at which no executor rounds. */
  const onGrid = (alpha: number) => Math.round(alpha / epsilon) * epsilon;
  const costs: Cost[] = [];
  let probes: Probe[] = [];
  let wanted = Array.from({ length: FIRST_POINTS }, (_, k) => (k + 0.5) / FIRST_POINTS);
  while (wanted.length > 0) {
    if (probes.length + wanted.length > maxEvaluations) throw tooMany({ covered: covered(probes) }, maxEvaluations);
    const alphas = Float64Array.from(wanted);
    const { lower, upper, gates, cost } = await executor.regions({ input, baseline, alphas }, signal ? { signal } : {});
    costs.push(cost);
    const found = wanted.map(
      (alpha, i): Probe => ({ alpha, lower: Math.min(at(lower, i), alpha), upper: Math.max(at(upper, i), alpha), gates: at(gates, i) }),
    );
    if (probes.length === 0) refuseHopeless(found, maxEvaluations);
    probes = [...probes, ...found].sort((a, b) => a.alpha - b.alpha);
    wanted = gapsOf(probes)
      .filter(({ start, end }) => end - start > resolution)
      .map(({ start, end }) => onGrid((start + end) / 2));
    onProgress?.(probes.length, probes.length + wanted.length);
  }
  const boundaries = gapsOf(probes).slice(1, -1);
  const ends = Float64Array.of(0, ...boundaries.map(({ start, end }) => (start + end) / 2), 1);
  const brackets = Float64Array.of(0, ...boundaries.map(({ start, end }) => end - start + epsilon), 0);
  return { ends, brackets, evaluations: probes.length, costs };
}

/** What lies between neighbouring regions: before the first, between those with different gates, and after the last. */
function gapsOf(probes: readonly Probe[]): { start: number; end: number }[] {
  const gaps = [{ start: 0, end: at(probes, 0).lower }];
  for (let i = 1; i < probes.length; i++) {
    const [left, right] = [at(probes, i - 1), at(probes, i)];
    if (left.gates === right.gates) continue;
    // Each point is in its own region, whatever the other one says.
    const [a, b] = [Math.min(left.upper, right.alpha), Math.max(right.lower, left.alpha)];
    gaps.push({ start: Math.min(a, b), end: Math.max(a, b) });
  }
  gaps.push({ start: at(probes, probes.length - 1).upper, end: 1 });
  return gaps;
}

/** The share of the path that lies in regions that were found, 0 to 1. */
function covered(probes: readonly Probe[]): number {
  const open = probes.length === 0 ? 1 : gapsOf(probes).reduce((sum, { start, end }) => sum + end - start, 0);
  return 1 - open;
}

/**
 * Refuses a path with far too many regions at once. If breakpoints are scattered like a Poisson process of N, a point lies in a region whose
 * length has the Gamma density N^2 l exp(-N l), the median of which is 1.678 / N.
 */
function refuseHopeless(probes: readonly Probe[], maxEvaluations: number): void {
  const lengths = probes.map(({ lower, upper }) => upper - lower).sort((a, b) => a - b);
  const estimate = 1.678 / at(lengths, Math.floor(lengths.length / 2));
  if (estimate > ESTIMATE_MARGIN * maxEvaluations) throw tooMany({ expected: Number(estimate.toPrecision(1)) }, maxEvaluations);
}

function tooMany(found: { covered: number } | { expected: number }, maxEvaluations: number): PathlightError {
  return new PathlightError('exact.too-many-regions', { evaluations: maxEvaluations, found });
}
