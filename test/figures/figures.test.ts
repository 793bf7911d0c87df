import { describe, expect, test } from 'vitest';
import { textWidth } from '../../src/figures/bitmap_font.js';
import { clip } from '../../src/figures/canvas.js';
import { colourScale, divergingColour } from '../../src/figures/colormap.js';
import { comparison, heatmap, overlay } from '../../src/figures/figures.js';
import type { Picture } from '../../src/image/picture.js';

const NEUTRAL = [247, 247, 247];
const digit: Picture = { width: 28, height: 28, channels: 1, data: new Uint8Array(784) };
const at = ({ width, data }: Picture, x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

describe('divergingColour', () => {
  test('is near-white at 0, red above, blue below, clamped', () => {
    expect(divergingColour(0)).toEqual(NEUTRAL);
    expect(divergingColour(Number.NaN)).toEqual(NEUTRAL);
    expect(divergingColour(1)).toEqual([103, 0, 31]);
    expect(divergingColour(5)).toEqual(divergingColour(1));
    expect(divergingColour(-1)).toEqual([5, 48, 97]);
  });

  test('darkens from the middle to both ends, without a step back', () => {
    const luminance = ([r, g, b]: readonly number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    for (let step = 1; step <= 20; step++) {
      for (const sign of [1, -1]) {
        expect(luminance(divergingColour((sign * step) / 20))).toBeLessThan(luminance(divergingColour((sign * (step - 1)) / 20)));
      }
    }
  });
});

test('colourScale is the percentile of the magnitudes, never 0 on a map that is not', () => {
  expect(colourScale([0, -4, 2, 1])).toBe(4);
  expect(colourScale([0, -4, 2, 1], 75)).toBe(2);
  expect(colourScale([0, 0, 0, -3], 50)).toBe(3);
  expect(colourScale([0, 0])).toBe(0);
  expect(colourScale([Number.NaN, 1])).toBe(1);
});

describe('figures', () => {
  test('an all-zero map is neutral, and leaves the picture grey', () => {
    const picture = heatmap(new Float32Array(784), 28, 28);
    expect([picture.width, picture.height]).toEqual([280, 280]);
    expect(new Set(picture.data)).toEqual(new Set([247]));
    expect(new Set(overlay(digit, new Float32Array(784)).data)).toEqual(new Set([80]));
  });

  test('weak pixels are seen on a digit, and do not veil a photograph', () => {
    // A hundredth of the scale: opacity 0.1 on a digit, 0.01 on a photograph. Between a shade of 80 and a blue of 172 in the third channel.
    const shown = (side: number) => {
      const picture = { width: side, height: side, channels: 1, data: new Uint8Array(side * side) } as const;
      return at(overlay(picture, new Float32Array(side * side).fill(-0.01), { scale: 1, factor: 1 }), 0, 0)[2];
    };
    const blue = divergingColour(-0.8)[2];
    expect(shown(28)).toBe(Math.round(0.1 * blue + 0.9 * 80));
    expect(shown(64)).toBe(Math.round(0.01 * blue + 0.99 * 80));
  });

  test('a pixel is a square of its colour, on the scale that is given', () => {
    const map = new Float32Array(784);
    map[28 + 2] = 0.5;
    const picture = heatmap(map, 28, 28, { scale: 1, factor: 3 });
    for (const [x, y] of [
      [6, 3],
      [8, 5],
    ] as const)
      expect(at(picture, x, y)).toEqual([...divergingColour(0.5)]);
    expect(at(picture, 9, 3)).toEqual(NEUTRAL);
  });

  test('comparison keeps changed pixels whole and outlines them in the pixels around', () => {
    const after = { ...digit, data: digit.data.slice() };
    const changed = new Uint8Array(784);
    after.data[0] = 255;
    changed[0] = 1;
    const sheet = comparison({ before: digit, after, attribution: new Float32Array(784), changed, captions: ['a', 'b', 'c'] });
    const left = 24 * 2 + 280;
    for (const [x, y] of [
      [0, 0],
      [9, 9],
    ] as const)
      expect(at(sheet, left + x, 24 + y)).toEqual([255, 255, 255]);
    for (const [x, y] of [
      [10, 5],
      [5, 10],
      [-1, 5],
      [10, 10],
    ] as const)
      expect(at(sheet, left + x, 24 + y)).toEqual([230, 159, 0]);
    expect(at(sheet, left + 15, 24 + 15)).toEqual([0, 0, 0]);
    expect(at(sheet, 24, 24)).toEqual([0, 0, 0]);
  });

  test('of a picture of two columns is no taller than four panels are wide', () => {
    const narrow = { width: 2, height: 126, channels: 1, data: new Uint8Array(252) } as const;
    const changed = new Uint8Array(252);
    const sheet = comparison({ before: narrow, after: narrow, attribution: new Float32Array(252), changed, captions: ['a', 'b', 'c'] });
    expect([sheet.width, sheet.height > 126 * 8, sheet.height < 126 * 8 + 150]).toEqual([24 * 4 + 3 * 280, true, true]);
  });

  test('sizes that do not fit are refused', () => {
    expect(() => heatmap(new Float32Array(783), 28, 28)).toThrow('an attribution of 783 pixels for a picture of 28x28 (784 pixels');
  });
});

test('every character of ASCII has a glyph of its own, and captions are cut to their panel', () => {
  expect(textWidth('')).toBe(0);
  expect(textWidth('1i')).toBe(3 + 1 + 3);
  expect(clip('short', 280, 2)).toBe('short');
  const long = clip('a caption that is much longer than its panel', 280, 2);
  expect(long.endsWith('..')).toBe(true);
  expect(textWidth(long) * 2).toBeLessThanOrEqual(280);
});
