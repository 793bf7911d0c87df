import { expect, test } from 'vitest';
import { drawChart } from '../../bench/plots/chart.js';
import { chartPeers, chartSteps } from '../../bench/plots/plots.js';

const chart = { title: 'a < b', xLabel: 'steps', yLabel: 'milliseconds' };

test('a chart names its axes and all its lines, and escapes', () => {
  const svg = drawChart({
    ...chart,
    series: [
      {
        name: 'one & two',
        points: [
          [16, 1],
          [64, 100],
        ],
      },
      { name: 'three', points: [[16, 2]] },
    ],
  });
  for (const part of ['a &lt; b', '>steps<', '>milliseconds<', '>one &amp; two<', '>three<', '>16<', '>64<', '>100<'])
    expect(svg).toContain(part);
  // Corners of the plot: (16, 1) at the lower left, (64, 100) at the upper right.
  expect(svg).toContain('d="M76 364L530 44"');
});

test('what a logarithm does not have is left out, and so are lines without any point', () => {
  const svg = drawChart({
    ...chart,
    series: [
      {
        name: 'some',
        points: [
          [8, 0],
          [16, 1],
          [32, 2],
        ],
      },
      { name: 'none', points: [[8, 0]] },
    ],
  });
  expect(svg.match(/<circle/g)).toHaveLength(2);
  expect(svg).not.toContain('none<');
});

test('labels of lines that end at one place do not overlap', () => {
  const svg = drawChart({
    ...chart,
    series: ['a1', 'a2', 'a3'].map((name) => ({
      name,
      points: [
        [1, 5],
        [2, 5],
      ] as const,
    })),
  });
  const heights = [...svg.matchAll(/<text x="550" y="([\d.]+)"/g)].map((match) => Number(match[1])).sort((a, b) => a - b);
  expect(heights).toHaveLength(3);
  expect(heights[1]! - heights[0]!).toBeGreaterThanOrEqual(16);
  expect(heights[2]! - heights[1]!).toBeGreaterThanOrEqual(16);
});

test('a peer without a time has no point', () => {
  const timing = { name: 'a', median: 5, least: 4, most: 6, rounds: 7 };
  const rows = [
    {
      network: 'M1',
      job: { images: 1, steps: 64 },
      apart: 0,
      rest: 0,
      judged: 0,
      flips: 0,
      entrants: [timing, { name: 'b', reason: 'no memory' }],
    },
  ];
  expect(chartPeers({ rows })['peers-M1']!.series).toEqual([
    { name: 'a', points: [[64, 5]] },
    { name: 'b', points: [] },
  ]);
});

test('step counts: a line a rule; auto, exact and the reference are no points of a rule', () => {
  const row = {
    points: 8,
    relativeDelta: 0,
    milliseconds: 1,
    pointsPerSecond: 1,
    dispatches: 1,
    submits: 1,
    uploadedBytes: 1,
    readbackBytes: 1,
  };
  const rest = { ...row, rounds: 1, peakBytes: 1, exact: null, auto: null };
  const rows = [
    { ...rest, steps: 8, rule: 'midpoint' as const, error: 0.25 },
    { ...rest, steps: 'auto' as const, rule: 'midpoint' as const, error: 0.125 },
    { ...rest, steps: 'exact' as const, rule: null, error: null },
  ];
  expect(chartSteps({ tables: [{ model: 'm', rows }] })['steps-m']!.series).toEqual([{ name: 'midpoint', points: [[8, 0.25]] }]);
});
