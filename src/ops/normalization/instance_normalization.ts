import { sizeAt } from '../../tensor/tensor.js';
import { sizeBetween } from '../shared/axes.js';
import { normalizationConstant, normalize } from './normalize.js';

/**
 * InstanceNormalization: mean and variance over every plane. Scale and bias are constants with one number for each channel. normalize.ts
 * has the formulas. https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html
 */
export const instanceNormalization = normalize({
  since: 1,
  inputs: [3, 3],
  notes: { note: 'a scale or bias that depends on the image in other operators' },
  read(node) {
    const { shape } = node.input(0);
    if (shape.length < 3) throw node.error('node.input-shape', { shape, needs: 'planes' });
    const channels = sizeAt(shape, 1);
    normalizationConstant(node, 1, channels, 'scale');
    normalizationConstant(node, 2, channels, 'bias');
    const parameter = [channels, ...shape.slice(2).map(() => 1)];
    const attributes = {
      length: sizeBetween(shape, 2),
      inner: 1,
      epsilon: node.float('epsilon', 1e-5),
      view: shape,
      parameters: [parameter, parameter],
    };
    return { attributes, shape, inputs: [0, 1, 2] };
  },
});
