import { float } from '../onnx_builder.js';
import { Composer } from './composer.js';
import { decomposedGelu, decomposedLayerNorm } from './spellings.js';
import { visionTransformer } from './vision_transformer.js';

/** Rows and columns of the images of all networks below, of three channels. */
export const SIDE = 8;
const CLASSES = 4;
const BIAS = [-0.1, 0.1] as const;

/**
 * Ten networks on which all methods are compared: one of every kind of classifier, as small as it can be. Most kernels have one tap, because a software adapter
 * compiles others for seconds.
 */
export const methodNetworks: Readonly<Record<string, () => Uint8Array>> = {
  'residual sums and batch norms': () => {
    const net = new Composer(1);
    const stem = net.node('Relu', [net.batchNorm(net.convolution('image', 3, 4, { kernel: 1, bias: BIAS }), 4)]);
    const branch = net.node('Relu', [net.batchNorm(net.convolution(stem, 4, 4, { kernel: 1 }), 4)]);
    const sum = net.node('Add', [net.batchNorm(net.convolution(branch, 4, 4, { kernel: 1 }), 4), stem]);
    return build(net, net.pooledClassifier(net.node('Relu', [sum]), 4, CLASSES));
  },
  'max pooling and dense layers': () => {
    const net = new Composer(2);
    const pool = (x: string) => net.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    const first = pool(net.node('Relu', [net.convolution('image', 3, 4, { kernel: 1, bias: BIAS })]));
    const second = pool(net.node('Relu', [net.convolution(first, 4, 4, { kernel: 1, bias: BIAS })]));
    const dense = net.node('Relu', [net.gemm(net.node('Flatten', [second], { axis: 1 }), 16, 4)]);
    return build(net, net.gemm(dense, 4, CLASSES));
  },
  'average pooling and leaky ReLUs': () => {
    const net = new Composer(3);
    const leaky = (x: string) => net.node('LeakyRelu', [x], { alpha: float(0.2) });
    const first = leaky(net.batchNorm(net.convolution('image', 3, 4, { kernel: 1, bias: BIAS }), 4));
    const pooled = net.node('AveragePool', [first], { kernel_shape: [2, 2], strides: [2, 2] });
    const second = net.node('PRelu', [net.convolution(pooled, 4, 4, { kernel: 1, bias: BIAS }), net.weights([4, 1, 1], 0.1, 0.5)]);
    return build(net, net.pooledClassifier(second, 4, CLASSES));
  },
  'depthwise convolutions and clipped ReLUs': () => {
    const net = new Composer(4);
    const clipped = (x: string, channels: number) => net.node('Clip', [net.batchNorm(x, channels), net.number(0), net.number(6)]);
    const wide = clipped(net.convolution('image', 3, 4, { kernel: 1 }), 4);
    const filtered = clipped(net.convolution(wide, 4, 4, { kernel: 3, padding: 1, group: 4 }), 4);
    const narrow = net.batchNorm(net.convolution(filtered, 4, 4, { kernel: 1 }), 4);
    return build(net, net.pooledClassifier(narrow, 4, CLASSES));
  },
  'SiLU, squeeze and excitation': () => {
    const net = new Composer(5);
    const silu = (x: string) => net.node('Mul', [x, net.node('Sigmoid', [x])]);
    const wide = silu(net.batchNorm(net.convolution('image', 3, 4, { kernel: 1 }), 4));
    const inner = silu(net.convolution(net.node('GlobalAveragePool', [wide]), 4, 4, { kernel: 1, bias: BIAS }));
    const factors = net.node('Sigmoid', [net.convolution(inner, 4, 4, { kernel: 1, bias: [1, 3] })]);
    const narrow = net.convolution(net.node('Mul', [factors, wide]), 4, 4, { kernel: 1, gain: 2.8 });
    return build(net, net.pooledClassifier(silu(net.batchNorm(narrow, 4)), 4, CLASSES));
  },
  'dense connections': () => {
    const net = new Composer(6);
    const active = (x: string, channels: number) => net.node('Relu', [net.batchNorm(x, channels)]);
    let x = net.convolution('image', 3, 4, { kernel: 1, bias: BIAS });
    for (const channels of [4, 8])
      x = net.node('Concat', [x, net.convolution(active(x, channels), channels, 4, { kernel: 1 })], { axis: 1 });
    return build(net, net.pooledClassifier(active(x, 12), 12, CLASSES));
  },
  'channels last, layer norms and GELUs spelled out': () => {
    const net = new Composer(7);
    const x = net.convolution('image', 3, 4, { kernel: 2, stride: 2, gain: 1, bias: BIAS });
    const inner = net.linear(decomposedLayerNorm(net, net.node('Transpose', [x], { perm: [0, 2, 3, 1] }), 4), 4, 8);
    const back = net.node('Transpose', [net.linear(decomposedGelu(net, inner), 8, 4, 2)], { perm: [0, 3, 1, 2] });
    return build(net, net.pooledClassifier(net.node('Add', [net.node('Mul', [net.weights([4, 1, 1], 0.2, 0.5), back]), x]), 4, CLASSES));
  },
  'a softmax at the end': () => {
    const net = new Composer(8);
    const first = net.node('Elu', [net.convolution('image', 3, 4, { kernel: 1, bias: BIAS })]);
    const second = net.node('Tanh', [net.convolution(first, 4, 4, { kernel: 1, bias: BIAS })]);
    return build(net, net.node('Softmax', [net.pooledClassifier(second, 4, CLASSES)], { axis: 1 }));
  },
  'a vision transformer': () => visionTransformer({ size: SIDE, classes: CLASSES, patch: 2, width: 4, depth: 2, heads: 2 }).bytes,
  'attention within windows': () => {
    const net = new Composer(10);
    const [width, heads, own] = [4, 2, 2];
    const norm = (x: string) =>
      net.node('LayerNormalization', [x, net.weights([width], 0.8, 1.2), net.weights([width], -0.2, 0.2)], {
        axis: -1,
        epsilon: float(1e-5),
      });
    // Planes of 4 x 4, cut into four windows of 2 x 2: [windows][tokens][width].
    const planes = net.convolution('image', 3, width, { kernel: 2, stride: 2, gain: 1, bias: BIAS });
    const tokens = net.node('Reshape', [net.node('Transpose', [planes], { perm: [0, 2, 3, 1] }), net.integers([1, 16, width])]);
    const cut = net.node('Reshape', [norm(tokens), net.integers([2, 2, 2, 2, width])]);
    const windows = net.node('Reshape', [net.node('Transpose', [cut], { perm: [0, 2, 1, 3, 4] }), net.integers([4, 4, width])]);
    const part = (perm: readonly number[]) =>
      net.node('Transpose', [net.node('Reshape', [net.linear(windows, width, width), net.integers([4, 4, heads, own])])], { perm });
    const scores = net.node('Mul', [net.node('MatMul', [part([0, 2, 1, 3]), part([0, 2, 3, 1])]), net.number(own ** -0.5)]);
    const mixed = net.node('MatMul', [net.node('Softmax', [scores], { axis: -1 }), part([0, 2, 1, 3])]);
    const joined = net.node('Reshape', [net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.integers([2, 2, 2, 2, width])]);
    const back = net.node('Reshape', [net.node('Transpose', [joined], { perm: [0, 2, 1, 3, 4] }), net.integers([1, 16, width])]);
    const sum = net.node('Add', [tokens, net.linear(back, width, width)]);
    const block = net.node('Add', [sum, net.linear(net.node('Gelu', [net.linear(norm(sum), width, 8)]), 8, width, 2)]);
    return build(net, net.gemm(net.node('ReduceMean', [norm(block), net.integers([1])], { keepdims: 0 }), width, CLASSES), 20);
  },
};

function build(net: Composer, output: string, opset = 13): Uint8Array {
  return net.build(output, SIDE, opset);
}
