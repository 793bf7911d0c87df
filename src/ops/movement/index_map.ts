import { firstOf, itemAt } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf, stridesOf } from '../../tensor/tensor.js';
import type { Dispatch } from '../operator.js';
import { axisParameters } from '../shared/axes.js';

/**
 * How elements move from x to y, axis by axis. Element k along an axis of y lies at `begin` + k `step` along the axis `from` of x. Without
 * `from` it is one of `count` copies. Each axis of x is named once. Both tensors may have other axes here than their shapes say, as long as
 * the elements are the same in C order.
 */
export interface IndexMap {
  /** Sizes of the axes of x. */
  readonly sizes: readonly number[];
  /** The axes of y, outermost first. */
  readonly axes: readonly IndexMapAxis[];
}

export interface IndexMapAxis {
  readonly count: number;
  readonly from?: number;
  /** 0 by default. Elements of y outside of x, as in padding, come from nowhere. Then the step is 1. */
  readonly begin?: number;
  /** 1 by default, never 0. */
  readonly step?: number;
}

/** A permutation: axis k of y is axis perm[k] of x. */
export function permuted(sizes: Shape, perm: readonly number[]): IndexMap {
  return { sizes, axes: perm.map((from) => ({ from, count: sizeAt(sizes, from) })) };
}

/** The entry of a table for an element of y that comes from nowhere, or for one of x that goes nowhere. */
export const NOWHERE = 0xffffffff;

/** For every element of y, the element of x that moves there, or NOWHERE. */
export function placesOf({ sizes, axes }: IndexMap): Uint32Array {
  const strides = stridesOf(sizes);
  let places = Uint32Array.of(0);
  for (const { count, from, begin = 0, step = 1 } of axes) {
    if (count === 1 && (from === undefined || (begin === 0 && sizeAt(sizes, from) > 0))) continue;
    const offsets = Uint32Array.from({ length: count }, (_, k) => {
      if (from === undefined) return 0;
      const at = begin + k * step;
      return at >= 0 && at < sizeAt(sizes, from) ? at * itemAt(strides, from) : NOWHERE;
    });
    const next = new Uint32Array(places.length * count);
    for (let i = 0, to = 0; i < places.length; i++) {
      const place = places[i]!;
      for (let k = 0; k < count; k++, to++) {
        const offset = offsets[k]!;
        next[to] = place === NOWHERE || offset === NOWHERE ? NOWHERE : place + offset;
      }
    }
    places = next;
  }
  return places;
}

/** The table of moves along every axis separately: element (i, j, ..) of y is element (lists[0][i], lists[1][j], ..) of x. */
export function axiswise(sizes: Shape, lists: readonly (readonly number[])[]): Uint32Array {
  const strides = stridesOf(sizes);
  return lists.reduce((places, list, axis) => {
    const next = new Uint32Array(places.length * list.length);
    const stride = itemAt(strides, axis);
    places.forEach((place, i) => {
      list.forEach((index, k) => {
        next[i * list.length + k] = place + index * stride;
      });
    });
    return next;
  }, Uint32Array.of(0));
}

/**
 * An axis of the tensor that is written. For its elements `begin` to `begin` + `count` - 1 the elements of the source lie `stride` apart.
 * The others come from nowhere.
 */
interface Own {
  readonly size: number;
  readonly begin: number;
  readonly count: number;
  readonly stride: number;
}

/** An index map as shaders/movement/move.wgsl takes it: for every element of the written tensor, where it comes from. */
export interface MoveArguments {
  readonly parameters: Dispatch['parameters'];
  readonly constants: { readonly CHECKED: number; readonly COPIES: number };
}

/** The arguments that write y. Undefined where the kernel has no room for its axes. */
export function forwardArguments({ sizes, axes }: IndexMap): MoveArguments | undefined {
  const strides = stridesOf(sizes);
  let base = 0;
  const own = axes.map(({ count, from, begin = 0, step = 1 }): Own => {
    if (from === undefined) return { size: count, begin: 0, count, stride: 0 };
    const [size, stride] = [sizeAt(sizes, from), itemAt(strides, from)];
    if (step === 1 && (begin < 0 || begin + count > size)) return { size: count, begin: -begin, count: size, stride };
    base += begin * stride;
    return { size: count, begin: 0, count, stride: step * stride };
  });
  return moveArguments(base, own, []);
}

