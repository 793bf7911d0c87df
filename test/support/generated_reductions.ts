import type { Draw, GeneratedNode, Generator } from './generated_cases.js';
import { intTensor } from './onnx_builder.js';

/** Some axes of a tensor, in the attribute or the input, none or all of them now and then. */
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

/** Along every axis, from every axis on up to opset 12. */
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

/** Sums of up to 120 numbers of both signs, each addition rounded by up to 1e-6, that may come to some hundredths. */
const CANCELS = { tolerance: 1e-4, gpuTolerance: 1e-4 };

export const reductionGenerators: readonly Generator[] = [
  reduction('ReduceSum', 13, CANCELS),
  reduction('ReduceMean', 18, CANCELS),
  reduction('ReduceMax', 18),
  reduction('ReduceMin', 18),
  ...['ReduceL1', 'ReduceL2', 'ReduceSumSquare'].map((op) => reduction(op, 18, { empty: false })),
  softmax('Softmax'),
  softmax('LogSoftmax'),
];
