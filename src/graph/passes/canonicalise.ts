import { type OpType, operators } from '../../ops/index.js';
import { broadcastIndices, broadcastShapes } from '../../ops/shared/broadcast.js';
import { gather } from '../../tensor/gather.js';
import { mapPairs } from '../../tensor/pairs.js';
import { formatShape, type Shape, sameShape, sizeAt, sizeOf, type Tensor } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import { type Graph, type GraphNode, inputAt } from '../graph.js';
import { decompose } from './decompose.js';
import { recompose } from './recompose.js';
import { splitWeights } from './split.js';
import { splitPlanes } from './split_planes.js';

/**
 * Rewrites a graph into the operators that have kernels:
 *
 * - what exports spell out in many nodes becomes one (src/graph/passes/recompose.ts), and operators that work in steps become the steps
 *   (src/graph/passes/decompose.ts);
 * - BatchNormalization, Neg, and Add, Sub, Mul, Div with a constant become Affine: y = scale x + shift;
 * - Gemm and MatMul with a constant right operand become Dense;
 * - Sum, Mean, Max and Min become pairs, and Max and Min with one number become Clip or Relu;
 * - ReduceL1, ReduceL2 and ReduceSumSquare become ReduceSums of functions of elements;
 * - other Gemms become Transpose, MatMul and Add;
 * - Concat loses constants without elements;
 * - any other constant becomes a value by Replicate where a kernel reads values;
 * - a Conv whose result is too large for a binding becomes several, with what reads it channel by channel (src/graph/passes/split_planes.ts);
 * - a Dense or a Conv whose weights are too large for a binding becomes several (src/graph/passes/split.ts).
 *
 * The new graph computes the same function. Only rounding differs.
 */
export function canonicalise(graph: Graph): Graph {
  return splitWeights(splitPlanes(rewrite(recompose(graph))));
}

/** The same without recomposing, so that a node alone decides what replaces it. */
export function rewrite(graph: Graph): Graph {
  const decomposed = decompose(graph);
  const builder = new GraphBuilder(decomposed);
  for (const node of decomposed.nodes) canonicaliseNode(node, builder);
  return builder.build();
}

/** Appends the nodes that replace a node, whose output keeps its name. Returns false where the node may stay. */
type Rewrite<Op extends OpType> = (node: GraphNode<Op>, builder: GraphBuilder) => boolean;

const REWRITES: { readonly [Op in OpType]?: Rewrite<Op> } = {
  BatchNormalization: (node, builder) => {
    const { epsilon } = node.attributes;
    const x = inputAt(node, 0);
    const parameter = (position: number) => builder.constantOf(inputAt(node, position)).data;
    const factors = mapPairs(parameter(1), parameter(4), (scale, variance) => scale / Math.sqrt(variance + epsilon));
    const products = mapPairs(factors, parameter(3), (factor, mean) => factor * mean);
    const shifts = mapPairs(parameter(2), products, (bias, product) => bias - product);
    const perChannel = builder.shape(x).map((size, axis) => (axis === 1 ? size : 1));
    appendAffine(builder, node, x, [perChannel, factors], [perChannel, shifts]);
    return true;
  },
  Add: (node, builder) => withConstant(node, builder, (c) => ({ scale: 1, shift: c })),
  Mul: (node, builder) => withConstant(node, builder, (c) => ({ scale: c, shift: 0 })),
  Sub: (node, builder) => withConstant(node, builder, (c, first) => (first ? { scale: -1, shift: c } : { scale: 1, shift: -c })),
  Div: (node, builder) => withConstant(node, builder, (c, first) => (first ? undefined : { scale: 1 / c, shift: 0 })),
  Neg: (node, builder) => {
    appendAffine(builder, node, inputAt(node, 0), [[1], Float64Array.of(-1)], [[1], Float64Array.of(0)]);
    return true;
  },
  Max: (node, builder) => inPairs(node, builder, 'Max') || withBound(node, builder, (bound) => ({ min: bound, max: Infinity })),
  Min: (node, builder) => inPairs(node, builder, 'Min') || withBound(node, builder, (bound) => ({ min: -Infinity, max: bound })),
  Mean: (node, builder) => {
    const total = node.inputs.reduce((sum, input) => {
      const operands = [sum, input].map((name) => asValue(builder, name));
      return builder.add(node.name, broadcastOf(builder, sum, input), { op: 'Add', inputs: operands, attributes: {} });
    });
    appendAffine(builder, node, total, [[1], Float64Array.of(1 / node.inputs.length)], [[1], Float64Array.of(0)]);
    return true;
  },
  Sum: (node, builder) => {
    if (!inPairs(node, builder, 'Add')) canonicaliseNode({ ...node, op: 'Add' }, builder);
    return true;
  },
  ReduceL1: (node, builder) => {
    const x = inputAt(node, 0);
    const terms = builder.add(node.name, builder.shape(x), { op: 'Abs', inputs: [asValue(builder, x)], attributes: {} });
    builder.append({ ...node, op: 'ReduceSum', inputs: [terms] });
    return true;
  },
  ReduceSumSquare: (node, builder) => {
    builder.append({ ...node, op: 'ReduceSum', inputs: [squared(node, builder)] });
    return true;
  },
  ReduceL2: (node, builder) => {
    const inputs = [squared(node, builder)];
    const sum = builder.add(node.name, builder.shape(node.output), { op: 'ReduceSum', inputs, attributes: node.attributes });
    builder.replace(node, { op: 'Sqrt', inputs: [sum], attributes: {} });
    return true;
  },
  Concat: (node, builder) => {
    const inputs = node.inputs.filter((name) => sizeOf(builder.shape(name)) > 0);
    if (inputs.length === node.inputs.length) return false;
    canonicaliseNode({ ...node, inputs }, builder);
    return true;
  },
  MatMul: (node, builder) => {
    const weights = builder.constant(inputAt(node, 1));
    if (weights === undefined || weights.shape.length !== 2 || builder.shape(inputAt(node, 0)).length < 2) return false;
    builder.append({ ...node, op: 'Dense' });
    return true;
  },
  Gemm: (node, builder) => {
    const [left, right] = [inputAt(node, 0), inputAt(node, 1)];
    const addend = node.inputs[2];
    const { alpha, beta, transA, transB } = node.attributes;
    const x = transA ? appendTransposed(builder, node, left) : left;
    const bias = addend === undefined ? undefined : builder.constant(addend);
    const outputs = sizeAt(builder.shape(node.output), 1);
    const weights = builder.constant(right);
    const rowBias = bias && (sizeOf(bias.shape) === 1 || (bias.shape.at(-1) === outputs && sizeOf(bias.shape) === outputs));
    if (weights === undefined || (addend !== undefined && !rowBias)) return appendGemm(node, builder, x);
    const packed = transB ? transposed(weights) : weights;
    const w = builder.addConstant(`${node.name}.weights`, packed.shape, scaled(packed.data, alpha));
    const inputs = [x, w];
    if (bias) {
      const terms = Float64Array.from(bias.data, (term) => beta * term);
      const row = gather(terms, broadcastIndices([terms.length], [outputs]));
      inputs.push(builder.addConstant(`${node.name}.bias`, [outputs], row));
    }
    builder.replace(node, { op: 'Dense', inputs, attributes: {} });
    return true;
  },
};

