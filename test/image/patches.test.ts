import { describe, expect, test } from 'vitest';
import { toLab } from '../../src/image/lab.js';
import { gridPatches, pixelsOfPatches } from '../../src/image/patches.js';
import type { Picture } from '../../src/image/picture.js';
import { superpixels } from '../../src/image/superpixels.js';
import type { Patches } from '../../src/tensor/pixels.js';
import { mulberry32 } from '../support/random.js';

/** How many connected parts each label has. */
function partsOf({ labels, count }: Patches, width: number): number[] {
  const parts = new Array<number>(count).fill(0);
  const seen = new Set<number>();
  labels.forEach((label, start) => {
    if (seen.has(start)) return;
    parts[label]!++;
    const queue = [start];
    seen.add(start);
    for (const pixel of queue) {
      for (const other of [
        pixel - width,
        pixel + width,
        ...(pixel % width > 0 ? [pixel - 1] : []),
        ...((pixel + 1) % width > 0 ? [pixel + 1] : []),
      ]) {
        if (labels[other] !== label || seen.has(other)) continue;
        seen.add(other);
        queue.push(other);
      }
    }
  });
  return parts;
}

describe('gridPatches', () => {
  test('blocks in rows, smaller ones at the ends', () => {
    const patches = gridPatches(5, 3, 2);
    expect(patches.count).toBe(6);
    expect([...patches.labels]).toEqual([0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5]);
    expect(pixelsOfPatches(patches).map((pixels) => [...pixels])).toEqual([[0, 1, 5, 6], [2, 3, 7, 8], [4, 9], [10, 11], [12, 13], [14]]);
  });

  test('a side of 1 is the pixels themselves', () => {
    expect([...gridPatches(3, 2, 1).labels]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('refuses half a pixel', () => {
    expect(() => gridPatches(3, 2, 0.5)).toThrow('blocks of 0.5 pixels (a whole number from 1)');
  });
});

describe('superpixels', () => {
  const width = 60;
  const height = 48;
  /** A red disc on a blue ground, with a little noise. */
  const inDisc = (pixel: number) => ((pixel % width) - 27) ** 2 + (Math.floor(pixel / width) - 22) ** 2 < 15 ** 2;
  const uniform = mulberry32(5);
  const disc: Picture = {
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const base = inDisc(Math.floor(i / 3)) ? [200, 40, 40] : [40, 60, 180];
      return base[i % 3]! + Math.round(10 * uniform());
    }),
  };

  test('are connected, about as many as asked for, and do not cross an edge', () => {
    const patches = superpixels(disc, 50);
    expect(patches.count).toBeGreaterThan(35);
    expect(patches.count).toBeLessThan(65);
    expect(new Set(partsOf(patches, width))).toEqual(new Set([1]));
    // Every pixel of a superpixel is on one side of the disc's edge, but for parts too small to stand alone: a quarter of 58 pixels each.
    const strays = pixelsOfPatches(patches).map((pixels) => {
      const inside = pixels.filter(inDisc).length;
      return Math.min(inside, pixels.length - inside);
    });
    expect(strays.reduce((sum, stray) => sum + stray, 0)).toBeLessThan(0.01 * width * height);
  });

  test('are the same each time, and a regular grid on a flat picture', () => {
    expect(superpixels(disc, 50)).toEqual(superpixels(disc, 50));
    const flat = superpixels({ width: 40, height: 40, channels: 1, data: new Uint8Array(1600).fill(90) }, 16);
    expect(flat.count).toBe(16);
    for (const pixels of pixelsOfPatches(flat)) expect(Math.abs(pixels.length - 100)).toBeLessThanOrEqual(21);
  });

  test.each([
    [1, 1, 5],
    [2, 9, 3],
    [7, 1, 100],
  ])('of %ix%i pixels, %i wanted', (across, down, wanted) => {
    const data = Uint8Array.from({ length: across * down }, (_, i) => (i * 91) & 255);
    const patches = superpixels({ width: across, height: down, channels: 1, data }, wanted);
    expect(new Set(patches.labels)).toEqual(new Set(Array(patches.count).keys()));
  });
});

test('toLab: white, black and the red of sRGB', () => {
  const lab = toLab({ width: 3, height: 1, channels: 3, data: Uint8Array.of(255, 255, 255, 0, 0, 0, 255, 0, 0) });
  // CIELAB of sRGB red is 53.24, 80.09, 67.20 in every table; the matrix has seven digits.
  [100, 0, 0, 0, 0, 0, 53.24, 80.09, 67.2].forEach((value, i) => {
    expect(Math.abs(lab[i]! - value)).toBeLessThan(0.01);
  });
});
