/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  /** With its unit. */
  readonly xLabel: string;
  /** With its unit. */
  readonly yLabel: string;
  readonly series: readonly Series[];
}

/** Okabe and Ito's palette, which colour-blind readers can tell apart. Every series also has its own marker. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'];
const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 76;
const RIGHT = 190;
const TOP = 44;
const BOTTOM = 56;
/** The least distance of two labels at the right, in pixels. */
const LINE = 16;

/**
 * A chart with logarithmic axes, as SVG. Lines join the points, and every line has a label at its end. Points that are not above 0 are left
 * out.
 */
export function drawChart({ title, xLabel, yLabel, series }: Chart): string {
  const shown = series
    .map(({ name, points }) => ({ name, points: points.filter(([x, y]) => x > 0 && y > 0) }))
    .filter(({ points }) => points.length > 0);
  const all = shown.flatMap(({ points }) => points);
  const x = axis(
    all.map(([value]) => value),
    2,
    LEFT,
    WIDTH - RIGHT,
  );
  const y = axis(
    all.map(([, value]) => value),
    10,
    HEIGHT - BOTTOM,
    TOP,
  );
  const grid = [
    ...x.ticks.map((tick) => line(x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM, '#e5e5e5')),
    ...y.ticks.map((tick) => line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick), '#e5e5e5')),
    ...x.ticks.map((tick) => text(x.at(tick), HEIGHT - BOTTOM + 18, short(tick), 'middle')),
    ...y.ticks.map((tick) => text(LEFT - 8, y.at(tick) + 4, short(tick), 'end')),
  ];
  const labels = spread(shown.map(({ points }) => y.at(points.at(-1)![1])));
  const lines = shown.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${round(x.at(px))} ${round(y.at(py))}`).join('');
    const [lastX, lastY] = points.at(-1)!;
    const end = WIDTH - RIGHT + 20;
    return [
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(([px, py]) => marker(index, x.at(px), y.at(py), colour)),
      line(x.at(lastX) + 6, y.at(lastY), end - 4, labels[index]! - 4, '#bbbbbb'),
      text(end, labels[index]!, name, 'start', colour),
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="15" font-weight="bold">${escapeXml(title)}</text>`,
    ...grid,
    line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, '#444444'),
    line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, '#444444'),
    ...lines,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, xLabel, 'middle'),
    `<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(yLabel)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

interface Axis {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** A logarithmic axis over all values, with ticks at powers of `base`: at every power, or at every second, third, ... if there are too many. */
function axis(values: readonly number[], base: number, from: number, to: number): Axis {
  const exponent = (value: number) => Math.log(value) / Math.log(base);
  // The rounding of its logarithm must not push a power to the next one.
  let low = Math.floor(exponent(Math.min(...values)) + 1e-9);
  let high = Math.ceil(exponent(Math.max(...values)) - 1e-9);
  if (low === high) [low, high] = [low - 1, high + 1];
  const stride = Math.ceil((high - low) / 10);
  const ticks: number[] = [];
  for (let power = low; power <= high; power += stride) ticks.push(base ** power);
  return { ticks, at: (value) => from + ((exponent(value) - low) / (high - low)) * (to - from) };
}

/** The positions nearest to these that do not overlap. */
function spread(positions: readonly number[]): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!);
  const result = positions.map((position) => position + 4);
  order.forEach((index, place) => {
    if (place > 0) result[index] = Math.max(result[index]!, result[order[place - 1]!]! + LINE);
  });
  const over = Math.max(0, Math.max(...result) - (HEIGHT - BOTTOM + 4));
  return result.map((position) => position - over);
}

const SHAPES: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="4"`,
  (x, y) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8"`,
  (x, y) => `<path d="M${x} ${y - 5}L${x + 5} ${y + 4}L${x - 5} ${y + 4}Z"`,
  (x, y) => `<path d="M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z"`,
  (x, y) => `<path d="M${x} ${y + 5}L${x + 5} ${y - 4}L${x - 5} ${y - 4}Z"`,
];

function marker(index: number, x: number, y: number, colour: string): string {
  return `${SHAPES[index % SHAPES.length]!(round(x), round(y))} fill="${colour}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colour}" fill="none"/>`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', colour = '#222222'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${escapeXml(content)}</text>`;
}

function short(value: number): string {
  if (value >= 1 && value < 1e6) return value.toLocaleString('en');
  return value >= 0.001 && value < 1 ? String(Number(value.toPrecision(3))) : value.toExponential(0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
