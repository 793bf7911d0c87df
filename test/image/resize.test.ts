import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fitPicture } from '../../src/image/fit.js';
import type { Picture } from '../../src/image/picture.js';
import { type Interpolation, resize } from '../../src/image/resize.js';

const grey = (width: number, height: number, data: number[]): Picture => ({ width, height, channels: 1, data: Uint8Array.from(data) });
const noise = (width: number, height: number, channels: 1 | 3): Picture => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 73 + ((i * i) >> 3)) & 255),
});
const digest = ({ data }: Picture) => createHash('sha256').update(data).digest('hex').slice(0, 16);

// Digests of what Pillow 9.4 makes of the same bytes: Image.frombytes(mode, size, noise).resize(to, filter).tobytes().
describe('every byte is that of Pillow', () => {
  test.each<[[number, number, 1 | 3], Interpolation, [number, number], string]>([
    [[41, 30, 3], 'bilinear', [16, 11], '54d531671a774b26'],
    [[41, 30, 3], 'bilinear', [60, 44], '1af4574d305b30ac'],
    [[41, 30, 3], 'bicubic', [16, 11], '7061c38192d4aec8'],
    [[41, 30, 3], 'bicubic', [60, 44], 'b2204da8bfcc32d3'],
    [[41, 30, 3], 'lanczos', [16, 11], 'e8d769e161f2da9d'],
    [[41, 30, 3], 'lanczos', [60, 44], 'b9ef190303d26955'],
    [[41, 30, 3], 'nearest', [16, 11], '70079c1aa09549c7'],
    [[41, 30, 3], 'nearest', [60, 44], 'd2441bdbbed74585'],
    [[17, 53, 1], 'bilinear', [17, 30], 'c13c474addc45bb2'],
    [[17, 53, 1], 'bicubic', [16, 11], '260a3ae46a08f25b'],
    [[17, 53, 1], 'lanczos', [60, 44], 'c9aa05820466bbd9'],
    [[17, 53, 1], 'nearest', [17, 30], '65373074beb20121'],
  ])('%j %s to %j', ([width, height, channels], interpolation, [across, down], expected) => {
    expect(digest(resize(noise(width, height, channels), across, down, undefined, interpolation))).toBe(expected);
  });

  // Resize(size) and CenterCrop(32) as torchvision defines them on PIL images, made with the same Pillow.
  test.each<[[number, number], number, string, string]>([
    [[80, 61], 36, '47x36', '533ef17ca94ebf02'],
    [[80, 61], 37, '48x37', '30f9a08d41b8ad17'],
    [[53, 90], 36, '36x61', '8fcc8e6788c5f8ce'],
    [[53, 90], 37, '37x62', '261ae7e578fce60f'],
    [[61, 61], 36, '36x36', 'd9ef721c8f438817'],
    [[61, 61], 37, '37x37', '2ce92b3c5991f976'],
  ])("torchvision's shorter side and centre crop: %j to %i", ([width, height], size, resized, expected) => {
    const fitted = fitPicture(noise(width, height, 3), { width: 32, height: 32, channels: 3, resize: size });
    expect(fitted.note).toBe(`32x32 from ${width}x${height}: resized to ${resized}, centre crop`);
    expect(digest(fitted.picture)).toBe(expected);
  });
});

describe('resize', () => {
  test('keeps a flat picture flat, at extreme sizes too', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 900],
      [31, 2],
    ] as const) {
      for (const interpolation of ['bilinear', 'lanczos'] as const) {
        const flat = grey(width, height, new Array(width * height).fill(77));
        expect(new Set(resize(flat, 28, 28, undefined, interpolation).data)).toEqual(new Set([77]));
      }
    }
  });

  test('halving weighs 1 3 3 1, and the ends without what is outside', () => {
    // Support 2, centres at 1, 3, ...: distances 1.5 0.5 0.5 1.5 give 1 3 3 1 over 8; at the left end 3 3 1 over 7.
    const { data } = resize(grey(6, 1, [0, 0, 80, 160, 0, 0]), 3, 1);
    expect([...data]).toEqual([Math.round(80 / 7), Math.round((3 * 80 + 3 * 160) / 8), Math.round(160 / 7)]);
  });

  test('a crop is the middle of the whole, half a pixel rounded to even', () => {
    const whole = resize(noise(9, 5, 1), 13, 8);
    const crop = resize(noise(9, 5, 1), 13, 8, { width: 6, height: 3 });
    // (13 - 6) / 2 = 3.5 becomes 4, (8 - 3) / 2 = 2.5 becomes 2.
    for (let y = 0; y < 3; y++) for (let x = 0; x < 6; x++) expect(crop.data[y * 6 + x]).toBe(whole.data[(y + 2) * 13 + x + 4]);
  });

  test('refuses a crop that does not fit', () => {
    expect(() => resize(noise(9, 5, 1), 4, 4, { width: 5, height: 4 })).toThrow('a crop of 5x4 from 4x4 (a crop that fits)');
  });
});
