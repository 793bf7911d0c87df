import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import type { Draw, GeneratedInput, GeneratedNode, Generator } from './generated_cases.js';
import { float, floatTensor, intTensor, rawTensor, type TensorInit } from './onnx_builder.js';

/** The input that is moved: computed, and now and then a constant, which folds. */
function moved(draw: Draw, shape: readonly number[]): GeneratedInput {
  return draw.chance(0.1) ? draw.floats(shape) : { shape };
}

/** Bounds of all kinds and steps of either sign, along some of the axes. At least one element is left. */
function slice(draw: Draw, opset: number): GeneratedNode {
  const rank = draw.integer(1, 5);
  const shape = draw.shape(rank, { largest: 9 });
  const axes = draw.axes(rank, 1);
  const lists = { starts: [] as number[], ends: [] as number[], axes, steps: [] as number[] };
  for (const axis of axes) {
    const size = shape.at(axis)!;
    const step = opset < 10 ? 1 : draw.pick([1, 1, 2, 3, -1, -1, -2, -4]);
    const [first, last] = [draw.integer(0, size - 1), draw.integer(0, size - 1)].sort((a, b) => (a - b) * step) as [number, number];
    const signed = (bound: number) => (draw.chance(0.5) ? bound - size : bound);
    lists.starts.push(draw.chance(0.2) ? (step > 0 ? -2 * size : 2 * size) : signed(first));
    // The end lies behind the last element. Before the first element there is no number for it, because -1 counts from the end.
    const end = step > 0 ? (last + 1 < size ? signed(last + 1) : size + draw.integer(0, 3)) : last > 0 ? signed(last - 1) : -size - 1;
    lists.ends.push(draw.chance(0.2) ? Math.sign(step) * 2 ** 31 : end);
    lists.steps.push(step);
  }
  const ordered = axes.length === rank && axes.every((axis, k) => axis === k);
  const named = ordered && draw.chance(0.5) ? {} : { axes };
  if (opset < 10) return { inputs: [moved(draw, shape)], attributes: { starts: lists.starts, ends: lists.ends, ...named } };
  const plain = lists.steps.every((step) => step === 1) && draw.chance(0.5);
  return {
    inputs: [
      moved(draw, shape),
      intTensor(lists.starts),
      intTensor(lists.ends),
      ...('axes' in named || !plain ? [intTensor(axes)] : []),
      ...(plain ? [] : [intTensor(lists.steps)]),
    ],
  };
}

/** Equal parts, given sizes, and from opset 18 on a number of parts of which the last may be smaller. One of the parts is read. */
function split(draw: Draw, opset: number): GeneratedNode {
  const rank = draw.integer(1, 4);
  const axis = draw.integer(0, rank - 1);
  const outputs = draw.integer(1, 5);
  const checked = draw.integer(0, outputs - 1);
  const rest = draw.shape(rank, { largest: 5, elements: 30 });
  const along = (size: number) =>
    moved(
      draw,
      rest.map((other, k) => (k === axis ? size : other)),
    );
  const attributes = axis === 0 && draw.chance(0.5) ? {} : { axis: opset < 11 ? axis : draw.signedAxis(axis, rank) };
  if (draw.chance(0.5)) {
    const sizes = Array.from({ length: outputs }, () => draw.integer(1, 4));
    const input = along(sizes.reduce((sum, size) => sum + size, 0));
    if (opset < 13) return { inputs: [input], attributes: { ...attributes, split: sizes }, outputs, checked };
    return { inputs: [input, intTensor(sizes)], attributes, outputs, checked };
  }
  const part = draw.integer(1, 4);
  if (opset < 18) return { inputs: [along(part * outputs)], attributes, outputs, checked };
  const last = draw.integer(1, part);
  return { inputs: [along((outputs - 1) * part + last)], attributes: { ...attributes, num_outputs: outputs }, outputs, checked };
}

/** A single index, lists of indices and tables of indices, with all kinds of order, repetition and sign. */
function gather(draw: Draw, opset: number): GeneratedNode {
  const rank = draw.integer(1, 4);
  const shape = draw.shape(rank, { largest: 9, elements: 60 });
  const axis = draw.integer(0, rank - 1);
  const size = shape[axis]!;
  const signed = (index: number) => (opset >= 11 && draw.chance(0.3) ? index - size : index);
  const count = draw.integer(1, 6);
  const kinds: (() => [number[], number[]])[] = [
    () => [[signed(draw.integer(0, size - 1))], []],
    () => [Array.from({ length: count }, () => signed(draw.integer(0, size - 1))), [count]],
    () => [Array.from({ length: 2 * count }, () => signed(draw.integer(0, size - 1))), [2, count]],
    () => [draw.shuffle(Array.from({ length: size }, (_, k) => k)), [size]],
    () => [Array.from({ length: 3 * size }, (_, k) => Math.floor(k / 3)), [size, 3]],
    () => [Array.from({ length: size }, (_, k) => size - 1 - k), [1, size]],
    () => [Array.from({ length: Math.ceil(size / 2) }, (_, k) => 2 * k), [Math.ceil(size / 2)]],
  ];
  const [indices, form] = draw.pick(kinds)();
  const attributes = axis === 0 && draw.chance(0.5) ? {} : { axis: opset < 11 ? axis : draw.signedAxis(axis, rank) };
  return { inputs: [moved(draw, shape), intTensor(indices, form)], attributes };
}

