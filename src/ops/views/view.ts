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

/** Integers from an attribute up to some opset and from a constant input after it. Undefined where absent. */
export function integersAt(node: NodeReader, attribute: string, position: number, inputSince: number): number[] | undefined {
  if (node.opset < inputSince) {
    return node.ints(attribute);
  }
  return node.inputs[position] === undefined ? undefined : Array.from(node.constant(position).data);
}
