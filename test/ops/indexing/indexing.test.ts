import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { type OpType, operators } from '../../../src/ops/index.js';

const integers = (values: readonly number[], shape?: readonly number[]) => constantOf(values, 'int', shape);
const read = (op: OpType, node: PlainNode) => operators[op].read(plainNode({ op, ...node }));

test('rows of indices name runs, behind the axes that both tensors share', () => {
  const inputs = [[2, 3, 4], integers([-1, 0], [2, 1])];
  expect(read('GatherND', { inputs, attributes: { batch_dims: 1 } })).toEqual({
    attributes: { starts: Uint32Array.of(8, 12), length: 4 },
    shape: [2, 4],
    inputs: [0],
  });
  expect(read('GatherND', { inputs, opset: 11, attributes: { batch_dims: 1 } }).shape).toEqual([2, 3, 4]);
});

test('of two updates of one element the last counts, forward and backward', () => {
  const { attributes, shape } = operators.ScatterElements.read(plainNode({ inputs: [[2, 2], integers([1, 1, 0], [3, 1]), [3, 1]] }));
  const inputs = [
    { shape, data: Float64Array.of(1, 2, 3, 4) },
    { shape: [3, 1], data: Float64Array.of(5, 6, 7) },
  ];
  expect(operators.ScatterElements.forward({ attributes, shape, inputs })).toEqual(Float64Array.of(7, 2, 6, 4));
  const cotangent = Float64Array.of(10, 20, 30, 40);
  const backward = { attributes, shape, inputs, cotangent, output: cotangent, wanted: [true, true] };
  expect(operators.ScatterElements.backward?.(backward)).toEqual([Float64Array.of(0, 20, 0, 40), Float64Array.of(0, 30, 10)]);
});

describe('what indexing refuses', () => {
  test.each<[OpType, PlainNode, string]>([
    [
      'GatherND',
      {
        inputs: [
          [1, 6],
          [1, 2],
        ],
      },
      'input 1 is computed from the image',
    ],
    [
      'GatherND',
      { inputs: [[1, 6], integers([0, 0, 0], [1, 3])], batch: 4 },
      'indices of 1x3 with batch_dims 0 into 1x6 (rows with a place for each of the first axes, behind batch_dims axes of equal sizes; the model was exported with batch 4, try batch 1)',
    ],
    ['GatherND', { inputs: [[1, 6], integers([0], [])] }, 'indices of scalar with batch_dims 0 into 1x6 ('],
    [
      'GatherND',
      { inputs: [[1, 6], integers([0, 1], [2, 1])], attributes: { batch_dims: 1 } },
      'indices of 2x1 with batch_dims 1 into 1x6 (',
    ],
    ['GatherND', { inputs: [[1, 6], integers([0, 6], [1, 2])] }, 'index 6 into an axis of 6 (-6 to 5)'],
    ['GatherElements', { inputs: [[1, 6], integers([0, 0])] }, 'indices of 2 along axis 0 of 1x6 (as many axes, and no other one longer)'],
    [
      'GatherElements',
      { inputs: [[1, 6], integers([0, 0], [2, 1])], attributes: { axis: 1 }, batch: 2 },
      'indices of 2x1 along axis 1 of 1x6 (as many axes, and no other one longer; the model was exported with batch 2, try batch 1)',
    ],
    ['ScatterND', { inputs: [[1, 6], [1, 2], [1]] }, 'input 1 is computed from the image'],
    ['ScatterND', { inputs: [[1, 6], integers([0], [1, 1]), [1, 5]] }, 'updates 1x5 at indices 1x1 of 1x6 (an update for each index)'],
    ['ScatterND', { inputs: [[1, 6], integers([-2], [1, 1]), [1, 6]] }, 'index -2 into an axis of 1 (-1 to 0)'],
    [
      'ScatterElements',
      { inputs: [[1, 6], integers([0], [1, 1]), [1, 2]] },
      'updates 1x2 at indices 1x1 of 1x6 (an update for each index)',
    ],
    [
      'ScatterElements',
      { inputs: [[1, 6], integers([0, 0], [2, 1]), [2, 1]], attributes: { axis: 1 } },
      'updates 2x1 at indices 2x1 of 1x6 (an update for each index)',
    ],
    ['GatherElements', { inputs: [[1, 6], integers([1], [1, 1])] }, 'index 1 into an axis of 1 (-1 to 0)'],
  ])('%s', (op, node, message) => {
    expect(() => read(op, node)).toThrow(`${op} "n": ${message}`);
  });
});
