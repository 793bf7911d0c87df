import { floatTensor, type ModelDescription } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

const random = mulberry32(53);
const draw = (size: number) => Array.from(uniformArray(random, size, -1, 1));
const classWeights = [draw(3), draw(3)] as const;

/**
 * Images 2 x 6 x 6: convolution, Relu, MaxPool to 3 x 3, and then a convolution beside a shortcut, whose sum is averaged over the plane and
 * weighted: y_c = sum_k classWeights[c][k] mean(second_k + pool_k). Kernels have one tap, because a software adapter compiles others for
 * seconds.
 */
export const residualModel: ModelDescription & { readonly classWeights: readonly (readonly number[])[] } = {
  classWeights,
  inputs: { image: ['N', 2, 6, 6] },
  initializers: {
    w1: floatTensor([3, 2, 1, 1], draw(6)),
    b1: floatTensor([3], draw(3)),
    w2: floatTensor([3, 3, 1, 1], draw(9)),
    b2: floatTensor([3], draw(3)),
    dense: floatTensor([2, 3], classWeights.flat()),
    zero: floatTensor([2], [0, 0]),
  },
  nodes: [
    { op: 'Conv', name: 'first', inputs: ['image', 'w1', 'b1'], output: 'first' },
    { op: 'Relu', name: 'relu', inputs: ['first'], output: 'relu' },
    { op: 'MaxPool', name: 'pool', inputs: ['relu'], output: 'pool', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { op: 'Conv', name: 'second', inputs: ['pool', 'w2', 'b2'], output: 'second' },
    { op: 'Add', name: 'sum', inputs: ['second', 'pool'], output: 'sum' },
    { op: 'GlobalAveragePool', name: 'means', inputs: ['sum'], output: 'means' },
    { op: 'Flatten', name: 'flat', inputs: ['means'], output: 'flat' },
    { op: 'Gemm', name: 'classes', inputs: ['flat', 'dense', 'zero'], output: 'y', attributes: { transB: 1 } },
  ],
  outputs: ['y'],
};