/** The arguments that write the cotangent of x. Undefined also where a step does not divide the size of its axis. */
export function backwardArguments(indexMap: IndexMap): MoveArguments | undefined {
  const whole = withoutSteps(indexMap);
  if (whole === undefined) return undefined;
  const { sizes, axes } = whole;
  const strides = stridesOf(axes.map(({ count }) => count));
  let base = 0;
  const own = sizes.map((size, axis): Own => {
    const place = axes.findIndex(({ from }) => from === axis);
    const { count, begin = 0, step = 1 } = itemAt(axes, place);
    const stride = itemAt(strides, place);
    if (step === 1) return { size, begin, count, stride };
    base += (count - 1) * stride;
    return { size, begin: begin - count + 1, count, stride: -stride };
  });
  const copies = axes.flatMap(({ count, from }, place) => (from === undefined ? [{ count, stride: itemAt(strides, place) }] : []));
  return moveArguments(base, own, copies);
}

/** The same map with steps of 1 and -1 only. An axis with a step of s becomes two, of which the inner one has s elements. */
function withoutSteps({ sizes, axes }: IndexMap): IndexMap | undefined {
  const widths = sizes.map((_, axis) => {
    const { step = 1, count } = firstOf(axes.filter(({ from }) => from === axis));
    return count === 1 ? 1 : Math.abs(step);
  });
  if (sizes.some((size, axis) => size % itemAt(widths, axis) !== 0)) return undefined;
  const outer = widths.map((_, axis) => axis + widths.slice(0, axis).filter((width) => width > 1).length);
  return {
    sizes: sizes.flatMap((size, axis) => {
      const width = itemAt(widths, axis);
      return width === 1 ? [size] : [size / width, width];
    }),
    axes: axes.flatMap((axis): IndexMapAxis[] => {
      const { count, from, begin = 0, step = 1 } = axis;
      if (from === undefined) return [axis];
      const [width, place] = [itemAt(widths, from), itemAt(outer, from)];
      const one = { count, from: place, step: count === 1 ? 1 : Math.sign(step) };
      if (width === 1) return [{ ...one, begin }];
      return [
        { ...one, begin: Math.floor(begin / width) },
        { count: 1, from: place + 1, begin: begin % width },
      ];
    }),
  };
}

function moveArguments(base: number, own: readonly Own[], copies: readonly { count: number; stride: number }[]): MoveArguments | undefined {
  const axes = joined(own);
  const repeats = joined(copies.map(({ count, stride }) => ({ size: count, begin: 0, count, stride })));
  if (axes.length > 8 || repeats.length > 4) return undefined;
  const CHECKED = Number(axes.some((axis) => !isWhole(axis)));
  const pick = (name: string, of: (axis: Own) => number) => axisParameters(name, axes.map(of));
  return {
    constants: { CHECKED, COPIES: Number(repeats.length > 0) },
    parameters: {
      base,
      rank: axes.length,
      ...pick('sizes', ({ size }) => size),
      ...pick('strides', ({ stride }) => stride >>> 0),
      ...(CHECKED && { ...pick('begins', ({ begin }) => begin >>> 0), ...pick('counts', ({ count }) => count) }),
      ...(repeats.length > 0 && {
        copies: sizeOf(repeats.map(({ count }) => count)),
        copies_rank: repeats.length,
        copies_sizes: padded(repeats.map(({ count }) => count)),
        copies_strides: padded(repeats.map(({ stride }) => stride)),
      }),
    },
  };
}

function isWhole({ size, begin, count }: Own): boolean {
  return begin === 0 && count === size;
}

/** The same map with as few axes as possible. An axis that is whole joins the one outside it, where their elements lie end to end. */
function joined(axes: readonly Own[]): Own[] {
  const kept: Own[] = [];
  for (const axis of [...axes].reverse()) {
    if (axis.size === 1 && isWhole(axis)) continue;
    const inner = kept[0];
    if (inner !== undefined && isWhole(inner) && axis.stride === inner.stride * inner.size) {
      const { size } = inner;
      kept[0] = { size: axis.size * size, begin: axis.begin * size, count: axis.count * size, stride: inner.stride };
    } else kept.unshift(axis);
  }
  return kept;
}

/** Four numbers, innermost axis first. */
function padded(numbers: readonly number[]): number[] {
  const reversed = [...numbers].reverse();
  return Array.from({ length: 4 }, (_, axis) => reversed[axis] ?? 0);
}
