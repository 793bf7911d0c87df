import { DEFAULT_MAX_EVALUATIONS, describeGraph, type Executor, LEAST_MAX_STEPS } from '../../../src/app.js';
import type { Session } from '../../../src/index.js';

/**
 * Multiply-adds a second, to an order of magnitude: the float64 executor and SwiftShader as measured on two cores (0.16e9 with the digit model,
 * 1.2e9 with a MobileNet), a GPU as the weakest that one finds.
 */
const SPEED: Record<Executor['kind'], number> = { cpu: 1.5e8, software: 1e9, gpu: 1e11 };

/** What the page computes unasked, beside the maps, should not take more seconds than this. */
const EXACT_SECONDS = 10;
const OUTCOMES_SECONDS = 3;

/** Percentages at least, from 0 to 100. */
const LEAST_LENGTHS = 101;
const MOST_LENGTHS = 1024;

/** Evaluations that the search for an exact integral may take: a search that would need far more is given up at its first points. */
export async function mostEvaluations(session: Session): Promise<number> {
  // A point is evaluated beside its twin.
  const affordable = (await forwardsIn(session, EXACT_SECONDS)) / 2;
  return Math.round(Math.min(DEFAULT_MAX_EVALUATIONS, Math.max(LEAST_MAX_STEPS, affordable)));
}

/** Lengths of an order of pixels that are tried. */
export async function mostLengths(session: Session): Promise<number> {
  return Math.round(Math.min(MOST_LENGTHS, Math.max(LEAST_LENGTHS, await forwardsIn(session, OUTCOMES_SECONDS))));
}

/** What the float64 executor needs for so many evaluations. */
export function secondsOnCpu({ graph }: Session, evaluations: number): number {
  return (evaluations * describeGraph(graph).multiplyAdds) / SPEED.cpu;
}

async function forwardsIn(session: Session, seconds: number): Promise<number> {
  const { kind } = await session.executor();
  return (seconds * SPEED[kind]) / Math.max(1, describeGraph(session.graph).multiplyAdds);
}
