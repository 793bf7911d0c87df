import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { float, intTensor, type ModelDescription, type NodeDescription, rawTensor } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

type Initializers = NonNullable<ModelDescription['initializers']>;

/** A node on parts of the image of these shapes: part0, part1, ... Further inputs are named. */
function onParts(
  name: string,
  shapes: readonly (readonly number[])[],
  nodes: readonly NodeDescription[],
  opset: number,
  initializers: Initializers = {},
): RewrittenCase {
  const sizes = shapes.map((shape) => shape.reduce((size, each) => size * each, 1));
  const cut: NodeDescription[] = [
    { op: 'Split', inputs: ['x', 'sizes'], output: shapes.map((_, i) => `row${i}`), attributes: { axis: 1 } },
    ...shapes.map((_, i): NodeDescription => ({ op: 'Reshape', inputs: [`row${i}`, `shape${i}`], output: `part${i}` })),
  ];
  const constants = { sizes: intTensor(sizes), ...Object.fromEntries(shapes.map((shape, i) => [`shape${i}`, intTensor(shape)])) };
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return rewrittenCase(name, [1, total], [...cut, ...nodes], { opset, initializers: { ...constants, ...initializers } });
}

const inputs = (count: number) => Array.from({ length: count }, (_, i) => `part${i}`);

/** What is a constant in nearly all networks, computed from the image: a style, a condition, a bound. */
export const computedParameterCases: readonly RewrittenCase[] = [
  onParts(
    'LayerNormalization, scale and bias of the image',
    [[1, 2, 3, 2], [3, 2], [2]],
    [{ op: 'LayerNormalization', inputs: inputs(3), output: 'y', attributes: { axis: 2, epsilon: float(0.25) } }],
    17,
  ),
  onParts(
    'LayerNormalization, mean and deviation',
    [[1, 3, 4]],
    [
      { op: 'LayerNormalization', inputs: ['part0', 'scale'], output: ['normal', 'mean', 'inverse'], attributes: { epsilon: float(0.5) } },
      { op: 'Sum', inputs: ['normal', 'mean', 'inverse'], output: 'y' },
    ],
    17,
    { scale: weights([4], 1) },
  ),
  onParts(
    'InstanceNormalization, scale and bias of the image',
    [[1, 2, 2, 3], [2], [2]],
    [{ op: 'InstanceNormalization', inputs: inputs(3), output: 'y', attributes: { epsilon: float(0.25) } }],
    17,
  ),
  onParts(
    'GroupNormalization, scale and bias of the image',
    [[1, 4, 2, 2], [4], [4]],
    [{ op: 'GroupNormalization', inputs: inputs(3), output: 'y', attributes: { epsilon: float(0.25), num_groups: 2 } }],
    21,
  ),
  onParts(
    'GroupNormalization, a bias of the image for each group',
    [[1, 4, 3], [2]],
    [{ op: 'GroupNormalization', inputs: ['part0', 'scale', 'part1'], output: 'y', attributes: { num_groups: 2 } }],
    18,
    { scale: weights([2], 3) },
  ),
  onParts(
    'BatchNormalization, parameters of the image',
    [[1, 2, 3], [2], [2], [2], [2]],
    [
      { op: 'Exp', inputs: ['part4'], output: 'variance' },
      { op: 'BatchNormalization', inputs: [...inputs(4), 'variance'], output: 'y', attributes: { epsilon: float(0.25) } },
    ],
    17,
  ),
  onParts(
    'Conv, a bias of the image',
    [[1, 2, 4], [3]],
    [{ op: 'Conv', inputs: ['part0', 'weights', 'part1'], output: 'y', attributes: { pads: [1, 0] } }],
    17,
    { weights: weights([3, 2, 2], 4) },
  ),
  onParts(
    'ConvTranspose, a bias of the image',
    [[1, 2, 2, 2], [2]],
    [{ op: 'ConvTranspose', inputs: ['part0', 'weights', 'part1'], output: 'y', attributes: { strides: [2, 1], output_padding: [1, 0] } }],
    17,
    { weights: weights([2, 2, 2, 2], 5) },
  ),
  onParts('Clip, bounds of the image', [[1, 9], [], []], [{ op: 'Clip', inputs: inputs(3), output: 'y' }], 17),
  onParts('Pad, a value of the image', [[1, 2, 3], []], [{ op: 'Pad', inputs: ['part0', 'pads', 'part1'], output: 'y' }], 17, {
    pads: intTensor([0, 1, 2, 0, 0, -1]),
  }),
  onParts(
    'Dropout, its mask',
    [[1, 5]],
    [
      { op: 'Dropout', inputs: ['part0'], output: ['kept', 'mask'] },
      { op: 'Cast', inputs: ['mask'], output: 'ones', attributes: { to: DataType.FLOAT } },
      { op: 'Sub', inputs: ['kept', 'ones'], output: 'y' },
    ],
    17,
  ),
  ...[0, 1, 2, 3].map((mode) =>
    onParts(
      `Attention, its scores in mode ${mode}`,
      [
        [1, 1, 2, 3],
        [1, 1, 4, 3],
        [1, 1, 4, 1],
      ],
      [
        {
          op: 'Attention',
          inputs: [...inputs(3), 'mask'],
          output: ['found', '', '', 'scores'],
          attributes: { qk_matmul_output_mode: mode, ...(mode > 0 && { softcap: float(1.5) }) },
        },
        { op: 'Add', inputs: ['found', 'scores'], output: 'y' },
      ],
      24,
      { mask: weights([2, 4], 6) },
    ),
  ),
  onParts(
    'Attention, shares of which a query has none',
    [
      [1, 1, 2, 3],
      [1, 1, 2, 3],
      [1, 1, 2, 1],
    ],
    [
      {
        op: 'Attention',
        inputs: [...inputs(3), 'mask'],
        output: ['found', '', '', 'scores'],
        attributes: { qk_matmul_output_mode: 3 },
      },
      { op: 'Add', inputs: ['found', 'scores'], output: 'y' },
    ],
    24,
    { mask: rawTensor(DataType.BOOL, [2, 2], Uint8Array.of(0, 0, 1, 1)) },
  ),
];
