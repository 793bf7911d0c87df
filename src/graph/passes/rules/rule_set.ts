import type { Graph } from '../../graph.js';
import { absorbAffine } from '../absorb.js';
import { canonicalise } from '../canonicalise.js';
import { attentionComposite, type CompositeName, compositeOf } from './composites.js';
import { rectify } from './rectify.js';
import { type Box, type RuledGraph, relevanceGraph } from './relevance.js';
import { shortcut } from './shortcut.js';

/** What takes the place of derivatives in a backward pass, as data. Each is a rewriting of the graph. */
export type RuleSet =
  | { readonly kind: 'guided-backprop' | 'deconvolution' }
  | {
      readonly kind: 'lrp';
      readonly composite: CompositeName;
      readonly epsilon: number;
      readonly gamma: number;
      readonly box: Box;
    }
  | { readonly kind: 'attn-lrp'; readonly epsilon: number }
  /** What reads the value `to` reads the value `from` instead: the scores as of an earlier layer. */
  | { readonly kind: 'shortcut'; readonly from: string; readonly to: string };

/**
 * Says the rules in the graph, by operators whose backward pass is not their derivative (src/ops/rules). The rules are for canonical operators with
 * batch normalisations merged into the layers before them, so both executors rewrite the same graph.
 */
export function withRules(graph: Graph, rules: RuleSet): RuledGraph {
  const canonical = absorbAffine(canonicalise(graph));
  switch (rules.kind) {
    case 'guided-backprop':
    case 'deconvolution':
      return { graph: rectify(canonical, rules.kind), byGradient: [] };
    case 'lrp':
      return relevanceGraph(canonical, compositeOf(rules), rules.box);
    case 'attn-lrp':
      return relevanceGraph(canonical, attentionComposite(rules.epsilon));
    case 'shortcut':
      return { graph: shortcut(canonical, rules.from, rules.to), byGradient: [] };
  }
}

/** The same for equal rules, and else different. */
export function keyOf(rules: RuleSet): string {
  return JSON.stringify(rules);
}

/** Ruled graphs of one graph with what executors make of each, which is made once. */
export class RuledGraphs<T> {
  readonly #made = new Map<string, RuledGraph & { readonly made: T }>();

  constructor(
    private readonly graph: Graph,
    private readonly make: (graph: Graph) => T,
  ) {}

  get(rules: RuleSet): RuledGraph & { readonly made: T } {
    const key = keyOf(rules);
    const known = this.#made.get(key);
    if (known) return known;
    const ruled = withRules(this.graph, rules);
    const entry = { ...ruled, made: this.make(ruled.graph) };
    this.#made.set(key, entry);
    return entry;
  }
}
