import { resolveAxis, sizeBetween } from '../shared/axes.js';
import { broadcastShapes } from '../shared/broadcast.js';
import { normalize } from './normalize.js';

/**
 * LayerNormalization: mean and variance over all axes from `axis` on. Scale and bias are constants that stretch to those axes (others become
 * nodes as the file is read, src/onnx/rewrites/parameters); the bias is optional. normalize.ts has the formulas. Exports up to opset 16 spell it out in ReduceMean, Sub, Pow, Sqrt and Div, and a pass joins
 * them. https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 */
export const layerNormalization = normalize({
  since: 17,
  inputs: [2, 3],
  outputs: 3,
  notes: {
    note: 'a scale or bias that depends on the image, mean and deviation in other operators; what older exports spell out becomes one',
  },
  read(node) {
    const { shape } = node.input(0);
    const axis = resolveAxis(node, node.int('axis', -1), shape.length);
    const normal = shape.slice(axis);
    const positions = node.inputs[2] === undefined ? [1] : [1, 2];
    const parameters = positions.map((position) => {
      const own = node.constant(position).shape;
      const stretched = broadcastShapes(own, normal);
      if (stretched === undefined || stretched.length !== normal.length || stretched.some((size, k) => size !== normal[k])) {
        throw node.error('broadcast.input', { what: position === 1 ? 'scale' : 'bias', shape: own, to: normal });
      }
      return own;
    });
    const attributes = { length: sizeBetween(shape, axis), inner: 1, epsilon: node.float('epsilon', 1e-5), view: shape, parameters };
    return { attributes, shape, inputs: [0, ...positions] };
  },
});
