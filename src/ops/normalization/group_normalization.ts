import { twoOf } from '../../tensor/items.js';
import { sizeBetween } from '../shared/axes.js';
import { normalizationConstant, normalize } from './normalize.js';

/**
 * GroupNormalization: mean and variance over `num_groups` runs of channels. Scale and bias are constants with one number for each group up
 * to opset 20, and for each channel from 21 on. normalize.ts has the formulas. https://onnx.ai/onnx/operators/onnx__GroupNormalization.html
 */
export const groupNormalization = normalize({
  since: 18,
  inputs: [3, 3],
  notes: { note: 'a scale or bias that depends on the image in other operators' },
  read(node) {
    const { shape } = node.input(0);
    const groups = node.int('num_groups');
    if (shape.length < 2) throw node.error('node.input-shape', { shape, needs: 'channels' });
    const [batch, channels] = twoOf(shape);
    if (!(groups >= 1 && channels % groups === 0)) throw node.error('normalization.groups', { groups, channels });
    const parts = node.opset < 21 ? groups : channels;
    normalizationConstant(node, 1, parts, 'scale');
    normalizationConstant(node, 2, parts, 'bias');
    const length = sizeBetween(shape, 1) / groups;
    const view = [batch, parts, sizeBetween(shape, 1) / parts];
    const parameters = [
      [parts, 1],
      [parts, 1],
    ];
    return { attributes: { length, inner: 1, epsilon: node.float('epsilon', 1e-5), view, parameters }, shape, inputs: [0, 1, 2] };
  },
});
