import { filled } from '../../../graph/builder.js';
import { inputName, type Rewrite, scalar } from '../rewrite.js';

/** Clip whose bounds depend on the image. A node of the table reads constants. https://onnx.ai/onnx/operators/onnx__Clip.html */
export const clipOfComputedBounds: Rewrite = (node, write) => {
  const [, lower, upper] = node.inputs;
  if (node.opset < 11 || [lower, upper].every((bound) => bound === undefined || bound.constant !== undefined)) return undefined;
  const above = lower === undefined ? node.input(0).name : write.add('Max', [node.input(0).name, lower.name]);
  return [upper === undefined ? above : write.add('Min', [above, upper.name])];
};

/**
 * Pad by a value that depends on the image: x among zeros, and the value where ones among zeros are 0.
 * https://onnx.ai/onnx/operators/onnx__Pad.html
 */
export const padOfComputedValue: Rewrite = (node, write) => {
  const value = node.inputs[2];
  if (node.opset < 11 || value === undefined || value.constant !== undefined) return undefined;
  if (node.string('mode', 'constant') !== 'constant') return undefined;
  const { name: x, shape } = node.input(0);
  const padded = (name: string) => write.add('Pad', [name, node.input(1).name, scalar(write, 0), inputName(node, 3)]);
  const ones = write.addConstant(shape, filled(shape, 1));
  const around = write.add('Sub', [scalar(write, 1), padded(ones)]);
  return [write.add('Add', [padded(x), write.add('Mul', [around, value.name])])];
};

/** The mask of a Dropout at inference: nothing is dropped. https://onnx.ai/onnx/operators/onnx__Dropout.html */
export const dropoutWithMask: Rewrite = (node, write) => {
  if (write.wanted[1] !== true) return undefined;
  const { name: x, shape } = node.input(0);
  const kept = write.addConstant(shape, filled(shape, 1), 'bool');
  return [write.add('Dropout', [x, inputName(node, 1), inputName(node, 2)]), kept];
};
