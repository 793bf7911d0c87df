import { PathlightError } from '../errors.js';
import { pixelsOfPatches } from '../image/patches.js';
import { type Picture, toColour, toGrey } from '../image/picture.js';
import { itemAt } from '../tensor/items.js';
import type { Patches } from '../tensor/pixels.js';
import { GLYPH_HEIGHT, textWidth } from './bitmap_font.js';
import { blank, enlarge, fill, write } from './canvas.js';
import { type Colour, divergingColour } from './colormap.js';
import { readableFactor } from './figures.js';

/** A patch of a picture, with its part of the attribution. */
export interface Region {
  /** 1 is the strongest. */
  readonly rank: number;
  readonly patch: number;
  /** Sum of the attribution of its pixels: above 0 it speaks for the class. */
  readonly sum: number;
  /** |sum| as a share of the |sum| of all patches together. */
  readonly share: number;
  readonly pixels: number;
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/** The `most` patches with the largest |sum|, for an attribution [height][width] with its channels summed. Patches with sum 0 are left out. */
export function topRegions(attribution: ArrayLike<number>, patches: Patches, width: number, most: number): Region[] {
  if (attribution.length !== patches.labels.length) {
    throw new PathlightError('figure.patches', { pixels: attribution.length, wanted: patches.labels.length });
  }
  const candidates = pixelsOfPatches(patches).map((pixels, patch) => ({
    patch,
    pixels,
    sum: pixels.reduce((sum, pixel) => sum + itemAt(attribution, pixel), 0),
  }));
  const total = candidates.reduce((all, { sum }) => all + Math.abs(sum), 0);
  const loudest = candidates.filter(({ sum }) => sum !== 0).sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum) || a.patch - b.patch);
  return loudest.slice(0, most).map(({ patch, pixels, sum }, i) => ({
    rank: i + 1,
    patch,
    sum,
    share: Math.abs(sum) / total,
    pixels: pixels.length,
    box: boxOf(pixels, width),
  }));
}

function boxOf(pixels: Uint32Array, width: number): Region['box'] {
  let [left, top, right, bottom] = [width, Number.POSITIVE_INFINITY, 0, 0];
  for (const pixel of pixels) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

const PAPER: Colour = [255, 255, 255];
const INK: Colour = [34, 36, 41];

/**
 * Draws the picture in colour inside these regions and in pale grey outside. Each region has an outline (red for the class, blue against
 * it) and its rank.
 */
export function regionsFigure(picture: Picture, patches: Patches, regions: readonly Region[]): Picture {
  const { width, height } = picture;
  const chosen = new Map(regions.map((region) => [region.patch, region]));
  const colour = toColour(picture).data;
  const grey = toGrey(picture).data;
  const base = blank(width, height, PAPER);
  for (const [pixel, light] of grey.entries()) {
    const inside = chosen.has(itemAt(patches.labels, pixel));
    const pale = Math.round(150 + 0.35 * light);
    base.data.set(inside ? colour.subarray(3 * pixel, 3 * pixel + 3) : [pale, pale, pale], 3 * pixel);
  }
  const factor = readableFactor(width, height) * 2;
  const sheet = enlarge(base, factor);
  drawOutlines(sheet, patches, chosen, width, height, factor);
  for (const region of regions) label(sheet, region, patches, width, factor);
  return sheet;
}

/** Draws lines along the edges of each region, inside it. */
function drawOutlines(
  sheet: Picture,
  { labels }: Patches,
  chosen: ReadonlyMap<number, Region>,
  width: number,
  height: number,
  factor: number,
): void {
  const thick = Math.max(2, Math.round(factor / 5));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const patch = itemAt(labels, y * width + x);
      const region = chosen.get(patch);
      if (region === undefined) continue;
      const ink = divergingColour(region.sum > 0 ? 0.8 : -0.8);
      const differs = (u: number, v: number) => u < 0 || v < 0 || u >= width || v >= height || labels[v * width + u] !== patch;
      const [left, top] = [x * factor, y * factor];
      if (differs(x - 1, y)) fill(sheet, left, top, thick, factor, ink);
      if (differs(x + 1, y)) fill(sheet, left + factor - thick, top, thick, factor, ink);
      if (differs(x, y - 1)) fill(sheet, left, top, factor, thick, ink);
      if (differs(x, y + 1)) fill(sheet, left, top + factor - thick, factor, thick, ink);
    }
  }
}

/** Writes the rank on a white box in the middle of a region's pixels. */
function label(sheet: Picture, { rank, patch }: Region, patches: Patches, width: number, factor: number): void {
  let [sumX, sumY, count] = [0, 0, 0];
  patches.labels.forEach((other, pixel) => {
    if (other !== patch) return;
    sumX += pixel % width;
    sumY += Math.floor(pixel / width);
    count++;
  });
  const scale = 2;
  const across = (textWidth(String(rank)) + 4) * scale;
  const down = (GLYPH_HEIGHT + 2) * scale;
  const within = (middle: number, size: number, full: number) => Math.max(0, Math.min(full - size, Math.round(middle - size / 2)));
  const left = within((sumX / count + 0.5) * factor, across, sheet.width);
  const top = within((sumY / count + 0.5) * factor, down, sheet.height);
  fill(sheet, left, top, across, down, PAPER);
  write(sheet, String(rank), left + 2 * scale, top + 2 * scale, { colour: INK, scale });
}
