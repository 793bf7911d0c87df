import { castTarget } from '../folding/cast.js';
import { elementwise } from './elementwise.js';

/**
 * Cast from floats to integers: y = x without its fraction; dx = 0. All other casts do nothing here, or are written as comparisons
 * (src/onnx/rewrites/choices/cast.ts). https://onnx.ai/onnx/operators/onnx__Cast.html
 */
export const castToInteger = elementwise({
  since: 1,
  flat: true,
  jumps: true,
  type: 'int',
  notes: { note: 'to floats, or among integers, it does nothing; only where floats become integers or booleans it jumps' },
  read(node) {
    castTarget(node);
    return {};
  },
  value: Math.trunc,
  kernel: 'truncate',
});
