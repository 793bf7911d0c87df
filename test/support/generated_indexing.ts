import { sizeOf } from '../../src/tensor/tensor.js';
import type { Draw, GeneratedInput, GeneratedNode, Generator } from './generated_cases.js';
import { intTensor } from './onnx_builder.js';

/** The input that is read or changed: computed, and now and then a constant, which may fold. */
function computed(draw: Draw, shape: readonly number[]): GeneratedInput {
  return draw.chance(0.1) ? draw.floats(shape) : { shape };
}

/** A place along an axis, sometimes counted from its end. */
function place(draw: Draw, size: number): number {
  const index = draw.integer(0, size - 1);
  return draw.chance(0.3) ? index - size : index;
}

/** Rows with places along some axes, behind axes that both tensors share, in tables of any rank. Elements come several times, and never. */
function gatherND(draw: Draw, opset: number): GeneratedNode {
  const rank = draw.integer(1, 5);
  const shape = draw.shape(rank, { largest: 5, elements: 60 });
  const batchDims = opset >= 12 && draw.chance(0.5) ? draw.integer(0, rank - 1) : 0;
  const depth = draw.integer(1, rank - batchDims);
  const table = draw.shape(draw.integer(0, 2), { largest: 4, elements: 12 });
  const form = [...shape.slice(0, batchDims), ...table];
  const indices = Array.from({ length: sizeOf(form) }, () =>
    shape.slice(batchDims, batchDims + depth).map((size) => place(draw, size)),
  ).flat();
  return {
    inputs: [computed(draw, shape), intTensor(indices, [...form, depth])],
    attributes: batchDims > 0 ? { batch_dims: batchDims } : {},
  };
}

/** Shorter and longer than the tensor along the axis, and not longer along all others. */
function gatherElements(draw: Draw, opset: number): GeneratedNode {
  const { shape, axis, form, attributes } = alongAxis(draw, opset);
  const indices = Array.from({ length: sizeOf(form) }, () => place(draw, shape[axis]!));
  return { inputs: [computed(draw, shape), intTensor(indices, form)], attributes };
}

/** Updates of elements and of runs, in tables of any rank, of which none meets another: ONNX Runtime does not say which would count. */
function scatterND(draw: Draw): GeneratedNode {
  const rank = draw.integer(1, 4);
  const shape = draw.shape(rank, { largest: 5, elements: 60 });
  const depth = draw.integer(1, rank);
  const sizes = shape.slice(0, depth);
  const all = draw.shuffle(Array.from({ length: sizeOf(sizes) }, (_, row) => row));
  const rows = all.slice(0, draw.integer(1, all.length));
  const form = rows.length % 2 === 0 && draw.chance(0.5) ? [2, rows.length / 2] : [rows.length];
  const indices = rows.flatMap((row) => placeOfRow(draw, sizes, row));
  return {
    inputs: [computed(draw, shape), intTensor(indices, [...form, depth]), computed(draw, [...form, ...shape.slice(depth)])],
  };
}

/** The place of a row along every axis, sometimes counted from the end. */
function placeOfRow(draw: Draw, sizes: readonly number[], row: number): number[] {
  let rest = row;
  return sizes
    .slice()
    .reverse()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return draw.chance(0.3) ? index - size : index;
    })
    .reverse();
}

/** Several updates of one element, and none. The last counts. */
function scatterElements(draw: Draw, opset: number): GeneratedNode {
  const { shape, axis, form, attributes } = alongAxis(draw, opset);
  const indices = Array.from({ length: sizeOf(form) }, () => place(draw, shape[axis]!));
  return { inputs: [computed(draw, shape), intTensor(indices, form), computed(draw, form)], attributes };
}

/** A tensor, one of its axes, and the shape of indices along it. */
function alongAxis(draw: Draw, opset: number) {
  const rank = draw.integer(1, 4);
  const shape = draw.shape(rank, { largest: 6, elements: 60 });
  const axis = draw.integer(0, rank - 1);
  const form = shape.map((size, k) => (k === axis ? draw.integer(1, 6) : draw.integer(1, size)));
  const attributes = axis === 0 && draw.chance(0.5) ? {} : { axis: opset < 11 ? axis : draw.signedAxis(axis, rank) };
  return { shape, axis, form, attributes };
}

/** Operators that read or change elements whose places are constant. */
export const indexingGenerators: readonly Generator[] = [
  { op: 'GatherND', opsets: [11, 12, 13], count: 150, generate: gatherND },
  { op: 'GatherElements', opsets: [11, 13], count: 100, generate: gatherElements },
  { op: 'ScatterND', opsets: [11, 13, 16], count: 120, generate: scatterND },
  { op: 'ScatterElements', opsets: [11, 13, 16], count: 120, generate: scatterElements },
  { op: 'Scatter', opsets: [9], count: 30, generate: scatterElements },
];
