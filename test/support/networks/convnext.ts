import { Composer } from './composer.js';
import type { Composed, Scale } from './network.js';
import { decomposedGelu, decomposedLayerNorm } from './spellings.js';

export interface ConvNeXtShape extends Scale {
  /** Channels and blocks by stage. */
  readonly stages: readonly (readonly [channels: number, blocks: number])[];
}

/**
 * ConvNeXt (Liu et al. 2022, arXiv:2201.03545) as torchvision has it, exported at opset 13. This opset has neither LayerNormalization nor
 * Gelu, so both stand as their parts, between Transposes to channels last. The layer scale is a Mul.
 */
export function convnext({ stages, size, classes }: ConvNeXtShape): Composed {
  const net = new Composer(22);
  const channelsLast = (x: string) => net.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  const channelsFirst = (x: string) => net.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  const normalised = (x: string, channels: number) => channelsFirst(decomposedLayerNorm(net, channelsLast(x), channels));
  const bias = [-0.1, 0.1] as const;
  const [stem] = stages[0]!;
  let x = normalised(net.convolution('image', 3, stem, { kernel: 4, stride: 4, gain: 1, bias }), stem);
  let channels = stem;
  stages.forEach(([outputs, blocks], stage) => {
    if (stage > 0) {
      x = net.convolution(normalised(x, channels), channels, outputs, { kernel: 2, stride: 2, gain: 1, bias });
      channels = outputs;
    }
    for (let block = 0; block < blocks; block++) {
      const filtered = net.convolution(x, channels, channels, { kernel: 7, padding: 3, group: channels, gain: 1, bias });
      const inner = net.linear(decomposedLayerNorm(net, channelsLast(filtered), channels), channels, 4 * channels);
      const branch = channelsFirst(net.linear(decomposedGelu(net, inner), 4 * channels, channels, 2));
      x = net.node('Add', [net.node('Mul', [net.weights([channels, 1, 1], 0.2, 0.5), branch]), x]);
    }
  });
  const pooled = decomposedLayerNorm(net, channelsLast(net.node('GlobalAveragePool', [x])), channels);
  const flat = net.node('Flatten', [channelsFirst(pooled)], { axis: 1 });
  return { bytes: net.build(net.gemm(flat, channels, classes), size, 13), parameters: net.parameters };
}
