import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { floatTensor, type ModelDescription, type NodeDescription } from './onnx_builder.js';

/** A number for each of six inputs, and a sum of them for each of two classes with the weights (1, 2, .., 6) and (1, -1, 1, ..). */
function network(nodes: readonly NodeDescription[]): ModelDescription {
  return {
    inputs: { x: ['N', 6] },
    outputs: ['y'],
    initializers: {
      zero: floatTensor([], [0]),
      half: floatTensor([], [0.5]),
      one: floatTensor([], [1]),
      square: floatTensor(
        [6, 6],
        Array.from({ length: 36 }, (_, i) => ((i * 7) % 11) - 5),
      ),
      w: floatTensor(
        [6, 2],
        Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? i / 2 + 1 : (-1) ** ((i - 1) / 2))),
      ),
    },
    nodes: [...nodes, { op: 'MatMul', inputs: ['h', 'w'], output: 'y' }],
  };
}

/** Networks with nodes that are constant in pieces: masks, choices, and values of which no gradient comes. */
export const stepNetworks = {
  'a mask': network([
    { op: 'Greater', inputs: ['x', 'half'], output: 'open' },
    { op: 'Cast', inputs: ['open'], output: 'mask', attributes: { to: DataType.FLOAT } },
    { op: 'Mul', inputs: ['x', 'mask'], output: 'h' },
  ]),
  'a choice': network([
    { op: 'Greater', inputs: ['x', 'half'], output: 'open' },
    { op: 'Where', inputs: ['open', 'x', 'zero'], output: 'h' },
  ]),
  'a choice of functions': network([
    { op: 'MatMul', inputs: ['x', 'square'], output: 'z' },
    { op: 'Less', inputs: ['z', 'half'], output: 'low' },
    { op: 'Not', inputs: ['low'], output: 'high' },
    { op: 'Equal', inputs: ['z', 'one'], output: 'never' },
    { op: 'Or', inputs: ['high', 'never'], output: 'open' },
    { op: 'Tanh', inputs: ['z'], output: 'bent' },
    { op: 'Where', inputs: ['open', 'bent', 'z'], output: 'h' },
  ]),
  'steps beside a smooth function': network([
    { op: 'Floor', inputs: ['x'], output: 'floor' },
    { op: 'Cast', inputs: ['x'], output: 'integers', attributes: { to: DataType.INT64 } },
    { op: 'Cast', inputs: ['integers'], output: 'whole', attributes: { to: DataType.FLOAT } },
    { op: 'Tanh', inputs: ['x'], output: 'smooth' },
    { op: 'Sum', inputs: ['floor', 'whole', 'smooth'], output: 'h' },
  ]),
  'numbers that are none': network([
    { op: 'Sqrt', inputs: ['x'], output: 'z' },
    { op: 'IsNaN', inputs: ['z'], output: 'none' },
    { op: 'Where', inputs: ['none', 'zero', 'z'], output: 'h' },
  ]),
  'steps alone': network([
    { op: 'MatMul', inputs: ['x', 'square'], output: 'z' },
    { op: 'Sign', inputs: ['z'], output: 'h' },
  ]),
} as const satisfies Record<string, ModelDescription>;
