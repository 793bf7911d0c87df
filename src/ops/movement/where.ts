import { gather } from '../../tensor/gather.js';
import type { Tensor } from '../../tensor/tensor.js';
import { broadcastIndices, readBroadcast } from '../shared/broadcast.js';
import { NOWHERE } from './index_map.js';
import { movement } from './movement.js';

export interface WhereAttributes {
  readonly condition: Pick<Tensor, 'shape' | 'data'>;
}

/**
 * Where: y[i] = condition[i'] ? a[i"] : b[i"'] with multidirectional broadcasting and a constant condition; da[j] sums dy over the elements
 * of y that took a[j], and db likewise.
 * https://onnx.ai/onnx/operators/onnx__Where.html
 */
export const where = movement<WhereAttributes>({
  since: 9,
  inputs: [3, 3],
  notes: { note: 'the condition constant' },
  read: (node) => ({ attributes: { condition: node.constant(0) }, shape: readBroadcast(node), inputs: [1, 2] }),
  moves({ condition }, x, y, position) {
    const conditions = gather(condition.data, broadcastIndices(condition.shape, y));
    return broadcastIndices(x, y).map((place, i) => ((conditions[i] !== 0) === (position === 0) ? place : NOWHERE));
  },
});
