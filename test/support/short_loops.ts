import type { DeviceSource } from '../../src/gpu/device/device.js';

/** The devices of a source as if they were lavapipe's: with the tiles that only lavapipe gets (`shortLoops` of src/gpu/device/device.ts). */
export const withShortLoops = (source: DeviceSource) => withLoops(source, true);

/** The devices of a source as if they were not lavapipe's. */
export const withLongLoops = (source: DeviceSource) => withLoops(source, false);

function withLoops(source: DeviceSource, shortLoops: boolean): DeviceSource {
  return Object.assign(Object.create(source) as DeviceSource, {
    get: async () => ({ ...(await source.get()), shortLoops }),
    exclusively: <T>(work: () => Promise<T>) => source.exclusively(work),
  });
}
