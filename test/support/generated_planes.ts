import type { Draw, GeneratedNode, Generator } from './generated_cases.js';
import type { AttributeDescription } from './onnx_builder.js';

type Attributes = Record<string, AttributeDescription>;
type Pair = readonly [number, number];

interface Sliding {
  readonly input: Pair;
  readonly kernel: Pair;
  readonly attributes: Attributes;
}

/**
 * A window that fits its planes: strides that use up the input and others that do not, dilations, explicit pads that differ on all four
 * sides, and pads by auto_pad. Every window meets the input: pads are smaller than the kernel, as ONNX Runtime demands of pools, and no
 * dilation steps over the input.
 */
function slide(draw: Draw, { dilated, ceil }: { readonly dilated: boolean; readonly ceil: boolean }): Sliding {
  const two = (pick: (axis: 0 | 1) => number): Pair => [pick(0), pick(1)];
  const input = two(() => draw.integer(1, 9));
  const kernel = two(() => draw.integer(1, 4));
  const strides = draw.chance(0.4) ? ([1, 1] as const) : two(() => draw.integer(1, 4));
  const kind = draw.integer(0, 3);
  // ONNX Runtime does not support dilations with auto_pad SAME.
  const mayDilate = dilated && kind !== 3 && draw.chance(0.4);
  const dilations = two((axis) => (mayDilate ? draw.integer(1, Math.min(3, input[axis])) : 1));
  const extent = (axis: 0 | 1) => (kernel[axis] - 1) * dilations[axis] + 1;
  const missing = two((axis) => Math.max(0, extent(axis) - input[axis]));
  const pads = two((axis) => (kind === 1 ? draw.integer(0, kernel[axis] - 1) : 0));
  const after = two((axis) => (kind === 1 ? draw.integer(0, kernel[axis] - 1) : 0));
  // With auto_pad SAME, ONNX Runtime's pools refuse strides that leave inputs out, and its Conv crops where TensorFlow does not pad.
  const used = (axis: 0 | 1) => (Math.ceil(input[axis] / strides[axis]) - 1) * strides[axis] + extent(axis) >= input[axis];
  const fits = kind === 3 ? used(0) && used(1) : missing[0] <= pads[0] + after[0] && missing[1] <= pads[1] + after[1];
  // If the window does not fit, another one is drawn.
  if (!fits) return slide(draw, { dilated, ceil });
  return {
    input,
    kernel,
    attributes: {
      ...((strides.some((stride) => stride > 1) || draw.chance(0.3)) && { strides: [...strides] }),
      ...(dilations.some((dilation) => dilation > 1) && { dilations: [...dilations] }),
      ...(kind === 1 && { pads: [...pads, ...after] }),
      ...(kind === 2 && { auto_pad: draw.pick(['VALID', 'NOTSET']) }),
      ...(kind === 3 && { auto_pad: draw.pick(['SAME_UPPER', 'SAME_LOWER']) }),
      ...(ceil && kind < 2 && draw.chance(0.5) && { ceil_mode: 1 }),
    },
  };
}

/** Groups, including depthwise ones, with and without a bias and kernel_shape. */
function conv(draw: Draw): GeneratedNode {
  const { input, kernel, attributes } = slide(draw, { dilated: true, ceil: false });
  const group = draw.pick([1, 1, 1, 2, 3]);
  const [channels, outputs] = [draw.integer(1, 4), draw.pick([1, 2, 3, 5, 9])];
  const weights = draw.floats([outputs * group, channels, ...kernel], -1, 1);
  const bias = draw.chance(0.5) ? [draw.floats([outputs * group])] : [];
  return {
    inputs: [{ shape: [1, channels * group, ...input] }, weights, ...bias],
    attributes: { ...attributes, ...(group > 1 && { group }), ...(draw.chance(0.5) && { kernel_shape: [...kernel] }) },
  };
}

function maxPool(draw: Draw, opset: number): GeneratedNode {
  const { input, kernel, attributes } = slide(draw, { dilated: opset >= 10, ceil: opset >= 10 });
  const shape = [draw.integer(1, 2), draw.integer(1, 3), ...input];
  return { inputs: [{ shape }], attributes: { ...attributes, kernel_shape: [...kernel], ...(opset >= 8 && { storage_order: 0 }) } };
}

function averagePool(draw: Draw, opset: number): GeneratedNode {
  const { input, kernel, attributes } = slide(draw, { dilated: opset >= 19, ceil: opset >= 10 });
  const shape = [draw.integer(1, 2), draw.integer(1, 3), ...input];
  return {
    inputs: [{ shape }],
    attributes: { ...attributes, kernel_shape: [...kernel], ...(draw.chance(0.5) && { count_include_pad: draw.integer(0, 1) }) },
  };
}

/**
 * Planes with one, two and three axes. All elements are above 0, because the mean of a single plane could otherwise be a difference of
 * rounding errors.
 */
function globalPool(draw: Draw): GeneratedNode {
  const shape = [1, draw.integer(1, 4), ...draw.shape(draw.integer(1, 3), { largest: 9, elements: 60 })];
  return { inputs: [{ shape, range: [0.1, 2] }] };
}

/** Operators whose windows slide over planes: convolutions and pools. */
export const planeGenerators: readonly Generator[] = [
  { op: 'Conv', opsets: [7, 11], count: 300, generate: conv, gpuCases: 4 },
  { op: 'MaxPool', opsets: [7, 8, 10, 12], count: 300, generate: maxPool },
  { op: 'AveragePool', opsets: [7, 10, 11, 19], count: 300, generate: averagePool },
  { op: 'GlobalAveragePool', opsets: [7], count: 100, generate: globalPool },
  { op: 'GlobalMaxPool', opsets: [7], count: 100, generate: globalPool },
];
