import { expect, test } from 'vitest';
import { buildModel, intTensor, type NodeDescription } from '../../support/onnx_builder.js';
import { refusal } from '../../support/refusal.js';

const indices = intTensor([0, 1, 2, 0], [1, 4]);

test.each<[string, Pick<NodeDescription, 'op' | 'inputs' | 'attributes'>, string]>([
  [
    'an unknown reduction',
    { op: 'ScatterElements', inputs: ['x', 'indices', 'x'], attributes: { axis: 1, reduction: 'mean' } },
    'ScatterElements "n", opset 18: reduction is mean (none, add, mul, max, min)',
  ],
  [
    'updates that do not fit',
    { op: 'ScatterND', inputs: ['x', 'indices', 'x'], attributes: { reduction: 'add' } },
    'ScatterND "n", opset 18: updates 1x4 at indices 1x4 of 1x4 (an update for each index)',
  ],
  [
    'columns of which fewer would fit',
    { op: 'Col2Im', inputs: ['x', 'image', 'block'] },
    'Col2Im "n", opset 18: blocks of 1x2 of an image of 2x2 with strides [1,1], dilations [1,1], pads [0,0,0,0] in 1x4 (batch, channels times elements of a block, and as many columns as blocks fit)',
  ],
])('%s', (_, node, message) => {
  const model = buildModel({
    opset: 18,
    inputs: { x: [1, 4] },
    outputs: ['y'],
    initializers: { indices, image: intTensor([2, 2]), block: intTensor([1, 2]) },
    nodes: [{ ...node, name: 'n', output: 'y' }],
  });
  expect(refusal(model)).toBe(message);
});
