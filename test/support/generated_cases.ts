import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import type { AttributeDescription, ModelDescription, NodeDescription, TensorInit } from './onnx_builder.js';
import { float, floatTensor, intTensor } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

/* Operators on odd shapes, drawn from a seed: ranks, broadcasts, axes, all attributes, all opsets. A generator draws nodes as they stand in
   a file. All nodes of one operator and opset go into one model, one node for each case. So ONNX Runtime, the importer and a GPU run once
   for hundreds of cases (test/ops/generated.test.ts, test/agreement/generated.gpu.test.ts). To add an operator, add an entry to a list of
   generators (generated_pointwise.ts and its neighbours), and the list to `generators` of generated_lists.ts. */

/** Random choices for generators. Every number is a function of the seed. */
export class Draw {
  readonly uniform: () => number;

  constructor(seed: number) {
    this.uniform = mulberry32(seed);
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  number(low: number, high: number): number {
    return low + this.uniform() * (high - low);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  /** The list in a random order. */
  shuffle<T>(list: readonly T[]): T[] {
    const keyed = list.map((item) => ({ item, key: this.uniform() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  /** Sizes of `rank` axes, each from 1 to `largest`, with at most `elements` elements. */
  shape(rank: number, { largest = 7, elements = 120 }: { readonly largest?: number; readonly elements?: number } = {}): number[] {
    const shape: number[] = [];
    for (let axis = 0; axis < rank; axis++)
      shape.push(this.integer(1, Math.max(1, Math.min(largest, Math.floor(elements / sizeOf(shape))))));
    return this.shuffle(shape);
  }

  /** A shape that stretches to `shape`: each size is kept or becomes 1, and sometimes the first axes are dropped. */
  stretchable(shape: readonly number[]): number[] {
    const dropped = this.chance(0.3) ? this.integer(0, shape.length) : 0;
    return shape.slice(dropped).map((size) => (this.chance(0.4) ? 1 : size));
  }

  /** Some of `rank` axes, each at most once, in any order, counted from the front or from the back. */
  axes(rank: number, atLeast = 0): number[] {
    const count = this.integer(Math.min(atLeast, rank), rank);
    return this.shuffle(Array.from({ length: rank }, (_, axis) => axis))
      .slice(0, count)
      .map((axis) => this.signedAxis(axis, rank));
  }

  /** The same axis, sometimes counted from the back. */
  signedAxis(axis: number, rank: number): number {
    return this.chance(0.5) ? axis - rank : axis;
  }

  numbers(count: number, low = -2, high = 2): Float64Array {
    return uniformArray(this.uniform, count, low, high);
  }

  floats(shape: readonly number[], low = -2, high = 2): TensorInit {
    return floatTensor(shape, this.numbers(sizeOf(shape), low, high));
  }
}

/** A node of a case. */
export interface GeneratedNode {
  /** Attributes of the operator, unless the case is another operator's (a decomposed form). */
  readonly attributes?: Readonly<Record<string, AttributeDescription>>;
  readonly inputs: readonly GeneratedInput[];
  /** The number of the node's outputs, one by default; `checked` is the index of the output that is compared. */
  readonly outputs?: number;
  readonly checked?: number;
  /** Whether the output has integers and is cast to float. */
  readonly castToFloat?: boolean;
}

/** An input: computed from the image, with its shape and the range of its elements; a constant; or null for an absent optional input. */
export type GeneratedInput =
  | {
      readonly shape: readonly number[];
      readonly range?: readonly [number, number];
      /** `bool`: whether numbers of the image are above 0. `int`: the numbers without their fractions. */
      readonly as?: 'bool' | 'int';
    }
  | TensorInit
  | null;

export interface Generator {
  readonly op: string;
  /** Opsets in which the operator's attributes, inputs or meaning differ. The cases are dealt out among them. */
  readonly opsets: readonly number[];
  /** The number of cases of all opsets together. */
  readonly count: number;
  generate(draw: Draw, opset: number): GeneratedNode;
  /** A bound on the third derivatives of the cases, for central differences (test/support/gradient_check.ts); 200 by default. */
  readonly thirdDerivative?: number;
  /** Tolerance of a case's outputs against ONNX Runtime's float32, in the Euclidean norm; 2e-6 by default. */
  readonly tolerance?: number;
  /** Present if ONNX Runtime has no float kernel for the operator; then only gradients and the GPU are checked. */
  readonly withoutOracle?: string;
  /** Tolerance of outputs and gradients on a GPU; by default that of the operator cases (compare_executors.ts). */
  readonly gpuTolerance?: number;
  /**
   * How many cases run on a GPU, for operators whose cases each compile large kernels of their own. 0 where the operator cases cover all that
   * a GPU does (src/doctor/cases/operators.ts).
   */
  readonly gpuCases?: number;
  /** Whether the operator only folds, so that no GPU kernel exists. */
  readonly foldsOnly?: boolean;
}

export interface GeneratedCase {
  /** The case's number and node, for messages. */
  readonly name: string;
  /** The model's value that holds the node's checked output. */
  readonly value: string;
  /** The same in one row. It is a constant if all inputs are. */
  readonly flat: string;
  /** How many elements of the image belong to its inputs. */
  readonly elements: number;
}

export interface GeneratedModel {
  readonly op: string;
  readonly opset: number;
  readonly generator: Generator;
  readonly cases: readonly GeneratedCase[];
  /** The model. It maps an image [1, elements] to all checked outputs, one after another, [1, ...], and then a 0 if no case reads the image. */
  readonly description: ModelDescription;
  /** A random image. Every element lies in the range of the input to which it belongs. */
  readonly image: Float32Array;
}

/** The models of an operator, one for each opset. `share` of the cases are kept, at least one, because a GPU takes longer. */
export function generatedModels(generator: Generator, { share = 1, nonlinear = false } = {}): GeneratedModel[] {
  const { op, opsets, count } = generator;
  return opsets.map((opset, index) => {
    const seed = [...op].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 99991, opset);
    const all = Math.ceil(count / opsets.length);
    const kept = Math.max(1, Math.round(share * all));
    const model = new ModelOfCases(generator, opset, nonlinear);
    for (let i = 0; i < all; i++) {
      // The kept cases are spread over all cases, and differ between opsets.
      if ((i * kept + index) % all >= kept) continue;
      const draw = new Draw(10000 * seed + i);
      model.add(generator.generate(draw, opset), i, draw);
    }
    return model.build();
  });
}

class ModelOfCases {
  readonly #reshapes: NodeDescription[] = [];
  readonly #nodes: NodeDescription[] = [];
  readonly #casts: NodeDescription[] = [];
  readonly #flats: NodeDescription[] = [];
  readonly #initializers: Record<string, TensorInit> = { flat: intTensor([1, -1]) };
  readonly #image: number[] = [];
  readonly #cuts: { start: number; size: number; output: string }[] = [];
  readonly #cases: GeneratedCase[] = [];

  constructor(
    private readonly generator: Generator,
    private readonly opset: number,
    /** Puts a LeakyRelu in front, to keep the cases out of the linear prefix. */
    private readonly nonlinear: boolean,
  ) {}

  add({ attributes = {}, inputs, outputs = 1, checked = 0, castToFloat = false }: GeneratedNode, number: number, draw: Draw): void {
    const { op } = this.generator;
    const at = `${op} ${number}`;
    const before = this.#image.length;
    const names = inputs.map((input, position) => {
      if (input === null) return '';
      const name = `${at} input ${position}`;
      if ('dataType' in input) this.#initializers[name] = input;
      else this.#computed(name, input, draw);
      return name;
    });
    const values = Array.from({ length: outputs }, (_, k) => `${at} output ${k}`);
    this.#nodes.push({ op, name: at, inputs: names, output: values, attributes });
    const value = values[checked]!;
    const source = castToFloat ? `${at} cast` : value;
    if (castToFloat) this.#casts.push({ op: 'Cast', inputs: [value], output: source, attributes: { to: DataType.FLOAT } });
    this.#flats.push({ op: 'Reshape', inputs: [source, 'flat'], output: `${at} flat` });
    const shapes = inputs.map((input) =>
      input === null ? '-' : 'dataType' in input ? `constant ${input.dims ?? ''}` : `[${input.shape}]`,
    );
    this.#cases.push({
      name: `${at}, opset ${this.opset}: ${shapes.join(' ')} ${describe(attributes)}`,
      value,
      flat: `${at} flat`,
      elements: this.#image.length - before,
    });
  }

  build(): GeneratedModel {
    // A model must read its image even if no case does.
    const unread = this.#image.length === 0;
    if (unread) this.#image.push(0);
    const elements = this.#image.length;
    const source = this.nonlinear ? 'bent' : 'image';
    const front: NodeDescription[] = this.nonlinear
      ? [{ op: 'LeakyRelu', inputs: ['image'], output: source, attributes: { alpha: float(0.5) } }]
      : [];
    for (const { start, size, output } of this.#cuts) {
      const pads = [0, -start, 0, start + size - elements];
      const rest = this.opset < 11 ? { inputs: [source], attributes: { pads } } : { inputs: [source, `${output} pads`] };
      if (this.opset >= 11) this.#initializers[`${output} pads`] = intTensor(pads);
      front.push({ op: 'Pad', output, ...rest });
    }
    const { op } = this.generator;
    const joined = this.#cases.map(({ flat }) => flat);
    return {
      op,
      opset: this.opset,
      generator: this.generator,
      cases: this.#cases,
      image: Float32Array.from(this.#image),
      description: {
        opset: this.opset,
        inputs: { image: [1, elements] },
        outputs: ['all'],
        initializers: this.#initializers,
        nodes: [
          ...front,
          ...this.#reshapes,
          ...this.#nodes,
          ...this.#casts,
          ...this.#flats,
          { op: 'Concat', inputs: unread ? [...joined, source] : joined, output: 'all', attributes: { axis: 1 } },
        ],
      },
    };
  }

  /** A part of the image, reshaped to the shape of an input. */
  #computed(name: string, { shape, range: [low, high] = [-2, 2], as }: Exclude<GeneratedInput, TensorInit | null>, draw: Draw): void {
    const size = sizeOf(shape);
    const output = `${name} elements`;
    this.#cuts.push({ start: this.#image.length, size, output });
    this.#image.push(...draw.numbers(size, low, high));
    this.#initializers[`${name} shape`] = intTensor(shape);
    const reshaped = as === undefined ? name : `${name} numbers`;
    this.#reshapes.push({ op: 'Reshape', inputs: [output, `${name} shape`], output: reshaped });
    if (as === 'int') this.#reshapes.push({ op: 'Cast', inputs: [reshaped], output: name, attributes: { to: DataType.INT64 } });
    if (as === 'bool') {
      this.#initializers.zero = floatTensor([], [0]);
      this.#reshapes.push({ op: 'Greater', inputs: [reshaped, 'zero'], output: name });
    }
  }
}

function describe(attributes: Readonly<Record<string, AttributeDescription>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${typeof value === 'object' && 'float' in value ? value.float : String(value)}`)
    .join(' ');
}
