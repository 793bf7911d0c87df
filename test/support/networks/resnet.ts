import { Composer } from './composer.js';
import type { Composed, Scale } from './network.js';

/** Channels of the first stage and blocks of each stage; `bottleneck` blocks have 1x1, 3x3 and 1x1 convolutions, the others two of 3x3. */
export interface ResNetShape extends Scale {
  readonly width: number;
  readonly blocks: readonly number[];
  readonly bottleneck: boolean;
}

/**
 * ResNet (He et al. 2015, arXiv:1512.03385, table 1) as torchvision has it. The stride of a bottleneck is in its 3x3 convolution;
 * projections stand where the shape changes.
 */
export function resnet({ width, blocks, bottleneck, size, classes }: ResNetShape): Composed {
  const net = new Composer(18);
  const expansion = bottleneck ? 4 : 1;
  const unit = (x: string, inputs: number, outputs: number, kernel: number, stride: number) => {
    const sum = net.convolution(x, inputs, outputs, { kernel, stride, padding: (kernel - 1) / 2 });
    return net.node('Relu', [net.batchNorm(sum, outputs)]);
  };
  const last = (x: string, inputs: number, outputs: number, kernel: number) => {
    const sum = net.convolution(x, inputs, outputs, { kernel, padding: (kernel - 1) / 2 });
    return net.batchNorm(sum, outputs, [0.2, 0.5]);
  };
  let x = unit('image', 3, width, 7, 2);
  x = net.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let channels = width;
  blocks.forEach((count, stage) => {
    const inner = width * 2 ** stage;
    const outputs = inner * expansion;
    for (let block = 0; block < count; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const branch = bottleneck
        ? last(unit(unit(x, channels, inner, 1, 1), inner, inner, 3, stride), inner, outputs, 1)
        : last(unit(x, channels, inner, 3, stride), inner, outputs, 3);
      const changes = stride !== 1 || channels !== outputs;
      const shortcut = changes ? net.batchNorm(net.convolution(x, channels, outputs, { kernel: 1, stride, gain: 1 }), outputs) : x;
      x = net.node('Relu', [net.node('Add', [branch, shortcut])]);
      channels = outputs;
    }
  });
  return { bytes: net.build(net.pooledClassifier(x, channels, classes), size, 13), parameters: net.parameters };
}
