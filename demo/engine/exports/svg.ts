import { pngOf } from '../../../src/app.js';
import { heatmap } from '../../../src/index.js';

/** Larger maps are embedded as a PNG: as squares they would take more bytes, and be slow to show. */
const MOST_SQUARES = 128 * 128;

export interface SvgRequest {
  /** Channels summed, [height][width]. */
  readonly map: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The magnitude that has the strongest colour. */
  readonly scale: number;
  /** What the map shows, for those who cannot see it. */
  readonly title: string;
}

/** A map as SVG, one unit per pixel, in the colours of `heatmap`. All squares of one colour are one path. */
export function mapToSvg({ map, width, height, scale, title }: SvgRequest): string {
  const { data } = heatmap(map, width, height, { scale, factor: 1 });
  const content = width * height > MOST_SQUARES ? embedded(data, width, height) : squares(data, width);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${10 * width}" height="${10 * height}" shape-rendering="crispEdges" role="img">
<title>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</title>
${content}
</svg>
`;
}

/** Neighbours in a row that have the same colour become one rectangle. */
function squares(data: Uint8Array, width: number): string {
  const paths = new Map<string, string>();
  const colourAt = (pixel: number) =>
    `#${Array.from(data.subarray(3 * pixel, 3 * pixel + 3), (c) => c.toString(16).padStart(2, '0')).join('')}`;
  for (let pixel = 0; pixel < data.length / 3; ) {
    const colour = colourAt(pixel);
    const x = pixel % width;
    let run = 1;
    while (x + run < width && colourAt(pixel + run) === colour) run++;
    paths.set(colour, `${paths.get(colour) ?? ''}M${x} ${Math.floor(pixel / width)}h${run}v1h-${run}z`);
    pixel += run;
  }
  return Array.from(paths, ([colour, path]) => `<path fill="${colour}" d="${path}"/>`).join('\n');
}

function embedded(data: Uint8Array, width: number, height: number): string {
  const png = toBase64(pngOf({ width, height, channels: 3, data }));
  return `<image width="${width}" height="${height}" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`;
}

/** The base64 text of bytes, for data addresses. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
