import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isTiming } from '../harness/measure.js';
import type { GrowthSeries } from '../sections/growth.js';
import type { PeerRow } from '../sections/peers.js';
import type { StepTable } from '../sections/steps.js';
import { type Chart, drawChart } from './chart.js';
import { type Ladder, pageOfGrowth, pageOfLadder, pageOfSteps } from './pages.js';

/** The charts of peers: time over steps for one image, one chart for each network. */
export function chartPeers({ rows }: { readonly rows: readonly PeerRow[] }): Record<string, Chart> {
  const charts: Record<string, Chart> = {};
  for (const network of new Set(rows.map((row) => row.network))) {
    const single = rows.filter((row) => row.network === network && row.job.images === 1);
    const names = single[0]!.entrants.map(({ name }) => name);
    charts[`peers-${network}`] = {
      title: `${network}: one attribution of one image`,
      xLabel: 'steps of the path integral',
      yLabel: 'milliseconds (median)',
      series: names.map((name) => ({
        name,
        points: single.flatMap(({ job, entrants }) => {
          const entry = entrants.find((each) => each.name === name)!;
          return isTiming(entry) ? [[job.steps, entry.median] as const] : [];
        }),
      })),
    };
  }
  return charts;
}

/** The charts of step counts: error against the exact integral over points, one line for each rule, one chart for each model. */
export function chartSteps({ tables }: { readonly tables: readonly StepTable[] }): Record<string, Chart> {
  return Object.fromEntries(
    tables.map(({ model, rows }): [string, Chart] => {
      const rules = [...new Set(rows.flatMap(({ steps, rule }) => (typeof steps === 'number' ? rule! : [])))];
      return [
        `steps-${model}`,
        {
          title: `${model}: how far a step count is from the exact integral`,
          xLabel: 'steps of the path integral',
          yLabel: 'largest error of a pixel / largest attribution',
          series: rules.map((rule) => ({
            name: rule,
            points: rows.flatMap(({ steps, rule: own, error }) =>
              own === rule && typeof steps === 'number' && error !== null ? [[steps, error] as const] : [],
            ),
          })),
        },
      ];
    }),
  );
}

const AXES = { steps: 'steps (one image)', images: 'images (16 steps each)', size: 'pixels of a side (one image, 32 steps)' } as const;

/** The charts of growth: time, and memory, over each axis. */
export function chartGrowth({ series }: { readonly series: readonly GrowthSeries[] }): Record<string, Chart> {
  const charts: Record<string, Chart> = {};
  for (const axis of ['steps', 'images', 'size'] as const) {
    const lines = series.filter((each) => each.axis === axis);
    if (lines.length === 0) continue;
    const common = { title: `Growth over ${axis === 'size' ? 'the input size' : axis}`, xLabel: AXES[axis] };
    charts[`growth-${axis}-time`] = {
      ...common,
      yLabel: 'milliseconds (median)',
      series: lines.map(({ network, points }) => ({ name: network, points: points.map((point) => [point.x, point.milliseconds]) })),
    };
    charts[`growth-${axis}-memory`] = {
      ...common,
      yLabel: 'peak memory, MiB',
      series: lines.map(({ network, points }) => ({ name: network, points: points.map((point) => [point.x, point.peakBytes / 2 ** 20]) })),
    };
  }
  return charts;
}

/**
 * Draws the charts and pages of bench/results.
 *
 * @param results folder of the JSON files.
 * @param target folder of the SVG and Markdown files.
 */
export function drawResults(results: string, target: string): string[] {
  const files: Record<string, string> = {};
  const read = <T>(section: string, make: (data: T) => Record<string, string>) => {
    const path = `${results}/${section}.json`;
    if (existsSync(path)) Object.assign(files, make(JSON.parse(readFileSync(path, 'utf8'))));
  };
  read('peers', (data: Parameters<typeof chartPeers>[0]) => drawn(chartPeers(data)));
  read('steps', (data: Parameters<typeof pageOfSteps>[0]) => ({ ...drawn(chartSteps(data)), 'steps.md': pageOfSteps(data) }));
  read('growth', (data: Parameters<typeof pageOfGrowth>[0]) => ({ ...drawn(chartGrowth(data)), 'growth.md': pageOfGrowth(data) }));
  read('kernels', (data: Ladder) => ({ 'kernels.md': pageOfLadder(data) }));
  mkdirSync(target, { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = `${target}/${name}`;
    writeFileSync(path, text);
    return path;
  });
}

function drawn(charts: Record<string, Chart>): Record<string, string> {
  return Object.fromEntries(Object.entries(charts).map(([name, chart]) => [`${name}.svg`, drawChart(chart)]));
}
