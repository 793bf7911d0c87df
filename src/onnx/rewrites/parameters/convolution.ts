import { type Rewrite, reshaped } from '../rewrite.js';
import { convolutionAttributes } from '../windows/stacked_convolution.js';

/** Conv and ConvTranspose with a bias that depends on the image: it is added afterwards. Kernels read a constant. */
export const convolutionOfComputedBias: Rewrite = (node, write) => {
  const bias = node.inputs[2];
  if (bias === undefined || bias.constant !== undefined) return undefined;
  const [x, weights] = [node.input(0), node.input(1)];
  const [outputs = 1] = node.input(2).shape;
  const y = write.add(node.op, [x.name, weights.name], convolutionAttributes(node));
  return [write.add('Add', [y, reshaped(write, bias.name, [outputs, ...x.shape.slice(2).map(() => 1)])])];
};
