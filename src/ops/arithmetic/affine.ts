import { sizeOf } from '../../tensor/tensor.js';
import type { Binding, Operator } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, packPeriodic } from '../shared/broadcast.js';

/**
 * Affine (internal): y = scale x + shift, inputs (x, scale, shift); scale and shift are constants that stretch to x's shape, which is
 * that of y. dx = scale dy. Passes make it of BatchNormalization and of arithmetic with constants; no file holds it.
 */
export const affine: Operator = {
  read(node) {
    throw node.error('is no operator of a file', 'it is made inside Pathlight');
  },
  linear: () => true,
  forward({ inputs, shape }) {
    const [x, scale, shift] = [inputs[0]!, inputs[1]!, inputs[2]!];
    const [ofScale, ofShift] = [broadcastIndices(scale.shape, shape), broadcastIndices(shift.shape, shape)];
    return x.data.map((v, i) => scale.data[ofScale[i]!]! * v + shift.data[ofShift[i]!]!);
  },
  backward({ inputs, shape, cotangent }) {
    const scale = inputs[1]!;
    const ofScale = broadcastIndices(scale.shape, shape);
    return [cotangent.map((dy, i) => scale.data[ofScale[i]!]! * dy), undefined, undefined];
  },
  lower({ inputs, output }) {
    const [x, scaleInput, shiftInput] = [inputs[0]!, inputs[1]!, inputs[2]!];
    const scale = packPeriodic(scaleInput.constant!, output.shape);
    const shift = packPeriodic(shiftInput.constant!, output.shape);
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
