import { Composer } from './composer.js';
import type { Composed, Scale } from './network.js';

/** Rows of the paper's table 2: expansion, channels, blocks, stride of the first. */
export interface MobileNetV2Shape extends Scale {
  readonly stem: number;
  readonly rows: readonly (readonly [expansion: number, channels: number, blocks: number, stride: number])[];
  readonly head: number;
}

/** MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381) as torchvision has it. ReLU6 is a Clip, as exports write it. */
export function mobilenetV2({ stem, rows, head, size, classes }: MobileNetV2Shape): Composed {
  const net = new Composer(2);
  const [zero, six] = [net.number(0), net.number(6)];
  const unit = (x: string, inputs: number, outputs: number, kernel: number, stride: number, group = 1) => {
    const sum = net.convolution(x, inputs, outputs, { kernel, stride, padding: (kernel - 1) / 2, group });
    return net.node('Clip', [net.batchNorm(sum, outputs), zero, six]);
  };
  let x = unit('image', 3, stem, 3, 2);
  let channels = stem;
  for (const [expansion, outputs, blocks, firstStride] of rows) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? firstStride : 1;
      const inner = channels * expansion;
      const expanded = expansion === 1 ? x : unit(x, channels, inner, 1, 1);
      const sum = net.convolution(unit(expanded, inner, inner, 3, stride, inner), inner, outputs, { kernel: 1 });
      const residual = stride === 1 && channels === outputs;
      const projected = net.batchNorm(sum, outputs, residual ? [0.3, 0.6] : [0.8, 1.2]);
      x = residual ? net.node('Add', [x, projected]) : projected;
      channels = outputs;
    }
  }
  return { bytes: net.build(net.pooledClassifier(unit(x, channels, head, 1, 1), head, classes), size, 13), parameters: net.parameters };
}
