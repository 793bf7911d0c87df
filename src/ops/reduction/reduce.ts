import { gather } from '../../tensor/gather.js';
import { firstOf, itemAt } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { scatter } from '../../tensor/scatter.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Binding, Dispatch, Operand, Operator, Piecewise } from '../operator.js';
import { pooledShape } from '../pooling/pool.js';
import { resolveAxes } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, stretch, sumStretched } from '../shared/broadcast.js';
import { inRows } from '../shared/rows.js';
import { integersAt } from '../views/view.js';

export interface ReduceAttributes {
  /** Counted from the front. */
  readonly axes: readonly number[];
}

/**
 * ReduceSum: y = sum of x over some axes; dx = dy. The axes are an attribute up to opset 12, an input from 13 on.
 * https://onnx.ai/onnx/operators/onnx__ReduceSum.html
 */
export const reduceSum: Operator<ReduceAttributes> = sumOver(13, () => 1);

/**
 * ReduceMean: y = mean of x over some axes; dx = dy / n, where n elements go into each mean. The axes are an attribute up to opset 17 and
 * an input from 18 on, as for all reductions below. No axes mean all axes, or with noop_with_empty_axes none.
 * https://onnx.ai/onnx/operators/onnx__ReduceMean.html
 */
export const reduceMean: Operator<ReduceAttributes> = sumOver(18, (count) => count);

/**
 * GlobalAveragePool: ReduceMean over all axes but the first two, which are kept with size 1.
 * https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html
 */
export const globalAveragePool: Operator<ReduceAttributes> = {
  ...reduceMean,
  inputs: [1, 1],
  read(node) {
    const { shape } = node.input(0);
    if (shape.length < 3) throw node.error('pool.no-plane', { shape });
    return { attributes: { axes: shape.map((_, axis) => axis).slice(2) }, shape: pooledShape(shape), inputs: [0] };
  },
};

/**
 * ReduceMax: y = the largest x over some axes. dx = dy at that element, of equal ones at the first in row-major order, and 0 elsewhere.
 * https://onnx.ai/onnx/operators/onnx__ReduceMax.html
 */
export const reduceMax: Operator<ReduceAttributes> = extremeOver('MAX', (a, b) => a > b);

/** ReduceMin: y = the smallest x over some axes; otherwise like ReduceMax. https://onnx.ai/onnx/operators/onnx__ReduceMin.html */
export const reduceMin: Operator<ReduceAttributes> = extremeOver('MIN', (a, b) => a < b);

/**
 * ReduceL1: y = sum of |x| over some axes; dx = sign(x) dy. On a GPU a pass replaces it by Abs and ReduceSum.
 * https://onnx.ai/onnx/operators/onnx__ReduceL1.html
 */
export const reduceL1: Operator<ReduceAttributes> = normOver({ term: Math.abs, whole: (sum) => sum, slope: Math.sign });

/**
 * ReduceL2: y = sqrt(sum of x^2) over some axes; dx = x / y dy, and 0 where y is 0, as in torch.norm. On a GPU a pass replaces it by Pow,
 * ReduceSum and Sqrt. https://onnx.ai/onnx/operators/onnx__ReduceL2.html
 */
export const reduceL2: Operator<ReduceAttributes> = normOver({
  term: (x) => x * x,
  whole: Math.sqrt,
  slope: (x, y) => (y === 0 ? 0 : x / y),
});

/**
 * ReduceSumSquare: y = sum of x^2 over some axes; dx = 2 x dy. On a GPU a pass replaces it by Pow and ReduceSum.
 * https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html
 */
export const reduceSumSquare: Operator<ReduceAttributes> = normOver({ term: (x) => x * x, whole: (sum) => sum, slope: (x) => 2 * x });

/** Reads the axes of a reduction, which are an attribute before opset `inputSince` and an input from there on. */
export function readReduce(node: NodeReader, inputSince: number): Reading<ReduceAttributes> {
  const { shape } = node.input(0);
  const given = integersAt(node, 'axes', 1, inputSince);
  const all = node.int('noop_with_empty_axes', 0) === 0 ? shape.map((_, axis) => axis) : [];
  const axes = given === undefined || given.length === 0 ? all : resolveAxes(node, given, shape.length);
  const kept = keptShape(shape, axes);
  const keepdims = node.int('keepdims', 1) !== 0;
  return { attributes: { axes }, shape: keepdims ? kept : shape.filter((_, axis) => !axes.includes(axis)), inputs: [0] };
}