/** Sizes of 1 in either shape, and fewer axes in either shape. */
function expand(draw: Draw): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 5), { largest: 5 });
  const target = draw.stretchable(shape);
  return { inputs: [moved(draw, draw.stretchable(shape)), intTensor(target.length > 0 ? target : [1])] };
}

function tile(draw: Draw): GeneratedNode {
  const rank = draw.integer(1, 5);
  const repeats = Array.from({ length: rank }, () => draw.pick([1, 1, 2, 3]));
  return { inputs: [moved(draw, draw.shape(rank, { largest: 5, elements: 20 })), intTensor(repeats)] };
}

/** One branch a constant, or both computed, stretched in all ways. */
function where(draw: Draw): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 5));
  const conditions = draw.stretchable(shape);
  const condition = rawTensor(
    DataType.BOOL,
    conditions,
    Uint8Array.from({ length: sizeOf(conditions) }, () => Number(draw.chance(0.5))),
  );
  const branches = [0, 1].map(() => draw.stretchable(shape));
  const constant = draw.pick([0, 1, 2]);
  return { inputs: [condition, ...branches.map((branch, k) => (k === constant ? draw.floats(branch) : { shape: branch }))] };
}

function planes(draw: Draw, channels: number, rows: number, columns: number): GeneratedInput {
  return moved(draw, [draw.integer(1, 2), channels, rows, columns]);
}

function depthToSpace(draw: Draw, opset: number): GeneratedNode {
  const block = draw.integer(1, 3);
  const input = planes(draw, block * block * draw.integer(1, 3), draw.integer(1, 4), draw.integer(1, 4));
  const mode = opset >= 11 && draw.chance(0.7) ? { mode: draw.pick(['DCR', 'CRD']) } : {};
  return { inputs: [input], attributes: { blocksize: block, ...mode } };
}

function spaceToDepth(draw: Draw): GeneratedNode {
  const block = draw.integer(1, 3);
  const input = planes(draw, draw.integer(1, 4), block * draw.integer(1, 3), block * draw.integer(1, 3));
  return { inputs: [input], attributes: { blocksize: block } };
}

function transpose(draw: Draw): GeneratedNode {
  const rank = draw.integer(1, 6);
  const perm = draw.shuffle(Array.from({ length: rank }, (_, axis) => axis));
  return { inputs: [moved(draw, draw.shape(rank))], attributes: draw.chance(0.2) ? {} : { perm } };
}

/** Padding and cropping on every side, by constants and by elements of x. Every axis keeps at least one element. */
function pad(draw: Draw, opset: number): GeneratedNode {
  const rank = draw.integer(1, 4);
  const shape = draw.shape(rank, { largest: 5, elements: 40 });
  const mode = draw.pick(['constant', 'constant', 'reflect', 'edge', ...(opset >= 19 ? ['wrap'] : [])]);
  const axes = opset >= 18 && draw.chance(0.5) ? draw.axes(rank, 1) : undefined;
  const sizes = axes ? axes.map((axis) => shape.at(axis)!) : shape;
  const crops = mode === 'constant';
  // An axis can be mirrored in one element less than it has. Where an axis wraps more than once, ONNX Runtime does not follow the standard.
  const most = (size: number) => Math.min(2, mode === 'reflect' ? size - 1 : mode === 'wrap' ? size : 2);
  const begins = sizes.map((size) => draw.integer(crops ? 1 - size : 0, most(size)));
  const ends = sizes.map((size, k) => draw.integer(crops ? 1 - size - Math.min(begins[k]!, 0) : 0, most(size)));
  const value = mode === 'constant' && draw.chance(0.5) ? draw.number(-2, 2) : undefined;
  const pads = [...begins, ...ends];
  const named = mode === 'constant' && draw.chance(0.5) ? {} : { mode };
  if (opset < 11) {
    return { inputs: [moved(draw, shape)], attributes: { pads, ...named, ...(value !== undefined && { value: float(value) }) } };
  }
  const given: (TensorInit | null)[] = [intTensor(pads)];
  if (value !== undefined || axes) given.push(value === undefined ? null : floatTensor([], [value]));
  if (axes) given.push(intTensor(axes));
  return { inputs: [moved(draw, shape), ...given], attributes: named };
}

/** Operators that move elements and compute nothing. */
export const movementGenerators: readonly Generator[] = [
  { op: 'Slice', opsets: [7, 10, 13], count: 300, generate: slice },
  { op: 'Split', opsets: [7, 11, 13, 18], count: 240, generate: split },
  { op: 'Gather', opsets: [7, 11, 13], count: 240, generate: gather },
  { op: 'Expand', opsets: [8, 13], count: 200, generate: expand },
  { op: 'Tile', opsets: [7, 13], count: 200, generate: tile },
  { op: 'Where', opsets: [9, 16], count: 200, generate: where },
  { op: 'DepthToSpace', opsets: [7, 11, 13], count: 150, generate: depthToSpace },
  { op: 'SpaceToDepth', opsets: [7, 13], count: 100, generate: spaceToDepth },
  { op: 'Transpose', opsets: [7, 13], count: 200, generate: transpose },
  { op: 'Pad', opsets: [7, 11, 18, 19], count: 320, generate: pad },
];
