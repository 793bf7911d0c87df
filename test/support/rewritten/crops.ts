import { float, floatTensor, intTensor, type NodeDescription } from '../onnx_builder.js';
import { rewrittenCase } from './case.js';

function crop(
  what: string,
  [top, left, bottom, right]: readonly number[],
  sizes: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
) {
  return rewrittenCase(
    `Resize, tf_crop_and_resize, ${what}`,
    [1, 1, 4, 5],
    [
      {
        op: 'Resize',
        inputs: ['x', 'roi', '', 'sizes'],
        output: 'y',
        attributes: { ...attributes, coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: float(7) },
      },
    ],
    { opset: 18, initializers: { roi: floatTensor([4], [top ?? 0, left ?? 0, bottom ?? 1, right ?? 1]), sizes: intTensor(sizes) } },
  );
}

/** Parts of an image, some of which reach past its ends, where they take a value. */
export const cropCases = [
  crop('nearest, past two ends', [-0.3, 0.2, 0.7, 1.4], [3, 6], { mode: 'nearest', axes: [2, 3] }),
  crop('linear, mirrored', [0.9, 0.1, 0.2, 1.5], [3, 6], { mode: 'linear', axes: [-2, -1] }),
  crop('cubic, past two ends', [-0.3, 0.2, 0.7, 1.4], [3, 6], { mode: 'cubic', axes: [2, 3], cubic_coeff_a: float(-0.5) }),
  crop('cubic against aliasing, a single row', [0.2, 0, 0.6, 1], [1, 2], { mode: 'cubic', axes: [2, 3], antialias: 1, exclude_outside: 1 }),
];
