import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodeGif } from '../../../demo/ui/gif/encode.js';
import { flipFrames, pathFrames } from '../../../demo/ui/gif/frames.js';
import type { Picture, Repair } from '../../../src/index.js';

const grey = (data: readonly number[]): Picture => ({ width: 2, height: 2, channels: 1, data: Uint8Array.from(data) });

/** What another decoder, libvips, reads: the frames [frame][sample], red, green and blue. */
async function decode(gif: Uint8Array) {
  const image = sharp(gif, { animated: true });
  const { width, height, pageHeight = height, delay, loop } = await image.metadata();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const size = width * pageHeight;
  const at = (frame: number, x: number, y: number) => {
    const from = (frame * size + y * width + x) * info.channels;
    return [...data.subarray(from, from + 3)];
  };
  return { width, height: pageHeight, delay, loop, at };
}

test('every flip is a frame, enlarged, with the colours of the picture, again and again', async () => {
  const repair = { order: [3, 0] } as unknown as Repair;
  const frames = flipFrames({ repair, before: grey([10, 20, 30, 40]), after: grey([250, 20, 30, 200]) });
  const gif = await decode(encodeGif(frames));
  expect(gif).toMatchObject({ width: 160, height: 160, delay: [1000, 1000, 2000], loop: 0 });
  const corners = [0, 1, 2].map((frame) => [
    gif.at(frame, 0, 0)[0],
    gif.at(frame, 159, 0)[0],
    gif.at(frame, 0, 159)[0],
    gif.at(frame, 159, 159)[0],
  ]);
  expect(corners).toEqual([
    [10, 20, 30, 40],
    [10, 20, 30, 200],
    [250, 20, 30, 200],
  ]);
});

test('the path shows the picture, the gradient and the sum side by side', async () => {
  const frames = pathFrames(
    {
      alphas: Float64Array.of(0, 0.5, 1),
      from: grey([0, 0, 0, 0]),
      to: grey([200, 0, 0, 0]),
      gradients: Float32Array.of(1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0),
      cumulative: Float32Array.of(0, 0, 0, 0, 0, 2, 0, 0, 0, -2, 0, 0),
      scale: 1,
    } as unknown as Parameters<typeof pathFrames>[0],
    2,
  );
  expect(frames.map(({ picture: { width, height } }) => [width, height])).toEqual([
    [8, 2],
    [8, 2],
    [8, 2],
  ]);
  const gif = await decode(encodeGif(frames));
  const at = (frame: number, x: number) => gif.at(frame, x * 80 + 40, 40);
  expect([0, 1, 2].map((frame) => at(frame, 0))).toEqual([
    [0, 0, 0],
    [100, 100, 100],
    [200, 200, 200],
  ]);
  // Between two pictures is a white pixel.
  expect(at(0, 2)).toEqual([255, 255, 255]);
  // The gradient is red where it is positive and blue where it is negative; so is the sum, in its second pixel.
  const [red, , blue] = at(0, 3);
  expect(red).toBeGreaterThan(blue!);
  expect(at(1, 3)[2]).toBeGreaterThan(at(1, 3)[0]!);
  expect(at(1, 7)[0]).toBeGreaterThan(at(1, 7)[2]!);
  expect(at(2, 7)[2]).toBeGreaterThan(at(2, 7)[0]!);
});

test('long edits have 65 frames at most, and end with the whole edit', () => {
  const size = 100 * 100;
  const before: Picture = { width: 100, height: 100, channels: 1, data: new Uint8Array(size) };
  const after: Picture = { ...before, data: new Uint8Array(size).fill(255) };
  const frames = flipFrames({ repair: { order: Array.from({ length: size }, (_, i) => i) } as unknown as Repair, before, after });
  expect(frames.length).toBeLessThanOrEqual(65);
  expect(Array.from(frames.at(-1)!.picture.data).every((sample) => sample === 255)).toBe(true);
});

test('more than 256 colours become 256 near ones', async () => {
  const data = new Uint8Array(32 * 32 * 3);
  for (let i = 0; i < 32 * 32; i++) data.set([(i % 32) * 8, Math.floor(i / 32) * 8, 128], i * 3);
  const gif = await decode(encodeGif([{ picture: { width: 32, height: 32, channels: 3, data }, delay: 100 }]));
  for (const [x, y] of [
    [0, 0],
    [31, 31],
    [10, 20],
  ] as const) {
    const [red, green, blue] = gif.at(0, x * 5, y * 5);
    expect(Math.abs(red! - x * 8) + Math.abs(green! - y * 8) + Math.abs(blue! - 128)).toBeLessThan(48);
  }
});
