import { firstOf, itemAt } from '../../tensor/items.js';
import type { Binding, Dispatch, Operator, RuledBackward } from '../operator.js';
import { value } from './bindings.js';

/*
 * DeepLIFT's rescale rule (Shrikumar, Greenside, Kundaje: Learning important features through propagating activation differences, 2017,
 * arXiv:1704.02685). Between a sample x and its twin b, the baseline, y = f(x) has the slope of the secant:
 *
 *   dx = (f(x) - f(b)) / (x - b) dy where |x - b| > NEAR, else f'(x) dy
 */

/**
 * Where an input and its twin differ by no more than this, the tangent takes the place of the secant. shaders/lib/rescale.wgsl has the same
 * number. Captum's default is 1e-10. But in float32, where neighbours of 1 are 6e-8 apart, such differences are rounding.
 */
export const NEAR = 1e-6;

/** `rescaled` / (x - b) where the inputs x and b differ, else `gradient`. */
export function dividedByDifference(rescaled: Float64Array, gradient: Float64Array, x: Float64Array, b: Float64Array): Float64Array {
  return gradient.map((slope, i) => {
    const difference = itemAt(x, i) - itemAt(b, i);
    return Math.abs(difference) > NEAR ? itemAt(rescaled, i) / difference : slope;
  });
}

/**
 * The rule for an operator that applies one function to every element of its first input. The operator's only backward kernel has a
 * template constant RESCALE, with which it reads y before dy.
 */
export function rescaling<A>({ backward, lower }: Required<Pick<Operator<A>, 'backward' | 'lower'>>): RuledBackward<A> {
  return {
    backward(evaluation) {
      const { inputs, output, twin, cotangent } = evaluation;
      const [gradient] = backward({ ...evaluation, wanted: [true] });
      if (gradient === undefined) throw new Error('a function of elements has no gradient');
      const rescaled = cotangent.map((dy, i) => dy * (itemAt(output, i) - itemAt(twin.output, i)));
      return [dividedByDifference(rescaled, gradient, firstOf(inputs).data, firstOf(twin.inputs).data)];
    },
    lower(lowering) {
      const kernels = lower(lowering);
      return { ...kernels, backward: kernels.backward.map((dispatch) => readingOutput(dispatch, value(lowering.output.name))) };
    },
  };
}

function readingOutput(dispatch: Dispatch, output: Binding): Dispatch {
  const read = dispatch.bindings.slice(0, -2);
  const cotangents = dispatch.bindings.slice(-2);
  return { ...dispatch, bindings: [...read, output, ...cotangents], constants: { ...dispatch.constants, RESCALE: 1 } };
}
