import { gather } from '../../tensor/gather.js';
import { itemAt, threeOf } from '../../tensor/items.js';
import { scatter } from '../../tensor/scatter.js';
import { sizeOf, type Tensor } from '../../tensor/tensor.js';
import { numberOfFunction, reductionParameters } from '../arithmetic/binary.js';
import { typeOf } from '../node_reader.js';
import type { BackwardEvaluation, Evaluation, Lowered, Lowering, Operator } from '../operator.js';
import { axisParameters, collapse } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, broadcastStrides, readBroadcast, stretch } from '../shared/broadcast.js';
import { NOWHERE } from './index_map.js';
import { movement } from './movement.js';

export interface WhereAttributes {
  /** Present where it is constant. Then the node has no input for it. */
  readonly condition?: Pick<Tensor, 'shape' | 'data'>;
}

interface Constant {
  readonly condition: Pick<Tensor, 'shape' | 'data'>;
}

/** A constant condition only moves elements. */
const constant = movement<Constant>({
  since: 9,
  read: (node) => ({
    attributes: { condition: node.constant(0) },
    shape: readBroadcast(node),
    inputs: [1, 2],
    type: typeOf(node.input(1)),
  }),
  moves({ condition }, x, y, position) {
    const conditions = gather(condition.data, broadcastIndices(condition.shape, y));
    return broadcastIndices(x, y).map((place, i) => ((conditions[i] !== 0) === (position === 0) ? place : NOWHERE));
  },
});

/**
 * Where: y[i] = condition[i'] ? a[i"] : b[i"'] with multidirectional broadcasting; da[j] sums dy over the elements of y that took a[j], and
 * db likewise. No gradient flows to the condition, which compares numbers and so is constant in pieces.
 * https://onnx.ai/onnx/operators/onnx__Where.html
 */
export const where: Operator<WhereAttributes> = {
  since: 9,
  inputs: [3, 3],
  jumps: true,
  notes: { exact: 'where the condition is constant' },
  read(node) {
    if (node.input(0).constant !== undefined) return constant.read(node);
    return { attributes: {}, shape: readBroadcast(node), type: typeOf(node.input(1)) };
  },
  linear: ({ condition }, [computed]) => condition !== undefined || !computed,
  forward: (evaluation) => (hasConstant(evaluation) ? constant.forward(evaluation) : choose(evaluation)),
  backward: (evaluation) => (hasConstant(evaluation) ? constant.backward(evaluation) : spread(evaluation)),
  lower: (lowering) => (hasConstant(lowering) ? constant.lower(lowering) : lowerComputed(lowering)),
};

function hasConstant<T extends { readonly attributes: WhereAttributes }>(given: T): given is T & { readonly attributes: Constant } {
  return given.attributes.condition !== undefined;
}

function choose({ inputs, shape }: Evaluation<unknown>): Float64Array {
  const [condition, a, b] = threeOf(inputs.map((input) => stretch(input, shape)));
  return condition.map((holds, i) => itemAt(holds !== 0 ? a : b, i));
}

function spread({ inputs, shape, cotangent: dy, wanted }: BackwardEvaluation<unknown>): (Float64Array | undefined)[] {
  const [condition] = threeOf(inputs);
  const holds = stretch(condition, shape);
  return inputs.map(({ shape: own, data }, position) => {
    if (!wanted[position]) return undefined;
    const taken = dy.map((d, i) => ((holds[i] !== 0) === (position === 1) ? d : 0));
    return position === 0 ? new Float64Array(data.length) : scatter(data.length, broadcastIndices(own, shape), taken);
  });
}

function lowerComputed({ inputs, output }: Lowering<unknown>): Lowered {
  const [condition, a, b] = threeOf(inputs);
  const layout = collapse({ shape: output.shape, strides: inputs.map(({ shape }) => broadcastStrides(shape, output.shape)) });
  const [ofCondition, ofA, ofB] = threeOf(layout.strides);
  return {
    forward: [
      {
        kernel: 'where_forward',
        bindings: [value(condition.name), value(a.name), value(b.name), value(output.name)],
        parameters: {
          rank: layout.shape.length,
          elements_condition: sizeOf(condition.shape),
          elements_a: sizeOf(a.shape),
          elements_b: sizeOf(b.shape),
          ...axisParameters('shape', layout.shape),
          ...axisParameters('strides_condition', ofCondition),
          ...axisParameters('strides_a', ofA),
          ...axisParameters('strides_b', ofB),
        },
        tiles: sizeOf(output.shape),
      },
    ],
    backward: [a, b].map((operand, position) => ({
      kernel: 'binary_backward',
      bindings: [value(condition.name), cotangent(output.name), cotangent(operand.name)],
      parameters: reductionParameters(operand.shape, output.shape, condition.shape),
      constants: { FUNCTION: numberOfFunction(position === 0 ? 'CHOSEN' : 'UNCHOSEN'), POSITION: 0 },
      tiles: sizeOf(operand.shape),
    })),
  };
}
