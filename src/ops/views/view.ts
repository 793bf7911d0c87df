import { firstOf } from '../../tensor/items.js';
import type { Shape } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import type { Operator, OperatorFacts } from '../operator.js';
import { checkRank, MAX_VIEW_RANK } from '../shared/axes.js';

/** What distinguishes one view from another. */
export interface ViewRule extends OperatorFacts {
  /** The shape of the output. */
  shape(node: NodeReader): Shape;
}

/** An operator whose output is its first input under another shape: y = x, dx = dy, element for element. A GPU computes nothing for it. */
export function view({ shape: shapeOf, ...facts }: ViewRule): Operator {
  return {
    ...facts,
    view: true,
    linear: () => true,
    read(node) {
      const shape = shapeOf(node);
      checkRank(node, shape, MAX_VIEW_RANK);
      return { attributes: {}, shape, inputs: [0] };
    },
    forward({ inputs }) {
      return firstOf(inputs).data.slice();
    },
    backward({ cotangent, wanted }) {
      return [wanted[0] ? cotangent.slice() : undefined];
    },
  };
}

/** Integers from an attribute up to some opset and from a constant input after it. Undefined where absent. Throws where the input holds others. */
export function integersAt(node: NodeReader, attribute: string, position: number, inputSince: number): number[] | undefined {
  if (node.opset < inputSince) {
    return node.ints(attribute);
  }
  if (node.inputs[position] === undefined) return undefined;
  const values = Array.from(node.constant(position).data);
  const other = values.find((value) => !Number.isInteger(value));
  if (other !== undefined) throw node.error('node.not-integer', { attribute, value: other });
  return values;
}
