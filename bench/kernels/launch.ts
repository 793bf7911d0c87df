import { workgroupsFor } from '../../src/gpu/compile/layout.js';
import { type Kernel, KernelCache } from '../../src/gpu/kernels/cache.js';
import { writeParameters } from '../../src/gpu/kernels/interface.js';
import { kernelSource } from '../../src/gpu/kernels/source.js';
import { expandTemplate, type TemplateConstants } from '../../src/gpu/kernels/template.js';
import { countLoads } from './count_loads.js';

const texts = import.meta.glob(['./*.wgsl', '../../shaders/doctor/*.wgsl'], { query: '?raw', import: 'default', eager: true });
const own = new Map(Object.entries(texts as Record<string, string>).map(([path, text]) => [path.replace(/^.*\/|\.wgsl$/g, ''), text]));

/** The text of a kernel of this folder, or of those that measure an adapter, or else of a kernel that dispatches name. */
function sourceOf(name: string, constants?: TemplateConstants): string {
  const text = own.get(name);
  return text === undefined ? kernelSource(name, constants) : expandTemplate(name, text, constants);
}

/** One dispatch with the data that it reads. `output` stands in place of the buffer that it writes. */
export interface Launch {
  readonly kernel: string;
  readonly constants?: TemplateConstants;
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  readonly bindings: readonly (Float32Array | Uint32Array | 'output')[];
  /** Invocations in all, or workgroups of 64 for kernels that count those. */
  readonly invocations: number;
  /** Invocations in a workgroup. 64 by default. */
  readonly workgroup?: number;
}

/** Launches that write one output, ready to run. */
export interface Prepared {
  /** Milliseconds of one run. */
  run(): Promise<number>;
  /** The contents of the output. */
  read(): Promise<Float32Array>;
  /** Bytes that one run loads from buffers. */
  countLoadedBytes(): Promise<number>;
  destroy(): void;
}

export class Launcher {
  readonly #kernels: KernelCache;
  readonly #counting: KernelCache;

  constructor(private readonly device: GPUDevice) {
    this.#kernels = new KernelCache(device, sourceOf);
    this.#counting = new KernelCache(device, (name, constants) => countLoads(name, sourceOf(name, constants)).source);
  }

  async prepare(launches: readonly Launch[], outputSize: number): Promise<Prepared> {
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
    const counter = create(4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    const bind = (launch: Launch, kernel: Kernel, counted: boolean): GPUBindGroup => {
      const bytes = new DataView(new ArrayBuffer(kernel.interface.parameters.size));
      writeParameters(kernel.name, kernel.interface, launch.parameters, bytes);
      const uniform = create(bytes.byteLength, GPUBufferUsage.UNIFORM);
      device.queue.writeBuffer(uniform, 0, bytes.buffer);
      const bound = launch.bindings.map((binding) => (binding === 'output' ? output : upload(binding)));
      const all = [uniform, ...bound, ...(counted ? [counter] : [])];
      return device.createBindGroup({ layout: kernel.layout, entries: all.map((buffer, binding) => ({ binding, resource: { buffer } })) });
    };
    const compile = (cache: KernelCache, counted: boolean) =>
      Promise.all(
        launches.map(async (launch) => {
          const kernel = await cache.get(launch.kernel, launch.constants);
          return { kernel, group: bind(launch, kernel, counted), launch };
        }),
      );
    const submit = async (steps: Awaited<ReturnType<typeof compile>>): Promise<void> => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { kernel, group, launch } of steps) {
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...workgroupsFor(launch.invocations, device.limits.maxComputeWorkgroupsPerDimension, launch.workgroup));
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    };
    const download = async (buffer: GPUBuffer): Promise<ArrayBuffer> => {
      const staging = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const bytes = staging.getMappedRange().slice(0);
      staging.destroy();
      return bytes;
    };
    const steps = await compile(this.#kernels, false);
    return {
      run: async () => {
        const started = performance.now();
        await submit(steps);
        return performance.now() - started;
      },
      read: async () => new Float32Array(await download(output)).subarray(0, outputSize),
      countLoadedBytes: async () => {
        device.queue.writeBuffer(counter, 0, new Uint32Array(1));
        await submit(await compile(this.#counting, true));
        return 4 * new Uint32Array(await download(counter))[0]!;
      },
      destroy: () => {
        for (const buffer of buffers) buffer.destroy();
      },
    };
  }
}