function canonicaliseNode(node: GraphNode, builder: GraphBuilder): void {
  if (!rewritten(node, builder)) builder.append({ ...node, inputs: liftConstants(node, builder) });
}

function rewritten<Op extends OpType>(node: GraphNode<Op>, builder: GraphBuilder): boolean {
  return REWRITES[node.op]?.(node, builder) ?? false;
}

function liftConstants(node: GraphNode, builder: GraphBuilder): string[] {
  return node.inputs.map((input, position) => (operators[node.op].constantInputs?.includes(position) ? input : asValue(builder, input)));
}

/** The name of a value with these numbers. */
function asValue(builder: GraphBuilder, name: string): string {
  return builder.constant(name) ? builder.add(name, builder.shape(name), { op: 'Replicate', inputs: [name], attributes: {} }) : name;
}

/** The squares of a node's first input. */
function squared(node: GraphNode, builder: GraphBuilder): string {
  const x = inputAt(node, 0);
  return builder.add(node.name, builder.shape(x), { op: 'Pow', inputs: [asValue(builder, x)], attributes: { exponent: 2 } });
}

/** f(x_1, ..., x_n) as f(f(x_1, x_2), ...), where `op` is the last application. Returns false for two inputs, which are a pair already. */
function inPairs(node: GraphNode<'Max' | 'Min' | 'Sum'>, builder: GraphBuilder, op: 'Max' | 'Min' | 'Add'): boolean {
  const [, second, ...rest] = node.inputs;
  if (second === undefined) {
    builder.append({ ...node, op: 'Identity' });
    return true;
  }
  if (rest.length === 0) return false;
  const first = inputAt(node, 0);
  const inputs = [first, second].map((name) => asValue(builder, name));
  const pair = builder.add(node.name, broadcastOf(builder, first, second), { op, inputs, attributes: {} });
  canonicaliseNode({ ...node, inputs: [pair, ...rest] }, builder);
  return true;
}

/** The shape to which two operands broadcast. */
function broadcastOf(builder: GraphBuilder, first: string, second: string): Shape {
  const shapes = [builder.shape(first), builder.shape(second)] as const;
  const shape = broadcastShapes(...shapes);
  if (shape === undefined) throw new Error(`"${first}" and "${second}" do not broadcast: ${shapes.map(formatShape).join(' and ')}`);
  return shape;
}

/**
 * A Clip of x where the second of two operands is one number. A Relu instead, if the first is 0: at the bound the gradient then is the
 * constant's.
 */
function withBound(
  node: GraphNode<'Max' | 'Min'>,
  builder: GraphBuilder,
  boundsOf: (bound: number) => { min: number; max: number },
): boolean {
  const [first, second] = [inputAt(node, 0), inputAt(node, 1)];
  const [left, right] = [builder.constant(first), builder.constant(second)];
  const x = left ? second : first;
  const bounds = (left ?? right)?.data;
  const bound = bounds?.[0];
  if (bound === undefined || !bounds?.every((each) => each === bound)) return false;
  if (!sameShape(builder.shape(x), builder.shape(node.output))) return false;
  if (right) builder.replace(node, { op: 'Clip', inputs: [x], attributes: boundsOf(bound) });
  else if (node.op === 'Max' && bound === 0) builder.replace(node, { op: 'Relu', inputs: [x], attributes: {} });
  else return false;
  return true;
}

