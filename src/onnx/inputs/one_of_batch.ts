import type { NodeInput } from '../../ops/node_reader.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Operators that join or broadcast their operands, so that a constant for each image of a batch can be one of them. */
const JOINING: ReadonlySet<string> = new Set(['Concat', 'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Mean', 'Where']);

/**
 * Whether a constant operand is the same for every image of the batch that a file was exported with, as a class token that was repeated and
 * folded is: it has a first axis of that size where a value of the image, with as many axes, has one of size 1.
 */
export function isRepeated(op: string, operand: NodeInput, operands: readonly (NodeInput | undefined)[], batch: number): boolean {
  const { constant, shape } = operand;
  if (constant === undefined || batch < 2 || !JOINING.has(op) || shape.length < 2 || shape[0] !== batch) return false;
  const besideImage = operands.some(
    (other) => other?.constant === undefined && other?.shape.length === shape.length && other.shape[0] === 1,
  );
  const size = constant.data.length / batch;
  return besideImage && constant.data.every((value, i) => value === constant.data[i % size]);
}

/** The constant of one image. */
export function oneOf({ shape, data, ...constant }: Tensor, batch: number): Tensor {
  return { ...constant, shape: [1, ...shape.slice(1)], data: data.slice(0, data.length / batch) };
}
