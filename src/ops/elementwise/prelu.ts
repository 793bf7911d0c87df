import { gather } from '../../tensor/gather.js';
import { firstOf, itemAt, twoOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { scatter } from '../../tensor/scatter.js';
import { sizeOf } from '../../tensor/tensor.js';
import { reductionParameters } from '../arithmetic/binary.js';
import { constantOf, type NodeInput } from '../node_reader.js';
import type { Binding, Dispatch, Lowered, Operator } from '../operator.js';
import { axisParameters, checkRank, collapse } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, broadcastShapes, broadcastStrides, packPeriodic, stretch } from '../shared/broadcast.js';
import { kinked } from '../shared/piecewise.js';
import { rescaling } from '../shared/rescale.js';

const directions: Required<Pick<Operator, 'backward' | 'lower'>> = {
  backward({ inputs, shape, cotangent, wanted }) {
    const [x, slope] = twoOf(inputs);
    const ofSlope = broadcastIndices(slope.shape, shape);
    const derivatives = () => mapPairs(x.data, gather(slope.data, ofSlope), (v, s) => (v > 0 ? 1 : s));
    const below = () => mapPairs(x.data, cotangent, (v, dy) => Math.min(v, 0) * dy);
    return [
      wanted[0] ? mapPairs(derivatives(), cotangent, (d, dy) => d * dy) : undefined,
      wanted[1] ? scatter(slope.data.length, ofSlope, below()) : undefined,
    ];
  },
  lower({ inputs, output }): Lowered {
    const [x, slope] = twoOf(inputs);
    return slope.constant === undefined ? computedSlope(x, slope, output) : constantSlope(x, packPeriodic(slope.constant, x.shape), output);
  },
};

/**
 * PRelu: y = x where x > 0, else s x, with the slope s broadcast to x's shape; dx = dy where x > 0, else s dy; ds = the sum of x dy
 * over the elements with x <= 0 to which the slope was stretched. The derivative at 0 is the slope, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__PRelu.html
 */
export const prelu: Operator = {
  since: 1,
  inputs: [2, 2],
  followsLayer: true,
  constantInputs: [1],
  notes: { exact: 'where the slope is constant' },
  read(node) {
    const [x, slope] = [node.input(0).shape, node.input(1).shape];
    const shape = broadcastShapes(x, slope);
    if (shape === undefined || shape.length !== x.length || shape.some((size, axis) => size !== x[axis])) {
      throw node.error('broadcast.input', { what: 'slope', shape: slope, to: x });
    }
    checkRank(node, shape);
    return { attributes: {}, shape };
  },
  linear: (_, [x]) => !x,
  piecewise: kinked(() => ({ lower: 0, upper: Infinity, slope: 1, offset: 0 }), {
    at: ({ inputs, shape }) => {
      const [, slope] = twoOf(inputs);
      const slopes = stretch(slope, shape);
      return (element) => itemAt(slopes, element);
    },
    packed: ({ inputs, output }) => packPeriodic(constantOf(twoOf(inputs)[1]), output.shape),
  }),
  forward({ inputs, shape }) {
    const [x, slope] = twoOf(inputs);
    return mapPairs(x.data, stretch(slope, shape), (v, s) => (v > 0 ? v : s * v));
  },
  ...directions,
  rules: { rescale: { serves: (_, [, slope]) => !slope, ...rescaling(directions) } },
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
      ...axisParameters('strides_slope', firstOf(layout.strides)),
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
