import { itemAt } from '../tensor/items.js';
import { escapeHtml } from './report.js';
import { REPORT_STYLE } from './report_style.js';

/** A mean with its interval. */
export interface ReportedMean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A column of the table. */
export interface ReportedMetric {
  readonly name: string;
  readonly better: 'low' | 'high' | null;
  readonly summary: string;
}

/** A row of the table, and a line in the charts. */
export interface ReportedMethod {
  readonly name: string;
  /** Whether it is a map that knows nothing of the network. */
  readonly control: boolean;
  readonly metrics: Readonly<Record<string, ReportedMean>>;
  /** [101] each; absent where no curve was measured. */
  readonly curves?: { readonly deletion: readonly number[]; readonly insertion: readonly number[] };
  /** Of a map; absent for controls. */
  readonly milliseconds?: number;
}

export interface ReportedPicture {
  readonly name: string;
  /** What was explained, such as `maps for class 7`. */
  readonly caption: string;
  /** A PNG file in base64. */
  readonly picture: string;
  /** The methods' maps, PNG files in base64, by method, each with what stands below it. */
  readonly maps: readonly { readonly method: string; readonly map: string; readonly caption: string }[];
  /** The methods on this picture alone, to be drawn as curves; absent where only means are. */
  readonly methods?: readonly ReportedMethod[];
}

/** What was measured: curves and a table of means, and the maps of pictures. */
export interface ReportedMeasures {
  readonly metrics: readonly ReportedMetric[];
  /** In the order of the table. */
  readonly methods: readonly ReportedMethod[];
  readonly pictures: readonly ReportedPicture[];
}

export interface EvaluationReport extends ReportedMeasures {
  readonly title: string;
  /** The verdict, a sentence each. */
  readonly verdict: readonly string[];
  /** How it was measured, in a paragraph. */
  readonly how: string;
  readonly footnotes: readonly string[];
}

/** Okabe and Ito's colours, which every kind of colour vision can tell apart, without yellow, which is faint on white. */
const COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/** The style sheet of `renderMeasures`, beside that of reports. */
export const MEASURES_STYLE = `
.verdict-list { max-width: 46rem; padding-left: 1.2rem; margin: 0 0 1rem; }
.verdict-list li { margin-bottom: .45rem; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: clamp(1rem, 3vw, 2.5rem); margin-top: 1rem; }
.charts svg { width: 100%; height: auto; overflow: visible; }
.charts text { fill: var(--faint); font-size: 11px; }
.charts .frame { stroke: var(--line); fill: none; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; font-size: .85rem; margin-top: .8rem; }
.legend i { display: inline-block; width: 1.6em; height: 0; border-top: 3px solid; margin-right: .4em; vertical-align: middle; }
table.measures td, table.measures th { text-align: right; }
table.measures th[scope=row], table.measures thead th:first-child { text-align: left; }
table.measures td:last-child { min-width: 0; white-space: nowrap; padding-right: .9rem; }
table.measures th[scope=row], table.measures thead th:first-child { position: sticky; left: 0; background: var(--card); }
table.measures small { display: block; color: var(--faint); }
table.measures .best { color: var(--accent); font-weight: 650; }
table.measures .control th, table.measures .control td { color: var(--faint); }
.key { max-width: 42rem; margin-top: clamp(2.2rem, 5vw, 3.5rem); }
.key p { color: var(--faint); }
.maps { display: flex; flex-wrap: wrap; gap: .9rem; margin-top: .8rem; }
.maps figure { width: 6.2rem; }
.maps figcaption b { display: block; }
.maps figcaption { margin: .35rem 0 0; font-size: .75rem; line-height: 1.35; overflow-wrap: anywhere; }
@media (max-width: 640px) { .charts { grid-template-columns: 1fr; } .maps figure { width: 5.6rem; } }
`;

/**
 * A self-contained HTML page about which method's maps are faithful to a model: no scripts, no requests, light and dark, readable on a phone and on
 * paper. All text is escaped.
 *
 * @example await writeFile('report.html', renderEvaluation({ title: 'Which map is right?', ...measured }));
 */
