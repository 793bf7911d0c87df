import { resolveAxis } from '../../ops/shared/axes.js';
import { sizeAt, sizeOf } from '../../tensor/tensor.js';
import { integers, type RewrittenOperator } from './rewrite.js';

/**
 * ReverseSequence: the first elements of an axis backwards, for each place along another axis as many as `sequence_lens` says. tf2onnx writes flips
 * and recurrent layers that go backwards so. https://onnx.ai/onnx/operators/onnx__ReverseSequence.html
 */
export const reverseSequence: RewrittenOperator = {
  since: 10,
  inputs: [2, 2],
  attributes: ['batch_axis', 'time_axis'],
  notes: { note: 'lengths of sequences constant' },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const batchAxis = resolveAxis(node, node.int('batch_axis', 1), shape.length);
    const timeAxis = resolveAxis(node, node.int('time_axis', 0), shape.length);
    const lengths = Array.from(node.constant(1).data);
    const [sequences, steps] = [sizeAt(shape, batchAxis), sizeAt(shape, timeAxis)];
    const isSame = lengths.every((length) => length === lengths[0]);
    // A batch that the file fixes counts as 1.
    if (lengths.length !== sequences && !(isSame && sequences === 1)) {
      throw node.error('recurrent.lengths', { lengths: lengths.length, sequences });
    }
    const [length = 0] = lengths;
    const from = (step: number, end: number) => (step < end ? end - 1 - step : step);
    if (isSame) {
      const places = Array.from({ length: steps }, (_, step) => from(step, length));
      return [write.add('Gather', [x, integers(write, places)], { axis: timeAxis })];
    }
    const places = new Float64Array(sizeOf(shape));
    const [batchStride, timeStride] = [batchAxis, timeAxis].map((axis) => sizeOf(shape.slice(axis + 1))) as [number, number];
    for (let i = 0; i < places.length; i++) {
      const step = Math.floor(i / timeStride) % steps;
      places[i] = from(step, lengths[Math.floor(i / batchStride) % sequences] ?? 0);
    }
    return [write.add('GatherElements', [x, write.addConstant(shape, places, 'int')], { axis: timeAxis })];
  },
};
