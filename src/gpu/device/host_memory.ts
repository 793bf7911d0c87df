/** Bytes of memory of the machine behind an implementation of WebGPU. */
const known = new WeakMap<object, number>();

/** Says how much memory the machine behind a WebGPU implementation has. */
export function setHostMemory(gpu: object, bytes: number): void {
  known.set(gpu, bytes);
}

/** What was said, or else what a browser tells, rounded down and at most 8 GiB. Undefined where nothing does. */
export function hostMemoryOf(gpu: object): number | undefined {
  return known.get(gpu) ?? deviceMemory();
}

/** https://www.w3.org/TR/device-memory/: not in every browser, and not in every type declaration. */
function deviceMemory(): number | undefined {
  if (typeof navigator !== 'object' || !('deviceMemory' in navigator)) return undefined;
  const { deviceMemory: gibibytes } = navigator;
  return typeof gibibytes === 'number' ? gibibytes * 2 ** 30 : undefined;
}
