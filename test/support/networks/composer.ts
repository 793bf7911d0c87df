import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { Xoshiro128 } from '../../../src/tensor/random.js';
import {
  type AttributeDescription,
  buildModel,
  float,
  floatTensor,
  intTensor,
  type NodeDescription,
  rawTensor,
  type TensorInit,
} from '../onnx_builder.js';

/** How the weights of a layer are drawn. */
export interface Draw {
  /**
   * The variance of the weights times their fan-in. 2 keeps the second moment after a ReLU (He et al. 2015, eq. 10), 1 that of values that
   * no activation has cut off.
   */
  readonly gain?: number;
  /** The least and the largest bias; without it the layer has no bias. */
  readonly bias?: readonly [number, number];
}

export interface ConvolutionOptions extends Draw {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly group?: number;
}

/**
 * Writes a network as PyTorch's exporter would, one node after another, with weights drawn from a seed. A value is its name. Weights are
 * uniform. Biases and the statistics of normalisations are not 0 and 1, so that mistakes with them show.
 */
export class Composer {
  /** Numbers that training would fit, as papers count them: without running means and variances. */
  parameters = 0;
  readonly #random: Xoshiro128;
  readonly #nodes: NodeDescription[] = [];
  readonly #initializers: Record<string, TensorInit> = {};

  constructor(seed: number) {
    this.#random = Xoshiro128.fromSeed(seed);
  }

  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeDescription>> = {}): string {
    const output = `${op} ${this.#nodes.length}`;
    this.#nodes.push({ op, name: output, inputs: [...inputs], output, attributes });
    return output;
  }

  /** A trained tensor, uniform in [least, largest]. */
  weights(shape: readonly number[], least: number, largest: number): string {
    this.parameters += sizeOf(shape);
    return this.#drawn(shape, least, largest);
  }

  /** A number that the exporter wrote as a constant of rank 0. */
  number(value: number): string {
    return this.#initializer(floatTensor([], [value]));
  }

  /** An int64 constant, a vector unless `shape` is given. */
  integers(values: readonly number[], shape?: readonly number[]): string {
    return this.#initializer(intTensor(values, shape));
  }

  convolution(x: string, inputs: number, outputs: number, options: ConvolutionOptions): string {
    const { kernel, stride = 1, padding = 0, group = 1, gain = 2, bias } = options;
    const fanIn = (inputs / group) * kernel * kernel;
    const tensors = [this.#scaled([outputs, inputs / group, kernel, kernel], fanIn, gain), ...this.#bias(outputs, bias)];
    return this.node('Conv', [x, ...tensors], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
      dilations: [1, 1],
      group,
    });
  }

  /** Batch norm in inference. `scale` bounds gamma. A small gamma at the end of a residual branch keeps the sum of all branches in range. */
  batchNorm(x: string, channels: number, scale: readonly [number, number] = [0.8, 1.2]): string {
    const tensors = [
      this.weights([channels], ...scale),
      this.weights([channels], -0.2, 0.2),
      this.#drawn([channels], -0.2, 0.2),
      this.#drawn([channels], 0.7, 1.4),
    ];
    return this.node('BatchNormalization', [x, ...tensors], { epsilon: float(1e-5), momentum: float(0.9) });
  }

  /** `nn.Linear` of a vector: a Gemm of transposed weights. */
  gemm(x: string, inputs: number, outputs: number): string {
    const tensors = [this.#scaled([outputs, inputs], inputs, 1), ...this.#bias(outputs, [-0.1, 0.1])];
    return this.node('Gemm', [x, ...tensors], { transB: 1 });
  }

  /** `nn.Linear` on the last axis of a tensor: a MatMul, and an Add. */
  linear(x: string, inputs: number, outputs: number, gain = 1): string {
    const product = this.node('MatMul', [x, this.#scaled([inputs, outputs], inputs, gain)]);
    return this.node('Add', [this.weights([outputs], -0.1, 0.1), product]);
  }

  /** The tail of convolutional networks: the mean of each plane, and a dense layer. */
  pooledClassifier(x: string, channels: number, classes: number): string {
    return this.gemm(this.node('Flatten', [this.node('GlobalAveragePool', [x])], { axis: 1 }), channels, classes);
  }

  /** The file, from an image [N, 3, size, size] to `output`. */
  build(output: string, size: number, opset: number): Uint8Array {
    return buildModel({
      opset,
      producer: 'pathlight test',
      inputs: { image: ['N', 3, size, size] },
      initializers: this.#initializers,
      nodes: this.#nodes,
      outputs: [output],
    });
  }

  #scaled(shape: readonly number[], fanIn: number, gain: number): string {
    const bound = Math.sqrt((3 * gain) / fanIn); // The variance of a uniform number in [-b, b] is b^2 / 3.
    return this.weights(shape, -bound, bound);
  }

  #bias(outputs: number, bias: Draw['bias']): string[] {
    return bias ? [this.weights([outputs], ...bias)] : [];
  }

  #drawn(shape: readonly number[], least: number, largest: number): string {
    const values = Float32Array.from({ length: sizeOf(shape) }, () => least + (largest - least) * this.#random.uniform());
    return this.#initializer(rawTensor(DataType.FLOAT, shape, values));
  }

  #initializer(tensor: TensorInit): string {
    const name = `constant ${Object.keys(this.#initializers).length}`;
    this.#initializers[name] = tensor;
    return name;
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
