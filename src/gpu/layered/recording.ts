import { numbersOf } from '../../ops/shared/packed.js';
import { BYTES_PER_QUAD, type Layouts, quadsOf, workgroupsFor } from '../compile/layout.js';
import { type Chunk, type ConstantData, parametersOf, type Schedule, type ScheduledDispatch } from '../compile/schedule.js';
import type { GpuDevice } from '../device/device.js';
import type { Kernel, KernelCache } from '../kernels/cache.js';
import { writeParameters } from '../kernels/interface.js';
import { chooseVariant, type Variant } from '../kernels/variant.js';

/** Every adapter accepts dynamic uniform offsets and separate bindings at multiples of this. */
const UNIFORM_ALIGNMENT = 256;

/** Uploads every constant of a network once and hands out its buffer. */
export class ConstantStore {
  readonly #buffers = new Map<ConstantData, GPUBuffer>();
  /** Bytes on the GPU. */
  bytes = 0;

  constructor(private readonly device: GPUDevice) {}

  /** Bytes that an upload of these constants would add. */
  missingBytes(constants: ReadonlySet<ConstantData>): number {
    let bytes = 0;
    for (const data of constants) if (!this.#buffers.has(data)) bytes += data.byteLength;
    return bytes;
  }

  get(data: ConstantData): GPUBuffer {
    let buffer = this.#buffers.get(data);
    if (buffer === undefined) {
      buffer = this.device.createBuffer({
        label: 'constant',
        size: Math.max(16, Math.ceil(data.byteLength / 16) * 16),
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      });
      const numbers = numbersOf(data);
      this.device.queue.writeBuffer(buffer, 0, numbers.buffer, numbers.byteOffset, numbers.byteLength);
      this.bytes += buffer.size;
      this.#buffers.set(data, buffer);
    }
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#buffers.clear();
  }
}

/** The buffers of a request, by the names under which dispatches bind them. */
export type Externals = ReadonlyMap<string, GPUBuffer>;

/** The buffer of a request under this name. */
export function externalOf(externals: Externals, name: string): GPUBuffer {
  const buffer = externals.get(name);
  if (buffer === undefined) throw new Error(`the request has no buffer "${name}"`);
  return buffer;
}

interface Step {
  readonly dispatch: ScheduledDispatch;
  readonly kernel: Kernel;
  readonly variant: Variant;
  /** Absent for dispatches with external buffers, which are bound for each request. */
  readonly bindGroup: GPUBindGroup | undefined;
  readonly uniformOffset: number;
}

/** A schedule that is ready to be encoded, by either plan. */
export interface Encodable {
  readonly plan: 'layered' | 'fused';
  readonly layouts: Layouts;
  /** Bytes of its own buffers. */
  readonly bytes: number;
  /** Encodes the stages of a chunk, which has at most the layouts' quads. Returns the number of dispatches. */
  encode(encoder: GPUCommandEncoder, chunk: Chunk, externals: Externals): number;
  destroy(): void;
}

/** A schedule with buffers, bind groups and pipelines for up to a number of samples. A request only has to encode it. */
export class Recording implements Encodable {
  readonly plan = 'layered';
  /** Bytes of the slots and uniforms. */
  readonly bytes: number;

  private constructor(
    private readonly device: GPUDevice,
    private readonly schedule: Schedule,
    readonly layouts: Layouts,
    private readonly steps: Step[],
    private readonly slots: readonly GPUBuffer[],
    private readonly uniforms: GPUBuffer,
    private readonly uniformBytes: ArrayBuffer,
    private readonly constants: ConstantStore,
  ) {
    this.bytes = slots.reduce((sum, buffer) => sum + buffer.size, uniforms.size);
  }

