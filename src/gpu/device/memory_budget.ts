import type { GpuDevice } from './device.js';

/** Bytes that are used without asking. Every device that WebGPU offers a page has as much. */
const ASSURED = 2 ** 30;
/** The part of the host's memory to which a budget grows: a software adapter and an integrated GPU share that memory with everything else. */
const HOST_SHARE = 1 / 4;
/** How much of a growth is tried where the whole is refused. */
const ATTEMPTS = [1, 1 / 2, 1 / 4];

/**
 * How many bytes of GPU memory may be in use at once.
 *
 * WebGPU does not tell how much memory a device has. So a budget that nobody set is 1 GiB, and grows only where a network asks for more: to a
 * quarter of the host's memory at most, where this is known, and on a hardware GPU only if a trial allocation of the growth succeeds.
 */
export class MemoryBudget {
  #bytes: number;
  readonly #most: number;

  /** @param asked bytes that somebody set; such a budget never grows. */
  constructor(
    private readonly gpu: Pick<GpuDevice, 'device' | 'kind' | 'hostMemory'>,
    asked?: number,
  ) {
    this.#bytes = asked ?? ASSURED;
    this.#most = asked ?? Math.max(ASSURED, (gpu.hostMemory ?? 0) * HOST_SHARE);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Grows to this many bytes, or as far as the device goes. @param held bytes that are in use, so that a trial leaves them out. */
  async growTo(wanted: number, held: number): Promise<void> {
    const growth = Math.min(wanted, this.#most) - this.#bytes;
    if (growth <= 0) return;
    for (const part of ATTEMPTS) {
      const bytes = this.#bytes + Math.floor(growth * part);
      if (this.gpu.kind === 'software' || (await canAllocate(this.gpu.device, bytes - held))) {
        this.#bytes = bytes;
        return;
      }
    }
  }
}

/** Whether the device has this much memory left. */
async function canAllocate(device: GPUDevice, bytes: number): Promise<boolean> {
  const largest = Math.min(device.limits.maxBufferSize, 2 ** 28);
  device.pushErrorScope('out-of-memory');
  const buffers: GPUBuffer[] = [];
  for (let left = bytes; left > 0; left -= largest) {
    const size = Math.ceil(Math.min(left, largest) / 4) * 4;
    buffers.push(device.createBuffer({ label: 'trial', size, usage: GPUBufferUsage.STORAGE }));
  }
  const error = await device.popErrorScope();
  for (const buffer of buffers) buffer.destroy();
  return error === null;
}
