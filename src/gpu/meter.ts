import type { Cost } from '../executor.js';
import type { Schedule, Space } from './compile/schedule.js';
import type { ErrorScopes } from './device/error_scopes.js';
import type { Plan } from './fused/choose.js';

/** What a meter needs of the resources whose use it counts. */
export interface Metered {
  readonly device: GPUDevice;
  readonly scopes: ErrorScopes;
  readonly buffer: (name: string, bytes: number) => GPUBuffer;
  readonly readbacks: Readbacks;
  /** The plan of the last recording, and the bytes of all buffers. */
  readonly state: () => { readonly plan: Plan; readonly bytes: number };
}

/** The largest buffer for readbacks that is kept. */
const KEPT_BYTES = 2 ** 20;

/** Buffers that are mapped to read results. One that is small is kept for the next request. */
export class Readbacks {
  #kept: GPUBuffer | undefined;

  constructor(private readonly device: GPUDevice) {}

  /** A buffer with at least this many bytes. */
  take(bytes: number): GPUBuffer {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept !== undefined && kept.size >= bytes) return kept;
    kept?.destroy();
    return this.device.createBuffer({ label: 'readback', size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  /** Takes an unmapped buffer back. */
  give(buffer: GPUBuffer): void {
    this.#kept?.destroy();
    this.#kept = buffer;
    if (buffer.size > KEPT_BYTES) this.destroy();
  }

  destroy(): void {
    this.#kept?.destroy();
    this.#kept = undefined;
  }
}

/** Moves data to and from a device for one request, and counts what this costs. */
export class Meter {
  dispatches = 0;
  #submits = 0;
  #uploadedBytes = 0;
  #streamedBytes = 0;
  #readbackBytes = 0;
  #recomputed = false;
  #mixedError: number | undefined;
  #multiplyAdds = 0;
  readonly #start = performance.now();

  constructor(private readonly metered: Metered) {}

  upload(name: string, data: Float32Array | Uint32Array): GPUBuffer {
    const buffer = this.metered.buffer(name, data.byteLength);
    this.metered.device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
    this.#uploadedBytes += data.byteLength;
    return buffer;
  }

  /** Counts weights that were uploaded because they are not on the device throughout. */
  stream(bytes: number): void {
    this.#streamedBytes += bytes;
    this.#uploadedBytes += bytes;
  }

  /** Notes whether the forward pass of a schedule runs twice. */
  follow({ recomputes }: Schedule): void {
    this.#recomputed ||= recomputes === true;
  }

  /** Notes how far gradients in mixed precision are from those in 32 bits, relative to these. */
  compare(mixedError: number): void {
    this.#mixedError = mixedError;
  }

  /** Counts the multiply-adds of a schedule for these numbers of samples in each space. */
  addProducts({ multiplyAdds }: Schedule, { samples, ends, images }: Readonly<Record<Space, number>>): void {
    this.#multiplyAdds += multiplyAdds.samples * samples + multiplyAdds.ends * ends + multiplyAdds.images * images;
  }

  /** Submits and waits. Then the next chunk's parameters may be written, and an abort signal is noticed. */
  async submit(encoder: GPUCommandEncoder): Promise<void> {
    const { queue } = this.metered.device;
    queue.submit([encoder.finish()]);
    this.#submits++;
    await queue.onSubmittedWorkDone();
  }

  /** Submits, with copies of the beginnings of these buffers at the end, and reads all copies in one mapping. */
  async submitAndRead(
    encoder: GPUCommandEncoder,
    results: ReadonlyMap<string, readonly [GPUBuffer, number]>,
  ): Promise<(name: string) => Float32Array> {
    const { device, scopes, readbacks } = this.metered;
    const size = [...results.values()].reduce((sum, [, bytes]) => sum + bytes, 0);
    const staging = readbacks.take(size);
    const ranges = new Map<string, readonly [number, number]>();
    let offset = 0;
    for (const [name, [buffer, bytes]] of results) {
      encoder.copyBufferToBuffer(buffer, 0, staging, offset, bytes);
      ranges.set(name, [offset / 4, (offset + bytes) / 4]);
      offset += bytes;
    }
    device.queue.submit([encoder.finish()]);
    this.#submits++;
    const mapped = staging.mapAsync(GPUMapMode.READ, 0, size);
    scopes.close();
    await mapped;
    const all = new Float32Array(staging.getMappedRange(0, size).slice(0));
    staging.unmap();
    readbacks.give(staging);
    this.#readbackBytes += size;
    return (name) => {
      const range = ranges.get(name);
      if (range === undefined) throw new Error(`"${name}" was not read`);
      return all.subarray(...range);
    };
  }

  cost(): Cost {
    const { plan, bytes } = this.metered.state();
    return {
      plan,
      dispatches: this.dispatches,
      submits: this.#submits,
      uploadedBytes: this.#uploadedBytes,
      readbackBytes: this.#readbackBytes,
      peakBytes: bytes,
      ...(this.#streamedBytes > 0 && { streamedBytes: this.#streamedBytes }),
      ...(this.#recomputed && { recomputed: true }),
      ...(this.#mixedError !== undefined && { mixedError: this.#mixedError }),
      ...(this.#multiplyAdds > 0 && { multiplyAdds: this.#multiplyAdds }),
      milliseconds: performance.now() - this.#start,
    };
  }
}
