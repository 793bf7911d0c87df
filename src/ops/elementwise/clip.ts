import type { NodeReader } from '../node_reader.js';
import { clampToFloat32 } from '../shared/float32_range.js';
import { elementwise } from './elementwise.js';

/**
 * Clip: y = min(max(x, min), max); dx = dy where min <= x <= max, else 0. The derivative at the bounds is 1, as in torch.clamp.
 * The bounds are attributes up to opset 10 and optional inputs from 11 on. An absent bound is infinite.
 * https://onnx.ai/onnx/operators/onnx__Clip.html
 */
export const clip = elementwise<{ readonly min: number; readonly max: number }>({
  since: 1,
  inputs: [1, 3],
  followsLayer: true,
  canBeDead: true,
  read: (node) =>
    node.opset < 11
      ? { min: node.float('min', -Infinity), max: node.float('max', Infinity) }
      : { min: bound(node, 1) ?? -Infinity, max: bound(node, 2) ?? Infinity },
  value: (x, { min, max }) => Math.min(Math.max(x, min), max),
  derivative: (x, _, { min, max }) => (x >= min && x <= max ? 1 : 0),
  // It is affine without bounds, and also with bounds that cross, where y = max everywhere.
  linear: ({ min, max }) => (min === -Infinity && max === Infinity) || min > max,
  pieces: { kinks: ({ min, max }) => ({ lower: min, upper: max, slope: 1, offset: 0 }), below: () => 0 },
  kernel: 'clip',
  parameters: ({ min, max }) => ({ lower: clampToFloat32(min), upper: clampToFloat32(max) }),
});

function bound(node: NodeReader, position: number): number | undefined {
  if (node.inputs[position] === undefined) {
    return undefined;
  }
  const { data } = node.constant(position);
  const [number] = data;
  if (number === undefined || data.length > 1) {
    throw node.error('clip.bound-elements', { elements: data.length });
  }
  if (Number.isNaN(number)) {
    throw node.error('clip.bound-nan');
  }
  return number;
}
