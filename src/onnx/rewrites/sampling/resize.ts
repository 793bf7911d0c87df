import type { NodeReader } from '../../../ops/node_reader.js';
import { type Attributes, inputName, integers, type Rewrite, scalar } from '../rewrite.js';

/**
 * A Resize of a part of an image that reaches past its ends, where it takes the `extrapolation_value`. The operator itself takes 0 there. So the
 * value, times 1 - the Resize of an image of ones, is added.
 */
export const extrapolatedResize: Rewrite = (node, write) => {
  const value = node.float('extrapolation_value', 0);
  if (node.string('coordinate_transformation_mode', 'half_pixel') !== 'tf_crop_and_resize' || value === 0) return undefined;
  const { name: x, shape } = node.input(0);
  const resized = (name: string) =>
    write.add('Resize', [name, ...[1, 2, 3].map((position) => inputName(node, position))], attributesOf(node));
  const inside = resized(write.add('Expand', [scalar(write, 1), integers(write, shape)]));
  const outside = write.add('Sub', [scalar(write, 1), inside]);
  return [write.add('Add', [resized(x), write.add('Mul', [outside, scalar(write, value)])])];
};

/** All attributes but the value. */
function attributesOf(node: NodeReader): Attributes {
  const axes = node.ints('axes');
  return {
    coordinate_transformation_mode: 'tf_crop_and_resize',
    mode: node.string('mode', 'nearest'),
    nearest_mode: node.string('nearest_mode', 'round_prefer_floor'),
    keep_aspect_ratio_policy: node.string('keep_aspect_ratio_policy', 'stretch'),
    antialias: node.int('antialias', 0),
    exclude_outside: node.int('exclude_outside', 0),
    cubic_coeff_a: { float: node.float('cubic_coeff_a', -0.75) },
    ...(axes && { axes }),
  };
}