  static async create(
    gpu: GpuDevice,
    kernels: KernelCache,
    constants: ConstantStore,
    schedule: Schedule,
    layouts: Layouts,
  ): Promise<Recording> {
    const { device } = gpu;
    const compiled = await Promise.all(
      schedule.dispatches.map(async (dispatch) => {
        const variant = chooseVariant(dispatch, layouts[dispatch.space], gpu);
        const kernel = await kernels.get(dispatch.kernel, { ...dispatch.constants, ...variant.constants });
        return { dispatch, variant, kernel };
      }),
    );
    const slots = schedule.memory.slots.map(({ space, elements }, index) =>
      device.createBuffer({
        label: `slot ${index}`,
        size: elements * BYTES_PER_QUAD * quadsOf(layouts[space]),
        usage: GPUBufferUsage.STORAGE,
      }),
    );
    const uniformBytes = new ArrayBuffer(UNIFORM_ALIGNMENT * schedule.dispatches.length);
    const uniforms = device.createBuffer({
      label: 'parameters',
      size: uniformBytes.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const recording = new Recording(device, schedule, layouts, [], slots, uniforms, uniformBytes, constants);
    for (const [index, { dispatch, variant, kernel }] of compiled.entries()) {
      const external = dispatch.bindings.some((binding) => binding.kind === 'external');
      const uniformOffset = UNIFORM_ALIGNMENT * index;
      const bindGroup = external ? undefined : recording.bind(kernel, uniformOffset, dispatch, new Map());
      recording.steps.push({ dispatch, kernel, variant, uniformOffset, bindGroup });
    }
    return recording;
  }

  encode(encoder: GPUCommandEncoder, chunk: Chunk, externals: Externals): number {
    const chosen = this.steps
      .filter(({ dispatch }) => chunk.stages.has(dispatch.stage))
      .map((step) => {
        this.writeUniform(step, chunk);
        return { ...step, bindGroup: step.bindGroup ?? this.bind(step.kernel, step.uniformOffset, step.dispatch, externals) };
      });
    this.device.queue.writeBuffer(this.uniforms, 0, this.uniformBytes);
    const limit = this.device.limits.maxComputeWorkgroupsPerDimension;
    const pass = encoder.beginComputePass();
    for (const { kernel, dispatch, variant, bindGroup } of chosen) {
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, bindGroup);
      const { lanes } = this.layouts[dispatch.space];
      const blocks = Math.ceil(chunk.quads[dispatch.space] / lanes);
      const invocations = dispatch.invocations?.(chunk) ?? (variant.tiles * lanes * blocks) / variant.quads;
      pass.dispatchWorkgroups(...workgroupsFor(invocations, limit, variant.workgroup));
    }
    pass.end();
    return chosen.length;
  }

  destroy(): void {
    for (const buffer of [...this.slots, this.uniforms]) buffer.destroy();
  }

  private writeUniform({ kernel, uniformOffset, dispatch, variant }: Step, chunk: Chunk): void {
    const grid = {
      'grid.lanes': this.layouts[dispatch.space].lanes,
      'grid.quads': chunk.quads[dispatch.space],
      'grid.tiles': variant.tiles,
      'grid.accumulate': dispatch.accumulate ? 1 : 0,
    };
    const bytes = new DataView(this.uniformBytes, uniformOffset, UNIFORM_ALIGNMENT);
    writeParameters(kernel.name, kernel.interface, { ...grid, ...parametersOf(dispatch, chunk) }, bytes);
  }

  private slotAt(index: number): GPUBuffer {
    const slot = this.slots[index];
    if (slot === undefined) throw new Error(`the schedule has no slot ${index}`);
    return slot;
  }

  private bind(kernel: Kernel, offset: number, dispatch: ScheduledDispatch, externals: Externals): GPUBindGroup {
    const buffers = dispatch.bindings.map((binding) => {
      if (binding.kind === 'external') return externalOf(externals, binding.name);
      if (binding.kind === 'constant') return this.constants.get(binding.data);
      return this.slotAt(this.schedule.slotOf(dispatch, binding));
    });
    return this.device.createBindGroup({
      label: kernel.name,
      layout: kernel.layout,
      entries: [
        { binding: 0, resource: { buffer: this.uniforms, offset, size: kernel.interface.parameters.size } },
        ...buffers.map((buffer, position) => ({ binding: position + 1, resource: { buffer } })),
      ],
    });
  }
}
