import { numbersOf } from '../../ops/shared/packed.js';
import { BYTES_PER_QUAD, type Layouts, quadsOf, workgroupsFor } from '../compile/layout.js';
import type { ConstantData, Schedule, ScheduledDispatch, Space, Stage } from '../compile/schedule.js';
import type { GpuDevice } from '../device/device.js';
import type { Kernel, KernelCache } from '../kernels/cache.js';
import { writeParameters } from '../kernels/interface.js';
import { chooseVariant, type Variant } from '../kernels/variant.js';

/** Dynamic uniform offsets and separate bindings alike must be multiples of this on every adapter. */
const UNIFORM_ALIGNMENT = 256;

/** Uploads every constant of a network once and hands out its buffer. */
export class ConstantStore {
  readonly #buffers = new Map<ConstantData, GPUBuffer>();
  /** Bytes on the GPU. */
  bytes = 0;

  constructor(private readonly device: GPUDevice) {}

  /** What uploading these would add. */
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

/** Values of uniform members that change between requests or chunks, and the buffers of the request. */
export interface Request {
  readonly externals: Readonly<Record<string, GPUBuffer>>;
  /** For dispatches with external buffers, by kernel: members of their parameter struct, or how many invocations they have in all. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly invocations?: Readonly<Record<string, (dispatch: ScheduledDispatch) => number>>;
}

interface Step {
  readonly dispatch: ScheduledDispatch;
  readonly kernel: Kernel;
  readonly variant: Variant;
  /** Absent for steps with external buffers: those are bound for each request. */
  readonly bindGroup: GPUBindGroup | undefined;
  readonly uniformOffset: number;
}

/** A schedule that is ready to be encoded, by either plan. */
export interface Encodable {
  readonly plan: 'layered' | 'fused';
  readonly layouts: Layouts;
  /** Bytes of its own buffers. */
  readonly bytes: number;
  /** Encodes stages of the schedule for some of the layouts' quads. Returns the number of dispatches. */
  encode(encoder: GPUCommandEncoder, stages: ReadonlySet<Stage>, quads: Readonly<Record<Space, number>>, request: Request): number;
  destroy(): void;
}

/** A schedule with buffers, bind groups and pipelines for up to a number of samples: what remains is to encode it. */
export class Recording implements Encodable {
  readonly plan = 'layered';
  /** Bytes of the slots and uniforms. */
  readonly bytes: number;

  private constructor(
    private readonly device: GPUDevice,
    private readonly schedule: Schedule,
    readonly layouts: Layouts,
    private readonly steps: readonly Step[],
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
    const variants = schedule.dispatches.map((dispatch) => chooseVariant(dispatch, layouts[dispatch.space], gpu));
    const compiled = await Promise.all(
      schedule.dispatches.map(({ kernel, constants }, index) => kernels.get(kernel, { ...constants, ...variants[index]!.constants })),
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
    const steps: Step[] = [];
    const recording = new Recording(device, schedule, layouts, steps, slots, uniforms, uniformBytes, constants);
    schedule.dispatches.forEach((dispatch, index) => {
      const kernel = compiled[index]!;
      const external = dispatch.bindings.some((binding) => binding.kind === 'external');
      const uniformOffset = UNIFORM_ALIGNMENT * index;
      steps.push({
        dispatch,
        kernel,
        variant: variants[index]!,
        uniformOffset,
        bindGroup: external ? undefined : recording.bind(kernel, uniformOffset, dispatch, {}),
      });
    });
    return recording;
  }

  encode(encoder: GPUCommandEncoder, stages: ReadonlySet<Stage>, quads: Readonly<Record<Space, number>>, request: Request): number {
    const chosen = this.steps.filter(({ dispatch }) => stages.has(dispatch.stage));
    const bound = chosen.map(({ bindGroup, kernel, variant, uniformOffset, dispatch }) => {
      const parameters = { ...dispatch.parameters, ...request.parameters[dispatch.kernel] };
      this.writeUniform(kernel, uniformOffset, dispatch, variant, parameters, quads[dispatch.space]);
      return bindGroup ?? this.bind(kernel, uniformOffset, dispatch, request.externals);
    });
    this.device.queue.writeBuffer(this.uniforms, 0, this.uniformBytes);
    const limit = this.device.limits.maxComputeWorkgroupsPerDimension;
    const pass = encoder.beginComputePass();
    chosen.forEach(({ kernel, dispatch, variant }, index) => {
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, bound[index]!);
      const { lanes } = this.layouts[dispatch.space];
      const blocks = Math.ceil(quads[dispatch.space] / lanes);
      const invocations = request.invocations?.[dispatch.kernel]?.(dispatch) ?? (variant.tiles * lanes * blocks) / variant.quads;
      pass.dispatchWorkgroups(...workgroupsFor(invocations, limit, variant.workgroup));
    });
    pass.end();
    return chosen.length;
  }

  destroy(): void {
    for (const buffer of [...this.slots, this.uniforms]) buffer.destroy();
  }

  private writeUniform(
    kernel: Kernel,
    offset: number,
    dispatch: ScheduledDispatch,
    { tiles }: Variant,
    parameters: Readonly<Record<string, number | readonly number[]>>,
    quads: number,
  ): void {
    const grid = {
      'grid.lanes': this.layouts[dispatch.space].lanes,
      'grid.quads': quads,
      'grid.tiles': tiles,
      'grid.accumulate': dispatch.accumulate ? 1 : 0,
    };
    const bytes = new DataView(this.uniformBytes, offset, UNIFORM_ALIGNMENT);
    writeParameters(kernel.name, kernel.interface, { ...grid, ...parameters }, bytes);
  }

  private bind(kernel: Kernel, offset: number, dispatch: ScheduledDispatch, externals: Readonly<Record<string, GPUBuffer>>): GPUBindGroup {
    const buffers = dispatch.bindings.map((binding) => {
      if (binding.kind === 'external') return externals[binding.name]!;
      if (binding.kind === 'constant') return this.constants.get(binding.data);
      return this.slots[this.schedule.slotOf(dispatch, binding)]!;
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
