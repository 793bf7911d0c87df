import type { Binding } from '../operator.js';
export const value = (name: string): Binding => ({ kind: 'value', name });

export const cotangent = (name: string): Binding => ({ kind: 'cotangent', name });
