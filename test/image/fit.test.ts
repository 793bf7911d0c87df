import { describe, expect, test } from 'vitest';
import { fitPicture } from '../../src/image/fit.js';
import type { Picture } from '../../src/image/picture.js';

const grey = (width: number, height: number, data: number[]): Picture => ({ width, height, channels: 1, data: Uint8Array.from(data) });

describe('fitPicture', () => {
  test('leaves a picture of the right size as it is', () => {
    const picture = grey(2, 2, [1, 2, 3, 4]);
    expect(fitPicture(picture, { width: 2, height: 2, channels: 1 })).toEqual({ picture, note: '' });
  });

  test('a grey colour keeps its value; red, green and blue get their luma', () => {
    const data = [...Array.from({ length: 256 }, (_, i) => [i, i, i]), [255, 0, 0], [0, 255, 0], [0, 0, 255]].flat();
    const fitted = fitPicture({ width: 259, height: 1, channels: 3, data: Uint8Array.from(data) }, { width: 259, height: 1, channels: 1 });
    expect([...fitted.picture.data]).toEqual([...Array(256).keys(), 76, 150, 29]);
    expect(fitted.note).toBe('colour to grey (BT.601 luma)');
  });

  test('transparency becomes white', () => {
    const picture: Picture = { width: 2, height: 1, channels: 4, data: Uint8Array.of(10, 20, 30, 0, 100, 100, 100, 128) };
    const fitted = fitPicture(picture, { width: 2, height: 1, channels: 3 });
    // 100 * 128/255 + 255 * 127/255 = 177.2
    expect([...fitted.picture.data]).toEqual([255, 255, 255, 177, 177, 177]);
    expect(fitted.note).toBe('transparency onto white');
  });

  test('or black, or grey, where that is the matte', () => {
    const picture: Picture = { width: 2, height: 1, channels: 4, data: Uint8Array.of(10, 20, 30, 0, 100, 100, 100, 128) };
    const size = { width: 2, height: 1, channels: 3 } as const;
    // 100 * 128/255 = 50.2, and 128 * 127/255 = 63.7 more.
    expect([...fitPicture(picture, { ...size, matte: 'black' }).picture.data]).toEqual([0, 0, 0, 50, 50, 50]);
    expect([...fitPicture(picture, { ...size, matte: 'grey' }).picture.data]).toEqual([128, 128, 128, 114, 114, 114]);
    expect(fitPicture(picture, { ...size, matte: 'grey' }).note).toBe('transparency onto grey');
  });

  test('covers the size, crops the centre, and says so', () => {
    const columns = Array.from({ length: 8 * 4 }, (_, i) => (i % 8 < 2 || i % 8 > 5 ? 255 : 7));
    const fitted = fitPicture(grey(8, 4, columns), { width: 4, height: 4, channels: 3 });
    expect([...fitted.picture.data]).toEqual(new Array(48).fill(7));
    expect(fitted.note).toBe('4x4 from 8x4: grey to three equal channels, resized to 8x4, centre crop');
  });
});

describe('other ways to fit', () => {
  const flag = grey(8, 4, [...new Array(16).fill(200), ...new Array(16).fill(100)]);

  test('contain keeps all of it, with borders of the median of its outermost pixels', () => {
    const { picture, note } = fitPicture(flag, { width: 4, height: 4, channels: 1, fit: 'contain' });
    // The ring has as many pixels of 200 as of 100: the lower of the two in the middle. Halved, a row of 200 is (3 * 200 + 3 * 200 + 100) / 7.
    const rows = [100, 186, 114, 100];
    expect([...picture.data]).toEqual(rows.flatMap((grey) => new Array(4).fill(grey)));
    expect(note).toBe('4x4 from 8x4: resized to 4x2, borders added');
  });

  test('a picture of the same aspect needs no borders', () => {
    const { picture, note } = fitPicture(grey(4, 4, new Array(16).fill(9)), { width: 2, height: 2, channels: 1, fit: 'contain' });
    expect([...picture.data]).toEqual([9, 9, 9, 9]);
    expect(note).toBe('2x2 from 4x4: resized to 2x2');
  });

  test('a line of a million pixels is fitted at once, its border being counted and not sorted', () => {
    const data = new Uint8Array(1e6).map((_, i) => (i % 3 === 0 ? 10 : 90));
    const started = process.cpuUsage();
    const fitted = fitPicture({ width: 1e6, height: 1, channels: 1, data }, { width: 4, height: 3, channels: 1, fit: 'contain' });
    expect([...fitted.picture.data]).toEqual([90, 90, 90, 90, 63, 63, 63, 63, 90, 90, 90, 90]);
    // Microseconds of processor time: 0.1 s. Sorted lists took 2 s, and did not end at 50 million.
    expect(process.cpuUsage(started).user).toBeLessThan(1e6);
  });

  test('a line keeps one pixel, whichever way it lies', () => {
    const { picture } = fitPicture(grey(100, 1, new Array(100).fill(50)), { width: 5, height: 5, channels: 3, fit: 'contain' });
    expect([...picture.data]).toEqual(new Array(75).fill(50));
  });

  test('stretched to more than the size, the centre is cropped', () => {
    const columns = Array.from({ length: 24 * 6 }, (_, i) => (i % 24 < 6 || i % 24 >= 18 ? 255 : 7));
    const fitted = fitPicture(grey(24, 6, columns), {
      width: 2,
      height: 2,
      channels: 1,
      fit: 'stretch',
      resize: 8,
      interpolation: 'nearest',
    });
    expect([...fitted.picture.data]).toEqual([7, 7, 7, 7]);
    expect(fitted.note).toBe('2x2 from 24x6: resized to 8x8 (nearest), centre crop');
  });

  test('stretch keeps all of it and not its aspect', () => {
    const { picture, note } = fitPicture(flag, { width: 4, height: 4, channels: 1, fit: 'stretch' });
    expect([...picture.data]).toEqual([...new Array(8).fill(200), ...new Array(8).fill(100)]);
    expect(note).toBe('4x4 from 8x4: resized to 4x4');
  });
});
