import { firstLine } from '../device/device.js';
import { GpuValidationError } from '../device/errors.js';
import { inHalves } from './halves.js';
import type { KernelInterface } from './interface.js';
import { reflectKernel } from './interface.js';
import { files, kernelSource, variantName } from './source.js';
import type { TemplateConstants } from './template.js';

/** A compiled kernel. */
export interface Kernel {
  readonly name: string;
  readonly interface: KernelInterface;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

const caches = new WeakMap<GPUDevice, KernelCache>();

/** The kernels of a device, shared by all executors on it. */
export function kernelsOf(device: GPUDevice): KernelCache {
  let cache = caches.get(device);
  if (cache === undefined) {
    cache = new KernelCache(device);
    caches.set(device, cache);
  }
  return cache;
}

/** Compiles kernels for one device, each variant once, asynchronously. */
export class KernelCache {
  readonly #kernels = new Map<string, Promise<Kernel>>();

  constructor(
    private readonly device: GPUDevice,
    /** Where a kernel's text comes from: `shaders/`, unless a test plants something else. */
    private readonly sourceOf: (name: string, constants?: TemplateConstants) => string = kernelSource,
  ) {}

  /** `halves`: the bindings that hold numbers of 16 bits. */
  get(kernelName: string, constants: TemplateConstants = {}, halves: readonly number[] = []): Promise<Kernel> {
    const name = `${variantName(kernelName, constants)}${halves.length > 0 ? ` halves ${halves.join(',')}` : ''}`;
    let kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      kernel = this.#compile(name, inHalves(name, this.sourceOf(kernelName, constants), halves, files.get('lib/halves') ?? ''));
      this.#kernels.set(name, kernel);
    }
    return kernel;
  }

  /** The names of the kernels that were asked for. */
  names(): Iterable<string> {
    return this.#kernels.keys();
  }

  async #compile(name: string, source: string): Promise<Kernel> {
    const { device } = this;
    const reflected = reflectKernel(name, source);
    const layout = device.createBindGroupLayout({
      label: name,
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } },
        ...reflected.storage.map(
          (access, index): GPUBindGroupLayoutEntry => ({
            binding: index + 1,
            visibility: GPUShaderStage.COMPUTE,
            buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
          }),
        ),
      ],
    });
    const module = device.createShaderModule({ label: name, code: source });
    const descriptor: GPUComputePipelineDescriptor = {
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    };
    const pipeline = await device.createComputePipelineAsync(descriptor).catch(async (error: Error) => {
      const { messages } = await module.getCompilationInfo();
      const fault = messages.find(({ type }) => type === 'error');
      const where = fault ? `line ${fault.lineNum}: ${fault.message}` : error.message;
      throw new GpuValidationError('kernel.does-not-compile', { kernel: name, detail: firstLine(where) });
    });
    return { name, interface: reflected, layout, pipeline };
  }
}
