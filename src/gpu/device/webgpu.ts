/*
 * WebGPU in public declarations. TypeScript 7 declares it in its library `dom`, TypeScript 5 in the package @webgpu/types, which contradicts that
 * library and needs its types; and in Node there may be neither. So the public declarations name no type of WebGPU, but take what there is.
 */

/**
 * WebGPU: `navigator.gpu`, or what `openDawn` gives. This is the type `GPU` where that is declared: by TypeScript 7 with the library `dom`, or
 * by the package `@webgpu/types`.
 *
 * @example const gpu: WebGpu = navigator.gpu;
 */
export type WebGpu = typeof globalThis extends { GPU: { prototype: infer Declared } }
  ? Declared
  : { requestAdapter(options?: object): Promise<object | null> };

/**
 * Which adapter is wanted, as WebGPU's GPURequestAdapterOptions.
 *
 * @example const wishes: AdapterOptions = { powerPreference: 'low-power' };
 */
export interface AdapterOptions {
  /** Battery life, or speed. */
  readonly powerPreference?: 'low-power' | 'high-performance';
  /** Only an adapter that runs on the CPU. */
  readonly forceFallbackAdapter?: boolean;
}

declare global {
  interface Navigator {
    /** The same as in TypeScript 7 and @webgpu/types: examples compile without either. */
    readonly gpu: WebGpu;
  }
}
