import { sizeOf, type Tensor } from '../../tensor/tensor.js';
import { broadcastIndices, readBroadcast } from '../shared/broadcast.js';
import { NOWHERE } from './index_map.js';
import { movement } from './movement.js';

export interface WhereAttributes {
  readonly condition: Pick<Tensor, 'shape' | 'data'>;
}

/**
 * Where: y[i] = condition[i'] ? a[i"] : b[i"'] with multidirectional broadcasting, the condition being constant; da[j] sums dy over the
 * elements of y that a[j] was taken for, and db likewise.
 * https://onnx.ai/onnx/operators/onnx__Where.html
 */
export const where = movement<WhereAttributes>({
  since: 9,
  notes: { note: 'the condition constant' },
  read: (node) => ({ attributes: { condition: node.constant(0) }, shape: readBroadcast(node), inputs: [1, 2] }),
  moves({ condition }, x, y, position) {
    const chosen = broadcastIndices(condition.shape, y);
    const places = broadcastIndices(x, y);
    for (let i = 0; i < sizeOf(y); i++) if ((condition.data[chosen[i]!] !== 0) !== (position === 0)) places[i] = NOWHERE;
    return places;
  },
});
