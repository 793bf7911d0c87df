/**
 * `navigator.gpu`, watched: the devices that are asked for through it are the ones that `destroy` destroys, and a device after a lost one
 * is told to `onRebuilt`.
 */
export class TrackedGpu {
  #device: GPUDevice | undefined;
  #lost = false;

  constructor(
    private readonly gpu: GPU,
    private readonly onRebuilt: () => void,
  ) {}

  /** What sessions ask for adapters and devices. */
  readonly watched: GPU = new Proxy({} as GPU, {
    get: (_, name: keyof GPU) => {
      if (name === 'requestAdapter') return (options?: GPURequestAdapterOptions) => this.#requestAdapter(options);
      const value = this.gpu[name];
      return typeof value === 'function' ? value.bind(this.gpu) : value;
    },
  });

  /** Destroys the current device, as a driver's reset would; no request is told. */
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
    // A defect of ours, and never of a visitor's file: whoever looks at the console sees it, and so do the tests of the page.
    device.addEventListener('uncapturederror', ({ error }) => console.error(`${error.constructor.name}: ${error.message}`));
    if (this.#lost) this.onRebuilt();
    this.#lost = false;
    void device.lost.then(() => {
      if (this.#device === device) this.#lost = true;
    });
    return device;
  }
}
