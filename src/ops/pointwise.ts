/** Functions of the kernels pointwise_forward and pointwise_backward, by their numbers there. */
export const POINTWISE = [
  'ABS',
  'CELU',
  'CUBE',
  'ERF',
  'EXP',
  'GELU',
  'GELU_TANH',
  'LOG',
  'MISH',
  'POW',
  'RECIPROCAL',
  'SELU',
  'SOFTSIGN',
  'SQRT',
  'SQUARE',
] as const;

export type PointwiseFunction = (typeof POINTWISE)[number];

/** The part of an elementwise rule (src/ops/elementwise.ts) that says which variant of those kernels it is. */
export function pointwise(name: PointwiseFunction) {
  return { kernel: 'pointwise', reads: 'input', constants: () => ({ FUNCTION: POINTWISE.indexOf(name) }) } as const;
}
