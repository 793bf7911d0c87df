import { numbersOf } from '../../ops/shared/packed.js';
import { itemAt } from '../../tensor/items.js';
import { BYTES_PER_QUAD, type Layouts, quadsOf, workgroupsFor } from '../compile/layout.js';
import { type Placed, type Residency, turnsOf } from '../compile/residency.js';
import { type Chunk, type ConstantData, halvesOf, parametersOf, type Schedule, type ScheduledDispatch } from '../compile/schedule.js';
import type { GpuDevice } from '../device/device.js';
import type { Kernel, KernelCache } from '../kernels/cache.js';
import { writeParameters } from '../kernels/interface.js';
import { invocationsOf, kernelOf, type Variant } from '../kernels/variant.js';
import { chooseVariants, type TuningOptions } from '../tuning/choose.js';
import { raceCandidates } from '../tuning/race.js';

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

  /** Drops all constants but these. No recording may bind what is dropped. */
  keepOnly(constants: ReadonlySet<ConstantData>): void {
    for (const [data, buffer] of this.#buffers) {
      if (constants.has(data)) continue;
      this.bytes -= buffer.size;
      buffer.destroy();
      this.#buffers.delete(data);
    }
  }

  destroy(): void {
    this.keepOnly(new Set());
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
  /** Absent for dispatches with external buffers, which a request brings. */
  readonly bindGroup: GPUBindGroup | undefined;
  readonly uniformOffset: number;
  /** Where in the window its streamed constants lie. */
  readonly placed: readonly Placed[];
}

/** A part of a chunk that is submitted at once. */
export interface EncodableTurn {
  /** Uploads the weights that this part needs and that are not on the device throughout. Returns their bytes. */
  upload(): number;
  /** Encodes its dispatches. Returns their number. */
  encode(encoder: GPUCommandEncoder): number;
}

/** A schedule that is ready to be encoded, by either plan. */
export interface Encodable {
  readonly plan: 'layered' | 'fused';
  readonly layouts: Layouts;
  /** Bytes of its own buffers. */
  readonly bytes: number;
  /**
   * The stages of a chunk, which has at most the layouts' quads, in parts. There is one part, or several where weights are uploaded in turn: then
   * each is uploaded, encoded and submitted before the next.
   */
  turns(chunk: Chunk, externals: Externals): readonly EncodableTurn[];
  destroy(): void;
}

/** A schedule with buffers, bind groups and pipelines for up to a number of samples. A request only has to encode it. */
export class Recording implements Encodable {
  readonly plan = 'layered';
  /** Bytes of the slots, the uniforms and the window. */
  readonly bytes: number;
  /** The chunk whose parameters the uniforms hold. */
  #written = '';
  /** The last bind groups of steps with external buffers. Requests of one kind mostly bring the same buffers. */
  readonly #bound = new Map<Step, { readonly buffers: readonly GPUBuffer[]; readonly group: GPUBindGroup }>();

  private constructor(
    private readonly device: GPUDevice,
    readonly schedule: Schedule,
    readonly layouts: Layouts,
    private readonly steps: Step[],
    private readonly slots: readonly GPUBuffer[],
    private readonly uniforms: GPUBuffer,
    private readonly uniformBytes: ArrayBuffer,
    private readonly constants: ConstantStore,
    readonly residency: Residency,
    private readonly window: GPUBuffer | undefined,
  ) {
    this.bytes = slots.reduce((sum, buffer) => sum + buffer.size, uniforms.size + (window?.size ?? 0));
  }

  static async create(
    gpu: GpuDevice,
    kernels: KernelCache,
    constants: ConstantStore,
    schedule: Schedule,
    layouts: Layouts,
    residency: Residency,
    tuning: TuningOptions,
  ): Promise<Recording> {
    const { device } = gpu;
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
    const window =
      residency.window > 0
        ? device.createBuffer({
            label: 'weights in turn',
            size: residency.window,
            usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
          })
        : undefined;
    const turns = turnsOf(schedule.dispatches, residency);
    const placedOf = new Map(turns.flatMap(({ dispatches, placed }) => dispatches.map((dispatch) => [dispatch, placed] as const)));
    const recording = new Recording(device, schedule, layouts, [], slots, uniforms, uniformBytes, constants, residency, window);
    try {
      await recording.choose(gpu, kernels, tuning, (dispatch) => placedOf.get(dispatch) ?? []);
    } catch (error) {
      recording.destroy();
      throw error;
    }
    return recording;
  }

  /** Chooses kernels, compiles them and binds their buffers. */
  private async choose(
    gpu: GpuDevice,
    kernels: KernelCache,
    tuning: TuningOptions,
    placedOf: (dispatch: ScheduledDispatch) => readonly Placed[],
  ): Promise<void> {
    const { dispatches } = this.schedule;
    const variants = await chooseVariants(dispatches, this.layouts, gpu, tuning, (dispatch) => {
      // What a request binds anew, and weights that are not there yet, cannot be raced over.
      const hasExternals = dispatch.bindings.some(({ kind }) => kind === 'external');
      if (hasExternals || dispatch.atRequest !== undefined || placedOf(dispatch).length > 0) return undefined;
      const layout = this.layouts[dispatch.space];
      return (candidates) => {
        const buffers = this.buffersOf({ dispatch, placed: [] }, new Map());
        return raceCandidates(this.device, kernels, { dispatch, layout, buffers }, candidates);
      };
    });
    const compiled = await Promise.all(
      dispatches.map(async (dispatch, index) => {
        const variant = itemAt(variants, index);
        const chosen = kernelOf(dispatch, variant);
        const kernel = await kernels.get(chosen.kernel, chosen.constants, halvesOf(dispatch));
        return { dispatch, variant, kernel, uniformOffset: UNIFORM_ALIGNMENT * index, placed: placedOf(dispatch) };
      }),
    );
    for (const step of compiled) {
      const external = step.dispatch.bindings.some(({ kind }) => kind === 'external');
      this.steps.push({ ...step, bindGroup: external ? undefined : this.bind(step, new Map()) });
    }
  }