/** Sums, divided by a number that depends on how many elements go into each. */
function sumOver(inputSince: number, divisorOf: (count: number) => number): Operator<ReduceAttributes> {
  return {
    since: 1,
    inputs: [1, 2],
    read: (node) => readReduce(node, inputSince),
    linear: () => true,
    forward({ attributes, inputs }) {
      const x = firstOf(inputs);
      const sums = sumStretched(keptShape(x.shape, attributes.axes), x.shape, x.data);
      const divisor = divisorOf(x.data.length / sums.length);
      return sums.map((sum) => sum / divisor);
    },
    backward({ attributes, inputs, cotangent: dy }) {
      const x = firstOf(inputs);
      const divisor = divisorOf(x.data.length / dy.length);
      return [stretch({ shape: keptShape(x.shape, attributes.axes), data: dy.map((d) => d / divisor) }, x.shape)];
    },
    lower({ attributes, inputs, output }) {
      const x = firstOf(inputs);
      const { layout, back, count } = layoutsOf(x.shape, attributes);
      const divisor = divisorOf(count);
      return {
        forward: [sharingRows(reduceDispatch(layout, [value(x.name)], [value(output.name)], { MODE: 0 }, { divisor }), count)],
        backward: [backDispatch(back, [cotangent(output.name)], cotangent(x.name), { ARG: 0 }, { divisor })],
      };
    },
  };
}

/** The largest or the smallest element. `beats` is strict, so that the first of equal elements is found. */
function extremeOver(mode: 'MAX' | 'MIN', beats: (a: number, b: number) => boolean): Operator<ReduceAttributes> {
  const MODE = mode === 'MAX' ? 1 : 2;
  const sign = mode === 'MAX' ? 1 : -1;
  /** For every output, the position in x of its element. */
  const find = ({ shape, data }: Operand, attributes: ReduceAttributes, outputs: number): Int32Array => {
    const found = new Int32Array(outputs).fill(-1);
    targetsOf(shape, attributes).forEach((target, i) => {
      const best = found[target]!;
      if (best < 0 || beats(data[i]!, data[best]!)) found[target] = i;
    });
    return found;
  };
  /** A piece is the element that is taken. A margin is the distance of another element from it. */
  const piecewise: Piecewise<ReduceAttributes> = {
    extend({ attributes, inputs, shape }, twin, gates) {
      const x = firstOf(inputs);
      const found = find(x, attributes, sizeOf(shape));
      for (const position of found) gates.gate(position);
      targetsOf(x.shape, attributes).forEach((target, i) => {
        const best = found[target]!;
        if (i !== best) gates.margin(sign * (x.data[best]! - x.data[i]!), sign * (twin[best]! - twin[i]!));
      });
      return gather(twin, found);
    },
    lower({ attributes, inputs, output }) {
      const x = firstOf(inputs);
      const { layout } = layoutsOf(x.shape, attributes);
      const units = sizeOf(output.shape);
      return { ...reduceDispatch(layout, [value(x.name)], [], { MODE }, {}), kernel: 'reduce_regions', units };
    },
  };
  return {
    since: 1,
    inputs: [1, 2],
    read: (node) => readReduce(node, 18),
    linear: ({ axes }) => axes.length === 0,
    piecewise,
    forward({ attributes, inputs, shape }) {
      const x = firstOf(inputs);
      return gather(x.data, find(x, attributes, sizeOf(shape)));
    },
    backward({ attributes, inputs, cotangent: dy }) {
      const x = firstOf(inputs);
      return [scatter(x.data.length, find(x, attributes, dy.length), dy)];
    },
    lower({ attributes, inputs, output }) {
      const x = firstOf(inputs);
      const { layout, back, count } = layoutsOf(x.shape, attributes);
      const found: Binding = { kind: 'saved', name: `${output.name}/found`, words: 4 * sizeOf(output.shape) };
      return {
        forward: [sharingRows(reduceDispatch(layout, [value(x.name)], [found, value(output.name)], { MODE }, {}), count)],
        backward: [backDispatch(back, [found, cotangent(output.name)], cotangent(x.name), { ARG: 1 }, {})],
      };
    },
  };
}

