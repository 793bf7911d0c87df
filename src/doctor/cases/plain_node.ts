import { nodeError } from '../../errors.js';
import type { NodeInput, NodeReader } from '../../ops/node_reader.js';
import { type ElementType, type Shape, sizeOf, type Tensor } from '../../tensor/tensor.js';

export type PlainAttribute = number | string | readonly number[] | readonly string[] | Tensor;

export interface PlainNode {
  readonly op?: string;
  readonly opset?: number;
  /** A shape stands for a computed value, a tensor for a constant, and null for an absent optional input. */
  readonly inputs: readonly (Shape | Tensor | null)[];
  readonly attributes?: Readonly<Record<string, PlainAttribute>>;
  /** The batch size that the file fixes. */
  readonly batch?: number;
  /** How many outputs the node has, and which of them is read. */
  readonly outputs?: number;
  readonly output?: number;
}

/** A constant, one-dimensional unless a shape is given. */
export function constantOf(values: readonly number[], type: ElementType = 'float', shape: Shape = [values.length]): Tensor {
  if (values.length !== sizeOf(shape)) {
    throw new Error(`${values.length} values do not fill ${shape}`);
  }
  return { shape, type, data: type === 'float' ? Float32Array.from(values) : Float64Array.from(values) };
}

/** A NodeReader named "n", as the importer would make it, from plain data. */
export function plainNode({ op = 'Op', opset = 13, inputs, attributes = {}, batch = 1, outputs = 1, output = 0 }: PlainNode): NodeReader {
  /** Like the importer's error, but without the opset, which tests of operators need not name. */
  const error: NodeReader['error'] = (code, ...values) => {
    const named = nodeError({ operator: op, node: 'n', opset }, code, ...values);
    named.message = named.message.replace(`, opset ${opset}:`, ':');
    return named;
  };
  const wrong = (problem: string) => new Error(`${op} "n": ${problem}`);
  const nodeInputs = inputs.map((input, position): NodeInput | undefined => {
    if (input === null) {
      return undefined;
    }
    const name = `input${position}`;
    return 'data' in input ? { name, shape: input.shape, constant: input } : { name, shape: input };
  });

  function attribute<T extends PlainAttribute>(name: string, is: (value: PlainAttribute) => value is T): T | undefined {
    const value = attributes[name];
    if (value !== undefined && !is(value)) {
      throw wrong(`attribute ${name} has the wrong type`);
    }
    return value;
  }
  function required<T>(name: string, value: T | undefined): T {
    if (value === undefined) {
      throw wrong(`attribute ${name} is absent`);
    }
    return value;
  }
  const isNumber = (value: PlainAttribute): value is number => typeof value === 'number';
  const isString = (value: PlainAttribute): value is string => typeof value === 'string';
  const isNumbers = (value: PlainAttribute): value is readonly number[] => Array.isArray(value);
  const isWords = (value: PlainAttribute): value is readonly string[] =>
    Array.isArray(value) && value.every((each) => typeof each === 'string');
  const isTensor = (value: PlainAttribute): value is Tensor => typeof value === 'object' && 'data' in value;

  const reader: NodeReader = {
    op,
    name: 'n',
    opset,
    batch,
    outputs,
    output,
    inputs: nodeInputs,
    int: (name, fallback) => required(name, attribute(name, isNumber) ?? fallback),
    float: (name, fallback) => required(name, attribute(name, isNumber) ?? fallback),
    number: (name) => required(name, attribute(name, isNumber)),
    string: (name, fallback) => required(name, attribute(name, isString) ?? fallback),
    ints: (name) => attribute(name, isNumbers)?.slice(),
    floats: (name) => attribute(name, isNumbers)?.slice(),
    strings: (name) => attribute(name, isWords)?.slice(),
    tensor: (name) => attribute(name, isTensor),
    has: (name) => name in attributes,
    input(position) {
      const input = nodeInputs[position];
      if (input === undefined) {
        throw wrong(`input ${position} is absent`);
      }
      return input;
    },
    constant(position) {
      const { constant } = reader.input(position);
      if (constant === undefined) {
        throw wrong(`input ${position} is computed from the image`);
      }
      return constant;
    },
    error,
  };
  return reader;
}
