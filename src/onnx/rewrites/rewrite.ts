import type { GraphNode } from '../../graph/graph.js';
import type { NodeReader } from '../../ops/node_reader.js';
import type { OperatorNotes } from '../../ops/operator.js';
import type { ElementType, Shape, Tensor } from '../../tensor/tensor.js';
import type { QuantisedValues } from './quantised/values.js';

/**
 * Says an operator of files in others. Given a node, it writes the nodes that compute the same and returns the names of the values that are
 * the node's outputs, in their order; those that nobody wants may be undefined. It returns undefined where the node may stay as it is.
 * Throws a PathlightError where the node is wrong.
 *
 * What depends on no image is folded as the nodes are written, so a rewrite need not care which of its operands are constant.
 */
export type Rewrite = (node: NodeReader, write: NodeWriter) => readonly RewrittenOutput[] | undefined;

/** The name of a value, or the names of a sequence's tensors. */
export type RewrittenOutput = string | readonly string[] | undefined;

/** An operator that is none of the table (src/ops/index.ts), since others say it. */
export interface RewrittenOperator {
  /** The opset of its domain that introduced it. */
  readonly since: number;
  /** The least and the most inputs of a node, in any opset. */
  readonly inputs: readonly [least: number, most: number];
  /** The most outputs of a node. One where this is absent. */
  readonly outputs?: number;
  /** Attributes that are read, for docs/operators.md. */
  readonly attributes?: readonly string[];
  readonly notes?: Pick<OperatorNotes, 'note'>;
  /** Returns undefined where the node cannot be said: it is refused as unsupported. */
  readonly rewrite: Rewrite;
}

/** Attributes of a written node. Plain numbers are integers. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>;

/** Writes nodes of the standard operators, spelled as in the newest opset known, for one image. */
export interface NodeWriter {
  /** For each output of the rewritten node, whether something reads it. */
  readonly wanted: readonly boolean[];
  /** Appends a node with one output, and returns the output's name. Undefined stands for an absent optional input. */
  add(op: string, inputs: readonly (string | undefined)[], attributes?: Attributes): string;
  /** Appends a node with several outputs. */
  addSeveral(op: string, inputs: readonly (string | undefined)[], outputs: number, attributes?: Attributes): string[];
  /** Adds a constant, and returns its name. `data` is not copied. */
  addConstant(shape: Shape, data: Tensor['data'], type?: ElementType): string;
  /**
   * Puts a graph that is an attribute of the rewritten node in place, on these inputs. Returns the names of its outputs. Values that it
   * reads from outside are those that it names.
   */
  inline(attribute: string, inputs: readonly string[]): string[];
  /** The shape of a value or constant. */
  shape(name: string): Shape;
  /** The constant of this name. Undefined for a value that depends on the image. */
  constant(name: string): Tensor | undefined;
  /** The node that computes a value, as far as it is written. Undefined for constants and for the image. */
  makerOf(name: string): GraphNode | undefined;
  /** The quantised values of the file, and how it is read. */
  readonly quantised: QuantisedValues;
}

/** The name of a node's input. Undefined where an optional input is absent. */
export function inputName(node: NodeReader, position: number): string | undefined {
  return node.inputs[position]?.name;
}

/** A constant vector of integers, as shapes and axes are. */
export function integers(write: NodeWriter, values: readonly number[]): string {
  return write.addConstant([values.length], Float64Array.from(values), 'int');
}

/** The number of float32 in files, for Cast. */
export const FLOAT = 1;

/** A constant integer. */
export function integer(write: NodeWriter, value: number): string {
  return write.addConstant([], Float64Array.of(value), 'int');
}

/** A constant number. */
export function scalar(write: NodeWriter, value: number): string {
  return write.addConstant([], Float64Array.of(value));
}

/** The same elements with another shape. A constant is not copied. */
export function reshaped(write: NodeWriter, x: string, shape: Shape): string {
  const own = write.shape(x);
  if (own.length === shape.length && own.every((size, axis) => size === shape[axis])) return x;
  const constant = write.constant(x);
  if (constant) return write.addConstant(shape, constant.data, constant.type);
  return write.add('Reshape', [x, integers(write, shape)]);
}

export function transposed(write: NodeWriter, x: string, perm: readonly number[]): string {
  return perm.every((axis, k) => axis === k) ? x : write.add('Transpose', [x], { perm });
}

/** x times a number. */
export function scaled(write: NodeWriter, x: string, factor: number): string {
  return factor === 1 ? x : write.add('Mul', [x, scalar(write, factor)]);
}

/** The elements from `start` up to, but without, `end` along an axis. */
export function sliced(write: NodeWriter, x: string, axis: number, start: number, end: number): string {
  if (start === 0 && end === write.shape(x)[axis]) return x;
  return write.add('Slice', [x, ...[[start], [end], [axis]].map((numbers) => integers(write, numbers))]);
}

/** Whether x is 0, as a boolean. */
export function falsehood(write: NodeWriter, x: string): string {
  return write.add('Equal', [x, scalar(write, 0)]);
}
