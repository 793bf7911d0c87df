import { measureStepCounts, type StepCount, type StepCountRow } from '../../src/api/step_counts.js';
import { grid } from '../../src/cli/console.js';
import { predict, RULES } from '../../src/index.js';
import { readInput } from '../../src/node/index.js';
import { formatMilliseconds, formatShare } from '../harness/report.js';
import { inputOf, presentModels, type Setting, withSession } from './section.js';

/** The rows of one model. */
export interface StepTable {
  readonly model: string;
  readonly rows: readonly StepCountRow[];
}

/** The models. A model with an image of its own explains it; the others explain a digit of the study. */
const MODELS = ['digits', 'opt-mnist', 'lenet_bn', 'mini_resnet', 'M1'];
const LARGEST = 1024;
const QUICK_LARGEST = 32;
const ROUNDS = 3;
/** Budget for the rounds of one model in milliseconds: about a tenth of a full run. */
const BUDGET = 120_000;

/** Measures what each rule and step count costs, and how far its map is from the exact integral, on five models; then `auto` and `exact`. */
export async function runSteps(setting: Setting): Promise<StepTable[]> {
  const { quick, log, print, save } = setting;
  const largest = quick ? QUICK_LARGEST : LARGEST;
  const sizes: number[] = [];
  for (let steps = 8; steps <= largest; steps *= 2) sizes.push(steps);
  const counts: StepCount[] = RULES.flatMap((rule) => sizes.map((steps): StepCount => ({ steps, rule })));
  counts.push({ steps: 'auto', rule: 'midpoint' }, { steps: 'exact' });
  const tables: StepTable[] = [];
  for (const { name, bytes } of presentModels(quick ? MODELS.slice(0, 1) : MODELS, log)) {
    log(`step counts: ${name}`);
    const rows = await withSession(setting, bytes, async (session) => {
      const { data: image } = await readInput(inputOf(name), session.preprocessing);
      return measureStepCounts(session, {
        image,
        target: (await predict(session, image))[0]!.class,
        baseline: 'black',
        counts,
        reference: { steps: 'exact' },
        rounds: quick ? 1 : ROUNDS,
        budget: BUDGET,
        onProgress: (done, total) => {
          if (done % counts.length === 0) log(`step counts: ${name}, round ${done / counts.length} of ${total / counts.length}`);
        },
      });
    });
    tables.push({ model: name, rows });
    save('steps', { tables });
    print(tableOf(name, rows));
  }
  return tables;
}

function tableOf(name: string, rows: readonly StepCountRow[]): string {
  const exact = rows.find((row) => row.exact)?.exact;
  return [
    `\n${name}: step counts, medians of ${rows[0]!.rounds} rounds`,
    grid(
      ['steps', 'rule', 'delta>', 'error against exact>', 'milliseconds>', 'points a second>'],
      rows.map((row) => [
        String(row.steps),
        row.rule ?? '',
        formatShare(row.relativeDelta),
        row.error === null ? 'reference' : formatShare(row.error),
        formatMilliseconds(row.milliseconds),
        Math.round(row.pointsPerSecond).toLocaleString('en'),
      ]),
    ),
    ...(exact
      ? [`exact: ${exact.regions} linear regions, ${exact.evaluations} evaluations, error bound ${exact.errorBound.toExponential(1)}`]
      : []),
  ].join('\n');
}