export function renderEvaluation({ title, verdict, how, metrics, methods, pictures, footnotes }: EvaluationReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${REPORT_STYLE}${MEASURES_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="brand">Pathlight</p>
<h1>${escapeHtml(title)}</h1>
<ol class="verdict-list">${verdict.map((sentence) => `<li>${escapeHtml(sentence)}.</li>`).join('\n')}</ol>
<p class="lead">${escapeHtml(how)}</p>
</header>
${renderMeasures({ metrics, methods, pictures })}
<footer>
<h2>Notes</h2>
<ol>${footnotes.map((note) => `<li>${escapeHtml(note)}</li>`).join('\n')}</ol>
</footer>
</main>
</body>
</html>
`;
}

/** The measures as a part of a page. All text is escaped. */
export function renderMeasures(measures: ReportedMeasures): string {
  const { metrics, methods, pictures } = measures;
  const lines = linesOf(measures);
  return [
    renderCurves(methods, lines),
    renderTable(metrics, methods),
    ...(pictures.length > 0 ? [MAPS_KEY] : []),
    ...pictures.map((picture) => renderPicture(picture, lines)),
  ].join('\n');
}

/** How the maps below are read. */
const MAPS_KEY = `<section class="key">
<h2>The maps, picture by picture</h2>
<p>Red speaks for the class, blue against it. Each map has a scale of its own. The gain is insertion minus deletion on this picture alone: the higher, the
better; an order that says nothing reaches 0 on average.</p>
</section>`;

/** How a method's line looks, on the whole page. */
interface Line {
  readonly colour: string;
  /** The pattern of dashes of a control; none where the line is whole. */
  readonly dashes?: '6 4' | '2 3';
}

/** The lines of the methods that are drawn, by name: as many as there are colours, and the controls. */
function linesOf({ methods, pictures }: ReportedMeasures): ReadonlyMap<string, Line> {
  const measured = [...methods, ...pictures.flatMap((picture) => picture.methods ?? [])].filter(({ curves }) => curves !== undefined);
  const names = (control: boolean) => [...new Set(measured.filter((method) => method.control === control).map(({ name }) => name))];
  return new Map<string, Line>([
    ...names(false)
      .slice(0, COLOURS.length)
      .map((name, k) => [name, { colour: itemAt(COLOURS, k) }] as const),
    ...names(true)
      .sort()
      .map((name, k) => [name, { colour: 'var(--faint)', dashes: k === 0 ? '6 4' : '2 3' }] as const),
  ]);
}

function renderCurves(methods: readonly ReportedMethod[], lines: ReadonlyMap<string, Line>): string {
  const charts = renderCharts(methods, lines);
  if (charts === '') return '';
  return `<article>
<h2>What the network says while parts of the picture are missing</h2>
${charts}
</article>`;
}

/** Both curves side by side, and what the lines are; nothing where no method has curves. */
function renderCharts(methods: readonly ReportedMethod[], lines: ReadonlyMap<string, Line>): string {
  const measured = methods.filter(({ curves }) => curves !== undefined);
  const drawn = measured.flatMap((method) => {
    const line = lines.get(method.name);
    return line === undefined ? [] : [{ method, line }];
  });
  if (drawn.length === 0) return '';
  const left = measured.length - drawn.length;
  const legend = drawn.map(
    ({ method, line: { colour, dashes } }) =>
      `<li><i style="border-color:${colour}${dashes === undefined ? '' : `;border-top-style:${dashes === '2 3' ? 'dotted' : 'dashed'}`}"></i>${escapeHtml(method.name)}${method.control ? ' (knows nothing of the network)' : ''}</li>`,
  );
  const charts = (
    [
      ['deletion', 'The strongest parts are removed: the faster it falls, the better', 'parts removed'],
      ['insertion', 'Only the strongest parts are there: the faster it rises, the better', 'parts there'],
    ] as const
  ).map(([which, caption, axis]) => `<figure>${chart(drawn, which, caption, axis)}<figcaption>${caption}</figcaption></figure>`);
  return `<div class="charts">${charts.join('\n')}</div>
<ul class="legend">${legend.join('')}</ul>
${left > 0 ? `<p class="verdict">The ${COLOURS.length} best methods are drawn; the table has the other ${left}.</p>` : ''}`;
}

/** In units of the drawing. */
const [WIDTH, HEIGHT, MARGIN, TOP] = [400, 276, 34, 24];

function chart(
  drawn: readonly { readonly method: ReportedMethod; readonly line: Line }[],
  which: 'deletion' | 'insertion',
  caption: string,
  axis: string,
): string {
  const x = (share: number) => MARGIN + share * (WIDTH - MARGIN - 8);
  const y = (probability: number) => HEIGHT - MARGIN - probability * (HEIGHT - MARGIN - TOP);
  const paths = drawn.map(({ method, line: { colour, dashes } }) => {
    const points = (method.curves?.[which] ?? []).map((value, percent) => `${x(percent / 100).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline points="${points.join(' ')}" fill="none" style="stroke:${colour}" stroke-width="2"${dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`}><title>${escapeHtml(method.name)}</title></polyline>`;
  });
  const ticks = [0, 0.5, 1].flatMap((value) => [
    `<text x="${MARGIN - 6}" y="${y(value) + 4}" text-anchor="end">${100 * value}%</text>`,
    `<text x="${x(value)}" y="${HEIGHT - MARGIN + 16}" text-anchor="middle">${100 * value}%</text>`,
  ]);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(caption)}">
<rect class="frame" x="${x(0)}" y="${y(1)}" width="${x(1) - x(0)}" height="${y(0) - y(1)}"/>
${ticks.join('')}<text x="${x(0.5)}" y="${HEIGHT - 4}" text-anchor="middle">${axis}</text>
<text x="${x(0)}" y="${y(1) - 8}">probability of the class</text>
${paths.join('\n')}
</svg>`;
}

function renderTable(metrics: readonly ReportedMetric[], methods: readonly ReportedMethod[]): string {
  const best = new Map(metrics.map((metric) => [metric.name, bestOf(metric, methods)]));
  const heads = metrics.map(({ name, better, summary }) => {
    const which = better === null ? 'told only' : better === 'low' ? 'less is better' : 'more is better';
    return `<th scope="col"><abbr title="${escapeHtml(summary)}">${escapeHtml(name)}</abbr><small>${which}</small></th>`;
  });
  const rows = methods.map(({ name, control, metrics: found, milliseconds }) => {
    const cells = metrics.map((metric) => {
      const value = found[metric.name];
      if (value === undefined) return '<td>–</td>';
      const isBest = best.get(metric.name) === name;
      return `<td${isBest ? ' class="best"' : ''}>${short(value.mean)}<small>${short(value.low)} to ${short(value.high)}</small></td>`;
    });
    return `<tr${control ? ' class="control"' : ''}><th scope="row">${escapeHtml(name)}</th>${cells.join('')}<td>${milliseconds === undefined ? '' : short(milliseconds)}</td></tr>`;
  });
  return `<article>
<h2>All measures</h2>
<p class="verdict">Means over pictures, and their 95% intervals. The best method of a column is coloured. The last rows are maps that know nothing of the network.</p>
<div class="scroll" tabindex="0" role="region" aria-label="All measures"><table class="measures">
<thead><tr><th scope="col">method</th>${heads.join('')}<th scope="col">ms a map</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</article>`;
}

/** The best method of a column, controls apart. */
function bestOf({ name, better }: ReportedMetric, methods: readonly ReportedMethod[]): string | undefined {
  if (better === null) return undefined;
  const sign = better === 'low' ? -1 : 1;
  const ranked = methods
    .flatMap(({ control, metrics, name: method }) => (control || metrics[name] === undefined ? [] : [{ method, mean: metrics[name].mean }]))
    .sort((a, b) => sign * (b.mean - a.mean));
  return ranked[0]?.method;
}

function renderPicture({ name, caption, picture, maps, methods = [] }: ReportedPicture, lines: ReadonlyMap<string, Line>): string {
  const figures = maps.map(
    ({ method, map, caption: below }) =>
      `<figure><img src="data:image/png;base64,${escapeHtml(map)}" alt="Map of ${escapeHtml(name)} by ${escapeHtml(method)}"><figcaption><b>${escapeHtml(method)}</b> ${escapeHtml(below)}</figcaption></figure>`,
  );
  return `<article>
<h2>${escapeHtml(name)}</h2>
<div class="maps"><figure><img src="data:image/png;base64,${escapeHtml(picture)}" alt="${escapeHtml(name)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>
${figures.join('\n')}</div>
${renderCharts(methods, lines)}
</article>`;
}

/** A number with three significant digits. */
function short(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
