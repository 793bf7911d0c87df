import { expect, test } from 'vitest';
import { en as page } from '../../../demo/ui/i18n/en.js';
import { es as pagina } from '../../../demo/ui/i18n/es.js';
import { en, type Glossaries } from '../../../demo/ui/words/en.js';
import { es } from '../../../demo/ui/words/es.js';

test('the same words are explained in both languages, in the same order', () => {
  const sizes = ({ why, fix, bench }: Glossaries) => [why.length, fix.length, bench.length];
  expect(sizes(es)).toEqual(sizes(en));
});

test('words of the page are explained as the page writes them', () => {
  for (const [{ why, fix }, of] of [
    [en, page],
    [es, pagina],
  ] as const) {
    const words = why.map(([word]) => word);
    const { outputs, baseline, steps, rule, heads, sum, gain, delta, error, percentile, modes } = of.why;
    expect(words).toEqual(
      expect.arrayContaining([outputs.logit, baseline, steps, rule, heads.contrast, sum, gain, delta, error, percentile]),
    );
    expect(words).toContain(`${modes.number}, ${modes.auto}, ${modes.exact}`);
    // Beside a Spanish name of a strategy stands the one of the command line.
    const explained = fix.map(([word]) => word).join('\n');
    for (const name of Object.values(of.fix.strategies)) expect(explained).toContain(name.replace(/:.*/, ''));
  }
});
