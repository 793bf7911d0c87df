import { activeValues, type Graph, type GraphNode } from '../graph/graph.js';
import { Xoshiro128 } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Measured } from './measured.js';
import { meanOf, spearman, structuralSimilarity } from './statistics.js';

/** How many copies of the network are randomised: from a fifth of its layers to all. */
const DEPTHS = 5;

/**
 * Copies of a network with layers drawn anew, from the output down: the first fifth of the layers, two fifths, ... all of them. Adebayo et al.: Sanity
 * checks for saliency maps, 2018 (arXiv:1810.03292), cascading randomisation. A map that stays as it was does not depend on what the network learned.
 */
export function randomisedCopies(graph: Graph, seed: number): Graph[] {
  const layers = layersOf(graph).reverse();
  const depths = Math.min(DEPTHS, layers.length);
  return Array.from({ length: depths }, (_, k) => {
    const names = layers.slice(0, Math.ceil((layers.length * (k + 1)) / depths)).flatMap((layer) => constantsOf(graph, layer));
    const constants = new Map(graph.constants);
    // Each name has a stream of its own, so that a layer has the same new weights in all copies.
    for (const name of names) constants.set(name, drawnAnew(name, constants.get(name), seed));
    return { ...graph, constants };
  });
}

/** The nodes on the way from the image that have weights: constants with two or more axes. */
function layersOf(graph: Graph): GraphNode[] {
  const active = activeValues(graph);
  const isWeight = (name: string) => (graph.constants.get(name)?.shape ?? []).filter((size) => size > 1).length > 1;
  return graph.nodes.filter(({ inputs, output }) => active.has(output) && inputs.some(isWeight));
}

/** The numbers that a layer learned: weights and biases. */
function constantsOf({ constants }: Graph, { inputs }: GraphNode): string[] {
  return inputs.filter((name) => constants.get(name)?.type === 'float');
}

/** Normal numbers with the root of the mean square of those that were there. */
function drawnAnew(name: string, tensor: Tensor | undefined, seed: number): Tensor {
  if (tensor === undefined) throw new Error(`the graph has no constant "${name}"`);
  const { data } = tensor;
  let squares = 0;
  for (const value of data) squares += value * value;
  const spread = Math.sqrt(squares / Math.max(1, data.length));
  const random = Xoshiro128.fromSeed(hashOf(name, seed));
  return { ...tensor, data: Float32Array.from({ length: data.length }, () => spread * random.normal()) };
}

function hashOf(name: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return hash;
}

/**
 * The mean likeness of a map to those of randomised copies of the network: Spearman's correlation of |map|, pixel by pixel. Null where
 * the network has no layers. Adebayo et al., 2018 (arXiv:1810.03292).
 */
export function randomisation(measured: Measured): Promise<number | null> {
  return likenessToCopies(measured, spearman);
}

/** The same by structural similarity, of |map| as shares of its largest value: whether it looks the same. */
export function randomisationBySsim(measured: Measured): Promise<number | null> {
  const { width, height } = measured.subject.space;
  return likenessToCopies(measured, (a, b) => structuralSimilarity(sharesOfLargest(a), sharesOfLargest(b), width, height));
}

async function likenessToCopies(
  { map, onCopies }: Measured,
  likeness: (a: Float64Array, b: Float64Array) => number,
): Promise<number | null> {
  const sizes = map.map(Math.abs);
  const likenesses = (await onCopies()).map((other) => likeness(sizes, other.map(Math.abs)));
  return likenesses.length === 0 ? null : meanOf(likenesses);
}

function sharesOfLargest(sizes: Float64Array): Float64Array {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return largest === 0 ? sizes : sizes.map((size) => size / largest);
}
