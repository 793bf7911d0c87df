import { expect, test } from 'vitest';
import { plainNode } from '../../src/doctor/cases/plain_node.js';
import { FoldingBudget } from '../../src/onnx/folding_budget.js';
import { importModel, importModelInSlices } from '../../src/onnx/import.js';
import { buildModel, floatTensor, intTensor, type NodeDescription, type TensorInit } from '../support/onnx_builder.js';
import { refusal } from '../support/refusal.js';

/** A model that adds a folded number to its input. The number is the sum of what `nodes` fold to, `big`. */
function folding(nodes: readonly NodeDescription[], initializers: Record<string, TensorInit>) {
  return buildModel({
    inputs: { x: [1, 4] },
    outputs: ['y'],
    initializers: { ...initializers, axis: intTensor([-1]) },
    nodes: [
      ...nodes,
      { op: 'ReduceSum', name: 'sum', inputs: ['big'], output: 'total', attributes: { keepdims: 0 } },
      { op: 'Unsqueeze', name: 'one', inputs: ['total', 'axis'], output: 'number' },
      { op: 'Mul', inputs: ['x', 'number'], output: 'y' },
    ],
  });
}

const square: NodeDescription = { op: 'ConstantOfShape', name: 'square', inputs: ['shape'], output: 's' };

// Files of a few hundred bytes that ask for minutes or gigabytes. `refusal` gives each a second.
test.each<[string, Uint8Array, string]>([
  [
    'a product of 10^9 multiply-adds',
    folding([square, { op: 'MatMul', name: 'product', inputs: ['s', 's'], output: 'big' }], { shape: intTensor([1000, 1000]) }),
    'MatMul "product", opset 13: computes a constant in ',
  ],
  [
    'places of 2^22 elements along 60 axes',
    folding(
      [
        { ...square, attributes: { value: floatTensor([1], [1]) } },
        { op: 'NonZero', name: 'places', inputs: ['s'], output: 'big' },
      ],
      { shape: intTensor([2 ** 22, ...new Array<number>(59).fill(1)]) },
    ),
    'ConstantOfShape "square", opset 13: 60 axes (at most 16)',
  ],
  [
    'places of 2^22 elements along 15 axes',
    folding(
      [
        { ...square, attributes: { value: floatTensor([1], [1]) } },
        { op: 'NonZero', name: 'places', inputs: ['s'], output: 'big' },
      ],
      { shape: intTensor([2 ** 22, ...new Array<number>(14).fill(1)]) },
    ),
    'NonZero "places", opset 13: computes a constant in ',
  ],
  [
    'updates at 2^31 places that have no axis',
    folding([{ op: 'ScatterND', name: 'scatter', inputs: ['data', 'indices', 'updates'], output: 'big' }], {
      data: floatTensor([2], [1, 2]),
      indices: intTensor([], [2 ** 31, 0]),
      updates: floatTensor([1], [1]),
    }),
    'ScatterND "scatter", opset 13: computes a constant in ',
  ],
  [
    'a sum over no rows of 2^31 columns',
    folding([{ op: 'ReduceL1', name: 'l1', inputs: ['none'], output: 'big', attributes: { axes: [0] } }], {
      none: floatTensor([0, 2 ** 31], []),
    }),
    'ReduceL1 "l1", opset 13: computes a constant in ',
  ],
  [
    'a pooling of windows as large as the plane',
    folding(
      [
        square,
        {
          op: 'MaxPool',
          name: 'pool',
          inputs: ['s'],
          output: 'big',
          attributes: { kernel_shape: [999, 999], pads: [499, 499, 499, 499] },
        },
      ],
      { shape: intTensor([1, 1, 1000, 1000]) },
    ),
    'MaxPool "pool", opset 13: computes a constant in ',
  ],
  [
    'an axis that grows before another shrinks',
    folding([square, { op: 'Resize', name: 'resize', inputs: ['s', '', 'scales'], output: 'big', attributes: { mode: 'linear' } }], {
      shape: intTensor([1, 1, 256, 4096]),
      scales: floatTensor([4], [1, 1, 400, 0.001]),
    }),
    'Resize "resize", opset 13: computes a constant in ',
  ],
])('%s', (_, bytes, message) => {
  expect(refusal(bytes).slice(0, message.length)).toBe(message);
});

test('the budget is the whole file’s: each node could afford its own work, and the last is named', () => {
  const chain = Array.from(
    { length: 40 },
    (_, k): NodeDescription => ({
      op: 'Reshape',
      name: `reshape${k}`,
      inputs: [k === 0 ? 's' : `t${k - 1}`, 'shape'],
      output: k === 39 ? 'big' : `t${k}`,
    }),
  );
  const message = refusal(folding([square, ...chain], { shape: intTensor([1000, 1000]) }));
  expect(message).toMatch(/^Reshape "reshape\d+", opset 13: (computes|makes) a constant .* after \d+ for others \(at most \d+/);
});

test('a constant of 17 million elements is made', () => {
  const { graph } = importModel(
    folding([square, { op: 'Slice', inputs: ['s', 'zero', 'two'], output: 'big' }], {
      shape: intTensor([17_000_000]),
      zero: intTensor([0]),
      two: intTensor([2]),
    }),
  );
  expect(graph.constants.get('number')?.data).toEqual(Float32Array.of(0));
});

test('large weights may be converted, since the budget grows with the file', () => {
  // 100 million weights of 4 bits that are dequantised, transposed and reshaped. Nothing is computed here.
  const shape = [1000, 100_000];
  const weights = { shape, type: 'float' as const, data: new Float32Array(0) };
  const node = plainNode({ op: 'Transpose', inputs: [weights] });
  const convert = (fileBytes: number) => {
    const budget = new FoldingBudget(fileBytes);
    for (let step = 0; step < 3; step++) {
      budget.read(node, [weights]);
      budget.make(node, shape, 100e6);
    }
  };
  expect(() => convert(50e6)).not.toThrow();
  expect(() => convert(5e6)).toThrow(
    'Transpose "n": computes a constant in 900000000 operations, after 400000000 for others (at most 908435456',
  );
});

test('a signal is heard while a file is read', async () => {
  const controller = new AbortController();
  const nodes = Array.from({ length: 30 }, (_, k): NodeDescription[] => [
    { op: 'Add', inputs: [k === 0 ? 's' : `t${k - 1}`, 's'], output: k === 29 ? 'big' : `t${k}` },
  ]).flat();
  const bytes = folding([square, ...nodes], { shape: intTensor([300_000]) });
  const reading = importModelInSlices(bytes, controller.signal);
  setTimeout(() => controller.abort(new Error('enough')));
  await expect(reading).rejects.toThrow('enough');
});
