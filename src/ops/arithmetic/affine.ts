import { threeOf, twoOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { sizeOf } from '../../tensor/tensor.js';
import { constantOf } from '../node_reader.js';
import type { Binding, Operator } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { packPeriodic, stretch } from '../shared/broadcast.js';

/**
 * Affine (internal): y = scale x + shift; dx = scale dy. The inputs are (x, scale, shift) with constants scale and shift that stretch to
 * x's shape, which is also y's. Passes make Affine of BatchNormalization and of arithmetic with constants. No file holds it.
 */
export const affine: Operator = {
  since: 'internal',
  constantInputs: [1, 2],
  read(node) {
    throw node.error('node.internal');
  },
  linear: () => true,
  forward({ inputs, shape }) {
    const [x, scale, shift] = threeOf(inputs);
    const scaled = mapPairs(x.data, stretch(scale, shape), (v, factor) => factor * v);
    return mapPairs(scaled, stretch(shift, shape), (v, offset) => v + offset);
  },
  backward({ inputs, shape, cotangent }) {
    const [, scale] = twoOf(inputs);
    return [mapPairs(cotangent, stretch(scale, shape), (dy, factor) => factor * dy), undefined, undefined];
  },
  lower({ inputs, output }) {
    const [x, scaleInput, shiftInput] = threeOf(inputs);
    const scale = packPeriodic(constantOf(scaleInput), output.shape);
    const shift = packPeriodic(constantOf(shiftInput), output.shape);
    const tiles = sizeOf(output.shape);
    const ofScale = { scale_inner: scale.inner, scale_period: scale.period };
    const scaleBinding: Binding = { kind: 'constant', data: scale.data };
    return {
      forward: [
        {
          kernel: 'affine_forward',
          bindings: [value(x.name), scaleBinding, { kind: 'constant', data: shift.data }, value(output.name)],
          parameters: { ...ofScale, shift_inner: shift.inner, shift_period: shift.period },
          tiles,
        },
      ],
      backward: [
        {
          kernel: 'affine_backward',
          bindings: [scaleBinding, cotangent(output.name), cotangent(x.name)],
          parameters: ofScale,
          tiles,
          gateable: true,
        },
      ],
    };
  },
};
