import { type Rewrite, type RewrittenOperator, scalar } from '../rewrite.js';

/**
 * Shrink: x + bias below -lambd, x - bias above lambd, and 0 between. With a bias of lambd it is continuous, and x less x clipped to
 * [-lambd, lambd]; otherwise it jumps. https://onnx.ai/onnx/operators/onnx__Shrink.html
 */
export const shrink: RewrittenOperator = {
  since: 9,
  inputs: [1, 1],
  attributes: ['bias', 'lambd'],
  rewrite(node, write) {
    const { name: x } = node.input(0);
    const [bias, lambd] = [node.float('bias', 0), node.float('lambd', 0.5)];
    if (bias === lambd && lambd >= 0) return [write.add('Sub', [x, write.add('Clip', [x, scalar(write, -lambd), scalar(write, lambd)])])];
    const [low, high] = [write.add('Less', [x, scalar(write, -lambd)]), write.add('Greater', [x, scalar(write, lambd)])];
    const upper = write.add('Where', [high, write.add('Sub', [x, scalar(write, bias)]), scalar(write, 0)]);
    return [write.add('Where', [low, write.add('Add', [x, scalar(write, bias)]), upper])];
  },
};

/** A ThresholdedRelu that does not jump is a Relu. */
export const reluOfThreshold: Rewrite = (node, write) =>
  node.float('alpha', 1) === 0 ? [write.add('Relu', [node.input(0).name])] : undefined;
