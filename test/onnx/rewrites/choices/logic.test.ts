import { expect, test } from 'vitest';
import { ReferencePasses, valueIn } from '../../../../src/cpu/passes.js';
import { importModel } from '../../../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, rawTensor } from '../../../support/onnx_builder.js';

const bools = (...values: number[]) => rawTensor(DataType.BOOL, [values.length], Uint8Array.from(values));

/** What an operator makes of booleans, as factors of ones: constants, or comparisons of the image with 0. */
function truths(op: string, inputs: readonly string[], ofImage: boolean): number[] {
  const compared = ofImage ? ['a', 'b'].map((name, k) => ({ op: 'Greater', inputs: [`x${k}`, 'zero'], output: name })) : [];
  const model = buildModel({
    inputs: { x: [1, 8] },
    outputs: ['y'],
    initializers: { zero: floatTensor([], [0]), ...(!ofImage && { a: bools(0, 0, 1, 1), b: bools(0, 1, 0, 1) }) },
    nodes: [
      { op: 'Split', inputs: ['x'], output: ['x0', 'x1'], attributes: { axis: 1 } },
      ...compared,
      { op, inputs, output: 'truth' },
      { op: 'Cast', inputs: ['truth'], output: 'factors', attributes: { to: DataType.FLOAT } },
      { op: 'Cos', inputs: ['zero'], output: 'one' },
      { op: 'Mul', inputs: ['x0', 'zero'], output: 'zeros' },
      { op: 'Add', inputs: ['zeros', 'one'], output: 'ones' },
      { op: 'Mul', inputs: ['ones', 'factors'], output: 'y' },
    ],
  });
  const { graph } = importModel(model);
  return Array.from(valueIn(new ReferencePasses(graph).forward(Float64Array.of(0, -1, 2, 3, -4, 5, 0, 7)), graph.output.name));
}

test.each([false, true])('booleans of the image: %s', (ofImage) => {
  expect(truths('Not', ['a'], ofImage)).toEqual([1, 1, 0, 0]);
  expect(truths('And', ['a', 'b'], ofImage)).toEqual([0, 0, 0, 1]);
  expect(truths('Or', ['a', 'b'], ofImage)).toEqual([0, 1, 1, 1]);
  expect(truths('Xor', ['a', 'b'], ofImage)).toEqual([0, 1, 1, 0]);
});
