import type { NodeReader } from '../../ops/node_reader.js';
import { resolveAxis } from '../../ops/shared/axes.js';
import { inputName, integers, type NodeWriter, type Rewrite, type RewrittenOperator, scalar } from './rewrite.js';

/** x scale / sqrt(mean(x^2) + epsilon), with means over all axes from `axis` on. Also gives the factor 1 / sqrt(...). */
export function rootMeanSquareNormal(
  write: NodeWriter,
  x: string,
  scale: string | undefined,
  { axis, epsilon }: { readonly axis: number; readonly epsilon: number },
): { readonly y: string; readonly inverse: string } {
  const axes = write.shape(x).flatMap((_, k) => (k >= axis ? [k] : []));
  const mean = write.add('ReduceMean', [write.add('Pow', [x, scalar(write, 2)]), integers(write, axes)]);
  const inverse = write.add('Reciprocal', [write.add('Sqrt', [write.add('Add', [mean, scalar(write, epsilon)])])]);
  const normal = write.add('Mul', [x, inverse]);
  return { y: scale === undefined ? normal : write.add('Mul', [normal, scale]), inverse };
}

function axisOf(node: NodeReader): number {
  return resolveAxis(node, node.int('axis', -1), node.input(0).shape.length);
}

/** RMSNormalization. https://onnx.ai/onnx/operators/onnx__RMSNormalization.html */
export const rmsNormalization: RewrittenOperator = {
  since: 23,
  inputs: [2, 2],
  attributes: ['axis', 'epsilon'],
  rewrite(node, write) {
    const { y } = rootMeanSquareNormal(write, node.input(0).name, node.input(1).name, {
      axis: axisOf(node),
      epsilon: node.float('epsilon', 1e-5),
    });
    return [y];
  },
};

/**
 * BatchNormalization in training mode on a constant, as exports of networks with standardised weights hold it: mean and variance are those
 * of the constant. Otherwise the node stays, and its reader refuses statistics of the batch.
 */
export const batchNormalizationOfConstant: Rewrite = (node, write) => {
  if (node.int('training_mode', 0) === 0 || node.inputs[0]?.constant === undefined) return undefined;
  const { name: x, shape } = node.input(0);
  if (shape.length < 2) throw node.error('node.input-shape', { shape, needs: 'channels' });
  const axes = integers(
    write,
    shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])),
  );
  const perChannel = (name: string) => write.add('Reshape', [name, integers(write, [-1, ...shape.slice(2).map(() => 1)])]);
  const mean = write.add('ReduceMean', [x, axes]);
  const centred = write.add('Sub', [x, mean]);
  const variance = write.add('ReduceMean', [write.add('Mul', [centred, centred]), axes]);
  const deviation = write.add('Sqrt', [write.add('Add', [variance, scalar(write, node.float('epsilon', 1e-5))])]);
  const scaled = write.add('Mul', [write.add('Div', [centred, deviation]), perChannel(node.input(1).name)]);
  const momentum = node.float('momentum', 0.9);
  /** What a running mean or variance becomes. */
  const running = (position: number, now: string) => {
    const old = inputName(node, position);
    if (!write.wanted[position - 2] || old === undefined) return undefined;
    const [kept, taken] = [write.add('Mul', [old, scalar(write, momentum)]), write.add('Mul', [now, scalar(write, 1 - momentum)])];
    return write.add('Add', [kept, write.add('Reshape', [taken, integers(write, [-1])])]);
  };
  return [write.add('Add', [scaled, perChannel(node.input(2).name)]), running(3, mean), running(4, variance)];
};
