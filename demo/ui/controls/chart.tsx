import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { present } from '../../lib/present.js';
import { isDark } from '../state/theme.js';

export interface ChartSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** Read out in place of the chart. */
  readonly label: string;
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly xLabel: string;
  readonly logarithmic?: boolean;
  /** Where a vertical line stands, in units of x. */
  readonly mark?: number;
  readonly formatY: (value: number) => string;
  readonly formatX: (value: number) => string;
}

/** Okabe and Ito's colours, which every kind of colour vision tells apart; the first is the page's accent. In print, the dashes differ. */
const LINES = [
  { light: '#b4530a', dark: '#f5a04c', dash: [] },
  { light: '#0072b2', dark: '#56b4e9', dash: [7, 3] },
  { light: '#007a5a', dark: '#3fc79a', dash: [2, 3] },
  { light: '#9a4f83', dark: '#dd9bc4', dash: [9, 3, 2, 3] },
  { light: '#4b4e55', dark: '#c9ccd2', dash: [4, 4] },
  { light: '#8a6d00', dark: '#f0e442', dash: [1, 2] },
] as const;

/** How the line of a series looks; after the sixth the looks repeat. */
function lineStyle(series: number, isDark: boolean): { stroke: string; dash: number[] } {
  const { light, dark, dash } = present(LINES[series % LINES.length], 'a line style');
  return { stroke: isDark ? dark : light, dash: [...dash] };
}

/** A line chart of uPlot in the page's colours, as wide as its place. */
export function Chart({ label, x, series, xLabel, logarithmic = false, mark, formatY, formatX }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const marked = useRef(mark);
  marked.current = mark;
  const dark = isDark();
  const data: uPlot.AlignedData = [[...x], ...series.map(({ values }) => [...values])];
  const names = series.map((one) => one.label).join('\n');

  useLayoutEffect(() => {
    const holder = place.current;
    if (holder === null) return;
    const style = getComputedStyle(holder);
    const ink = style.getPropertyValue('--faint').trim();
    const line = style.getPropertyValue('--line').trim();
    const font = `12px ${style.fontFamily}`;
    const axis = { stroke: ink, font, labelFont: font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
    const scale = logarithmic ? { distr: 3 as const } : {};
    // Step counts are powers of two. The axis ends at the first and the last of them.
    const whole = (_: uPlot, least: number, most: number): [number, number] => [least, most];
    const chart = new uPlot(
      {
        width: Math.max(200, holder.clientWidth),
        height: 220,
        legend: { live: false },
        cursor: { show: false },
        scales: { x: { time: false, ...scale, ...(logarithmic && { log: 2 as const, range: whole }) }, y: scale },
        axes: [
          {
            ...axis,
            label: xLabel,
            labelSize: 18,
            labelGap: 0,
            size: 30,
            values: (_, splits) => splits.map((v) => (v === null ? '' : formatX(v))),
          },
          { ...axis, size: 62, values: (_, splits) => splits.map((v) => (v === null ? '' : formatY(v))) },
        ],
        series: [
          {},
          ...series.map((one, i) => ({
            label: one.label,
            ...lineStyle(i, dark),
            width: 2,
            spanGaps: true,
            points: { show: logarithmic, size: 5 },
          })),
        ],
        hooks: {
          draw: [
            (self) => {
              if (marked.current === undefined) return;
              const left = self.valToPos(marked.current, 'x', true);
              const { top, height } = self.bbox;
              self.ctx.save();
              self.ctx.fillStyle = style.getPropertyValue('--ink');
              self.ctx.fillRect(left - 1, top, 2, height);
              self.ctx.restore();
            },
          ],
        },
      },
      data,
      holder,
    );
    plot.current = chart;
    const observer = new ResizeObserver((entries) => {
      for (const { contentRect } of entries) {
        const width = Math.floor(contentRect.width);
        if (width > 0 && width !== chart.width) chart.setSize({ width, height: 220 });
      }
    });
    observer.observe(holder);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [names, xLabel, dark, logarithmic]);

  useLayoutEffect(() => plot.current?.setData(data), [x, ...series.map(({ values }) => values)]);
  useLayoutEffect(() => plot.current?.redraw(false), [mark]);

  return <div class="chart" role="img" aria-label={label} ref={place} />;
}
