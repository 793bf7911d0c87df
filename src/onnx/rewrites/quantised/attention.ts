import { selfAttention } from '../microsoft/attention.js';
import { inputName, type RewrittenOperator } from '../rewrite.js';
import { dequantised } from './quantise.js';

/**
 * QAttention: Attention of com.microsoft with integers for x and the weights, whose scales are one number or, of weights, one a column.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QAttention
 */
export const qAttention: RewrittenOperator = {
  since: 1,
  inputs: [5, 9],
  attributes: ['mask_filter_value', 'num_heads', 'unidirectional'],
  rewrite(node, write) {
    if (node.inputs[8] !== undefined) throw node.error('attention.past');
    const real = (position: number) => {
      const by = { scale: node.input(position + 3).name, zero: inputName(node, position + 6), axis: -1 };
      return dequantised(node, write, node.input(position).name, by);
    };
    return [selfAttention(node, write, { x: real(0), weights: real(1), bias: inputName(node, 2) }, { mask: 5 })];
  },
};