/** y = scale x + shift, for an operator with a constant operand that does not stretch x. */
function withConstant(
  node: GraphNode,
  builder: GraphBuilder,
  rule: (constant: number, isFirst: boolean) => { scale: number; shift: number } | undefined,
): boolean {
  const position = node.inputs.findIndex((input) => builder.constant(input) !== undefined);
  if (position < 0) return false;
  const constant = builder.constantOf(inputAt(node, position));
  const x = inputAt(node, 1 - position);
  if (!sameShape(builder.shape(x), builder.shape(node.output)) || constant.data.length === 0) return false;
  const parts = Array.from(constant.data, (c) => rule(c, position === 0)).filter((part) => part !== undefined);
  if (parts.length < constant.data.length) return false;
  const scale = Float64Array.from(parts, (part) => part.scale);
  const shift = Float64Array.from(parts, (part) => part.shift);
  appendAffine(builder, node, x, uniform(constant.shape, scale), uniform(constant.shape, shift));
  return true;
}

/** One number in place of a constant that is the same everywhere. */
function uniform(shape: Shape, data: Float64Array): [Shape, Float64Array] {
  return data.every((value) => value === data[0]) ? [[1], data.slice(0, 1)] : [shape, data];
}

function appendAffine(
  builder: GraphBuilder,
  node: GraphNode,
  x: string,
  [scaleShape, scale]: readonly [Shape, Float64Array],
  [shiftShape, shift]: readonly [Shape, Float64Array],
): void {
  const inputs = [
    x,
    builder.addConstant(`${node.name}.scale`, scaleShape, scale),
    builder.addConstant(`${node.name}.shift`, shiftShape, shift),
  ];
  builder.replace(node, { op: 'Affine', inputs, attributes: {} });
}

/** alpha x b + beta c by MatMul, Affine and Add, where b is computed from the image or c is not a row. */
function appendGemm(node: GraphNode<'Gemm'>, builder: GraphBuilder, x: string): boolean {
  const { alpha, beta, transB } = node.attributes;
  const right = inputAt(node, 1);
  const addend = node.inputs[2];
  const b = transB ? appendTransposed(builder, node, right) : right;
  const operands = [x, b].map((name) => asValue(builder, name));
  const matrices = builder.add(node.name, builder.shape(node.output), { op: 'MatMul', inputs: operands, attributes: {} });
  const product = appendScaled(builder, node, matrices, alpha);
  if (addend === undefined) builder.replace(node, { op: 'Identity', inputs: [product], attributes: {} });
  else {
    const inputs = [product, appendScaled(builder, node, asValue(builder, addend), beta)];
    builder.replace(node, { op: 'Add', inputs, attributes: {} });
  }
  return true;
}

function appendScaled(builder: GraphBuilder, node: GraphNode, name: string, factor: number): string {
  if (factor === 1) return name;
  const scale = builder.addConstant(`${node.name}.factor`, [1], Float64Array.of(factor));
  const shift = builder.addConstant(`${node.name}.zero`, [1], Float64Array.of(0));
  return builder.add(node.name, builder.shape(name), { op: 'Affine', inputs: [name, scale, shift], attributes: {} });
}

function appendTransposed(builder: GraphBuilder, node: GraphNode, name: string): string {
  const constant = builder.constant(name);
  if (constant) {
    const turned = transposed(constant);
    return builder.addConstant(`${node.name}.transposed`, turned.shape, turned.data);
  }
  const [rows, columns] = builder.shape(name) as [number, number];
  return builder.add(node.name, [columns, rows], { op: 'Transpose', inputs: [name], attributes: { perm: [1, 0] } });
}

/**
 * Rows and columns that are turned together, since a line of the cache holds 16 numbers. Milliseconds of 25,088 x 1,360 numbers on a core of an AMD EPYC: 107 to
 * 137 with blocks of 32, 155 to 217 row by row.
 */
const TURNED_TOGETHER = 32;

function transposed({ shape, data, type }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  const turned = data instanceof Float32Array ? new Float32Array(data.length) : new Float64Array(data.length);
  for (let top = 0; top < rows; top += TURNED_TOGETHER) {
    const bottom = Math.min(rows, top + TURNED_TOGETHER);
    for (let left = 0; left < columns; left += TURNED_TOGETHER) {
      const right = Math.min(columns, left + TURNED_TOGETHER);
      for (let c = left; c < right; c++) for (let r = top; r < bottom; r++) turned[c * rows + r] = data[r * columns + c]!;
    }
  }
  return { shape: [columns, rows], type, data: turned };
}

function scaled(data: Tensor['data'], factor: number): Tensor['data'] {
  return factor === 1 ? data : Float64Array.from(data, (value) => factor * value);
}
