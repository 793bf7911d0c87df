import { firstOf } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import { constantOf } from '../node_reader.js';
import type { Operator } from '../operator.js';
import { value } from '../shared/bindings.js';

/**
 * Replicate (internal): y = c, a constant made a value with the same numbers for every sample, so that it can stand where a kernel reads
 * values. Nothing flows back into a constant: there is no backward. No file holds it.
 */
export const replicate: Operator = {
  since: 'internal',
  constantInputs: [0],
  read(node) {
    throw node.error('node.internal');
  },
  linear: () => true,
  forward({ inputs }) {
    return firstOf(inputs).data.slice();
  },
  lower({ inputs, output }) {
    return {
      forward: [
        {
          kernel: 'replicate_forward',
          bindings: [{ kind: 'constant', data: Float32Array.from(constantOf(firstOf(inputs)).data) }, value(output.name)],
          parameters: {},
          tiles: sizeOf(output.shape),
        },
      ],
      backward: [],
    };
  },
};