  turns(chunk: Chunk, externals: Externals): EncodableTurn[] {
    const chosen = this.steps.filter(({ dispatch }) => chunk.stages.has(dispatch.stage));
    this.writeUniforms(chosen, chunk);
    // The steps of a turn share its list of placed constants.
    const turns = new Map<readonly Placed[], Step[]>();
    for (const step of chosen) {
      const own = turns.get(step.placed);
      if (own) own.push(step);
      else turns.set(step.placed, [step]);
    }
    return [...turns].map(([placed, steps]) => ({
      upload: () => this.upload(placed),
      encode: (encoder) => this.encode(encoder, steps, chunk, externals),
    }));
  }

  destroy(): void {
    for (const buffer of [...this.slots, this.uniforms]) buffer.destroy();
    this.window?.destroy();
  }

  private upload(placed: readonly Placed[]): number {
    let bytes = 0;
    for (const { data, offset } of placed) {
      const { window } = this;
      if (window === undefined) throw new Error('a constant is not on the device, and there is no window for it');
      const numbers = numbersOf(data);
      this.device.queue.writeBuffer(window, offset, numbers.buffer, numbers.byteOffset, numbers.byteLength);
      bytes += numbers.byteLength;
    }
    return bytes;
  }

  private encode(encoder: GPUCommandEncoder, steps: readonly Step[], chunk: Chunk, externals: Externals): number {
    const limit = this.device.limits.maxComputeWorkgroupsPerDimension;
    const pass = encoder.beginComputePass();
    for (const step of steps) {
      const { kernel, dispatch, variant } = step;
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, step.bindGroup ?? this.bindExternals(step, externals));
      const { lanes } = this.layouts[dispatch.space];
      const blocks = Math.ceil(chunk.quads[dispatch.space] / lanes);
      const invocations = dispatch.invocations?.(chunk) ?? invocationsOf(variant, lanes * blocks);
      pass.dispatchWorkgroups(...workgroupsFor(invocations, limit, variant.workgroup));
    }
    pass.end();
    return steps.length;
  }

  /** Writes the parameters of steps, unless they are there since the last request. */
  private writeUniforms(steps: readonly Step[], chunk: Chunk): void {
    const { stages, layouts: _, ...numbers } = chunk;
    const key = JSON.stringify([[...stages], numbers]);
    if (key === this.#written) return;
    for (const step of steps) this.writeUniform(step, chunk);
    this.device.queue.writeBuffer(this.uniforms, 0, this.uniformBytes);
    this.#written = key;
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

  /** The buffers of a dispatch, in the order of its bindings. */
  private buffersOf({ dispatch, placed }: Pick<Step, 'dispatch' | 'placed'>, externals: Externals): GPUBufferBinding[] {
    return dispatch.bindings.map((binding) => {
      if (binding.kind === 'external') return { buffer: externalOf(externals, binding.name) };
      if (binding.kind === 'constant') return this.constantOf(binding.data, placed);
      const offset = this.schedule.offsetOf(dispatch, binding) * BYTES_PER_QUAD * quadsOf(this.layouts.samples);
      return { buffer: this.slotAt(this.schedule.slotOf(dispatch, binding)), offset };
    });
  }

  private bind(step: Omit<Step, 'bindGroup'>, externals: Externals): GPUBindGroup {
    const { kernel, uniformOffset } = step;
    const resources = this.buffersOf(step, externals);
    return this.device.createBindGroup({
      label: kernel.name,
      layout: kernel.layout,
      entries: [
        { binding: 0, resource: { buffer: this.uniforms, offset: uniformOffset, size: kernel.interface.parameters.size } },
        ...resources.map((resource, position) => ({ binding: position + 1, resource })),
      ],
    });
  }

  private bindExternals(step: Step, externals: Externals): GPUBindGroup {
    const buffers = step.dispatch.bindings.flatMap((binding) => (binding.kind === 'external' ? [externalOf(externals, binding.name)] : []));
    const bound = this.#bound.get(step);
    if (bound && buffers.every((buffer, i) => buffer === bound.buffers[i])) return bound.group;
    const group = this.bind(step, externals);
    this.#bound.set(step, { buffers, group });
    return group;
  }

  /** The buffer of a constant: its own, or its place in the window. */
  private constantOf(data: ConstantData, placed: readonly Placed[]): GPUBufferBinding {
    const place = placed.find((each) => each.data === data);
    if (place === undefined || this.window === undefined) return { buffer: this.constants.get(data) };
    return { buffer: this.window, offset: place.offset, size: data.byteLength };
  }
}
