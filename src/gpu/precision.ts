/**
 * How activations are stored on a GPU. `f32`: in 32 bits, the default. `mixed`: in 16 bits (IEEE 754 binary16) where a request is for gradients
 * along paths, so for `ig` and what is made like it; kernels multiply and add in 32 bits, and cotangents, gates, weights, sums, and all values at the
 * ends of a path have 32 bits. Other requests, and the verification of edits in float64, are the same in both.
 *
 * @example const precision: Precision = 'mixed';
 */
export type Precision = 'f32' | 'mixed';

export const PRECISIONS: readonly Precision[] = ['f32', 'mixed'];
