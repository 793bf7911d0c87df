import { createMessage, type Message } from '../messages/index.js';
import { CONTROLS, isControl } from './explainer.js';
import { type MetricName, metrics } from './metrics.js';
import { bootstrap, type MetricSummary } from './statistics.js';

type Summaries = Readonly<Record<string, Readonly<Partial<Record<MetricName, MetricSummary>>>>>;

/** Metrics by which methods are ranked, the first that was measured. Those of removal ask the network itself. */
const RANKING: readonly MetricName[] = ['relevance-gain', 'insertion', 'deletion', 'infidelity', 'max-sensitivity', 'completeness'];

/** With fewer pictures no order of two methods is significant at 5%, even where it is the same on all (two-sided sign test). */
const FEWEST = 6;

/** Three sentences: which method to trust, how sure that is, what it cost. */
export function verdictOf(methods: Summaries, milliseconds: Readonly<Record<string, number>>, pictures: number, seed: number): Message[] {
  const metric = RANKING.find((name) => Object.entries(methods).some(([method, found]) => !isControl(method) && found[name] !== undefined));
  if (metric === undefined) return [];
  const sign = metrics.find(({ name }) => name === metric)?.better === 'low' ? -1 : 1;
  const ranked = Object.entries(methods)
    .flatMap(([method, found]) => (isControl(method) || found[metric] === undefined ? [] : [{ method, summary: found[metric] }]))
    .sort((a, b) => sign * (b.summary.mean - a.summary.mean));
  const [best, next] = ranked;
  if (best === undefined) return [];
  const surpasses = (a: MetricSummary, b: MetricSummary | undefined) => b === undefined || isAbove(a, b, sign, seed);
  const beaten = ({ summary }: { summary: MetricSummary }) => CONTROLS.every((control) => surpasses(summary, methods[control]?.[metric]));
  const controlled = CONTROLS.every((control) => methods[control]?.[metric] !== undefined);
  const failing = controlled ? ranked.filter((each) => !beaten(each)).map(({ method }) => method) : [];
  const { mean, low, high } = best.summary;
  return [
    createMessage('evaluation.best', { method: best.method, metric, mean, low, high, pictures }),
    pictures < FEWEST || !controlled
      ? createMessage('evaluation.unsure', { pictures, fewest: FEWEST, controlled })
      : createMessage('evaluation.sure', {
          next: next?.method ?? null,
          clear: next !== undefined && surpasses(best.summary, next.summary),
          failing,
          all: failing.length === ranked.length,
        }),
    createMessage('evaluation.cost', { method: best.method, milliseconds: milliseconds[best.method] ?? 0 }),
  ];
}

/** Whether one method's values are better than another's on the same pictures: the interval of the mean difference is above 0. */
function isAbove(a: MetricSummary, b: MetricSummary, sign: number, seed: number): boolean {
  const differences = a.values.flatMap((value, picture) => {
    const other = b.values[picture];
    return value === null || other === null || other === undefined ? [] : [sign * (value - other)];
  });
  return differences.length > 0 && bootstrap(differences, seed).low > 0;
}
