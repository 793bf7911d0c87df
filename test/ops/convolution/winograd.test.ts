import { describe, expect, test } from 'vitest';
import { type ConvolutionShape, mirror } from '../../../src/ops/convolution/tiling.js';
import { suitsWinograd, transformWeights } from '../../../src/ops/convolution/winograd.js';
import type { WindowAxis } from '../../../src/ops/operator.js';
import { mulberry32, uniformArray } from '../../support/random.js';

function axis(size: number, { kernel = 3, stride = 1, dilation = 1 }: Partial<WindowAxis> = {}): WindowAxis {
  const output = Math.floor((size + 2 - (kernel - 1) * dilation - 1) / stride) + 1;
  return { input: size, output, kernel, stride, dilation, padding: 1, paddingAfter: 1 };
}

function shape(channels: number, outputs: number, size: number, parts: Partial<WindowAxis> = {}, groups = 1): ConvolutionShape {
  return { groups, outputs, channels, rows: axis(size, parts), columns: axis(size, parts) };
}

describe('which convolutions go by Winograd', () => {
  test.each([
    { what: '3x3', of: shape(64, 64, 14), pool: 1, is: true },
    { what: '3x3 and a pool of 2', of: shape(64, 64, 14), pool: 2, is: true },
    { what: 'a pool of 3', of: shape(64, 64, 14), pool: 3, is: false },
    { what: 'a stride', of: shape(64, 64, 14, { stride: 2 }), pool: 1, is: false },
    { what: 'a dilation', of: shape(64, 64, 14, { dilation: 2 }), pool: 1, is: false },
    { what: '5x5', of: shape(64, 64, 14, { kernel: 5 }), pool: 1, is: false },
    { what: 'groups', of: shape(64, 64, 14, {}, 2), pool: 1, is: false },
    { what: 'few channels on one side, of which the harmonic mean is 51', of: shape(32, 128, 14), pool: 1, is: false },
    { what: 'as many as are asked for', of: shape(40, 120, 14), pool: 1, is: true },
    { what: 'a plane of 5x5, of whose tiles two fifths are in it', of: shape(64, 64, 5), pool: 1, is: false },
    { what: 'a plane of 6x6', of: shape(64, 64, 6), pool: 1, is: true },
    { what: 'a large plane, whose strips are small', of: shape(64, 64, 500), pool: 1, is: true },
    { what: 'weights that not every device can bind', of: shape(1024, 1024, 14), pool: 1, is: false },
    { what: 'a plane of which not every device can bind a row of tiles', of: shape(64, 64, 16000), pool: 1, is: false },
  ] as const)('$what: $is', ({ of, pool, is }) => {
    const use = { channels: 60, stripBytes: 2 ** 20 };
    expect(suitsWinograd(of, pool, use)).toBe(is);
    expect(suitsWinograd(mirror(of), pool, use)).toBe(is);
  });
});

describe('weights at the points', () => {
  const [outputs, channels] = [9, 7];
  const filter = uniformArray(mulberry32(7), outputs * channels * 9, -1, 1);

  test('are the polynomials of the weights there, and their last coefficients at infinity', () => {
    const points = [0, 11 / 16, -11 / 16, 23 / 16, -23 / 16];
    const found = transformWeights({ outputs, channels }, 'forward', { filter, scale: undefined });
    const differences = points.map((p) => points.reduce((product, q) => (p === q ? product : product * (p - q)), 1));
    const at = (i: number, coefficients: readonly number[]) =>
      i === 5 ? coefficients[2]! : coefficients.reduce((sum, c, k) => sum + c * points[i]! ** k, 0) / differences[i]!;
    for (let pair = 0; pair < outputs * channels; pair++) {
      for (let i = 0; i < 6; i++) {
        for (let j = 0; j < 6; j++) {
          const rows = [0, 1, 2].map((row) =>
            at(
              j,
              [0, 1, 2].map((column) => filter[9 * pair + 3 * row + column]!),
            ),
          );
          expect(found[(6 * i + j) * outputs * channels + pair]).toBeCloseTo(at(i, rows), 6);
        }
      }
    }
  });

  test('are, backward, those of weights that are transposed and turned, and carry the factors of outputs', () => {
    const scale = Array.from({ length: outputs }, (_, o) => 0.5 * o - 2);
    const turned = new Float64Array(filter.length);
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < channels; c++) {
        for (let tap = 0; tap < 9; tap++) turned[9 * (c * outputs + o) + 8 - tap] = scale[o]! * filter[9 * (o * channels + c) + tap]!;
      }
    }
    const found = transformWeights({ outputs: channels, channels: outputs }, 'backward', { filter, scale });
    const expected = transformWeights({ outputs: channels, channels: outputs }, 'forward', { filter: turned, scale: undefined });
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });
});
