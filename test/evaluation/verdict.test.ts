import { describe, expect, test } from 'vitest';
import { type PictureEvaluation, summarise } from '../../src/evaluation/evaluation.js';
import type { MetricName } from '../../src/evaluation/metrics.js';
import { mulberry32 } from '../support/random.js';

/** Twenty pictures on which methods have these gains, with noise that is the same for all methods of a picture but for a tenth. */
function pictures(gains: Readonly<Record<string, number>>, count = 20, metric: MetricName = 'relevance-gain'): PictureEvaluation[] {
  const random = mulberry32(4);
  return Array.from({ length: count }, () => {
    const common = random();
    const methods = Object.entries(gains).map(([name, gain]) => {
      const metrics = { [metric]: gain + common + 0.1 * random() };
      return [name, { metrics, milliseconds: 10 * gain }] as const;
    });
    return { target: 1, methods: Object.fromEntries(methods), refused: {} };
  });
}

const sayAll = (gains: Readonly<Record<string, number>>, count?: number, metric?: MetricName) =>
  summarise(pictures(gains, count, metric), Object.keys(gains), 0).verdict.map(({ message }) => message);

describe('the verdict', () => {
  test('names the best, how sure that is, and what it costs', () => {
    const [best, sure, cost] = sayAll({ saliency: 1, ig: 2, random: 0, edges: 0.5 });
    expect(best).toMatch(
      /^Of the methods measured, ig has the best relevance-gain: 2\.\d+ on average over 20 pictures \(95% interval 2\.\d+ to 2\.\d+\)$/,
    );
    expect(sure).toBe('It is clearly better than the next, saliency; every method beats a random map and the edges of the picture');
    expect(cost).toBe('A map by ig took 20 ms');
  });

  test('pictures differ more than methods: the comparison is by picture', () => {
    expect(sayAll({ ig: 1.1, saliency: 1, random: 0, edges: 0 })[1]).toMatch(/^It is clearly better than the next, saliency/);
    expect(sayAll({ ig: 1.001, saliency: 1, random: 0, edges: 0 })[1]).toMatch(/^It is not clearly better/);
  });

  test('says which methods are no better than maps that know nothing', () => {
    expect(sayAll({ ig: 2, saliency: 0.4, random: 0, edges: 0.5 })[1]).toMatch(
      /; saliency does not beat both a random map and the edges of the picture, so do not trust it on this model$/,
    );
    expect(sayAll({ ig: 0.2, saliency: 0.1, random: 0, edges: 0.5 })[1]).toMatch(
      /; no method beats both .*: trust none of them on this model$/,
    );
  });

  test('where less is better the least is best', () => {
    expect(sayAll({ ig: 2, saliency: 1, random: 3, edges: 3 }, 20, 'deletion')[0]).toMatch(/saliency has the best deletion/);
  });

  test('one picture, or no controls, leaves it open', () => {
    expect(sayAll({ ig: 2, random: 0, edges: 0 }, 1)[1]).toBe('One picture is too few to tell methods apart: give 6 or more');
    expect(sayAll({ ig: 2, random: 0, edges: 0 }, 5)[1]).toBe('5 pictures are too few to tell methods apart: give 6 or more');
    expect(sayAll({ ig: 2, random: 0, edges: 0 }, 6)[1]).toMatch(/every method beats/);
    expect(sayAll({ ig: 2, saliency: 1 })[1]).toMatch(/^Maps that know nothing of the network were not measured/);
  });

  test('a method that refused every picture is not ranked, and says why', () => {
    const made = pictures({ ig: 1, random: 0, edges: 0 }).map((each) => ({ ...each, refused: { 'grad-cam': 'no convolution' } }));
    const { methods, refused } = summarise(made, ['ig', 'grad-cam', 'random', 'edges'], 0);
    expect(Object.keys(methods)).toEqual(['ig', 'random', 'edges']);
    expect(refused).toEqual({ 'grad-cam': 'no convolution' });
  });

  test('values stand in the order of pictures, null where there is none', () => {
    const made = pictures({ ig: 1 }, 3);
    const [first, , third] = made;
    const list = [first!, { target: 0, methods: {}, refused: { ig: 'too many regions' } }, third!];
    const { values, mean } = summarise(list, ['ig'], 0).methods.ig!['relevance-gain']!;
    expect(values).toEqual([values[0], null, values[2]]);
    expect(mean).toBeCloseTo((values[0]! + values[2]!) / 2, 12);
  });
});
