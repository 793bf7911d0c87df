import { describeGraph, measureStepCounts, type StepCount, withOutput } from '../../../src/app.js';
import { attribute, PathlightError, RULES, type Session } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { BenchAnswer, BenchNews, BenchRequest, BenchRow } from '../contract/device.js';
import { mostEvaluations } from './limits.js';

/** All rules but Captum's own trapezoid, whose weights do not sum to 1: it only serves to reproduce Captum. */
const MEASURED = RULES.filter((rule) => rule !== 'captum-trapezoid');
const STEPS = [8, 16, 32, 64, 128, 256] as const;
const LARGEST = 256;
const ROUNDS = 5;
/**
 * Milliseconds after which no further timed round of a row begins. The first round is always timed. There are 30 rows and more, and a visitor
 * waits for all of them: a device that takes 50 ms for a row's map has its five rounds, a slower one fewer.
 */
const BUDGET = 250;
/** If a row takes longer than this many milliseconds, the larger step counts of its rule are left out. */
const PATIENCE = 10_000;

type Truth = { readonly values: Float32Array; readonly reference: 'exact' | number };

/** Measures every rule at every step count, then `auto`, then `exact` if the network has exact integrals. Reports each row when it is measured. */
export async function measureRules(
  session: Session,
  request: BenchRequest,
  onRow: (news: BenchNews) => void,
  signal: AbortSignal,
): Promise<BenchAnswer> {
  const { image, target, baseline } = request;
  const settings = { target, baseline, signal };
  // This attribution also compiles the kernels, so that no timed one has to.
  const [first] = await attribute(session, image, { ...settings, steps: 64 });
  const maxSteps = await mostEvaluations(session);
  const { values, reference } = await findTruth(session, image, settings, maxSteps);
  const counts: StepCount[] = [
    ...MEASURED.flatMap((rule) => STEPS.map((steps) => ({ steps, rule }))),
    { steps: 'auto', rule: 'midpoint' },
    ...(reference === 'exact' ? [{ steps: 'exact' as const, maxSteps }] : []),
  ];
  const rows: BenchRow[] = [];
  const slow = new Set<StepCount['rule']>();
  for (const [index, count] of counts.entries()) {
    if (typeof count.steps === 'number' && slow.has(count.rule)) continue;
    const once = { ...settings, image, counts: [count], reference: values, rounds: ROUNDS, budget: BUDGET };
    const [measured] = await measureStepCounts(session, once);
    const { rule, steps, points, error, relativeDelta, milliseconds, pointsPerSecond, dispatches, peakBytes, readbackBytes } = present(
      measured,
      'the measured row',
    );
    const isReference = reference === 'exact' ? steps === 'exact' : steps === reference && rule === 'gauss-legendre';
    const row = {
      rule,
      steps,
      points,
      error: isReference ? null : error,
      relativeDelta,
      milliseconds,
      pointsPerSecond,
      dispatches,
      peakBytes,
      readbackBytes,
    };
    rows.push(row);
    if (milliseconds > PATIENCE) slow.add(count.rule);
    onRow({ row, done: index + 1, total: counts.length });
  }
  const { adapter } = await session.executor();
  return { rows, adapter, plan: first.cost.plan, reference };
}

/** The map that errors are measured against: the exact one, or else Gauss-Legendre, the best rule on smooth networks, with the most steps. */
async function findTruth(
  session: Session,
  image: Float32Array,
  settings: Omit<BenchRequest, 'image'> & { signal: AbortSignal },
  maxSteps: number,
): Promise<Truth> {
  if (describeGraph(withOutput(session.graph, 'logit')).firstSmooth === null) {
    try {
      const [exact] = await attribute(session, image, { ...settings, steps: 'exact', maxSteps });
      return { values: exact.values, reference: 'exact' };
    } catch (error) {
      settings.signal.throwIfAborted();
      if (!(error instanceof PathlightError)) throw error;
    }
  }
  const [best] = await attribute(session, image, { ...settings, steps: LARGEST, rule: 'gauss-legendre' });
  return { values: best.values, reference: LARGEST };
}
