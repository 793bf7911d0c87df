/** Functions of the kernel pointwise, by their numbers there. */
export const POINTWISE = [
  'ABS',
  'CELU',
  'CLIP',
  'CUBE',
  'ELU',
  'ERF',
  'EXP',
  'GELU',
  'GELU_TANH',
  'HARD_SIGMOID',
  'HARD_SWISH',
  'LEAKY_RELU',
  'LOG',
  'MISH',
  'POW',
  'RECIPROCAL',
  'SELU',
  'SIGMOID',
  'SOFTPLUS',
  'SOFTSIGN',
  'SQRT',
  'SQUARE',
  'TANH',
] as const;

export type PointwiseFunction = (typeof POINTWISE)[number];

/** Template constants that make it one of them. */
export function pointwiseConstants(name: PointwiseFunction): { readonly FUNCTION: number } {
  return { FUNCTION: POINTWISE.indexOf(name) };
}
