import { PathlightError } from '../errors.js';
import { isLinear } from '../graph/analysis/piecewise.js';
import { ruledBackward } from '../graph/analysis/rules.js';
import { activeValues, constantOf, differentiableValues, type Graph, type GraphNode, shapeOf } from '../graph/graph.js';
import { type OperatorAttributes, type OpType, operatorOf } from '../ops/index.js';
import type { BackwardEvaluation, BackwardRule, GateReader, Operand } from '../ops/operator.js';
import { sumOf } from '../tensor/elements.js';
import { sizeOf } from '../tensor/tensor.js';

const BYTES_AN_ELEMENT = 8;
/**
 * The most that the values of one sample may take. A classifier of 1024 x 1024 pixels, VGG-16, takes 2.5 GB. A file of a few bytes can ask
 * for any amount: by the strides of a transposed convolution, say.
 */
const MOST_BYTES = 2 ** 32;

/** The values of one sample, by name, in float64. */
export type Values = ReadonlyMap<string, Float64Array>;

/** The value of this name. Throws where there is none: a defect. */
export function valueIn(values: Values, name: string): Float64Array {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the pass has no value "${name}"`);
  return value;
}

/**
 * The forward and backward pass of one sample in float64, by the operators' own references. This is the definition of what Pathlight
 * computes.
 */
export class ReferencePasses {
  /** Weights in float64, converted once. */
  readonly #constants = new Map<string, Float64Array>();
  readonly #active: ReadonlySet<string>;

  constructor(readonly graph: Graph) {
    this.#active = activeValues(graph);
  }

  /** Refuses a network whose values are too many to be kept, before anything is computed. */
  #checkSize(): void {
    let bytes = 0;
    for (const shape of this.graph.shapes.values()) bytes += BYTES_AN_ELEMENT * sizeOf(shape);
    if (bytes > MOST_BYTES) throw new PathlightError('cpu.network-too-large', { bytes, most: MOST_BYTES });
  }

  /** All values of the graph at this image ([elements], not kept). */
  forward(image: Float32Array | Float64Array): Values {
    this.#checkSize();
    const values = new Map<string, Float64Array>([[this.graph.input.name, Float64Array.from(image)]]);
    for (const node of this.graph.nodes) {
      values.set(
        node.output,
        operatorOf(node).forward({
          attributes: node.attributes,
          inputs: this.#operands(node, values),
          shape: shapeOf(this.graph, node.output),
        }),
      );
    }
    return values;
  }

  /**
   * Reports the gates at an image, and the margins there and at the image's twin. The twin is another image that goes through the network
   * on the pieces of the first one. The graph must be piecewise linear.
   */
  extend(image: Float64Array, twin: Float64Array, gates: GateReader): void {
    const { graph } = this;
    this.#checkSize();
    const values = new Map([[graph.input.name, image]]);
    const extended = new Map([[graph.input.name, twin]]);
    for (const node of graph.nodes) {
      const operator = operatorOf(node);
      const common = { attributes: node.attributes, shape: shapeOf(this.graph, node.output) };
      const evaluation = { ...common, inputs: this.#operands(node, values) };
      const value = operator.forward(evaluation);
      values.set(node.output, value);
      if (!this.#active.has(node.output)) extended.set(node.output, value);
      else if (isLinear(node, this.#active)) {
        extended.set(node.output, operator.forward({ ...common, inputs: this.#operands(node, extended) }));
      } else {
        const twins = this.#operands(node, extended).map(({ data }) => data);
        const [twin] = twins;
        if (operator.piecewise === undefined || twin === undefined) throw new Error(`${node.op} "${node.name}" is not affine in pieces`);
        extended.set(node.output, operator.piecewise.extend(evaluation, twin, gates, twins));
      }
    }
  }

  /** The cotangent of the input, from the values of a forward pass and the cotangent of the output ([classes]). */
  backward(values: Values, seed: Float64Array): Float64Array {
    return this.#backward(values, seed, [this.graph.input.name], derivativeOf)(this.graph.input.name);
  }

  /**
   * Likewise the cotangents of values that depend on the input, by name. One is 0 where the output does not depend on the value, or only through operators
   * that are constant in pieces.
   */
  backwardTo(layers: readonly string[], values: Values, seed: Float64Array): (layer: string) => Float64Array {
    return this.#backward(values, seed, layers, derivativeOf);
  }

  /** The same by a rule, from the values of an image and of its twin. */
  backwardBy(rule: BackwardRule, values: Values, twins: Values, seed: Float64Array): Float64Array {
    const { name } = this.graph.input;
    return this.#backward(values, seed, [name], (node, evaluation) => {
      const ruled = ruledBackward(node, this.#active, rule);
      if (ruled === undefined) return derivativeOf(node, evaluation);
      return ruled.backward({ ...evaluation, twin: { inputs: this.#operands(node, twins), output: valueIn(twins, node.output) } });
    })(name);
  }

  #backward(values: Values, seed: Float64Array, of: readonly string[], partsOf: typeof derivativeOf): (value: string) => Float64Array {
    const { graph } = this;
    const cotangents = new Map<string, Float64Array>([[graph.output.name, Float64Array.from(seed)]]);
    const differentiable = new Set(of.flatMap((value) => [...differentiableValues(graph, value)]));
    for (const node of [...graph.nodes].reverse()) {
      const cotangent = cotangents.get(node.output);
      if (cotangent === undefined || !differentiable.has(node.output)) continue;
      const wanted = node.inputs.map((name) => differentiable.has(name));
      const parts = partsOf(node, {
        attributes: node.attributes,
        inputs: this.#operands(node, values),
        shape: shapeOf(this.graph, node.output),
        output: valueIn(values, node.output),
        cotangent,
        wanted,
      });
      node.inputs.forEach((name, position) => {
        const part = parts[position];
        if (part === undefined || !wanted[position]) return;
        const sum = cotangents.get(name);
        if (sum === undefined) cotangents.set(name, part);
        else cotangents.set(name, sumOf(sum, part));
      });
    }
    return (value) => cotangents.get(value) ?? new Float64Array(valueIn(values, value).length);
  }

  #operands(node: GraphNode, values: Values): Operand[] {
    return node.inputs.map((name) => {
      const value = values.get(name);
      if (value !== undefined) return { shape: shapeOf(this.graph, name), data: value };
      const constant = constantOf(this.graph, name);
      let data = this.#constants.get(name);
      if (data === undefined) {
        data = Float64Array.from(constant.data);
        this.#constants.set(name, data);
      }
      return { shape: constant.shape, data };
    });
  }
}

/** The cotangents of a node's inputs by its derivative. Throws PathlightError where its operator has none. */
function derivativeOf(node: GraphNode, evaluation: BackwardEvaluation<OperatorAttributes[OpType]>): (Float64Array | undefined)[] {
  const operator = operatorOf(node);
  if (operator.backward === undefined) throw new PathlightError('graph.no-gradient', { operator: node.op, node: node.name });
  return operator.backward(evaluation);
}
