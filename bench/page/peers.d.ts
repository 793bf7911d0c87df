/**
 * The part of the peers' API that the bench uses. Only `npm run bench` installs the peers, and types must be checked without them. Where
 * they are installed, their own declarations win.
 */
declare module '@tensorflow/tfjs' {
  export interface Tensor {
    readonly shape: number[];
    add(other: Tensor | number): Tensor;
    div(other: Tensor | number): Tensor;
    mul(other: Tensor | number): Tensor;
    sum(axis?: number): Tensor;
    mean(axis?: number | number[], keepDims?: boolean): Tensor;
    reshape(shape: number[]): Tensor;
    expandDims(axis?: number): Tensor;
    tile(repetitions: number[]): Tensor;
    transpose(permutation?: number[]): Tensor;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  export function setBackend(name: string): Promise<boolean>;
  export function ready(): Promise<void>;
  export function tidy<T>(work: () => T): T;
  export function dispose(tensors: Tensor[]): void;
  export function tensor(values: Float32Array, shape: number[]): Tensor;
  export function tensor1d(values: number[], type: 'int32'): Tensor;
  export function concat(tensors: Tensor[], axis: number): Tensor;
  export function pad(x: Tensor, widths: [number, number][]): Tensor;
  export function oneHot(indices: Tensor, depth: number): Tensor;
  export function grad(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor;
  export function conv2d(x: Tensor, filter: Tensor, strides: number, pad: number | 'same' | 'valid'): Tensor;
  export function matMul(a: Tensor, b: Tensor): Tensor;
  export function relu(x: Tensor): Tensor;
  export function maxPool(x: Tensor, size: number, strides: number, pad: 'valid'): Tensor;
}

declare module '@tensorflow/tfjs-backend-wasm' {
  export function setWasmPaths(urls: Record<string, string>): void;
  export function setThreadsCount(count: number): void;
  export function getThreadsCount(): number;
}

declare module '@tensorflow/tfjs-backend-webgpu';

declare module '@jax-js/jax' {
  /** Functions consume their arguments; `ref` keeps an array alive for one more use. */
  export interface Array {
    readonly ref: Array;
    readonly shape: number[];
    add(other: Array | number): Array;
    mul(other: Array | number): Array;
    sum(axis?: number): Array;
    mean(axis?: number): Array;
    reshape(shape: number[]): Array;
    transpose(axes?: number[]): Array;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  export const numpy: {
    array(values: Float32Array, options?: { shape?: number[] }): Array;
    matmul(a: Array, b: Array): Array;
    max(x: Array): Array;
    pad(x: Array, widths: [number, number][]): Array;
  };
  export const nn: { relu(x: Array): Array };
  export const lax: {
    conv(x: Array, filter: Array, strides: number[], padding: [number, number][]): Array;
    reduceWindow(x: Array, computation: (x: Array) => Array, window: number[], strides?: number[]): Array;
  };
  export function init(...devices: string[]): Promise<string[]>;
  export function defaultDevice(device: string): string;
  export function grad(f: (x: Array, ...rest: Array[]) => Array): (x: Array, ...rest: Array[]) => Array;
  export function jit<F extends (...inputs: Array[]) => Array>(f: F): F & { dispose(): void };
}

declare module '@jax-js/onnx' {
  import type { Array as JaxArray } from '@jax-js/jax';
  export class ONNXModel {
    constructor(bytes: Uint8Array);
    readonly model: { readonly graph?: { readonly input: readonly { name: string }[]; readonly initializer: readonly { name: string }[] } };
    readonly run: (inputs: Record<string, JaxArray>) => Record<string, JaxArray>;
  }
}
