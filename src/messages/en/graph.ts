import type { Table } from '../message.js';

/** Graphs and their float64 reference: src/graph, src/cpu. */
export const graph = {
  'layer.unknown': (v: { layer: string; known: readonly string[] }) => [
    `the layer "${v.layer}" does not exist`,
    `such as ${listed(v.known)}`,
  ],
  'layer.no-plane': (v: { layer: string; shape: readonly number[]; known: readonly string[] }) => [
    `the layer "${v.layer}" has no plane: ${v.shape.join('x')}`,
    `such as ${listed(v.known)}`,
  ],
  'layer.no-convolution': () => ['the network has no convolution of more than one pixel', 'another method'],
  'attention.none': () => ['the network has no attention: no Softmax between two products of values', 'another method'],
  'attention.windows': (v: { node: string; shape: readonly number[]; tokens: number }) => [
    `Softmax "${v.node}" is attention of the shape ${v.shape.join('x')}, not of the same ${v.tokens} tokens of the whole image as every other`,
    'attn-lrp, ig, grad-cam and the methods without gradients explain such a network',
  ],
  'attention.no-sums': () => [
    'the blocks of the network do not end in sums of one shape, from each of which the scores could be read',
    'gradient-x-attention or attn-lrp',
  ],
  'layer.no-value': (v: { value: string; known: readonly string[] }) => [
    `the value "${v.value}" is none of this network that depends on the image`,
    `such as that of ${listed(v.known)}`,
  ],
  'layer.unused': (v: { value: string }) => [`the output does not depend on "${v.value}"`],
  'layer.view': (v: { operator: string; node: string }) => [`${v.operator} "${v.node}" computes nothing of its own`, 'the node before it'],
  /** `onlySoftmax`: whether the network is piecewise linear without its final Softmax. */
  'graph.smooth': (v: { operator: string; node: string; jumps: boolean; onlySoftmax: boolean }) => [
    `${v.operator} "${v.node}" ${v.jumps ? 'jumps' : 'is smooth'}, and exact integrals exist for piecewise-linear networks only`,
    v.onlySoftmax ? 'the output logit, or steps auto' : 'steps auto',
  ],
  'graph.no-gradient': (v: { operator: string; node: string }) => [`${v.operator} "${v.node}" has no gradient`],
} as const satisfies Table;

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
