import { describe, expect, test } from 'vitest';
import { type Correlation, correlate, correlateBackward } from '../../../src/ops/convolution/reference.js';
import type { WindowAxis } from '../../../src/ops/operator.js';

/** Numbers of one digit: their sums are exact in any order. */
function numbers(size: number, salt: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => ((i * 7919 + salt * 104729) % 19) - 9);
}

/** Every weight with every input that it meets, as the sums over the definition say: places of weight, input and output. */
function* meetings({ group, window: { rows, columns } }: Correlation, [outputs, channels]: readonly [number, number]) {
  let weight = 0;
  for (let o = 0; o < outputs; o++) {
    const first = Math.floor(o / (outputs / group)) * channels;
    for (let c = first; c < first + channels; c++) {
      for (let i = 0; i < rows.kernel; i++) {
        for (let j = 0; j < columns.kernel; j++, weight++) {
          for (let r = 0; r < rows.output; r++) {
            for (let s = 0; s < columns.output; s++) {
              const p = r * rows.stride + i * rows.dilation - rows.padding;
              const q = s * columns.stride + j * columns.dilation - columns.padding;
              if (p < 0 || q < 0 || p >= rows.input || q >= columns.input) continue;
              yield { weight, input: (c * rows.input + p) * columns.input + q, output: (o * rows.output + r) * columns.output + s };
            }
          }
        }
      }
    }
  }
}

function axis(input: number, kernel: number, parts: Partial<WindowAxis> = {}): WindowAxis {
  const { stride = 1, dilation = 1, padding = 0 } = parts;
  const { paddingAfter = padding } = parts;
  const output = Math.floor((input + padding + paddingAfter - (kernel - 1) * dilation - 1) / stride) + 1;
  return { input, output, kernel, stride, dilation, padding, paddingAfter };
}

describe('correlate and correlateBackward add what the definition says', () => {
  test.each([
    { name: 'a kernel of one tap', outputs: 5, channels: 3, group: 1, rows: axis(4, 1), columns: axis(6, 1) },
    {
      name: 'steps that leave the end out',
      outputs: 4,
      channels: 2,
      group: 1,
      rows: axis(8, 3, { stride: 3 }),
      columns: axis(9, 2, { stride: 4 }),
    },
    {
      name: 'padding on one side, dilation and groups',
      outputs: 8,
      channels: 2,
      group: 2,
      rows: axis(5, 3, { padding: 2, paddingAfter: 0 }),
      columns: axis(7, 2, { dilation: 3, padding: 0, paddingAfter: 2 }),
    },
    {
      name: 'more taps than are packed at once',
      outputs: 4,
      channels: 29,
      group: 1,
      rows: axis(2, 3, { padding: 1 }),
      columns: axis(3, 3, { padding: 1 }),
    },
    { name: 'more pixels than are packed at once', outputs: 5, channels: 1, group: 1, rows: axis(18, 2), columns: axis(17, 2) },
    {
      name: 'a channel at a time',
      outputs: 3,
      channels: 1,
      group: 3,
      rows: axis(5, 3, { padding: 1 }),
      columns: axis(5, 3, { padding: 1 }),
    },
    {
      name: 'much more padding than picture',
      outputs: 4,
      channels: 1,
      group: 1,
      rows: axis(2, 1, { stride: 500, padding: 1000 }),
      columns: axis(2, 2, { dilation: 900, padding: 900 }),
    },
  ])('$name', ({ outputs, channels, group, rows, columns }) => {
    const correlation: Correlation = { group, window: { rows, columns } };
    const shape = [outputs, channels, rows.kernel, columns.kernel];
    const w = numbers(
      shape.reduce((product, size) => product * size),
      1,
    );
    const inputs = channels * group * rows.input * columns.input;
    const plane = outputs * rows.output * columns.output;
    const [x, dx, y, dy] = [numbers(inputs, 2), numbers(inputs, 3), numbers(plane, 4), numbers(plane, 5)];
    const [rightY, rightDx] = [y.slice(), dx.slice()];
    for (const { weight, input, output } of meetings(correlation, [outputs, channels])) {
      rightY[output]! += w[weight]! * x[input]!;
      rightDx[input]! += w[weight]! * dy[output]!;
    }
    correlate(correlation, shape, w, x, y);
    expect(y).toEqual(rightY);
    correlateBackward(correlation, shape, w, dy, dx);
    expect(dx).toEqual(rightDx);
  });
});
