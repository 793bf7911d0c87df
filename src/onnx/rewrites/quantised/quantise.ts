import type { NodeReader } from '../../../ops/node_reader.js';
import { resolveAxis } from '../../../ops/shared/axes.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type NodeWriter, reshaped, scalar } from '../rewrite.js';
import { boundsOf, followsLayer } from './bounds.js';
import { isZero, sameQuantisation } from './same.js';
import type { Quantisation } from './values.js';

/** The integers to which a quantiser saturates. */
export type Range = readonly [lowest: number, highest: number];

/** The real numbers (q - zero) scale for which integers stand. */
export function dequantised(node: NodeReader, write: NodeWriter, q: string, by: Quantisation): string {
  const { scale, zero, axis = 1, block = 0 } = by;
  if ([q, scale, zero].every((name) => name === undefined || write.constant(name) !== undefined)) {
    const own = write.shape(q).length > 0 ? { axis: axisOf(node, write, q, by), block_size: block } : {};
    return write.add('DequantizeLinear', [q, scale, stretchedZero(write, by)], own);
  }
  const known = write.quantised.of(q);
  if (known && sameQuantisation(write, known.by, { ...by, axis })) return known.real;
  const shifted = isZero(write, zero) ? q : write.add('Sub', [q, along(node, write, q, zero, by)]);
  return write.add('Mul', [along(node, write, q, scale, by), shifted]);
}

/**
 * The integers that stand for real numbers: saturate(round(x / scale) + zero), where halves round to the even integer. The float network
 * has x / scale + zero in its place.
 *
 * Saturation stays in the float network. A quantiser passes what it only rounds, at most half a step beyond its range, with slope 1, and
 * nothing beyond that: the straight-through estimator with the mask of PyTorch's fake_quantize. Where a range ends at 0 exactly, the quantiser may
 * hold a Relu that was merged with it; what it cuts off is cut at 0 then, and after a layer by a Relu.
 */
export function quantised(node: NodeReader, write: NodeWriter, x: string, by: Quantisation, range: Range): string {
  write.quantised.count();
  const [scale, zero] = [by.scale, by.zero].map((name) => along(node, write, x, name, by));
  const axis = by.axis ?? 1;
  if (!write.quantised.rounds) {
    const real = saturated(node, write, x, by, range);
    const quotient = write.add('Div', [real, scale]);
    const q = zero === undefined ? quotient : write.add('Add', [quotient, zero]);
    write.quantised.set(q, { real, by: { ...by, axis } });
    return q;
  }
  const rounded = write.add('Round', [write.add('Div', [x, scale])]);
  const shifted = zero === undefined ? rounded : write.add('Add', [rounded, zero]);
  const q = write.add('Clip', [shifted, ...range.map((bound) => scalar(write, bound))]);
  const difference = zero === undefined ? q : write.add('Sub', [q, zero]);
  write.quantised.set(q, { real: write.add('Mul', [difference, scale]), by: { ...by, axis } });
  return q;
}

/** A scale or zero point in a shape that stretches over x. */
function along(node: NodeReader, write: NodeWriter, x: string, name: string, by: Quantisation): string;
function along(node: NodeReader, write: NodeWriter, x: string, name: string | undefined, by: Quantisation): string | undefined;
function along(node: NodeReader, write: NodeWriter, x: string, name: string | undefined, by: Quantisation): string | undefined {
  if (name === undefined) return undefined;
  const numbers = sizeOf(write.shape(name));
  if (numbers === 1) return reshaped(write, name, []);
  const shape = write.shape(x);
  const axis = axisOf(node, write, x, by);
  if (by.block) {
    // The scales of 1 are the scales themselves, one for each element.
    const ones = write.addConstant(shape, new Float64Array(sizeOf(shape)).fill(1), 'int');
    const floats = write.add('Mul', [scalar(write, 1), name]);
    return write.add('DequantizeLinear', [ones, floats], { axis, block_size: by.block });
  }
  if (numbers !== itemAt(shape, axis)) throw node.error('quantise.scales', { scales: numbers, axis, shape, size: itemAt(shape, axis) });
  return reshaped(
    write,
    name,
    shape.map((size, each) => (each === axis ? size : 1)),
  );
}

function axisOf(node: NodeReader, write: NodeWriter, x: string, { axis = 1, scale }: Quantisation): number {
  const { length } = write.shape(x);
  return sizeOf(write.shape(scale)) === 1 ? 0 : resolveAxis(node, axis, length);
}

/** The zero points of constants, as many as there are scales. */
function stretchedZero(write: NodeWriter, { scale, zero }: Quantisation): string | undefined {
  const data = zero === undefined ? undefined : write.constant(zero)?.data;
  if (zero === undefined || data === undefined || data.length !== 1) return zero;
  const shape = write.shape(scale);
  return write.addConstant(shape, new Float64Array(sizeOf(shape)).fill(itemAt(data, 0)), 'int');
}

/** x within the numbers that a quantiser does not cut off. */
function saturated(node: NodeReader, write: NodeWriter, x: string, by: Quantisation, range: Range): string {
  const [scale, zero] = [write.constant(by.scale)?.data, by.zero === undefined ? undefined : write.constant(by.zero)?.data];
  if (scale === undefined || (by.zero !== undefined && zero === undefined)) return x;
  const zeroAt = (i: number) => (zero === undefined ? 0 : itemAt(zero, zero.length === 1 ? 0 : i));
  const ends = (integer: number) => Float64Array.from(scale, (step, i) => (integer - zeroAt(i)) * step);
  const [low, high] = [ends(range[0]), ends(range[1])];
  const bounds = boundsOf(write, x);
  const cutsBelow = scale.some((step, i) => bounds[0] < itemAt(low, i) - step);
  const cutsAbove = scale.some((step, i) => bounds[1] > itemAt(high, i) + step);
  const lower = low.map((bound, i) => (bound === 0 ? 0 : bound - itemAt(scale, i) / 2));
  const upper = high.map((bound, i) => (bound === 0 ? 0 : bound + itemAt(scale, i) / 2));
  const isRelu = cutsBelow && followsLayer(write, x) && lower.every((bound) => bound === 0);
  const above = isRelu ? write.add('Relu', [x]) : x;
  const below = cutsBelow && !isRelu;
  if (!below && !cutsAbove) return above;
  if (scale.length === 1) {
    return write.add('Clip', [
      above,
      below ? scalar(write, itemAt(lower, 0)) : undefined,
      cutsAbove ? scalar(write, itemAt(upper, 0)) : undefined,
    ]);
  }
  const constant = (data: Float64Array) => along(node, write, x, write.addConstant(write.shape(by.scale), data), by);
  const raised = below ? write.add('Max', [above, constant(lower)]) : above;
  return cutsAbove ? write.add('Min', [raised, constant(upper)]) : raised;
}
