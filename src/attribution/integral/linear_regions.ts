import { PathlightError } from '../../errors.js';
import type { Cost, Executor, RunOptions } from '../../executor.js';
import { itemAt } from '../../tensor/items.js';

/** The linear regions of a path, in order. Region k is [ends[k], ends[k + 1]]; together they cover [0, 1]. */
export interface PathRegions {
  /** Regions + 1 numbers. The first is 0, the last is 1. */
  readonly ends: Float64Array;
  /** Width of the bracket around each end: points in it may belong to either region. 0 at both ends of the path. */
  readonly brackets: Float64Array;
  /** Points of the path at which the network was evaluated. */
  readonly evaluations: number;
  readonly costs: readonly Cost[];
}

export interface RegionLimits {
  /** The most points to evaluate. */
  readonly maxEvaluations: number;
}

/**
 * Number of evenly spread points in the first round. More would need fewer rounds, but on a path with few regions several would hit the
 * same one.
 */
const FIRST_POINTS = 16;
/**
 * Gaps narrower than this many epsilons stay brackets. A region's end is a quotient of differences, which float32 gets right only to some
 * units in the last place.
 */
const RESOLUTION_IN_EPSILONS = 16;
/** The finest resolution. The float64 executor could do better, but closer breakpoints need not be told apart. */
const FINEST_RESOLUTION = 2 ** -40;
/** A path is refused early only if its estimated number of regions exceeds the limit this many times, because the estimate is rough. */
const ESTIMATE_MARGIN = 4;

/** An evaluated point, and its linear region as computed from there. */
interface Probe {
  readonly alpha: number;
  readonly lower: number;
  readonly upper: number;
  readonly gates: number;
}

/**
 * Finds all linear regions of the path from `baseline` to `input`.
 *
 * Every evaluated point tells the region that it lies in (Executor.regions). Each gap that no region covers is probed in its middle, all
 * gaps of a round in one batch, until no gap is wider than the resolution. This takes about as many evaluations as there are regions.
 *
 * Two neighbouring points with the same gates lie in one region, because regions are convex. Points with different gates give two estimates
 * of the boundary between them: the upper end from the left point and the lower end from the right one. The estimates differ by rounding.
 * The boundary is put in the middle, and their distance is the bracket. If the two regions overlap by more than rounding, the overlap is
 * probed too: this happens where the input of a unit is nothing but rounding errors.
 *
 * Throws PathlightError where the network is not piecewise linear, and where `maxEvaluations` do not suffice; early, if the first points
 * say so.
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
  /** Rounds alpha to a multiple of epsilon, which every executor represents exactly. */
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
      (alpha, i): Probe => ({
        alpha,
        lower: Math.min(itemAt(lower, i), alpha),
        upper: Math.max(itemAt(upper, i), alpha),
        gates: itemAt(gates, i),
      }),
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

/** The gaps between neighbouring regions: before the first one, between points with different gates, and after the last. */
function gapsOf(probes: readonly Probe[]): { start: number; end: number }[] {
  const gaps = [{ start: 0, end: itemAt(probes, 0).lower }];
  for (let i = 1; i < probes.length; i++) {
    const [left, right] = [itemAt(probes, i - 1), itemAt(probes, i)];
    if (left.gates === right.gates) continue;
    // A point lies in its own region, whatever the neighbour's estimate says.
    const [a, b] = [Math.min(left.upper, right.alpha), Math.max(right.lower, left.alpha)];
    gaps.push({ start: Math.min(a, b), end: Math.max(a, b) });
  }
  gaps.push({ start: itemAt(probes, probes.length - 1).upper, end: 1 });
  return gaps;
}

/** The share of the path that the regions found so far cover, 0 to 1. */
function covered(probes: readonly Probe[]): number {
  const open = probes.length === 0 ? 1 : gapsOf(probes).reduce((sum, { start, end }) => sum + end - start, 0);
  return 1 - open;
}

/**
 * Throws at once for a path with far too many regions. If N breakpoints are scattered like a Poisson process, a point lies in a region
 * whose length l has the Gamma density N^2 l exp(-N l). The median of l is 1.678 / N, which gives an estimate of N.
 */
function refuseHopeless(probes: readonly Probe[], maxEvaluations: number): void {
  const lengths = probes.map(({ lower, upper }) => upper - lower).sort((a, b) => a - b);
  const estimate = 1.678 / itemAt(lengths, Math.floor(lengths.length / 2));
  if (estimate > ESTIMATE_MARGIN * maxEvaluations) throw tooMany({ expected: Number(estimate.toPrecision(1)) }, maxEvaluations);
}

function tooMany(found: { covered: number } | { expected: number }, maxEvaluations: number): PathlightError {
  return new PathlightError('exact.too-many-regions', { evaluations: maxEvaluations, found });
}
