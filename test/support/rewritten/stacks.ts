import { intTensor, type ModelDescription, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** A node whose first input has more than one stack of planes along the batch axis: the image, cut into windows. */
function stacked(
  name: string,
  [stacks, channels, rows, columns]: readonly [number, number, number, number],
  node: Omit<NodeDescription, 'output'>,
  initializers: NonNullable<ModelDescription['initializers']>,
): RewrittenCase {
  const cut: NodeDescription = { op: 'Reshape', inputs: ['x', 'windows'], output: 'cut' };
  return rewrittenCase(name, [1, stacks * channels, rows, columns], [cut, { ...node, output: 'y' }], {
    opset: 17,
    initializers: { windows: intTensor([stacks, channels, rows, columns]), ...initializers },
  });
}

/** A batch axis within one image. */
export const stackedCases: readonly RewrittenCase[] = [
  stacked(
    'Conv of two stacks in groups, with a bias',
    [2, 4, 4, 3],
    { op: 'Conv', inputs: ['cut', 'w', 'b'], attributes: { group: 2, pads: [1, 0, 1, 1], strides: [2, 1] } },
    { w: weights([6, 2, 3, 2], 1), b: weights([6], 2) },
  ),
  stacked(
    'Conv of three stacks, element by element',
    [3, 2, 2, 3],
    { op: 'Conv', inputs: ['cut', 'w', 'b'], attributes: { kernel_shape: [1, 1], auto_pad: 'SAME_UPPER' } },
    { w: weights([3, 2, 1, 1], 3), b: weights([3], 4) },
  ),
  stacked(
    'Conv of two stacks, every second element',
    [2, 2, 3, 3],
    { op: 'Conv', inputs: ['cut', 'w'], attributes: { strides: [2, 2] } },
    { w: weights([2, 2, 1, 1], 5) },
  ),
  stacked(
    'ConvTranspose of two stacks, with a bias',
    [2, 2, 2, 2],
    { op: 'ConvTranspose', inputs: ['cut', 'w', 'b'], attributes: { strides: [2, 2], output_padding: [1, 0] } },
    { w: weights([2, 3, 2, 2], 6), b: weights([3], 7) },
  ),
];
