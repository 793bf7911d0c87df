import { PathlightError } from '../../../errors.js';
import type { Layer } from '../../../graph/analysis/layers.js';
import type { Network } from '../../../graph/analysis/network.js';
import { itemAt } from '../../../tensor/items.js';
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

export interface SeveralLayersOptions extends LayerOptions {
  /** Several layers, by their names: the map is the mean of theirs, each from 0 to 1. In the place of `layer`. */
  readonly layers?: readonly string[];
}

/** What is told of one layer, or of several. */
export interface AtLayers extends Partial<AtLayer> {
  readonly layers?: readonly LayerParameters[];
}

/** The options of methods that look at a layer, or at several. */
export const layersOption = {
  options: {
    ...layerOption.options,
    layers: {
      values: { kind: 'layers' },
      placeholder: 'a,b,c',
      help: 'several nodes in the place of --layer: the mean of their maps, each from 0 to 1',
    },
  } satisfies Record<string, MethodOption>,
  check(network: Network, options: SeveralLayersOptions): void {
    layersOf(network, options);
  },
  words: ({ layers, ...one }: Partial<AtLayers>): readonly string[] =>
    layers ? [`layers ${layers.map(({ name }) => name).join(', ')}`] : layerOption.words(one),
};

/** The layers that options name, or the one that is looked at by default. */
export function layersOf(network: Network, { layer, layers }: SeveralLayersOptions): readonly Layer[] {
  if (layers === undefined) return [network.layer(layer)];
  if (layer !== undefined) throw new PathlightError('method.layer-and-layers', { layer, layers });
  if (layers.length === 0 || new Set(layers).size < layers.length) throw new PathlightError('method.layers', { layers });
  return layers.map((name) => network.layer(name));
}

/** What is told of the layers that `layersOf` gave. */
export function parametersOfAll(layers: readonly Layer[], options: SeveralLayersOptions): AtLayers {
  return options.layers ? { layers: layers.map((layer) => parametersOf(layer).layer) } : parametersOf(itemAt(layers, 0));
}

export function parametersOf({ name, plane: { channels, rows, columns } }: Layer): AtLayer {
  return { layer: { name, channels, rows, columns } };
}
