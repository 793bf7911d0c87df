import type { NodeArguments, NodeCode } from '../messages/index.js';
import type { ElementType, Shape, Tensor } from '../tensor/tensor.js';
/** A node of the file, with what is known of its inputs. Readers of attributes throw where a type is wrong or a required one is absent. */
export interface NodeReader {
  readonly op: string;
  readonly name: string;
  readonly opset: number;
  /** The batch size that the file fixes in its input's shape, or 1 where it fixes none. Reshape constants may repeat it. */
  readonly batch: number;
  /** The number of outputs that the node has in the file, and the position of the one that is read. */
  readonly outputs: number;
  readonly output: number;
  /** By position. Undefined where an optional input is absent (no name, or an empty one). */
  readonly inputs: readonly (NodeInput | undefined)[];
  int(name: string, fallback?: number): number;
  float(name: string, fallback?: number): number;
  /** A float that may be NaN. */
  number(name: string): number;
  string(name: string, fallback?: string): string;
  /** undefined where the attribute is absent. */
  ints(name: string): number[] | undefined;
  strings(name: string): string[] | undefined;
  floats(name: string): number[] | undefined;
  tensor(name: string): Tensor | undefined;
  has(name: string): boolean;
  /** The input at this position. Throws where it is absent. */
  input(position: number): NodeInput;
  /** The constant at this position. Throws where it is absent or computed from the image. */
  constant(position: number): Tensor;
  /** An error that names operator, node and opset: `Conv "conv1", opset 13: ...`. */
  error<C extends NodeCode>(code: C, ...values: NodeArguments<C>): Error;
}

export interface NodeInput {
  readonly name: string;
  readonly shape: Shape;
  /** Present where the value does not depend on the image. */
  readonly constant?: Tensor;
  /** The element type of a value that depends on the image: float where this is absent. Executors keep all of them as floats. */
  readonly type?: ElementType;
  /** Present where the value is a sequence of these tensors (src/onnx/rewrites/sequences.ts). Only rewrites read it. */
  readonly sequence?: readonly NodeInput[];
}

/** The element type of an input in the file. */
export function typeOf({ constant, type = 'float' }: NodeInput): ElementType {
  return constant?.type ?? type;
}

/** The constant of an input. A computed input is a defect and throws, since `read` or a pass must have refused it. */
export function constantOf({ name, constant }: NodeInput): Tensor {
  if (constant === undefined) throw new Error(`${name} is computed`);
  return constant;
}

export interface Reading<A> {
  readonly attributes: A;
  /** The shape of the output. */
  readonly shape: Shape;
  /** Positions of the inputs that the node keeps (`read` turned the others into attributes). Default: all that are present. */
  readonly inputs?: readonly number[];
  /** The element type of the output. Default: that of the first input that the node keeps. */
  readonly type?: ElementType;
}
