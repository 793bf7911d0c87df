import { operators } from '../../ops/index.js';
import { sizeOf } from '../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt } from '../graph.js';

/** For which values of black and white the first nodes of a network were made. */
export interface InputScaling {
  readonly range: readonly [lo: number, hi: number];
  /** The first node that rescales. */
  readonly node: Pick<GraphNode, 'op' | 'name'>;
}

/** y = factor x + shift; a number for all elements, or one for each channel. */
interface Scaling {
  readonly factor: readonly number[];
  readonly shift: readonly number[];
}

/** Inputs that are multiplied by less are pixels of 0 to 255: 1/255 is 0.004, and divided by ImageNet's deviation 0.017. */
const OF_PIXELS = 1 / 40;
/** A mean above this is one of pixels of 0 to 255. */
const MEAN_OF_PIXELS = 2;

/**
 * Looks at what a network does to its input before anything else: multiplications, additions and batch norms by constants. Exports from Keras
 * keep the layer Rescaling in the network, and others normalise there. Undefined where the first nodes say nothing about the range.
 *
 * @param pixels black and white where the network takes bytes: 0 and 255, or -128 and 127.
 */
export function inputScaling(graph: Graph, pixels: readonly [number, number]): InputScaling | undefined {
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes)
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node].slice(0, 2));
  let name = graph.input.name;
  let first: GraphNode | undefined;
  let scaling: Scaling = { factor: [1], shift: [0] };
  for (;;) {
    const [node, other] = readers.get(name) ?? [];
    if (node === undefined || other !== undefined) break;
    const own = scalingOf(graph, node, name);
    if (own !== undefined) {
      scaling = compose(scaling, own);
      first ??= node;
    } else if (!operators[node.op].view && node.op !== 'Transpose') break;
    name = node.output;
  }
  const range = first && rangeOf(scaling, pixels);
  return first && range && { range, node: { op: first.op, name: first.name } };
}

function rangeOf({ factor, shift }: Scaling, pixels: readonly [number, number]): readonly [number, number] | undefined {
  const zeros = shift.map((each, i) => -each / at(factor, i));
  if (factor.every((each) => Math.abs(each) <= OF_PIXELS) || zeros.every((zero) => zero > MEAN_OF_PIXELS)) return pixels;
  const all = (values: readonly number[], of: (value: number) => boolean) => values.every(of);
  if (all(zeros, (zero) => Math.abs(zero + 1) < 0.02) && all(factor, (each) => near(each, 0.5) || near(each, 127.5))) return [-1, 1];
  // A mean and a deviation of values of 0 to 1.
  if (all(zeros, (zero) => zero > 0.05 && zero < 0.95) && all(factor, (each) => each > 1.5 && each < 12)) return [0, 1];
  return undefined;
}

function near(value: number, wanted: number): boolean {
  return Math.abs(value / wanted - 1) < 0.02;
}

/** What a node makes of a value with constants of one element, or of one for each of three channels. */
function scalingOf(graph: Graph, node: GraphNode, of: string): Scaling | undefined {
  const constant = (position: number): readonly number[] | undefined => {
    const found = graph.constants.get(inputAt(node, position));
    if (found === undefined || ![1, 3].includes(sizeOf(found.shape))) return undefined;
    return Array.from(found.data);
  };
  if (node.op === 'BatchNormalization') {
    // What it learned to do afterwards says nothing about the range of its input.
    const [mean, variance] = [constant(3), constant(4)];
    if (mean === undefined || variance === undefined) return undefined;
    const factor = variance.map((each) => 1 / Math.sqrt(each + node.attributes.epsilon));
    return { factor, shift: mean.map((each, i) => -each * at(factor, i)) };
  }
  if (node.op !== 'Mul' && node.op !== 'Div' && node.op !== 'Add' && node.op !== 'Sub') return undefined;
  const position = node.inputs.indexOf(of);
  const other = node.inputs[0] === node.inputs[1] ? undefined : constant(1 - position);
  if (other === undefined) return undefined;
  switch (node.op) {
    case 'Mul':
      return { factor: other, shift: [0] };
    case 'Div':
      return position === 0 ? { factor: other.map((each) => 1 / each), shift: [0] } : undefined;
    case 'Add':
      return { factor: [1], shift: other };
    case 'Sub':
      return position === 0 ? { factor: [1], shift: other.map((each) => -each) } : { factor: [-1], shift: other };
  }
}

function compose(before: Scaling, after: Scaling): Scaling {
  const length = Math.max(before.factor.length, before.shift.length, after.factor.length, after.shift.length);
  const each = (f: (i: number) => number) => Array.from({ length }, (_, i) => f(i));
  return {
    factor: each((i) => at(before.factor, i) * at(after.factor, i)),
    shift: each((i) => at(before.shift, i) * at(after.factor, i) + at(after.shift, i)),
  };
}

/** The number for a channel, in a list that has one for all or one for each. */
function at(numbers: readonly number[], channel: number): number {
  return numbers[numbers.length === 1 ? 0 : channel] ?? Number.NaN;
}
