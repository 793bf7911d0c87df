import { PathlightError } from '../errors.js';
import { checkPicture, type Picture, toGrey } from '../image/picture.js';
import { checkArgument, type OptionKinds, readOptions, toFloat32 } from '../tensor/arguments.js';
import { firstOf, itemAt } from '../tensor/items.js';
import { GLYPH_HEIGHT } from './bitmap_font.js';
import { blank, clip, enlarge, fill, place, write } from './canvas.js';
import { type Colour, colourScale, divergingColour, normalise } from './colormap.js';

const PAPER: Colour = [255, 255, 255];
const INK: Colour = [34, 36, 41];
const FAINT: Colour = [112, 116, 124];
const FRAME: Colour = [204, 207, 212];
/** Okabe and Ito's orange. Every kind of colour vision can tell it from black, white, red and blue. */
const OUTLINE: Colour = [230, 159, 0];

/** Approximate width of a panel in pixels, so that the pixels of a 28x28 digit can be counted. */
const PANEL = 280;
/** How many times as tall as it is wide a panel may be. */
const TALLEST = 4;

/**
 * A picture with at least this many pixels is treated as a photograph. A few of its pixels may be so strong that all others look white
 * beside them, so the colours of its map end at this percentile. In a digit every pixel counts.
 */
export const PHOTOGRAPH = { pixels: 64 * 64, percentile: 99 } as const;

/** The value that the strongest colours of a map [pixels] stand for. By default the percentile follows from the size of the map. */
export function scaleOf(map: Float32Array, percentile: number = map.length < PHOTOGRAPH.pixels ? 100 : PHOTOGRAPH.percentile) {
  return { percentile, scale: colourScale(map, percentile) };
}

/** The value that the strongest colours of several maps stand for, if they share one scale. By default the percentile is that of the first map. */
export function sharedScaleOf(maps: readonly Float32Array[], percentile = scaleOf(firstOf(maps)).percentile) {
  const pool = new Float32Array(maps.reduce((length, map) => length + map.length, 0));
  let filled = 0;
  for (const map of maps) {
    pool.set(map, filled);
    filled += map.length;
  }
  return scaleOf(pool, percentile);
}

/**
 * How a map is drawn.
 *
 * @example const options: MapOptions = { scale: 0.5, factor: 4 };
 */
export interface MapOptions {
  /** The value that the strongest colours stand for; by default the largest |value| of the map. */
  readonly scale?: number;
  /** Side of the square that shows a pixel. By default the figure becomes about 280 pixels wide. */
  readonly factor?: number;
}

const KINDS: OptionKinds<MapOptions> = { scale: 'scale', factor: 'size' };

/** The integer factor that makes the longer side of a picture about 280 pixels; 1 for large pictures. */
export function readableFactor(width: number, height: number): number {
  return Math.max(1, Math.round(PANEL / Math.max(width, height)));
}

/**
 * A picture of an attribution map: red speaks for the class, blue against it, near-white is 0.
 *
 * @param map [height][width], channels summed (`sumChannels`). @throws PathlightError for another number of values.
 * @example
 * const { width, height } = session.preprocessing;
 * const picture = heatmap(sumChannels(result.values, pixelLayout(session.preprocessing)), width, height);
 */
export function heatmap(map: ArrayLike<number>, width: number, height: number, options: MapOptions = {}): Picture {
  checkArgument('width', width, 'size');
  checkArgument('height', height, 'size');
  const given = readOptions(options, KINDS);
  const attribution = toFloat32(map, 'map');
  checkSize('an attribution', attribution.length, width, height);
  const scale = given.scale ?? colourScale(attribution);
  const picture = blank(width, height, PAPER);
  for (let p = 0; p < width * height; p++) picture.data.set(divergingColour(normalise(itemAt(attribution, p), scale)), p * 3);
  return enlarge(picture, given.factor ?? readableFactor(width, height));
}

/**
 * Draws the attribution over the picture. The picture is grey, with its contrast halved around a light grey. On it lies the colour of the
 * sign; its opacity is the square root of |a| / scale, so that weak pixels show as well. For a photograph the opacity is |a| / scale,
 * because its thousands of weak pixels would veil it.
 *
 * @param map [height][width], channels summed. @throws PathlightError for another number of values.
 * @example const shown = overlay(picture, sumChannels(result.values, pixelLayout(session.preprocessing)));
 */
export function overlay(picture: Picture, map: ArrayLike<number>, options: MapOptions = {}): Picture {
  const shown = checkPicture(picture);
  const given = readOptions(options, KINDS);
  const attribution = toFloat32(map, 'map');
  const { width, height } = shown;
  checkSize('an attribution', attribution.length, width, height);
  const scale = given.scale ?? colourScale(attribution);
  const grey = toGrey(shown).data;
  const result = blank(width, height, PAPER);
  const exponent = width * height < PHOTOGRAPH.pixels ? 0.5 : 1;
  // Once, not for each pixel: pages draw this while somebody waits.
  const [speaksFor, speaksAgainst] = [divergingColour(0.8), divergingColour(-0.8)];
  for (let p = 0; p < grey.length; p++) {
    const share = normalise(itemAt(attribution, p), scale);
    const [red, green, blue] = share >= 0 ? speaksFor : speaksAgainst;
    const opacity = Math.min(1, Math.abs(share)) ** exponent;
    const bare = (1 - opacity) * (80 + itemAt(grey, p) * 0.6);
    result.data[3 * p] = Math.round(opacity * red + bare);
    result.data[3 * p + 1] = Math.round(opacity * green + bare);
    result.data[3 * p + 2] = Math.round(opacity * blue + bare);
  }
  return enlarge(result, given.factor ?? readableFactor(width, height));
}

