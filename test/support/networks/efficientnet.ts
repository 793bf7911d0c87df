import { Composer } from './composer.js';
import type { Composed, Scale } from './network.js';

/** Rows of the paper's table 1: expansion, kernel, stride of the first block, channels, blocks. */
export interface EfficientNetShape extends Scale {
  readonly stem: number;
  readonly rows: readonly (readonly [expansion: number, kernel: number, stride: number, channels: number, blocks: number])[];
  readonly head: number;
}

/**
 * The gain that keeps the second moment of values of about 1 after a SiLU. After a projection, which no SiLU follows, the gain is 1: with
 * more, values grow from block to block until the squeezed ones drive sigmoids to their ends, where the output is mostly the rounding
 * before them.
 */
const SILU_GAIN = 2.8;

/**
 * EfficientNet (Tan and Le 2019, arXiv:1905.11946) as torchvision has it: inverted bottlenecks with squeeze-and-excitation. SiLU is Sigmoid
 * and Mul, as exports write it.
 */
export function efficientnet({ stem, rows, head, size, classes }: EfficientNetShape): Composed {
  const net = new Composer(19);
  const silu = (x: string) => net.node('Mul', [x, net.node('Sigmoid', [x])]);
  const unit = (x: string, inputs: number, outputs: number, kernel: number, { stride = 1, group = 1, gain = 1 } = {}) => {
    const sum = net.convolution(x, inputs, outputs, { kernel, stride, padding: (kernel - 1) / 2, group, gain });
    return silu(net.batchNorm(sum, outputs));
  };
  // The factors come from a positive bias: they are about 0.9, as far as the squeezed values allow.
  const excite = (x: string, channels: number, squeezed: number) => {
    const inner = silu(net.convolution(net.node('GlobalAveragePool', [x]), channels, squeezed, { kernel: 1, gain: 1, bias: [-0.2, 0.2] }));
    return net.node('Mul', [net.node('Sigmoid', [net.convolution(inner, squeezed, channels, { kernel: 1, gain: 1, bias: [1, 3] })]), x]);
  };
  let x = unit('image', 3, stem, 3, { stride: 2 });
  let channels = stem;
  for (const [expansion, kernel, firstStride, outputs, blocks] of rows) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? firstStride : 1;
      const inner = channels * expansion;
      const expanded = expansion === 1 ? x : unit(x, channels, inner, 1);
      const filtered = unit(expanded, inner, inner, kernel, { stride, group: inner, gain: SILU_GAIN });
      const excited = excite(filtered, inner, Math.max(1, Math.floor(channels / 4)));
      const sum = net.convolution(excited, inner, outputs, { kernel: 1, gain: SILU_GAIN });
      const residual = stride === 1 && channels === outputs;
      const projected = net.batchNorm(sum, outputs, residual ? [0.3, 0.6] : [0.8, 1.2]);
      x = residual ? net.node('Add', [projected, x]) : projected;
      channels = outputs;
    }
  }
  return { bytes: net.build(net.pooledClassifier(unit(x, channels, head, 1), head, classes), size, 13), parameters: net.parameters };
}
