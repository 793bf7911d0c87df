import { Composer } from './composer.js';
import type { Composed, Scale } from './network.js';

export interface DenseNetShape extends Scale {
  readonly stem: number;
  /** Channels that each layer adds. */
  readonly growth: number;
  readonly blocks: readonly number[];
}

/** Channels of a layer's 1x1 convolution, in multiples of the growth. */
const BOTTLENECK = 4;

/** DenseNet-BC (Huang et al. 2016, arXiv:1608.06993, table 1) as torchvision has it: every layer reads the Concat of all layers before it. */
export function densenet({ stem, growth, blocks, size, classes }: DenseNetShape): Composed {
  const net = new Composer(121);
  const active = (x: string, channels: number) => net.node('Relu', [net.batchNorm(x, channels)]);
  let x = active(net.convolution('image', 3, stem, { kernel: 7, stride: 2, padding: 3 }), stem);
  x = net.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let channels = stem;
  blocks.forEach((layers, block) => {
    const parts = [x];
    for (let layer = 0; layer < layers; layer++) {
      const all = parts.length === 1 ? parts[0]! : net.node('Concat', parts, { axis: 1 });
      const inner = net.convolution(active(all, channels), channels, BOTTLENECK * growth, { kernel: 1 });
      parts.push(net.convolution(active(inner, BOTTLENECK * growth), BOTTLENECK * growth, growth, { kernel: 3, padding: 1 }));
      channels += growth;
    }
    x = net.node('Concat', parts, { axis: 1 });
    if (block === blocks.length - 1) return;
    x = net.convolution(active(x, channels), channels, channels / 2, { kernel: 1 });
    x = net.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    channels /= 2;
  });
  return { bytes: net.build(net.pooledClassifier(active(x, channels), channels, classes), size, 13), parameters: net.parameters };
}
