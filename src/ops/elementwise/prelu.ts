import { formatShape, sizeOf } from '../../tensor/tensor.js';
import { reductionParameters } from '../arithmetic/binary.js';
import type { NodeInput } from '../node_reader.js';
import type { Binding, Dispatch, Lowered, Operator } from '../operator.js';
import { axisParameters, checkRank, collapse } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, broadcastShapes, broadcastStrides, packPeriodic } from '../shared/broadcast.js';
import { kinked } from '../shared/piecewise.js';

/**
 * PRelu: y = x where x > 0, else s x, with the slope s broadcast to x's shape; dx = dy where x > 0, else s dy; ds = the sum of x dy
 * over the elements with x <= 0 to which the slope was stretched. The derivative at 0 is the slope, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__PRelu.html
 */
export const prelu: Operator = {
  read(node) {
    const [x, slope] = [node.input(0).shape, node.input(1).shape];
    const shape = broadcastShapes(x, slope);
    if (shape === undefined || shape.length !== x.length || shape.some((size, axis) => size !== x[axis])) {
      throw node.error(
        `slope of shape ${formatShape(slope)} does not stretch to ${formatShape(x)}`,
        'sizes, from the last axis on, equal or 1',
      );
    }
    checkRank(node, shape);
    return { attributes: {}, shape };
  },
  linear: (_, [x]) => !x,
  piecewise: kinked(() => ({ lower: 0, upper: Infinity, slope: 1, offset: 0 }), {
    at: ({ inputs, shape }) => {
      const { shape: from, data } = inputs[1]!;
      const ofSlope = broadcastIndices(from, shape);
      return (element) => data[ofSlope[element]!]!;
    },
    packed: ({ inputs, output }) => packPeriodic(inputs[1]!.constant!, output.shape),
  }),
  forward({ inputs, shape }) {
    const [x, slope] = [inputs[0]!, inputs[1]!];
    const ofSlope = broadcastIndices(slope.shape, shape);
    return x.data.map((v, i) => (v > 0 ? v : slope.data[ofSlope[i]!]! * v));
  },
  backward({ inputs, shape, cotangent, wanted }) {
    const [x, slope] = [inputs[0]!, inputs[1]!];
    const ofSlope = broadcastIndices(slope.shape, shape);
    const dx = wanted[0] ? cotangent.map((dy, i) => (x.data[i]! > 0 ? dy : slope.data[ofSlope[i]!]! * dy)) : undefined;
    const dSlope = wanted[1] ? new Float64Array(slope.data.length) : undefined;
    if (dSlope !== undefined) {
      cotangent.forEach((dy, i) => {
        dSlope[ofSlope[i]!]! += Math.min(x.data[i]!, 0) * dy;
      });
    }
    return [dx, dSlope];
  },
  lower({ inputs, output }): Lowered {
    const [x, slope] = [inputs[0]!, inputs[1]!];
    return slope.constant === undefined ? computedSlope(x, slope, output) : constantSlope(x, packPeriodic(slope.constant, x.shape), output);
  },
};

function constantSlope(x: NodeInput, { data, inner, period }: ReturnType<typeof packPeriodic>, output: NodeInput): Lowered {
  const slope: Binding = { kind: 'constant', data };
  const common = { parameters: { inner, period }, tiles: sizeOf(x.shape) };
  return {
    forward: [{ kernel: 'prelu_forward', bindings: [value(x.name), slope, value(output.name)], ...common }],
    backward: [{ kernel: 'prelu_backward', bindings: [value(x.name), slope, cotangent(output.name), cotangent(x.name)], ...common }],
  };
}

function computedSlope(x: NodeInput, slope: NodeInput, output: NodeInput): Lowered {
  const layout = collapse({ shape: x.shape, strides: [broadcastStrides(slope.shape, x.shape)] });
  const common = {
    parameters: {
      rank: layout.shape.length,
      elements_slope: sizeOf(slope.shape),
      ...axisParameters('shape', layout.shape),
      ...axisParameters('strides_slope', layout.strides[0]!),
    },
    tiles: sizeOf(x.shape),
  };
  const ofSlope: Dispatch = {
    kernel: 'prelu_backward_slope',
    bindings: [value(x.name), cotangent(output.name), cotangent(slope.name)],
    parameters: reductionParameters(slope.shape, x.shape),
    tiles: sizeOf(slope.shape),
  };
  return {
    forward: [{ kernel: 'prelu_forward_computed', bindings: [value(x.name), value(slope.name), value(output.name)], ...common }],
    backward: [
      {
        kernel: 'prelu_backward_computed',
        bindings: [value(x.name), value(slope.name), cotangent(output.name), cotangent(x.name)],
        ...common,
      },
      ofSlope,
    ],
  };
}
