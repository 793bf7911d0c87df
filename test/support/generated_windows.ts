import type { Draw, GeneratedNode, Generator } from './generated_cases.js';
import { type AttributeDescription, float, floatTensor, intTensor } from './onnx_builder.js';

/** Groups, strides, dilations, explicit pads, auto_pad, requested sizes of the output, with and without a bias. */
function convTranspose(draw: Draw): GeneratedNode {
  const group = draw.pick([1, 1, 2, 3]);
  const [channels, outputs] = [draw.integer(1, 3), draw.pick([1, 2, 3, 9])];
  const two = (low: number, high: number) => [draw.integer(low, high), draw.integer(low, high)] as const;
  const [input, kernel, strides] = [two(1, 4), two(1, 4), draw.chance(0.4) ? ([1, 1] as const) : two(1, 3)];
  const dilations = draw.chance(0.7) ? ([1, 1] as const) : two(1, 3);
  const padding = draw.chance(0.5) ? two(0, 2).map((most, axis) => Math.min(most, strides[axis]! - 1)) : [0, 0];
  const full = input.map((size, axis) => (size - 1) * strides[axis]! + (kernel[axis]! - 1) * dilations[axis]! + 1 + padding[axis]!);
  const attributes: Record<string, AttributeDescription> = {
    ...(group > 1 && { group }),
    ...(draw.chance(0.5) && { kernel_shape: [...kernel] }),
    ...((strides.some((stride) => stride > 1) || draw.chance(0.3)) && { strides: [...strides] }),
    ...(dilations.some((dilation) => dilation > 1) && { dilations: [...dilations] }),
    ...(padding.some((size) => size > 0) && { output_padding: padding }),
  };
  const kind = draw.integer(0, 3);
  if (kind === 1) {
    const begins = full.map((size) => draw.integer(0, Math.min(2, size - 1)));
    attributes.pads = [...begins, ...full.map((size, axis) => draw.integer(0, Math.min(2, size - 1 - begins[axis]!)))];
  }
  if (kind === 2) attributes.auto_pad = draw.pick(['VALID', 'SAME_UPPER', 'SAME_LOWER']);
  if (kind === 3) {
    // ONNX Runtime accepts no output that is smaller than the input or larger than the windows reach.
    attributes.output_shape = full.map((size, axis) => draw.integer(Math.max(input[axis]!, size - 3), size));
    if (draw.chance(0.5)) attributes.auto_pad = draw.pick(['SAME_UPPER', 'SAME_LOWER']);
  }
  const weights = draw.floats([channels * group, outputs, ...kernel], -1, 1);
  const bias = draw.chance(0.5) ? [draw.floats([outputs * group])] : [];
  return { inputs: [{ shape: [1, channels * group, ...input] }, weights, ...bias], attributes };
}

const COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];
const NEAREST = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

/** Planes that grow or shrink by scales or to sizes. With nearest elements other axes do too, since ONNX Runtime supports this. */
function resize(draw: Draw, opset: number): GeneratedNode {
  const mode = draw.pick(['nearest', 'linear', ...(opset < 11 ? [] : ['cubic'])]);
  const shape = [1, draw.integer(1, 3), draw.integer(1, 7), draw.integer(1, 7)];
  const axes = mode !== 'nearest' ? [2, 3] : draw.chance(0.3) ? [1, 2, 3] : [2, 3];
  const attributes: Record<string, AttributeDescription> = { mode };
  const sizes = shape.map((size, axis) => (axes.includes(axis) ? draw.integer(1, Math.min(12, 3 * size)) : size));
  const whole = draw.chance(0.3);
  // Scales for which floor(size * scale) gives the size, clear of rounding.
  const scales = shape.map((size, axis) => {
    if (!axes.includes(axis)) return 1;
    return whole ? draw.integer(1, 3) : (sizes[axis]! + draw.pick([0.25, 0.5])) / size;
  });
  if (opset < 11) return { inputs: [{ shape }, floatTensor([4], scales)], attributes };
  attributes.coordinate_transformation_mode = draw.pick([
    ...COORDINATES,
    ...(opset < 13 && mode === 'nearest' ? ['tf_half_pixel_for_nn'] : []),
    ...(opset >= 19 ? ['half_pixel_symmetric'] : []),
  ]);
  if (mode === 'nearest') attributes.nearest_mode = draw.pick(NEAREST);
  if (mode === 'cubic' && draw.chance(0.5)) attributes.cubic_coeff_a = float(draw.pick([-0.5, -0.25]));
  if (mode === 'cubic' && draw.chance(0.5)) attributes.exclude_outside = 1;
  if (mode !== 'nearest' && opset >= 18 && draw.chance(0.5)) attributes.antialias = 1;
  const empty = opset < 13 ? floatTensor([0], []) : null;
  const some = opset >= 18 && draw.chance(0.4) ? axes : undefined;
  if (some) attributes.axes = some;
  const listed = <T>(list: readonly T[]) => (some ? some.map((axis) => list[axis]!) : list);
  if (draw.chance(0.5)) return { inputs: [{ shape }, empty, floatTensor([listed(scales).length], listed(scales))], attributes };
  if (some && mode === 'nearest' && draw.chance(0.5)) attributes.keep_aspect_ratio_policy = draw.pick(['not_larger', 'not_smaller']);
  return { inputs: [{ shape }, empty, empty, intTensor(listed(sizes))], attributes };
}

function upsample(draw: Draw, opset: number): GeneratedNode {
  const shape = [1, draw.integer(1, 3), draw.integer(1, 6), draw.integer(1, 6)];
  const scales = [1, 1, ...[2, 3].map((axis) => draw.pick([1, 2, 3, 1.5, 1.25, (shape[axis]! + 1.25) / shape[axis]!]))];
  const attributes = { mode: draw.pick(['nearest', 'linear']) };
  if (opset < 9) return { inputs: [{ shape }], attributes: { ...attributes, scales: float(scales) } };
  return { inputs: [{ shape }, floatTensor([4], scales)], attributes };
}

/** Operators that slide windows over planes or resample them. */
export const windowGenerators: readonly Generator[] = [
  { op: 'ConvTranspose', opsets: [7, 11], count: 240, generate: convTranspose, gpuCases: 2 },
  { op: 'Resize', opsets: [10, 11, 13, 18, 19], count: 400, generate: resize },
  { op: 'Upsample', opsets: [7, 9], count: 120, generate: upsample },
];
