import type { Binding } from '../operator.js';

/** Bytes of a storage buffer that every WebGPU device binds (maxStorageBufferBindingSize). */
export const GUARANTEED_BINDING = 2 ** 27;

export const value = (name: string): Binding => ({ kind: 'value', name });

export const cotangent = (name: string): Binding => ({ kind: 'cotangent', name });
