import { float, intTensor } from '../onnx_builder.js';
import { Composer } from './composer.js';
import type { Composed, Scale } from './network.js';

export interface VisionTransformerShape extends Scale {
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

/**
 * The vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929; ViT-Ti of Touvron et al. 2020, arXiv:2012.12877) as timm has it,
 * exported at opset 20 with an open batch. Shape arithmetic expands the class token. q, k and v come from one product and are separated by
 * Gather.
 */
export function visionTransformer({ patch, width, depth, heads, size, classes }: VisionTransformerShape): Composed {
  const net = new Composer(16);
  const normalised = (x: string) => {
    const tensors = [net.weights([width], 0.8, 1.2), net.weights([width], -0.2, 0.2)];
    return net.node('LayerNormalization', [x, ...tensors], { axis: -1, epsilon: float(1e-6) });
  };
  const attention = (x: string) => {
    const apart = net.node('Reshape', [net.linear(x, width, 3 * width), net.integers([0, -1, 3, heads, width / heads])]);
    const turned = net.node('Transpose', [apart], { perm: [2, 0, 3, 1, 4] });
    const [q, k, v] = [0, 1, 2].map((index) => net.node('Gather', [turned, net.integers([index], [])], { axis: 0 }));
    const scaled = net.node('Mul', [q!, net.number((width / heads) ** -0.5)]);
    const scores = net.node('MatMul', [scaled, net.node('Transpose', [k!], { perm: [0, 1, 3, 2] })]);
    const mixed = net.node('MatMul', [net.node('Softmax', [scores], { axis: -1 }), v!]);
    const joined = net.node('Reshape', [net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.integers([0, -1, width])]);
    return net.linear(joined, width, width);
  };
  const perceptron = (x: string) => net.linear(net.node('Gelu', [net.linear(x, width, 4 * width)]), 4 * width, width, 2);

  const planes = net.convolution('image', 3, width, { kernel: patch, stride: patch, gain: 1, bias: [-0.1, 0.1] });
  const patches = net.node('Transpose', [net.node('Reshape', [planes, net.integers([0, width, -1])])], { perm: [0, 2, 1] });
  const batch = net.node('Gather', [net.node('Shape', [patches]), net.integers([0])], { axis: 0 });
  const expanded = net.node('Concat', [batch, net.integers([-1, -1])], { axis: 0 });
  const ones = net.node('ConstantOfShape', [net.integers([3])], { value: intTensor([1]) });
  const open = net.node('Equal', [expanded, net.node('Mul', [ones, net.integers([-1], [])])]);
  const token = net.node('Expand', [net.weights([1, 1, width], -1, 1), net.node('Where', [open, ones, expanded])]);
  const joined = net.node('Concat', [token, patches], { axis: 1 });
  let x = net.node('Add', [joined, net.weights([1, (size / patch) ** 2 + 1, width], -0.5, 0.5)]);
  for (let block = 0; block < depth; block++) {
    x = net.node('Add', [x, attention(normalised(x))]);
    x = net.node('Add', [x, perceptron(normalised(x))]);
  }
  const first = net.node('Gather', [normalised(x), net.integers([0], [])], { axis: 1 });
  return { bytes: net.build(net.gemm(first, width, classes), size, 20), parameters: net.parameters };
}
