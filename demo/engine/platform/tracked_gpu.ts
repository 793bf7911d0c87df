/**
 * Tracks the devices that are requested from `navigator.gpu`: `destroy` destroys the current one, and `onRebuilt` is called when a new device
 * replaces a lost one.
 */
export class TrackedGpu {
  #device: GPUDevice | undefined;
  #lost = false;

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

  async #requestAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
    const adapter = await this.gpu.requestAdapter(options);
    if (adapter === null) return null;
    const requestDevice = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => this.#watch(await requestDevice(descriptor));
    return adapter;
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
