import type { Graph } from '../graph.js';
import { type Attention, findAttention } from './attention.js';
import { findLayer, type Layer } from './layers.js';
import { checkPiecewiseLinear } from './piecewise.js';

/**
 * What methods of attribution ask about a network. They get it as a value, and import no operators: a page that only lists the methods does
 * not carry the table of operators.
 */
export interface Network {
  /** See `findLayer`. */
  layer(name?: string): Layer;
  /** See `findAttention`. */
  attention(): Attention;
  /** See `checkPiecewiseLinear`. */
  checkPiecewiseLinear(): void;
}

/** Answers for a graph. */
export function networkOf(graph: Graph): Network {
  return {
    layer: (name) => findLayer(graph, name),
    attention: () => findAttention(graph),
    checkPiecewiseLinear: () => checkPiecewiseLinear(graph),
  };
}
