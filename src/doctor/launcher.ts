import { workgroupsFor } from '../gpu/compile/layout.js';
import { type Kernel, KernelCache } from '../gpu/kernels/cache.js';
import { writeParameters } from '../gpu/kernels/interface.js';
import type { TemplateConstants } from '../gpu/kernels/template.js';

/** One dispatch with the data that it reads. `output` stands in place of the buffer that it writes; a buffer is bound as it is. */
export interface Launch {
  readonly kernel: string;
  readonly constants?: TemplateConstants;
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  readonly bindings: readonly (Float32Array | Uint32Array | GPUBuffer | 'output')[];
  /** Invocations in all, or workgroups of 64 for kernels that count those. */
  readonly invocations: number;
  /** Invocations in a workgroup. 64 by default. */
  readonly workgroup?: number;
}

/** Launches that write one output, ready to run. */
export interface Prepared {
  /** Milliseconds of one run, in one submit. */
  run(): Promise<number>;
  /** The contents of the output. */
  read(): Promise<Float32Array>;
  destroy(): void;
}

/** Runs single kernels, below all that executors do: for what measures an adapter or a kernel. */
export class Launcher {
  readonly #kernels: KernelCache;

  /** @param sourceOf the text of a kernel. */
  constructor(
    private readonly device: GPUDevice,
    sourceOf: (name: string, constants?: TemplateConstants) => string,
  ) {
    this.#kernels = new KernelCache(device, sourceOf);
  }

  /** @param outputSize of numbers. @param times how often all launches run in one submit. */
  async prepare(launches: readonly Launch[], outputSize: number, times = 1): Promise<Prepared> {
    const { device } = this;
    const buffers: GPUBuffer[] = [];
    const uploaded = new Map<Float32Array | Uint32Array, GPUBuffer>();
    const create = (size: number, usage: number) => {
      const buffer = device.createBuffer({ size: Math.max(16, Math.ceil(size / 16) * 16), usage: usage | GPUBufferUsage.COPY_DST });
      buffers.push(buffer);
      return buffer;
    };
    const upload = (data: Float32Array | Uint32Array): GPUBuffer => {
      let buffer = uploaded.get(data);
      if (buffer === undefined) {
        buffer = create(data.byteLength, GPUBufferUsage.STORAGE);
        device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
        uploaded.set(data, buffer);
      }
      return buffer;
    };
    const output = create(4 * outputSize, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    const bufferOf = (binding: Launch['bindings'][number]): GPUBuffer => {
      if (binding === 'output') return output;
      return ArrayBuffer.isView(binding) ? upload(binding) : binding;
    };
    const bind = ({ parameters, bindings }: Launch, kernel: Kernel): GPUBindGroup => {
      const bytes = new DataView(new ArrayBuffer(kernel.interface.parameters.size));
      writeParameters(kernel.name, kernel.interface, parameters, bytes);
      const uniform = create(bytes.byteLength, GPUBufferUsage.UNIFORM);
      device.queue.writeBuffer(uniform, 0, bytes.buffer);
      const all = [uniform, ...bindings.map(bufferOf)];
      return device.createBindGroup({ layout: kernel.layout, entries: all.map((buffer, binding) => ({ binding, resource: { buffer } })) });
    };
    const steps = await Promise.all(
      launches.map(async (launch) => {
        const kernel = await this.#kernels.get(launch.kernel, launch.constants);
        const workgroups = workgroupsFor(launch.invocations, device.limits.maxComputeWorkgroupsPerDimension, launch.workgroup);
        return { pipeline: kernel.pipeline, group: bind(launch, kernel), workgroups };
      }),
    );
    return {
      run: async () => {
        const started = performance.now();
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        for (let time = 0; time < times; time++) {
          for (const { pipeline, group, workgroups } of steps) {
            pass.setPipeline(pipeline);
            pass.setBindGroup(0, group);
            pass.dispatchWorkgroups(...workgroups);
          }
        }
        pass.end();
        device.queue.submit([encoder.finish()]);
        await device.queue.onSubmittedWorkDone();
        return performance.now() - started;
      },
      read: async () => new Float32Array(await download(device, output)).subarray(0, outputSize),
      destroy: () => {
        for (const buffer of buffers) buffer.destroy();
      },
    };
  }
}

/** The bytes of a buffer. */
export async function download(device: GPUDevice, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const staging = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const bytes = staging.getMappedRange().slice(0);
  staging.destroy();
  return bytes;
}
