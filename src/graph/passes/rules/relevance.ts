import { type OpType, operators } from '../../../ops/index.js';
import type { Route } from '../../../ops/rules/reroute.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { analyse } from '../../analysis/analyse.js';
import { isLinear } from '../../analysis/piecewise.js';
import { GraphBuilder, type Operation } from '../../builder.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../../graph.js';
import { selfGated } from './activations.js';
import { type Composite, LAYER_TYPES, type LayerRule, type LayerType, WINNERS } from './composites.js';
import { type Part, type TermGroup, termsOf } from './linear_rules.js';
import { nonNegativeValues } from './non_negative.js';

/** The range of the values of each channel of the image, in the model's input space. */
export interface Box {
  /** One number for each channel. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Whether channels come first, or last. */
  readonly layout: 'nchw' | 'nhwc';
}

/** A graph whose gradient is what a backward pass by rules leaves at the image. Its outputs are those of the graph that it was made of. */
export interface RuledGraph {
  readonly graph: Graph;
  /** Operators that are not linear, and for which there is no rule: the pass takes their derivative. Each once, in alphabetical order. */
  readonly byGradient: readonly string[];
}

/**
 * A graph whose gradient is the relevance of the image by a composite. The cotangent of a value is its relevance, so the output's is the output times the
 * seed. Values stay as they are.
 */
export function relevanceGraph(graph: Graph, composite: Composite, box?: Box): RuledGraph {
  return new Relevance(graph, composite, box).build();
}

class Relevance {
  readonly #builder: GraphBuilder;
  readonly #byGradient = new Set<OpType>();
  readonly #nonNegative: ReadonlySet<string>;
  readonly #gates: ReadonlyMap<GraphNode, string>;
  /** The first layer for which the composite has a rule of its own. */
  readonly #first: GraphNode | undefined;

