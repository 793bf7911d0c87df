import { filled } from '../../../graph/builder.js';
import type { NodeReader } from '../../../ops/node_reader.js';
import { resolveAxis } from '../../../ops/shared/axes.js';
import { type Attributes, integers, type NodeWriter, type Rewrite, reshaped, scalar } from '../rewrite.js';

// Normalisations whose scale or bias depends on the image, as networks have them that compute a style or a condition (AdaIN, FiLM). The kernels
// read constants. So what is normalised comes first, with a scale of 1 and a bias of 0, and both are applied afterwards.

/** Whether an input that is there depends on the image. */
function isComputed(node: NodeReader, ...positions: readonly number[]): boolean {
  return positions.some((position) => node.inputs[position] !== undefined && node.inputs[position].constant === undefined);
}

/** y scale + bias, where scale and bias are there. */
function applied(write: NodeWriter, y: string, scale: string, bias: string | undefined): string {
  const scaled = write.add('Mul', [y, scale]);
  return bias === undefined ? scaled : write.add('Add', [scaled, bias]);
}

const epsilonOf = (node: NodeReader) => node.float('epsilon', 1e-5);

/**
 * LayerNormalization whose scale or bias depends on the image, or whose mean or deviation is read.
 * https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 */
export const layerNormalizationInSteps: Rewrite = (node, write) => {
  const [, wantsMean = false, wantsInverse = false] = write.wanted;
  const computed = isComputed(node, 1, 2);
  if (!computed && !wantsMean && !wantsInverse) return undefined;
  const { name: x, shape } = node.input(0);
  const axis = resolveAxis(node, node.int('axis', -1), shape.length);
  const [scale, bias] = [node.input(1).name, node.inputs[2]?.name];
  const ones = () => write.addConstant(shape.slice(axis), filled(shape.slice(axis), 1));
  const attributes = { axis, epsilon: { float: epsilonOf(node) } };
  const y = computed
    ? applied(write, write.add('LayerNormalization', [x, ones()], attributes), scale, bias)
    : write.add('LayerNormalization', [x, scale, bias], attributes);
  if (!wantsMean && !wantsInverse) return [y];
  const axes = integers(
    write,
    shape.flatMap((_, k) => (k >= axis ? [k] : [])),
  );
  const mean = write.add('ReduceMean', [x, axes]);
  const centred = write.add('Sub', [x, mean]);
  const variance = write.add('ReduceMean', [write.add('Mul', [centred, centred]), axes]);
  const inverse = write.add('Reciprocal', [write.add('Sqrt', [write.add('Add', [variance, scalar(write, epsilonOf(node))])])]);
  return [y, mean, inverse];
};

/** GroupNormalization and InstanceNormalization whose scale or bias depends on the image. Scales of groups are repeated for their channels. */
export const planeNormalizationInSteps: Rewrite = (node, write) => {
  if (!isComputed(node, 1, 2)) return undefined;
  const { name: x, shape } = node.input(0);
  const [, channels = 1, ...plane] = shape;
  const constant = (value: number) => write.addConstant([channels], filled([channels], value));
  const groups = node.op === 'GroupNormalization' ? { num_groups: node.int('num_groups') } : {};
  const attributes: Attributes = { ...groups, epsilon: { float: epsilonOf(node) } };
  const normal = write.add(node.op, [x, constant(1), constant(0)], attributes);
  const perChannel = (position: number) => {
    const { name, shape: own } = node.input(position);
    const parts = own[0] ?? 1;
    const column = reshaped(write, name, [parts, 1]);
    const repeated = parts === channels ? column : write.add('Expand', [column, integers(write, [parts, channels / parts])]);
    return reshaped(write, repeated, [channels, ...plane.map(() => 1)]);
  };
  return [applied(write, normal, perChannel(1), perChannel(2))];
};

/** BatchNormalization whose parameters depend on the image. https://onnx.ai/onnx/operators/onnx__BatchNormalization.html */
export const batchNormalizationInSteps: Rewrite = (node, write) => {
  if (node.int('training_mode', 0) !== 0 || !isComputed(node, 1, 2, 3, 4)) return undefined;
  const { name: x, shape } = node.input(0);
  const perChannel = (position: number) => {
    const { name, shape: own } = node.input(position);
    return reshaped(write, name, [own[0] ?? 1, ...shape.slice(2).map(() => 1)]);
  };
  const deviation = write.add('Sqrt', [write.add('Add', [perChannel(4), scalar(write, epsilonOf(node))])]);
  const normal = write.add('Div', [write.add('Sub', [x, perChannel(3)]), deviation]);
  return [applied(write, normal, perChannel(1), perChannel(2))];
};
