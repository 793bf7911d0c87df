import type { Layer } from '../../../graph/analysis/layers.js';
import type { Network } from '../../../graph/analysis/network.js';
import type { MethodOption } from '../../method.js';

export interface LayerOptions {
  /** The layer: the name of a node. By default the last one whose plane the class depends on (`findLayer`). */
  readonly layer?: string;
}

/** The layer, in the form that `result.json` has. */
export interface LayerParameters {
  /** The name of the layer's node. */
  readonly name: string;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** What methods that look at a layer tell about it. */
export interface AtLayer {
  readonly layer: LayerParameters;
}

/** The option that all methods share which look at a layer, and what they say of it. */
export const layerOption = {
  options: {
    layer: {
      values: { kind: 'layer' },
      placeholder: 'name',
      help: 'a node of the network (default: the last convolution, or the last tokens before an attention)',
    },
  } satisfies Record<string, MethodOption>,
  check(network: Network, { layer }: LayerOptions): void {
    network.layer(layer);
  },
  words: ({ layer }: Partial<AtLayer>): readonly string[] =>
    layer ? [`layer ${layer.name}, ${layer.channels} channels of ${layer.rows}x${layer.columns}`] : [],
};

export function parametersOf({ name, plane: { channels, rows, columns } }: Layer): AtLayer {
  return { layer: { name, channels, rows, columns } };
}