  constructor(
    private readonly graph: Graph,
    private readonly composite: Composite,
    private readonly box: Box | undefined,
  ) {
    this.#builder = new GraphBuilder(graph);
    this.#nonNegative = nonNegativeValues(graph);
    this.#gates = selfGated(graph);
    this.#first = graph.nodes.find((node) => {
      const type = this.#typeOf(node);
      return type !== undefined && composite.first?.types.includes(type);
    });
  }

  build(): RuledGraph {
    const { graph } = this;
    for (const node of graph.nodes) this.#append(node);
    const { name, shape } = graph.output;
    const output = this.#weighed(name, 'whole');
    return { graph: this.#builder.build(this.#builder.add(name, shape, output)), byGradient: [...this.#byGradient].sort() };
  }

  #append(node: GraphNode): void {
    const { active } = analyse(this.graph);
    const gate = this.#gates.get(node);
    if (!active.has(node.output)) this.#builder.append(node);
    else if (gate !== undefined && this.composite.layers.activation?.kind === 'pass') this.#pass(node, gate);
    else if (node === this.#first && this.composite.first)
      this.#byTerms(node, termsOf(this.composite.first.rule), this.composite.first.rule.epsilon);
    else this.#byRule(node, this.#ruleOf(node));
  }

  #byRule(node: GraphNode, rule: LayerRule | undefined): void {
    if (rule?.kind === 'pass') this.#pass(node, inputAt(node, 0));
    else if (rule?.kind === 'contributions') this.#byContributions(node, rule);
    else if (rule?.kind === 'weights') this.#byTerms(node, termsOf(rule.rule), rule.rule.epsilon);
    else {
      const passed = isLinear(node, analyse(this.graph).active) || WINNERS.includes(node.op) || operators[node.op].flat;
      if (!passed) this.#byGradient.add(node.op);
      this.#builder.append(node);
    }
  }

  #typeOf(node: GraphNode): LayerType | undefined {
    const { active } = analyse(this.graph);
    if (!active.has(node.output)) return undefined;
    const type = LAYER_TYPES[node.op];
    // A product with a constant is a layer without a bias, and a quotient by a value that the image changes is a normalisation.
    if (type === 'product' && isLinear(node, active)) return 'dense';
    return node.op === 'Div' && active.has(inputAt(node, 0)) ? 'norm' : type;
  }

  #ruleOf(node: GraphNode): LayerRule | undefined {
    const type = this.#typeOf(node);
    return type && this.composite.layers[type];
  }

  /** All relevance of a node's output goes to one value of its size. */
  #pass(node: GraphNode, target: string): void {
    const y = this.#builder.add(node.name, shapeOf(this.graph, node.output), node);
    this.#reroute(node, y, target, { kind: 'pass' });
  }

  #byContributions(node: GraphNode, { epsilon, factor }: { readonly epsilon: number; readonly factor: number }): void {
    const { active } = analyse(this.graph);
    const inputs = node.inputs.map((name) => (active.has(name) ? this.#add(name, this.#weighed(name, 'whole')) : name));
    const y = this.#builder.add(node.name, shapeOf(this.graph, node.output), { ...node, inputs });
    this.#reroute(node, y, y, { kind: 'share', epsilon, factor, of: 'all' });
  }

  #byTerms(node: GraphNode, groups: readonly TermGroup[], epsilon: number): void {
    const shape = shapeOf(this.graph, node.output);
    let y = this.#builder.add(node.name, shape, node);
    groups.forEach(({ terms, factor, of }, index) => {
      const counted = terms.filter(({ part }) => part !== 'negative' || !this.#nonNegative.has(inputAt(node, 0)));
      const products = counted.map(({ part, weight, bias }) => this.#product(node, this.#partOf(inputAt(node, 0), part), weight, bias));
      const sum = products.reduce((left, right) =>
        this.#builder.add(node.name, shape, { op: 'Add', inputs: [left, right], attributes: {} }),
      );
      const attributes = { route: { kind: 'share', epsilon, factor, of } as const, keeps: index > 0 };
      const routed = { op: 'Reroute', inputs: [y, sum], attributes } as const;
      if (index === groups.length - 1) this.#builder.replace(node, routed);
      else y = this.#builder.add(node.name, shape, routed);
    });
  }

  /** The layer of a node with other weights, on another input. */
  #product(node: GraphNode, input: string, weight: (value: number) => number, bias: ((value: number) => number) | undefined): string {
    const shape = shapeOf(this.graph, node.output);
    const { shape: ofWeights, data } = this.#builder.constantOf(inputAt(node, 1));
    const scale = 'scale' in node.attributes ? node.attributes.scale : undefined;
    const outputs = node.op === 'Dense' ? itemAt(ofWeights, 1) : itemAt(ofWeights, 0);
    const each = data.length / outputs;
    const outputOf = (index: number) => (node.op === 'Dense' ? index % outputs : Math.floor(index / each));
    const weights = Float64Array.from(data, (value, i) => weight(scale ? value * itemAt(scale, outputOf(i)) : value));
    const inputs = [input, this.#builder.addConstant(`${node.name}.weights`, ofWeights, weights)];
    const own = node.inputs[2];
    if (bias && own !== undefined) {
      const { shape: ofBias, data: biases } = this.#builder.constantOf(own);
      inputs.push(this.#builder.addConstant(`${node.name}.bias`, ofBias, Float64Array.from(biases, bias)));
    }
    return this.#builder.add(node.name, shape, unscaled(node, inputs));
  }

  /** A part of a value. What comes back to it is multiplied by itself, and goes to the value. */
  #partOf(name: string, part: Part): string {
    if (part === 'whole' || part === 'positive' || part === 'negative') return this.#add(name, this.#weighed(name, part));
    const shape = shapeOf(this.graph, name);
    const data = part === 'ones' ? new Float32Array(sizeOf(shape)).fill(1) : this.#endOfBox(part, sizeOf(shape));
    const constant = this.#builder.addConstant(name, shape, data);
    const zero = this.#builder.addConstant(name, [1], Float32Array.of(0));
    const value = this.#add(name, { op: 'Replicate', inputs: [constant], attributes: {} });
    const target = part === 'ones' ? name : this.#add(name, { op: 'Affine', inputs: [name, constant, zero], attributes: {} });
    return this.#add(name, { op: 'Reroute', inputs: [value, target], attributes: { route: { kind: 'pass' }, keeps: false } });
  }

  #endOfBox(end: 'low' | 'high', size: number): Float32Array {
    if (this.box === undefined) throw new Error('the rule needs the range of the image');
    const { [end]: values, layout } = this.box;
    const channelOf = (index: number) => (layout === 'nchw' ? Math.floor((index * values.length) / size) : index % values.length);
    return Float32Array.from({ length: size }, (_, index) => itemAt(values, channelOf(index)));
  }

  #weighed(name: string, part: 'whole' | 'positive' | 'negative') {
    const min = part === 'positive' ? 0 : -Infinity;
    const max = part === 'negative' ? 0 : Infinity;
    return { op: 'Weigh', inputs: [name], attributes: { min, max } } as const;
  }

  /** A new value of the shape of another one. */
  #add(name: string, operation: Operation): string {
    return this.#builder.add(name, shapeOf(this.graph, name), operation);
  }

  #reroute(node: GraphNode, y: string, target: string, route: Route): void {
    this.#builder.replace(node, { op: 'Reroute', inputs: [y, target], attributes: { route, keeps: false } });
  }
}

/** The same layer with other inputs, whose weights have their factors already. */
function unscaled(node: GraphNode, inputs: readonly string[]): Operation {
  if (node.op === 'Dense') return { op: 'Dense', inputs, attributes: {} };
  return node.op === 'Conv' ? { ...node, inputs, attributes: { ...node.attributes, scale: undefined } } : { ...node, inputs };
}
