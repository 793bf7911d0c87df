import { elementwise } from '../elementwise/elementwise.js';
import { clampToFloat32 } from '../shared/float32_range.js';

/**
 * Weigh (internal): y = min(max(x, min), max); dx = y dy. The factor of a backward pass by rules that turns a cotangent into what each
 * element of x, or of its part between the bounds, contributed. src/graph/passes/rules makes Weighs. No file holds it.
 */
export const weigh = elementwise<{ readonly min: number; readonly max: number }>({
  since: 'internal',
  read(node) {
    throw node.error('node.internal');
  },
  value: (x, { min, max }) => Math.min(Math.max(x, min), max),
  derivative: (_, y) => y,
  kernel: 'weigh',
  parameters: ({ min, max }) => ({ lower: clampToFloat32(min), upper: clampToFloat32(max) }),
});
