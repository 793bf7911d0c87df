import { expect, test } from 'vitest';
import { divergingColour } from '../../src/figures/colormap.js';
import { regionsFigure, topRegions } from '../../src/figures/ranked_regions.js';
import { gridPatches } from '../../src/image/patches.js';
import type { Picture } from '../../src/image/picture.js';

const patches = gridPatches(6, 4, 2);
// Sums of the six blocks: 4, -6, 0 above and 1, 0, 0.5 below.
const map = new Float32Array(24);
map[1] = 4;
map.set([-5, -1], 8);
map[12] = 1;
map[22] = 0.5;

test('topRegions: the loudest first, with shares of all', () => {
  const regions = topRegions(map, patches, 6, 3);
  expect(regions.map(({ rank, patch, sum, pixels }) => [rank, patch, sum, pixels])).toEqual([
    [1, 1, -6, 4],
    [2, 0, 4, 4],
    [3, 3, 1, 4],
  ]);
  expect(regions.map(({ share }) => share)).toEqual([6 / 11.5, 4 / 11.5, 1 / 11.5]);
  expect(regions[2]!.box).toEqual({ left: 0, top: 2, width: 2, height: 2 });
  // The two patches that say nothing are no regions.
  expect(topRegions(map, patches, 6, 10).length).toBe(4);
  expect(topRegions(new Float32Array(24), patches, 6, 10)).toEqual([]);
  expect(() => topRegions(new Float32Array(9), patches, 6, 1)).toThrow('an attribution of 9 pixels (24, as many as the patches have)');
});

test('regionsFigure keeps the colours inside, pales the rest, and draws edges in the colour of the sign', () => {
  const picture: Picture = { width: 6, height: 4, channels: 3, data: new Uint8Array(72).fill(40) };
  for (let i = 0; i < 72; i += 3) picture.data[i] = 90;
  const figure = regionsFigure(picture, patches, topRegions(map, patches, 6, 2));
  const factor = figure.width / 6;
  const at = (x: number, y: number) => [...figure.data.subarray(3 * (y * figure.width + x), 3 * (y * figure.width + x) + 3)];
  expect(at(1, 1)).toEqual([...divergingColour(0.8)]);
  expect(at(2 * factor + 1, factor)).toEqual([...divergingColour(-0.8)]);
  expect(at(Math.floor(0.5 * factor), Math.floor(0.5 * factor))).toEqual([90, 40, 40]);
  // Luma of (90, 40, 40) is 55: 150 + 0.35 x 55.
  expect(at(5 * factor, 3 * factor)).toEqual([169, 169, 169]);
});
