import { expect, test } from 'vitest';
import { ReferencePasses, valueIn } from '../../../src/cpu/passes.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, floatTensor, intTensor } from '../../support/onnx_builder.js';

/** Nine pixels, and offsets from -1 to 2 for each of the 4 elements of a window at each of its 4 places: all lie on pixels or beyond the ends. */
const PIXELS = Array.from({ length: 9 }, (_, i) => (((i * 37) % 97) - 48) / 32);
const OFFSETS = Array.from({ length: 32 }, (_, i) => ((i * 5) % 4) - 1);

test('DeformConv at whole offsets, where it has kinks, has the gradient of torchvision', () => {
  const { graph } = importModel(
    buildModel({
      opset: 19,
      inputs: { x: [1, 41] },
      outputs: ['y'],
      initializers: {
        parts: intTensor([9, 32]),
        plane: intTensor([1, 1, 3, 3]),
        offsets: intTensor([1, 8, 2, 2]),
        w: floatTensor([1, 1, 2, 2], [1, -2, 3, 0.5]),
      },
      nodes: [
        { op: 'Split', inputs: ['x', 'parts'], output: ['a', 'b'], attributes: { axis: 1 } },
        { op: 'Reshape', inputs: ['a', 'plane'], output: 'p' },
        { op: 'Reshape', inputs: ['b', 'offsets'], output: 'o' },
        { op: 'DeformConv', inputs: ['p', 'w', 'o'], output: 'y' },
      ],
    }),
  );
  const passes = new ReferencePasses(graph);
  const values = passes.forward(Float64Array.of(...PIXELS, ...OFFSETS));
  expect(Array.from(valueIn(values, 'y'))).toEqual([-0.75, -1.0625, 3.21875, 0]);
  // torchvision 0.29.2, deform_conv2d in float64. All numbers are sums of few powers of two, so they are equal.
  const ofPixels = [0.5, 2, -4, 0, 6, 1, 0, -1, 2];
  const ofOffsets = [
    ...[0, 0.875, 0.53125, 0, 0, 2.3125, 1.875, 0, 3, -1.75, 2.6875, 0, 0, 3.25, 2.6875, 0],
    ...[0, 2.625, 0, 0, -4.5, 6.9375, 0, 0, 0.21875, -2.59375, 0, 0, 0.578125, -1.25, 0, 0],
  ];
  const gradient = passes.backward(values, Float64Array.of(1, 2, -1, 0.5));
  expect(Array.from(gradient, (g) => g + 0)).toEqual([...ofPixels, ...ofOffsets]);
});
