import { expect, test } from 'vitest';
import { type ReportRow, renderReport } from '../../src/figures/report.js';

const row: ReportRow = {
  caption: 'Digit <7> & "co"',
  trueLabel: '7',
  before: {
    label: '1',
    probabilities: [
      { label: '7', probability: 0.0001 },
      { label: '1', probability: 0.99995 },
    ],
  },
  after: { label: '7', probabilities: [{ label: '7', probability: 0.75 }] },
  strategy: 'contrast',
  percent: 2,
  changedPixels: 9,
  images: { original: 'QUJD', modified: 'REVG', attribution: 'R0hJ' },
  attributionCaption: 'for 7 minus for 1',
  attempts: [
    {
      strategy: 'contrast',
      repaired: true,
      outcome: 'repaired',
      percent: 2,
      changedPixels: 9,
      candidates: 2000000,
      reason: '<script>',
      milliseconds: 40.6,
    },
  ],
};
const page = renderReport({ title: 'Five <digits>', intro: ["it's"], rows: [row], footnotes: ['a note'] });

test('escapes everything and loads nothing', () => {
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<7>');
  expect(page).toContain('Digit &lt;7&gt; &amp; &quot;co&quot;');
  expect(page).not.toMatch(/(?:src|href)="(?!data:image\/png;base64,|#)/);
  expect(page).not.toMatch(/url\(|@import|https?:/);
});

test('shows the three pictures with alternative texts, the probabilities and the attempts', () => {
  for (const base64 of ['QUJD', 'REVG', 'R0hJ']) expect(page).toContain(`data:image/png;base64,${base64}`);
  expect(page.match(/<img /g)).toHaveLength(4);
  expect(page.match(/<img [^>]*alt="/g)).toHaveLength(4);
  for (const text of ['&lt;0.1%', '&gt;99.9%', '75.0%', '2,000,000', '<td>41</td>', 'lang="en"', '<caption>', '1</strong> of 1 repaired']) {
    expect(page).toContain(text);
  }
});

test('a row without an edit says so', () => {
  const { after, strategy, percent, changedPixels, ...failed } = row;
  const html = renderReport({
    title: 't',
    intro: [],
    rows: [{ ...failed, images: { original: 'QUJD', attribution: 'R0hJ' } }],
    footnotes: [],
  });
  expect(html).toContain('no edit was found');
  expect(html).toContain('0</strong> of 1 repaired');
  expect(html).not.toContain('REVG');
});