/** whole(sum of term(x)). `slope` is the derivative with respect to x, given x and y. */
function normOver(rule: {
  readonly term: (x: number) => number;
  readonly whole: (sum: number) => number;
  readonly slope: (x: number, y: number) => number;
}): Operator<ReduceAttributes> {
  return {
    since: 1,
    inputs: [1, 2],
    read: (node) => readReduce(node, 18),
    forward({ attributes, inputs, shape }) {
      const x = firstOf(inputs);
      const terms = x.data.map((element) => rule.term(element));
      return scatter(sizeOf(shape), targetsOf(x.shape, attributes), terms).map((sum) => rule.whole(sum));
    },
    backward({ attributes, inputs, output, cotangent: dy }) {
      const x = firstOf(inputs);
      const targets = targetsOf(x.shape, attributes);
      const slopes = mapPairs(x.data, gather(output, targets), rule.slope);
      return [mapPairs(slopes, gather(dy, targets), (slope, d) => slope * d)];
    },
  };
}

function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** For every element of x, the output that it goes into. */
function targetsOf(shape: Shape, { axes }: ReduceAttributes): Uint32Array {
  return broadcastIndices(keptShape(shape, axes), shape);
}

/** How the kernels find the elements of an output, and the output of an element: by arithmetic, or from tables. */
interface ReduceLayout {
  readonly tiles: number;
  readonly tables: readonly Binding[];
  readonly parameters: Dispatch['parameters'];
}

/**
 * Where the reduced axes lie together, x is [outer][count][inner], and arithmetic suffices. Otherwise every output takes the same pattern
 * of elements, moved to its first element, and a table says into which output each element goes.
 */
function layoutsOf(shape: Shape, attributes: ReduceAttributes): { layout: ReduceLayout; back: ReduceLayout; count: number } {
  const { axes } = attributes;
  const elements = sizeOf(shape);
  const reduced = axes.filter((axis) => shape[axis] !== 1).sort((a, b) => a - b);
  const count = reduced.reduce((product, axis) => product * sizeAt(shape, axis), 1);
  const outputs = elements / count;
  const [first = 0, last = -1] = [reduced[0], reduced.at(-1)];
  if (shape.slice(first, last + 1).every((size, offset) => size === 1 || axes.includes(first + offset))) {
    const parameters = { count, inner: reduced.length === 0 ? 1 : sizeOf(shape.slice(last + 1)) };
    return {
      count,
      layout: { tiles: outputs, tables: [], parameters: { ...parameters, elements } },
      back: { tiles: elements, tables: [], parameters: { ...parameters, outputs } },
    };
  }
  const targets = targetsOf(shape, attributes);
  const pattern: number[] = [];
  const firsts = new Uint32Array(outputs);
  for (let i = elements - 1; i >= 0; i--) {
    firsts[itemAt(targets, i)] = i;
    if (targets[i] === 0) pattern.push(i);
  }
  const tables: Binding[] = [firsts, Uint32Array.from(pattern.reverse())].map((data) => ({ kind: 'constant', data }));
  return {
    count,
    layout: { tiles: outputs, tables, parameters: { count, elements } },
    back: { tiles: elements, tables: [{ kind: 'constant', data: targets }], parameters: { outputs } },
  };
}

function reduceDispatch(
  { tiles, tables, parameters }: ReduceLayout,
  read: readonly Binding[],
  written: readonly Binding[],
  constants: Record<string, number>,
  more: Record<string, number>,
): Dispatch {
  return {
    kernel: 'reduce_forward',
    bindings: [...read, ...tables, ...written],
    parameters: { ...parameters, ...more },
    constants: { ...constants, TABLE: Number(tables.length > 0) },
    tiles,
  };
}

/** The dispatch, which workgroups can share: each an output of `count` elements. */
function sharingRows(dispatch: Dispatch, count: number): Dispatch {
  return { ...dispatch, ...inRows('reduce_workgroup', dispatch.tiles, count, dispatch.constants) };
}

function backDispatch(
  { tiles, tables, parameters }: ReduceLayout,
  read: readonly Binding[],
  written: Binding,
  constants: Record<string, number>,
  more: Record<string, number>,
): Dispatch {
  const dispatch = reduceDispatch({ tiles, tables, parameters }, [...read], [written], constants, more);
  return { ...dispatch, kernel: 'reduce_backward' };
}
