import type { DeviceSource } from '../../src/gpu/device/device.js';

/** The devices of a source as if they were lavapipe's: with the tiles that only lavapipe gets (`shortLoops` of src/gpu/device/device.ts). */
export function withShortLoops(source: DeviceSource): DeviceSource {
  return Object.assign(Object.create(source) as DeviceSource, {
    get: async () => ({ ...(await source.get()), shortLoops: true }),
    exclusively: <T>(work: () => Promise<T>) => source.exclusively(work),
  });
}
