import type { Cost, Executor, LayerRequest, RunOptions } from '../../../executor.js';
import type { Attention, AttentionLayer } from '../../../graph/analysis/attention.js';
import type { Network } from '../../../graph/analysis/network.js';
import type { RuleSet } from '../../../graph/passes/rules/rule_set.js';
import { itemAt } from '../../../tensor/items.js';
import type { ImageSpace } from '../../../tensor/pixels.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { enlarge } from '../../enlarge.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, sameSeeds, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, knownNetwork, type MethodContext, spaceOf } from '../../method.js';

/** The attention, in the form that `result.json` has. */
export interface AttentionParameters {
  readonly attention: {
    readonly layers: number;
    readonly heads: number;
    readonly tokens: number;
    readonly rows: number;
    readonly columns: number;
  };
}

/** One attention of one image: [heads][tokens][tokens]. */
export interface Attended {
  readonly values: ArrayLike<number>;
  readonly gradients: ArrayLike<number>;
  readonly heads: number;
  readonly tokens: number;
}

/** How a method makes a map of the tokens. */
export interface TokenMap {
  /** What an attention says, [tokens][tokens] or whatever `join` takes. */
  readonly of: (attended: Attended) => Float64Array;
  /** From all of them, the first layer first, a number for each token. */
  readonly join: (layers: readonly Float64Array[], attention: Attention) => Float64Array;
  /** Rules with which the gradient at a layer is asked for, in a request for each. Without them one request reads all layers. */
  readonly rules?: (layer: AttentionLayer, attention: Attention) => RuleSet;
}

/** What all methods that look at attention have in common. */
export const ofAttention = {
  path: 'none',
  baseline: 'compared',
  options: {},
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  check(network: Network): void {
    network.attention();
  },
  words: ({ attention }: Partial<AttentionParameters>): string[] =>
    attention
      ? [`${attention.layers} layers of attention among ${attention.tokens} tokens, ${attention.rows}x${attention.columns} of them places`]
      : [],
} as const satisfies Partial<AttributionMethod>;

/** What a map costs that needs nothing but the attention of all layers and its gradients. */
export const ONE_PASS = { gradients: '1', forwards: '2', sums: 'no' } as const;

/**
 * Maps of M_n ... M_1, where M_l is a matrix [tokens][tokens] of what layer l's attention says: how much of every token is in the tokens that the scores are
 * read from.
 */
export function throughLayers(
  matrixOf: (attended: Attended) => Float64Array,
): AttributionMethod<string, object, AttentionParameters>['maps'] {
  const join: TokenMap['join'] = (layers, attention) =>
    rowsRead(
      layers.reduce((total, layer) => product(layer, total, attention.tokens)),
      attention,
    );
  return (executor, paths, context, run) => mapsOfAttention(executor, paths, context, { of: matrixOf, join }, run);
}

/** Maps of a method that looks at the attention of every layer: of the tokens that are places, enlarged to the image. Its channels share a pixel's value. */
export async function mapsOfAttention(
  executor: Executor,
  paths: Paths,
  context: MethodContext,
  { of, join, rules }: TokenMap,
  run: RunOptions,
): Promise<Maps<AttentionParameters>> {
  const space = spaceOf(context);
  const attention = knownNetwork(context).attention();
  const { layers, tokens } = attention;
  const { elements } = executor;
  const { count } = paths;
  const values = new Float64Array(count * elements);
  const costs: Cost[] = [];
  const requests: readonly Pick<LayerRequest, 'layers' | 'rules'>[] = rules
    ? layers.map((layer) => ({ layers: [layer.value], rules: rules(layer, attention) }))
    : [{ layers: layers.map(({ value }) => value) }];
  const largest = Math.max(...layers.map(({ heads }) => heads)) * tokens ** 2 * itemAt(requests, 0).layers.length;
  let done = 0;
  for (const batch of sameSeeds(paths, imagesAtOnce(Math.max(elements, largest)))) {
    const { inputs: images, seeds } = selectPaths(paths, batch);
    const seed = partAt(seeds, 0, executor.classes);
    const found: Float64Array[][] = batch.map(() => []);
    for (const [index, { layers: values, rules: own }] of requests.entries()) {
      const share = batch.length / requests.length;
      const request = { images, seed, layers: values, ...(own && { rules: own }) };
      const answer = await executor.layerGradients(request, partOf(run, Math.floor(done + index * share), Math.floor(share), count));
      costs.push(answer.cost);
      for (const { values, gradients } of answer.layers) {
        const heads = values.length / batch.length / tokens ** 2;
        const size = heads * tokens ** 2;
        found.forEach((ofImage, k) => {
          ofImage.push(of({ values: partAt(values, k, size), gradients: partAt(gradients, k, size), heads, tokens }));
        });
      }
    }
    done += batch.length;
    batch.forEach((image, k) => {
      values.set(onImage(join(itemAt(found, k), attention), attention, space), image * elements);
    });
  }
  const { rows, columns } = attention;
  const parameters = { attention: { layers: layers.length, heads: itemAt(layers, 0).heads, tokens, rows, columns } };
  return { values, accounts: new Array(count).fill({ steps: 1, parameters }), costs };
}

/** The numbers of the tokens that are places, enlarged to the image. */
function onImage(ofTokens: Float64Array, { first, rows, columns }: Attention, space: ImageSpace): Float64Array {
  return shareAmongChannels(enlarge(ofTokens.slice(first, first + rows * columns), rows, columns, space), space);
}

/** a b of square matrices. */
function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const c = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = itemAt(a, i * size + k);
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) c[i * size + j] = itemAt(c, i * size + j) + factor * itemAt(b, k * size + j);
    }
  }
  return c;
}

/** A matrix plus the one with `diagonal` on its diagonal. */
export function plusIdentity(matrix: Float64Array, size: number, diagonal = 1): Float64Array {
  return matrix.map((value, i) => (i % (size + 1) === 0 ? value + diagonal : value));
}

/** The mean over heads of a number for each pair of tokens. */
export function meanOverHeads(
  { values, gradients, heads, tokens }: Attended,
  of: (value: number, gradient: number) => number,
): Float64Array {
  const pairs = tokens * tokens;
  return Float64Array.from({ length: pairs }, (_, pair) => {
    let sum = 0;
    for (let at = pair; at < heads * pairs; at += pairs) sum += of(itemAt(values, at), itemAt(gradients, at));
    return sum / heads;
  });
}

/** Of a matrix, the mean of the rows of the tokens from which the scores are read. */
function rowsRead(matrix: Float64Array, { tokens, read }: Attention): Float64Array {
  return Float64Array.from({ length: tokens }, (_, column) => {
    let sum = 0;
    for (let row = read.from; row < read.from + read.count; row++) sum += itemAt(matrix, row * tokens + column);
    return sum / read.count;
  });
}
