import { hasCode } from '../errors.js';
import { infidelity } from './infidelity.js';
import { maxSensitivity } from './max_sensitivity.js';
import type { Measured } from './measured.js';
import { randomisation, randomisationBySsim } from './randomisation.js';
import { areaUnder, entropyOfShares, giniIndex } from './statistics.js';

/**
 * The names of the measures of maps. docs/evaluation.md has their definitions and sources.
 *
 * @example await evaluate(session, [image, other], { metrics: METRICS.filter((name) => name !== 'randomisation') });
 */
export const METRICS = [
  'deletion',
  'insertion',
  'relevance-gain',
  'infidelity',
  'max-sensitivity',
  'completeness',
  'randomisation',
  'randomisation-ssim',
  'exact-error',
  'sparseness',
  'complexity',
] as const;
/**
 * One of METRICS.
 *
 * @example const metric: MetricName = 'deletion';
 */
export type MetricName = (typeof METRICS)[number];

/** A measure of maps. */
export interface Metric {
  readonly name: MetricName;
  /** Which values are better; null: it is told, and ranks nothing. */
  readonly better: 'low' | 'high' | null;
  /** What it says, in one line for readers. */
  readonly summary: string;
  /** Null where it says nothing about this method, or on this network. */
  readonly measure: (measured: Measured) => Promise<number | null>;
}

const metric = (name: MetricName, better: Metric['better'], summary: string, measure: Metric['measure']): Metric => ({
  name,
  better,
  summary,
  measure,
});

const deletion = async ({ curves }: Measured) => areaUnder((await curves()).deletion);
const insertion = async ({ curves }: Measured) => areaUnder((await curves()).insertion);

/** All measures, in the order of tables. Their definitions are in docs/evaluation.md, their papers at the functions. */
export const metrics: readonly Metric[] = [
  metric('deletion', 'low', 'probability while the strongest parts are removed, on average', deletion),
  metric('insertion', 'high', 'probability while the strongest parts are put into an image without any, on average', insertion),
  metric(
    'relevance-gain',
    'high',
    'insertion minus deletion',
    async (measured) => (await insertion(measured)) - (await deletion(measured)),
  ),
  metric('infidelity', 'low', 'squared error when the map predicts how the output changes', infidelity),
  metric('max-sensitivity', 'low', 'how far the map moves when the image hardly does, relative to the map', maxSensitivity),
  metric(
    'completeness',
    'low',
    'how far the sum is from f(x) - f(b), relative to it',
    async ({ explanation }) => explanation.relativeDelta,
  ),
  metric('randomisation', 'low', 'likeness to the maps of the network with layers drawn anew: 1 is the same', randomisation),
  metric(
    'randomisation-ssim',
    'low',
    'whether it looks like the maps of the network with layers drawn anew: 1 is the same',
    randomisationBySsim,
  ),
  metric('exact-error', 'low', 'largest error of a pixel against the exact integral, relative to its largest value', exactError),
  metric('sparseness', null, 'Gini index: 0 all pixels are equal, 1 one pixel has it all', async ({ map }) => giniIndex(map)),
  metric('complexity', null, 'entropy of the shares of the pixels, in nats', async ({ map }) => entropyOfShares(map)),
];

async function exactError({ subject, explainer, explanation }: Measured): Promise<number | null> {
  const { executor, image, target, piecewise, run } = subject;
  if (!piecewise || explainer.exact === undefined) return null;
  const found = await explainer.exact(executor, image, target, run).catch((error: unknown) => {
    if (hasCode(error, 'exact.too-many-regions')) return null;
    throw error;
  });
  if (found === null) return null;
  const { values } = found;
  let [error, largest] = [0, 0];
  values.forEach((value, element) => {
    error = Math.max(error, Math.abs(value - (explanation.values[element] ?? Number.NaN)));
    largest = Math.max(largest, Math.abs(value));
  });
  return largest === 0 ? error : error / largest;
}
