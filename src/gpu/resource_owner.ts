import type { WinogradUse } from '../ops/convolution/winograd.js';
import type { DeviceSource, GpuDevice } from './device/device.js';
import { GpuDeviceLostError } from './device/errors.js';
import { MemoryBudget } from './device/memory_budget.js';
import type { PlanChoice } from './fused/choose.js';
import type { Precision } from './precision.js';
import { GpuResources } from './resources.js';
import type { TuneChoice } from './tuning/tuner.js';

export interface GpuExecutorOptions {
  /** Bytes of GPU memory that may be in use at once, weights included. The default depends on the device (src/gpu/device/memory_budget.ts). */
  readonly memoryBudget?: number;
  /** `auto` by default (src/gpu/fused/choose.ts). */
  readonly plan?: PlanChoice;
  /** Milliseconds that a submit should take at most. The default depends on the kind of adapter (src/gpu/device/submit_size.ts). */
  readonly longestSubmit?: number;
  /** Whether kernels are chosen by measurement. By default on hardware alone. */
  readonly tune?: TuneChoice;
  /** How activations are stored. `f32` by default. `mixed` runs in the layered plan. */
  readonly precision?: Precision;
  /** The candidate that runs whatever dispatch has it (src/gpu/tuning/candidates.ts), for comparisons of all. */
  readonly candidate?: string;
  /** Which 3x3 convolutions go by Winograd's filtering. The default is the device's. */
  readonly winograd?: WinogradUse;
}

/** The resources of an executor, on the device that its source has now. */
export class ResourceOwner {
  #destroyed = false;

  private constructor(
    private readonly source: DeviceSource,
    private readonly options: GpuExecutorOptions,
    private current: GpuResources,
  ) {}

  /** Throws GpuUnsupportedError where there is no adapter. */
  static async create(source: DeviceSource, options: GpuExecutorOptions): Promise<ResourceOwner> {
    return new ResourceOwner(source, options, resourcesOn(await source.get(), options));
  }

  get resources(): GpuResources {
    return this.current;
  }

  /** The owner of the resources of another executor, with the same source and options. */
  another(): Promise<ResourceOwner> {
    return ResourceOwner.create(this.source, this.options);
  }

  /** Runs requests one after another. A request that loses its device is repeated once on a new one. */
  run<T>(work: (resources: GpuResources) => Promise<T>): Promise<T> {
    return this.source.exclusively(async () => {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (this.#destroyed || !(error instanceof GpuDeviceLostError)) throw error;
        return this.#attempt(work);
      }
    });
  }

  destroy(): void {
    this.#destroyed = true;
    this.current.destroy();
  }

  async #attempt<T>(work: (resources: GpuResources) => Promise<T>): Promise<T> {
    if (this.#destroyed) throw new GpuDeviceLostError('gpu.destroyed');
    const device = await this.source.get();
    if (device !== this.current.gpu) {
      this.current.destroy();
      this.current = resourcesOn(device, this.options);
    }
    const { current } = this;
    return current.checked(() => work(current));
  }
}

function resourcesOn(device: GpuDevice, options: GpuExecutorOptions): GpuResources {
  return new GpuResources(device, new MemoryBudget(device, options.memoryBudget), options);
}
