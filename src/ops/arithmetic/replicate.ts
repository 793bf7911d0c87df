import { firstOf } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import { constantOf } from '../node_reader.js';
import type { Operator } from '../operator.js';
import { value } from '../shared/bindings.js';

/**
 * Replicate (internal): y = c. It makes a value of a constant, the same for every sample, for kernels that read only values there. It has
 * no backward, since nothing flows back into a constant. No file holds it.
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
