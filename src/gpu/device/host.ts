import type { TuningStore } from '../tuning/tuner.js';

/** What is known of the machine behind an implementation of WebGPU. */
interface Host {
  /** Bytes of its memory. */
  readonly memory: number;
  /** Where it keeps which kernels are fastest, unless a session says where. */
  readonly tuningStore?: TuningStore;
}

const known = new WeakMap<object, Host>();

/** Says what the machine behind a WebGPU implementation has. */
export function setHost(gpu: object, host: Host): void {
  known.set(gpu, host);
}

/** Bytes of memory: what was said, or else what a browser tells, rounded down and at most 8 GiB. Undefined where nothing does. */
export function hostMemoryOf(gpu: object): number | undefined {
  return known.get(gpu)?.memory ?? deviceMemory();
}

/** Where the machine keeps which kernels are fastest. Undefined where nothing was said. */
export function tuningStoreOf(gpu: object): TuningStore | undefined {
  return known.get(gpu)?.tuningStore;
}

/** https://www.w3.org/TR/device-memory/: not in every browser, and not in every type declaration. */
function deviceMemory(): number | undefined {
  if (typeof navigator !== 'object' || !('deviceMemory' in navigator)) return undefined;
  const { deviceMemory: gibibytes } = navigator;
  return typeof gibibytes === 'number' ? gibibytes * 2 ** 30 : undefined;
}
