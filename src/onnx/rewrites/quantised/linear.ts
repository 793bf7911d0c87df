import { rangeOf } from '../../../ops/folding/quantise.js';
import type { NodeReader } from '../../../ops/node_reader.js';
import { inputName, type NodeWriter, type RewrittenOperator, scalar } from '../rewrite.js';
import { dequantised, quantised, type Range } from './quantise.js';
import type { Quantisation } from './values.js';

/** The quantisation of a node of QuantizeLinear or DequantizeLinear. */
function quantisationOf(node: NodeReader): Quantisation {
  const [scale, zero] = [node.input(1).name, inputName(node, 2)];
  return { scale, zero, axis: node.int('axis', 1), block: node.int('block_size', 0) };
}

/** The integers of a zero point's type, which is that of the quantised values. uint8 where there is none. */
export function rangeOfType(node: NodeReader, write: NodeWriter, zero: string | undefined): Range {
  if (zero === undefined) return rangeOf(node);
  const range = write.constant(zero)?.range;
  if (range === undefined) throw node.error('quantise.zero-point-range');
  return range;
}

/** Nodes of which everything is constant are folded (src/ops/folding/quantise.ts). */
function isConstant(node: NodeReader): boolean {
  return node.input(0).constant !== undefined;
}

/** Nodes of com.microsoft are those of ONNX, for 16 and 4 bits before ONNX had these. */
function onConstants(node: NodeReader, write: NodeWriter, op: string): [string] {
  const { scale, zero } = quantisationOf(node);
  const own = ['axis', 'block_size'].flatMap((name) => (node.has(name) ? [[name, node.int(name)] as const] : []));
  return [write.add(op, [node.input(0).name, scale, zero], Object.fromEntries(own))];
}

function quantizeLinear(since: number, folds: boolean): RewrittenOperator {
  return {
    since,
    inputs: [2, 3],
    attributes: ['axis', 'block_size', 'output_dtype'],
    notes: { note: 'of values from the image: the float network has its saturation, and no rounding' },
    rewrite(node, write) {
      if (isConstant(node)) return folds ? undefined : onConstants(node, write, 'QuantizeLinear');
      return [quantised(node, write, node.input(0).name, quantisationOf(node), rangeOfType(node, write, inputName(node, 2)))];
    },
  };
}

function dequantizeLinear(since: number, folds: boolean): RewrittenOperator {
  return {
    since,
    inputs: [2, 3],
    attributes: ['axis', 'block_size'],
    rewrite(node, write) {
      if (isConstant(node)) return folds ? undefined : onConstants(node, write, 'DequantizeLinear');
      return [dequantised(node, write, node.input(0).name, quantisationOf(node))];
    },
  };
}

/** https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html */
export const quantizeLinearOfImage = quantizeLinear(10, true);
/** https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html */
export const dequantizeLinearOfImage = dequantizeLinear(10, true);
/** https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QuantizeLinear */
export const microsoftQuantizeLinear = quantizeLinear(1, false);
/** https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.DequantizeLinear */
export const microsoftDequantizeLinear = dequantizeLinear(1, false);

/** The largest scale that no value of a network has, but that is no 0. */
const LEAST_SCALE = 2 ** -100;

/**
 * The uint8 of x with a scale and a zero point of its own: scale = (max(0, x) - min(0, x)) / 255, zero = saturate(round(-min(0, x) / scale)).
 * It cuts nothing off. What reads it multiplies by the scale in the end, so the float network has x itself, with a scale of 1.
 */
export function dynamicallyQuantised(write: NodeWriter, x: string): { q: string; scale: string; zero: string } {
  write.quantised.count();
  if (!write.quantised.rounds) return { q: x, scale: scalar(write, 1), zero: scalar(write, 0) };
  const none = scalar(write, 0);
  const highest = write.add('Max', [write.add('ReduceMax', [x], { keepdims: 0 }), none]);
  const lowest = write.add('Min', [write.add('ReduceMin', [x], { keepdims: 0 }), none]);
  const step = write.add('Div', [write.add('Sub', [highest, lowest]), scalar(write, 255)]);
  const scale = write.add('Max', [step, scalar(write, LEAST_SCALE)]);
  const whole = (value: string) => write.add('Round', [value]);
  const byte = (value: string) => write.add('Clip', [value, none, scalar(write, 255)]);
  const zero = byte(whole(write.add('Neg', [write.add('Div', [lowest, scale])])));
  return { q: byte(write.add('Add', [whole(write.add('Div', [x, scale])), zero])), scale, zero };
}

/** https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html */
export const dynamicQuantizeLinear: RewrittenOperator = {
  since: 11,
  inputs: [1, 1],
  outputs: 3,
  notes: { note: 'the float network has x itself, with scale 1 and zero point 0' },
  rewrite(node, write) {
    const { q, scale, zero } = dynamicallyQuantised(write, node.input(0).name);
    return [q, scale, zero];
  },
};
