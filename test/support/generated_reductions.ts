import type { Draw, GeneratedNode, Generator } from './generated_cases.js';
import { maybe } from './generated_pointwise.js';
import { float, intTensor } from './onnx_builder.js';

/** Some axes of a tensor, as the attribute or the input; now and then none or all of them. */
function reduction(
  op: string,
  inputSince: number,
  { empty = true, ...rest }: Partial<Generator> & { readonly empty?: boolean } = {},
): Generator {
  return {
    op,
    opsets: [7, 11, 13, 18],
    count: 240,
    ...rest,
    generate(draw: Draw, opset: number): GeneratedNode {
      const rank = draw.integer(1, 6);
      const input = { shape: draw.shape(rank) };
      const keepdims = draw.chance(0.7) ? { keepdims: draw.integer(0, 1) } : {};
      const axes = draw.chance(0.1) ? undefined : draw.axes(rank, 1);
      if (opset < inputSince) return { inputs: [input], attributes: { ...keepdims, ...(axes && { axes }) } };
      if (axes === undefined && empty && draw.chance(0.5)) return { inputs: [input], attributes: { ...keepdims, noop_with_empty_axes: 1 } };
      return { inputs: axes === undefined ? [input] : [input, intTensor(axes)], attributes: keepdims };
    },
  };
}

/** Along every axis; up to opset 12, from every axis on. */
function softmax(op: string): Generator {
  return {
    op,
    opsets: [7, 11, 13],
    count: 150,
    generate(draw: Draw, opset: number): GeneratedNode {
      const rank = draw.integer(1, 5);
      const shape = draw.shape(rank);
      const range = draw.pick([
        [-2, 2],
        [-10, 10],
      ] as const);
      const axis = draw.integer(0, rank - 1);
      const omitted = draw.chance(0.2) && (rank > 1 || opset >= 13);
      return { inputs: [{ shape, range }], attributes: omitted ? {} : { axis: opset < 11 ? axis : draw.signedAxis(axis, rank) } };
    },
  };
}

/** From every axis on, with scales of all shapes that stretch, and with or without a bias. */
function layerNormalization(draw: Draw): GeneratedNode {
  const rank = draw.integer(1, 5);
  const shape = draw.shape(rank);
  const axis = draw.integer(0, rank - 1);
  const normal = shape.slice(axis);
  const parameter = () => draw.floats(draw.chance(0.3) ? draw.stretchable(normal) : normal);
  return {
    inputs: [{ shape }, parameter(), ...(draw.chance(0.7) ? [parameter()] : [])],
    attributes: { ...(axis === rank - 1 && draw.chance(0.3) ? {} : { axis: draw.signedAxis(axis, rank) }), ...epsilon(draw) },
  };
}

function planes(draw: Draw): number[] {
  return [draw.integer(1, 2), draw.integer(1, 6), ...draw.shape(draw.integer(1, 2), { elements: 30 })];
}

function epsilon(draw: Draw) {
  return { epsilon: float(draw.pick([1e-3, 0.1])) };
}

function instanceNormalization(draw: Draw): GeneratedNode {
  const shape = planes(draw);
  return { inputs: [{ shape }, draw.floats([shape[1]!]), draw.floats([shape[1]!])], attributes: epsilon(draw) };
}

function groupNormalization(draw: Draw, opset: number): GeneratedNode {
  const [batch, , ...plane] = planes(draw);
  const groups = draw.integer(1, 4);
  const channels = groups * draw.integer(1, 4);
  const parameter = () => draw.floats([opset < 21 ? groups : channels]);
  return {
    inputs: [{ shape: [batch!, channels, ...plane] }, parameter(), parameter()],
    attributes: { num_groups: groups, ...epsilon(draw) },
  };
}

function localResponse(draw: Draw): GeneratedNode {
  const attributes = {
    ...maybe(draw, 'alpha', 0.01, 2),
    ...maybe(draw, 'beta', 0.3, 1.5),
    ...maybe(draw, 'bias', 0.5, 2),
    size: draw.pick([1, 3, 5, 7]),
  };
  return { inputs: [{ shape: [draw.integer(1, 2), draw.integer(1, 9), draw.integer(1, 4), draw.integer(1, 4)] }], attributes };
}

/** Sums of up to 120 numbers of both signs may be as small as some hundredths, and each addition rounds by up to 1e-6. */
const CANCELS = { tolerance: 1e-4, gpuTolerance: 1e-4 };

/** Differences from a mean have the rounding errors of the mean, and groups of a few elements sometimes lie close together. */
const NORMALISED = { tolerance: 1e-4, gpuTolerance: 1e-4, thirdDerivative: 1e5 };

export const reductionGenerators: readonly Generator[] = [
  reduction('ReduceSum', 13, CANCELS),
  reduction('ReduceMean', 18, CANCELS),
  reduction('ReduceMax', 18),
  reduction('ReduceMin', 18),
  ...['ReduceL1', 'ReduceL2', 'ReduceSumSquare'].map((op) => reduction(op, 18, { empty: false })),
  softmax('Softmax'),
  softmax('LogSoftmax'),
  // With a variance of 0 the deviation is sqrt(epsilon), and third derivatives are up to scale * 3 / epsilon.
  { op: 'LayerNormalization', opsets: [17], count: 250, generate: layerNormalization, ...NORMALISED },
  { op: 'InstanceNormalization', opsets: [7], count: 200, generate: instanceNormalization, ...NORMALISED },
  { op: 'GroupNormalization', opsets: [18, 21], count: 200, generate: groupNormalization, ...NORMALISED },
  { op: 'LRN', opsets: [7, 13], count: 200, generate: localResponse },
];
