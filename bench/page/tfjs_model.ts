import * as tf from '@tensorflow/tfjs';
import type { Graph, GraphNode } from '../../src/graph/graph.js';
import { importModel } from '../../src/onnx/import.js';
import type { ConvAttributes } from '../../src/ops/convolution/conv.js';
import type { Window } from '../../src/ops/operator.js';

/** A network of TensorFlow.js. */
export interface Model {
  readonly classes: number;
  /** The logits of images [count][height][width][channels]. */
  logits(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

type Step = (inputs: readonly tf.Tensor[]) => tf.Tensor;

/**
 * Turns an ONNX file into calls of TensorFlow.js, which reads no ONNX files. Channels come last, as TensorFlow.js has them; weights are
 * reordered once, at load. Throws for an operator that the bench's networks do not have, and names it.
 */
export function readModel(bytes: Uint8Array): Model {
  const { graph } = importModel(bytes);
  const kept: tf.Tensor[] = [];
  const keep = (make: () => tf.Tensor): tf.Tensor => {
    const tensor = tf.tidy(make);
    kept.push(tensor);
    return tensor;
  };
  const steps = graph.nodes.map((node) => ({ node, step: compile(graph, node, keep) }));
  return {
    classes: graph.output.shape.at(-1)!,
    logits(x) {
      const values = new Map([[graph.input.name, x]]);
      for (const { node, step } of steps) {
        const inputs = node.inputs.flatMap((name) => values.get(name) ?? []);
        values.set(node.output, step(inputs));
      }
      return values.get(graph.output.name)!;
    },
    dispose: () => tf.dispose(kept),
  };
}

function compile(graph: Graph, node: GraphNode, keep: (make: () => tf.Tensor) => tf.Tensor): Step {
  const { op, attributes, inputs } = node;
  const constant = (index: number) => {
    const { shape, data } = graph.constants.get(inputs[index]!)!;
    return tf.tensor(Float32Array.from(data), [...shape]);
  };
  switch (op) {
    case 'Conv': {
      const { group, window } = attributes as ConvAttributes;
      if (group !== 1) throw new Error(`TensorFlow.js is given no Conv of ${group} groups`);
      const filter = keep(() => constant(1).transpose([2, 3, 1, 0]));
      const bias = inputs[2] === undefined ? undefined : keep(() => constant(2));
      return ([x]) => {
        const { input, pad } = padded(x!, window);
        const sum = tf.conv2d(input, filter, window.rows.stride, pad);
        return bias === undefined ? sum : sum.add(bias);
      };
    }
    case 'Gemm': {
      const { alpha, beta, transA, transB } = attributes as Readonly<Record<'alpha' | 'beta' | 'transA' | 'transB', number>>;
      if (alpha !== 1 || beta !== 1 || transA !== 0 || inputs.length < 3) throw new Error('TensorFlow.js is given no Gemm but x w + b');
      const weights = keep(() => channelsLast(graph, inputs[0]!, transB ? constant(1) : constant(1).transpose()).transpose());
      const bias = keep(() => constant(2));
      return ([x]) => tf.matMul(x!, weights).add(bias);
    }
    case 'Relu':
      return ([x]) => tf.relu(x!);
    case 'MaxPool': {
      const { window } = attributes as { readonly window: Window };
      const { rows, columns } = window;
      if ([rows, columns].some(({ padding, paddingAfter }) => padding + paddingAfter > 0)) {
        throw new Error('TensorFlow.js is given no MaxPool with padding');
      }
      return ([x]) => tf.maxPool(x!, rows.kernel, rows.stride, 'valid');
    }
    case 'GlobalAveragePool':
      return ([x]) => x!.mean([1, 2], true);
    case 'Add':
      return ([a, b]) => a!.add(b!);
    case 'Concat':
      return (all) => tf.concat([...all], 3);
    case 'Flatten':
    case 'Reshape':
      return ([x]) => x!.reshape([x!.shape[0]!, -1]);
    default:
      throw new Error(`TensorFlow.js is given no ${op}`);
  }
}

/** TensorFlow.js pads both sides alike. For other padding, the tensor itself is padded first. */
function padded(x: tf.Tensor, { rows, columns }: Window): { input: tf.Tensor; pad: number | 'valid' } {
  const sides = [rows.padding, rows.paddingAfter, columns.padding, columns.paddingAfter] as const;
  if (sides.every((side) => side === sides[0])) return { input: x, pad: sides[0] };
  const [top, bottom, left, right] = sides;
  const widths: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { input: tf.pad(x, widths), pad: 'valid' };
}

/**
 * Weights [outputs][inputs] of a dense layer. After a Flatten, inputs are reordered from [channels][height][width] to
 * [height][width][channels].
 */
function channelsLast(graph: Graph, input: string, weights: tf.Tensor): tf.Tensor {
  const flat = graph.nodes.find(({ output }) => output === input);
  const [, channels, height, width] = graph.shapes.get(flat?.inputs[0] ?? input)!;
  if (height === undefined || width === undefined) return weights;
  const outputs = weights.shape[0]!;
  return weights
    .reshape([outputs, channels!, height, width])
    .transpose([0, 2, 3, 1])
    .reshape([outputs, channels! * height * width]);
}
