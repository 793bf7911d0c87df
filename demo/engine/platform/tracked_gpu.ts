import { GpuUnsupportedError } from '../../../src/index.js';

/**
 * The most milliseconds until WebGPU must have given an adapter and a device. A driver that hangs never answers, and the visitor waits. Chrome answers
 * within a second on a slow processor, the start of its GPU process included.
 */
const PATIENCE = 4000;

/** What is asked of WebGPU before it computes. */
type Asked = 'adapter' | 'device';

/**
 * Tracks the devices that are requested from `navigator.gpu`: `destroy` destroys the current one, and `onRebuilt` is called when a new device
 * replaces a lost one. An adapter or a device that is refused with an exception, or does not come in time, is a GpuUnsupportedError.
 */
export class TrackedGpu {
  #device: GPUDevice | undefined;
  #lost = false;
  /** When the adapter and the device that are being asked for must be there, in milliseconds of performance.now(). */
  #until = 0;
  /** What did not answer in time, and when it answers. Until then nobody waits for WebGPU again. */
  #silent: { readonly asked: Asked; readonly answered: Promise<void> } | undefined;

  constructor(
    private readonly gpu: GPU,
    private readonly onRebuilt: () => void,
  ) {}

  /** The tracked `GPU`: sessions request their adapters and devices from it. */
  readonly tracked: GPU = new Proxy({} as GPU, {
    get: (_, name: keyof GPU) => {
      if (name === 'requestAdapter') return (options?: GPURequestAdapterOptions) => this.#requestAdapter(options);
      const value = this.gpu[name];
      return typeof value === 'function' ? value.bind(this.gpu) : value;
    },
  });

  /** Destroys the current device, as a reset of the driver would. Requests that run are not informed. */
  destroy(): void {
    this.#device?.destroy();
  }

  /** Resolves when what did not answer in time has answered, if only with an error. WebGPU can then be asked again. Resolves at once if nothing is awaited. */
  async answered(): Promise<void> {
    await this.#silent?.answered;
  }

  async #requestAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
    this.#until = performance.now() + PATIENCE;
    const adapter = await this.#inTime('adapter', () => this.gpu.requestAdapter(options));
    if (adapter === null) return null;
    const requestDevice = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => {
      const device = await this.#inTime(
        'device',
        () => requestDevice(descriptor),
        (late) => late.destroy(),
      );
      return this.#watch(device);
    };
    return adapter;
  }

  /** What WebGPU answers; GpuUnsupportedError where it throws, or does not answer in time. `onLate` gets an answer that comes too late. */
  async #inTime<T>(asked: Asked, ask: () => Promise<T>, onLate: (answer: T) => void = () => {}): Promise<T> {
    if (this.#silent !== undefined) throw silence(this.#silent.asked);
    const answer = (async () => ask())();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const answered = answer
          .then(onLate, () => undefined)
          .finally(() => {
            this.#silent = undefined;
          });
        this.#silent = { asked, answered };
        reject(silence(asked));
      }, this.#until - performance.now());
    });
    try {
      return await Promise.race([answer, limit]);
    } catch (error) {
      if (error instanceof GpuUnsupportedError) throw error;
      throw new GpuUnsupportedError('page.gpu-failed', { asked, detail: error instanceof Error ? error.message : String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  #watch(device: GPUDevice): GPUDevice {
    this.#device = device;
    // Such an error is a defect of Pathlight, never of a visitor's file. The console shows it; the tests of the page read the console.
    device.addEventListener('uncapturederror', ({ error }) => console.error(`${error.constructor.name}: ${error.message}`));
    if (this.#lost) this.onRebuilt();
    this.#lost = false;
    void device.lost.then(() => {
      if (this.#device === device) this.#lost = true;
    });
    return device;
  }
}

function silence(asked: Asked): GpuUnsupportedError {
  return new GpuUnsupportedError('page.gpu-silent', { asked, seconds: PATIENCE / 1000 });
}
