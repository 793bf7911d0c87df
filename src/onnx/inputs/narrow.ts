import { PathlightError } from '../../errors.js';
import type { GraphProto } from '../onnx_pb.js';
import { namedNodes } from '../order.js';
import { rangeOf } from '../tensors.js';

/** Operators whose result may not fit an integer of few bits. */
const ARITHMETIC: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Pow', 'Sum', 'ReduceSum', 'ReduceProd', 'CumSum']);

/** Operators that move numbers and leave their type. */
const MOVING: ReadonlySet<string> = new Set([
  ...['Identity', 'Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Slice', 'Split', 'Concat', 'Pad', 'Gather', 'Tile', 'Expand'],
  ...['DepthToSpace', 'SpaceToDepth', 'Max', 'Min', 'Clip', 'MaxPool', 'Resize'],
]);

/**
 * Refuses arithmetic on an input of at most 16 bits before it is cast to another type: its results wrap around, which executors, which
 * compute with floats, do not do.
 */
export function checkNarrowArithmetic(graph: GraphProto, input: string, dataType: number): void {
  if (rangeOf(dataType) === undefined) return;
  const narrow = new Set([input]);
  for (const { proto, name } of namedNodes(graph)) {
    if (!proto.input.some((each) => narrow.has(each))) continue;
    if (ARITHMETIC.has(proto.opType)) throw new PathlightError('onnx.narrow-arithmetic', { operator: proto.opType, node: name, input });
    if (MOVING.has(proto.opType)) for (const output of proto.output) narrow.add(output);
  }
}
