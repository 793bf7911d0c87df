import type { Packed } from '../operator.js';

const known = new WeakMap<object, Map<string, Packed>>();

/**
 * What a kernel reads instead of a constant: `elements` numbers that `make` computes. `key` says how they are packed. For the same constant
 * and key it is always the same object, so that all schedules of a network bind the same one, and a device holds it once.
 */
export function packed(constant: object, key: string, elements: number, make: () => Float32Array): Packed {
  const ofConstant = known.get(constant) ?? new Map<string, Packed>();
  known.set(constant, ofConstant);
  const found = ofConstant.get(key) ?? { byteLength: Float32Array.BYTES_PER_ELEMENT * elements, make };
  ofConstant.set(key, found);
  return found;
}

/** The numbers of a constant, to be uploaded. */
export function numbersOf(data: Float32Array | Uint32Array | Packed): Float32Array | Uint32Array {
  return 'make' in data ? data.make() : data;
}