export interface ComparisonRequest {
  readonly before: Picture;
  readonly after: Picture;
  /** [height][width] The attribution, channels summed. */
  readonly attribution: ArrayLike<number>;
  /** [height][width] Not 0 where a pixel was changed. */
  readonly changed: ArrayLike<number>;
  /** One short line under each of the three panels. */
  readonly captions: readonly [before: string, after: string, attribution: string];
  readonly scale?: number;
}

/** Draws three panels side by side: the original, the modified picture with the changed pixels outlined, and the attribution with its scale. */
export function comparison({ before, after, attribution, changed, captions, scale }: ComparisonRequest): Picture {
  const { width, height } = before;
  checkSize('the modified picture', after.width * after.height, width, height);
  checkSize('the mask of changed pixels', changed.length, width, height);
  // Rounded up, because the lines under a panel need its width. A narrow picture stays narrower than they are, or its height would have no end.
  const factor = Math.max(1, Math.min(Math.ceil(PANEL / width), Math.floor((TALLEST * PANEL) / height)));
  const panelWidth = Math.max(PANEL, width * factor);
  const panelHeight = height * factor;
  const textScale = 2;
  const gap = 24;
  const captionTop = gap + panelHeight + 14;
  const legendTop = captionTop + GLYPH_HEIGHT * textScale + 10;
  const sheet = blank(gap * 4 + panelWidth * 3, legendTop + 10 + GLYPH_HEIGHT * textScale + 6 + gap, PAPER);
  const maximum = scale ?? colourScale(attribution);
  const panels = [
    { panel: enlarge(before, factor), caption: captions[0] },
    { panel: enlarge(after, factor), caption: captions[1] },
    { panel: heatmap(attribution, width, height, { scale: maximum, factor }), caption: captions[2] },
  ];
  panels.forEach(({ panel, caption }, i) => {
    const left = gap + i * (panelWidth + gap);
    fill(sheet, left - 1, gap - 1, width * factor + 2, panelHeight + 2, FRAME);
    place(sheet, panel, left, gap);
    write(sheet, clip(caption, panelWidth, textScale), left, captionTop, { colour: INK, scale: textScale });
  });
  const middle = gap * 2 + panelWidth;
  outline(sheet, changed, { width, height, factor, left: middle, top: gap });
  const count = Array.from(changed).filter((flag) => flag !== 0).length;
  const thick = outlineWidth(factor);
  fill(sheet, middle, legendTop, 10, 10, OUTLINE);
  fill(sheet, middle + thick, legendTop + thick, 10 - 2 * thick, 10 - 2 * thick, PAPER);
  write(sheet, `${count} of ${width * height} pixels changed`, middle + 18, legendTop - 2, { colour: FAINT, scale: textScale });
  legend(sheet, { left: gap + 2 * (panelWidth + gap), top: legendTop, width: panelWidth, scale: maximum });
  return sheet;
}

/** Draws the colour bar from -scale to scale, with three numbers. */
function legend(sheet: Picture, { left, top, width, scale }: { left: number; top: number; width: number; scale: number }): void {
  for (let x = 0; x < width; x++) fill(sheet, left + x, top, 1, 10, divergingColour((2 * x) / (width - 1) - 1));
  const style = { colour: FAINT, scale: 2 } as const;
  const number = formatMagnitude(scale);
  write(sheet, scale > 0 ? `-${number}` : number, left, top + 16, style);
  write(sheet, '0', left + width / 2, top + 16, { ...style, align: 'centre' });
  write(sheet, number, left + width, top + 16, { ...style, align: 'right' });
}

/** Draws lines around regions of changed pixels. The lines lie in the unchanged pixels beside them, so that changed pixels stay visible. */
function outline(
  sheet: Picture,
  changed: ArrayLike<number>,
  { width, height, factor, left, top }: { width: number; height: number; factor: number; left: number; top: number },
): void {
  const thick = outlineWidth(factor);
  const isChanged = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && changed[y * width + x] !== 0;
  for (let y = -1; y <= height; y++) {
    for (let x = -1; x <= width; x++) {
      if (isChanged(x, y)) continue;
      // In an unchanged pixel: fill each strip along a side, and each corner square, that touches a changed pixel.
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (!isChanged(x + dx, y + dy)) continue;
          const stripLeft = left + x * factor + (dx > 0 ? factor - thick : 0);
          const stripTop = top + y * factor + (dy > 0 ? factor - thick : 0);
          fill(sheet, stripLeft, stripTop, dx === 0 ? factor : thick, dy === 0 ? factor : thick, OUTLINE);
        }
      }
    }
  }
}

function outlineWidth(factor: number): number {
  // At least two pixels, where the factor allows: a line of one is lost beside a photograph.
  return Math.max(Math.min(2, factor), Math.min(3, Math.round(factor / 5)));
}

/** A number with three significant digits, without an exponent where that is short. */
function formatMagnitude(value: number): string {
  if (value === 0) return '0';
  return value >= 0.001 && value < 10000 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

function checkSize(what: string, length: number, width: number, height: number): void {
  if (length !== width * height) {
    throw new PathlightError('figure.pixels', { what, pixels: length, size: [width, height], wanted: width * height });
  }
}
