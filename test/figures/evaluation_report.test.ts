import { expect, test } from 'vitest';
import { type EvaluationReport, type ReportedMethod, renderEvaluation } from '../../src/figures/evaluation_report.js';

const curve = (from: number, to: number) => Array.from({ length: 101 }, (_, k) => from + ((to - from) * k) / 100);
const mean = (value: number) => ({ mean: value, low: value - 0.1, high: value + 0.1 });
const method = (name: string, gain: number, control = false): ReportedMethod => ({
  name,
  control,
  metrics: { 'relevance-gain': mean(gain), ...(control ? {} : { sparseness: mean(0.5) }) },
  curves: { deletion: curve(1, 0), insertion: curve(0, 1) },
  ...(!control && { milliseconds: 12 }),
});
const methods = [
  ...Array.from({ length: 8 }, (_, k) => method(`m${k}`, 0.8 - k / 20)),
  method('random', 0, true),
  method('edges', 0.9, true),
];
const report: EvaluationReport = {
  title: 'Which <map>?',
  verdict: ['m0 has the best & "gain"'],
  how: 'how',
  metrics: [
    { name: 'relevance-gain', better: 'high', summary: 'insertion minus deletion' },
    { name: 'sparseness', better: null, summary: 'Gini index' },
  ],
  methods,
  pictures: [{ name: '<a>.png', caption: 'why 7', picture: 'QUJD', maps: [{ method: 'm0', map: 'REVG', caption: 'gain 0.80' }] }],
  footnotes: ['a note'],
};
const page = renderEvaluation(report);

test('escapes everything and loads nothing', () => {
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<map>');
  expect(page).not.toContain('<a>.png');
  expect(page).toContain('m0 has the best &amp; &quot;gain&quot;.');
  expect(page).not.toMatch(/(?:src|href)="(?!data:image\/png;base64,|#)/);
  expect(page).not.toMatch(/url\(|@import|https?:/);
});

test('the best method of a ranked metric is marked, never a control; what is not measured is a dash', () => {
  const rows = page.match(/<tr.*?<\/tr>/gs)!;
  expect(rows.filter((row) => row.includes('class="best"')).map((row) => /scope="row">(\w+)/.exec(row)?.[1])).toEqual(['m0']);
  expect(rows.find((row) => row.includes('>edges<'))).toContain('<td>–</td>');
});

test('as many lines as there are colours, and the controls; the others are said to be in the table', () => {
  expect(page.match(/<polyline/g)).toHaveLength(2 * (6 + 2));
  expect(page.match(/stroke-dasharray/g)).toHaveLength(2 * 2);
  expect(page).toContain('The 6 best methods are drawn; the table has the other 2.');
  expect(page.match(/<svg [^>]*aria-label="/g)).toHaveLength(2);
});

test('without curves there are no charts; a picture may have its own', () => {
  const plain = methods.map(({ curves, ...rest }) => rest);
  expect(renderEvaluation({ ...report, methods: plain })).not.toContain('<svg');
  const pictures = report.pictures.map((each) => ({ ...each, methods: methods.slice(0, 2) }));
  expect(renderEvaluation({ ...report, methods: plain, pictures }).match(/<svg/g)).toHaveLength(2);
});

test('a method has one colour on the whole page, however pictures rank it', () => {
  const [first, second] = methods;
  const pictures = [
    [first!, second!],
    [second!, first!],
  ].map((ranked) => ({ ...report.pictures[0]!, methods: ranked }));
  const lines = [...renderEvaluation({ ...report, pictures }).matchAll(/style="stroke:(.*?)".*?<title>(\w+)<\/title>/g)];
  const coloursOf = (name: string) => lines.filter((line) => line[2] === name).map((line) => line[1]);
  expect(coloursOf('m0')).toHaveLength(2 + 2 * 2);
  for (const { name } of methods) expect(new Set(coloursOf(name)).size, name).toBeLessThanOrEqual(1);
  expect(coloursOf('m0')[0]).not.toBe(coloursOf('m1')[0]);
});
