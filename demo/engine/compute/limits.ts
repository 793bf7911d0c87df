import { DEFAULT_MAX_EVALUATIONS, describeGraph, type Executor, LEAST_MAX_STEPS } from '../../../src/app.js';
import type { Session } from '../../../src/index.js';

/**
 * Multiply-adds per second, to an order of magnitude. Measured on two cores: the float64 executor with the digit model (0.16e9) and SwiftShader with a
 * MobileNet (1.2e9). For GPUs a low estimate, which the weakest ones reach.
 */
const SPEED: Record<Executor['kind'], number> = { cpu: 1.5e8, software: 1e9, gpu: 1e11 };

/** The most seconds that the page spends on what nobody asked for: the exact maps, the outcomes, and a quantised model's own arithmetic. */
const EXACT_SECONDS = 10;
const OUTCOMES_SECONDS = 3;
const QUANTISED_SECONDS = 1;

/** At least the percentages 0 to 100 are tried. */
const LEAST_LENGTHS = 101;
const MOST_LENGTHS = 1024;

/** How many evaluations the search for an exact integral may take. A search that would need far more is given up early. */
export async function mostEvaluations(session: Session): Promise<number> {
  // Every point is evaluated together with its twin.
  const affordable = (await forwardsIn(session, EXACT_SECONDS)) / 2;
  return Math.round(Math.min(DEFAULT_MAX_EVALUATIONS, Math.max(LEAST_MAX_STEPS, affordable)));
}

/** How many prefixes of an order of pixels are tried. */
export async function mostLengths(session: Session): Promise<number> {
  return Math.round(Math.min(MOST_LENGTHS, Math.max(LEAST_LENGTHS, await forwardsIn(session, OUTCOMES_SECONDS))));
}

/** Seconds that the float64 executor needs for a number of evaluations. */
export function secondsOnCpu({ graph }: Pick<Session, 'graph'>, evaluations: number): number {
  return (evaluations * describeGraph(graph).multiplyAdds) / SPEED.cpu;
}

/** Whether a quantised model's own arithmetic is run unasked, beside that of the float network. */
export function isQuicklyQuantised(session: Pick<Session, 'graph'>): boolean {
  return secondsOnCpu(session, 2) <= QUANTISED_SECONDS;
}

async function forwardsIn(session: Session, seconds: number): Promise<number> {
  const { kind } = await session.executor();
  return (seconds * SPEED[kind]) / Math.max(1, describeGraph(session.graph).multiplyAdds);
}
