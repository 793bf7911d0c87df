import { operators } from '../../../ops/index.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../../graph.js';
import { isNotNegative, mostAt } from './bounds.js';
import { DEPTH, NEGLIGIBLE, numberOf, type Producers, scaledValue, withoutViews } from './values.js';

/** A sum: by what each part is multiplied. The parts are values of one element, and sums over all elements of a value. */
type Sum = ReadonlyMap<string, number>;

/**
 * The numbers, 0 or above, that a Div divides by their own sum. A divisor may be kept from 0 by a small number, or by a value that dividend and
 * sum have both in them, as sklearn's converter does: (p + m) / (sum(p) + n m), where m is 1 if the sum is 0.
 */
export function dividedBySum(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  if (node.op !== 'Div') return undefined;
  const [dividend, divisor] = [inputAt(node, 0), inputAt(node, 1)];
  const sums = new Sums(graph, producers);
  const [total, number] = [sums.over(dividend), sums.at(divisor)];
  if (number === undefined || total.size !== number.size) return undefined;
  for (const [part, factor] of total) if (!(Math.abs((number.get(part) ?? 0) - factor) <= 1e-6 * Math.abs(factor))) return undefined;
  return isNotNegative(graph, producers, dividend) || mostAt(graph, producers, dividend) !== undefined ? dividend : undefined;
}

/** Sums of a graph, in their parts. Each value is looked at once, and no further back than DEPTH. */
class Sums {
  readonly #over = new Map<string, Sum>();
  readonly #at = new Map<string, Sum | undefined>();
  #depth = DEPTH;

  constructor(
    private readonly graph: Graph,
    private readonly producers: Producers,
  ) {}

  /** The sum over all elements of a value. */
  over(name: string): Sum {
    return this.#once(this.#over, name, this.#whole(name), () => this.#expandedSum(name) ?? this.#whole(name));
  }

  /** The number that all elements of a value are, whatever their count; undefined where they may differ. */
  at(name: string): Sum | undefined {
    return this.#once(this.#at, name, undefined, () => this.#expandedNumber(name));
  }

  #once<T>(known: Map<string, T>, name: string, beyond: T, look: () => T): T {
    const found = known.get(name);
    if (found !== undefined || this.#depth === 0) return found ?? beyond;
    this.#depth--;
    const sum = look();
    this.#depth++;
    known.set(name, sum);
    return sum;
  }

  #whole(name: string): Sum {
    return new Map([[`all of ${name}`, 1]]);
  }

  /** Whether a value is 1 where another is 0, and else 0. */
  #isZeroness(name: string, of: string): boolean {
    const node = withoutViews(this.producers, name);
    return node?.op === 'Equal' && node.inputs.includes(of) && node.inputs.some((input) => numberOf(this.graph, input) === 0);
  }

  #expandedSum(name: string): Sum | undefined {
    const node = this.producers.get(name);
    if (node === undefined) return undefined;
    const size = sizeOf(shapeOf(this.graph, name));
    const scaled = scaledValue(this.graph, node);
    if (scaled !== undefined) return combined([[this.over(scaled.of), scaled.factor]]);
    if (operators[node.op].view || node.op === 'Transpose') return this.over(inputAt(node, 0));
    if (node.op !== 'Add' && node.op !== 'Sum') return undefined;
    const parts: [Sum, number][] = [];
    for (const input of node.inputs) {
      const own = sizeOf(shapeOf(this.graph, input));
      const sum = own === size ? this.over(input) : own === 1 ? this.at(input) : undefined;
      if (sum === undefined) return undefined;
      parts.push([sum, own === size ? 1 : size]);
    }
    return combined(parts);
  }

  #expandedNumber(name: string): Sum | undefined {
    const number = numberOf(this.graph, name);
    if (number !== undefined) return new Map(Math.abs(number) <= NEGLIGIBLE ? [] : [['one', number]]);
    const single = sizeOf(shapeOf(this.graph, name)) === 1;
    const own: Sum | undefined = single ? new Map([[name, 1]]) : undefined;
    const node = this.producers.get(name);
    if (node === undefined) return own;
    const scaled = scaledValue(this.graph, node);
    if (scaled !== undefined) {
      const sum = this.at(scaled.of);
      return sum && combined([[sum, scaled.factor]]);
    }
    if (operators[node.op].view || node.op === 'Expand' || (node.op === 'Clip' && node.attributes.min <= NEGLIGIBLE)) {
      return this.at(inputAt(node, 0));
    }
    if (single && (node.op === 'ReduceSum' || node.op === 'ReduceL1')) return this.over(inputAt(node, 0));
    if (node.op !== 'Add' && node.op !== 'Sum') return own;
    // x + (x == 0) keeps a divisor from 0, and is x wherever it matters.
    const counted = node.inputs.filter((input) => !node.inputs.some((other) => this.#isZeroness(input, other)));
    const parts = counted.map((input) => this.at(input));
    const known = parts.flatMap((part): [Sum, number][] => (part === undefined ? [] : [[part, 1]]));
    return known.length === parts.length ? combined(known) : undefined;
  }
}

function combined(parts: readonly (readonly [Sum, number])[]): Sum {
  const sum = new Map<string, number>();
  for (const [part, factor] of parts) for (const [name, own] of part) sum.set(name, (sum.get(name) ?? 0) + factor * own);
  return sum;
}
