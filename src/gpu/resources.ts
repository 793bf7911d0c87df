import type { Cost } from '../executor.js';
import { BYTES_PER_QUAD, type Layouts, layoutOf, quadsOf, type SampleLayout, samplesOf } from './compile/layout.js';
import { bytesOf, chooseChunk, type MemoryLimits } from './compile/memory.js';
import type { Schedule } from './compile/schedule.js';
import { firstLine, type GpuDevice, throwUncaptured } from './device/device.js';
import { ErrorScopes } from './device/error_scopes.js';
import { GpuDeviceLostError, GpuOutOfMemoryError, GpuValidationError } from './device/errors.js';
import { LONGEST_SUBMIT, SubmitSize } from './device/submit_size.js';
import { choosePlan, chooseShape, fusedDoesNotFit, lanesFor, type Plan, type PlanChoice } from './fused/choose.js';
import { type FusedProgram, fuse, fusedBytes } from './fused/program.js';
import { FusedRecording } from './fused/recording.js';
import { type KernelCache, kernelsOf } from './kernels/cache.js';
import { ConstantStore, type Encodable, Recording } from './layered/recording.js';

/** What a request asks of a recording. */
export interface RecordRequest {
  readonly schedule: Schedule;
  readonly samples: number;
  readonly images: number;
  /** What the request needs besides the network for so many samples, in bytes. */
  readonly fixedBytes: (samples: number) => number;
}

/** A recording and the samples that fit into it. */
export interface Recorded {
  readonly plan: Plan;
  readonly layouts: Layouts;
  readonly samples: number;
  readonly submitSize: SubmitSize;
  readonly encode: Encodable['encode'];
}

/** What an executor has on one device: weights, recordings, and the buffers of requests. */
export class GpuResources {
  readonly limits: MemoryLimits;
  readonly #kernels: KernelCache;
  readonly #constants: ConstantStore;
  readonly #recordings = new Map<string, Encodable>();
  readonly #programs = new Map<string, FusedProgram>();
  readonly #paces = new Map<string, SubmitSize>();
  #plan: Plan = 'layered';
  readonly #buffers = new Map<string, GPUBuffer>();
  readonly #scopes: ErrorScopes;

  constructor(
    readonly gpu: GpuDevice,
    budget: number,
    private readonly planChoice: PlanChoice = 'auto',
    private readonly longestSubmit: number = LONGEST_SUBMIT[gpu.kind],
    kernels = kernelsOf(gpu.device),
  ) {
    const { device } = gpu;
    this.limits = { budget, buffer: Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize) };
    this.#kernels = kernels;
    this.#constants = new ConstantStore(device);
    this.#scopes = new ErrorScopes(device);
  }

  /**
   * The recording for so many samples, or for as many of them as memory allows, by one of the plans, whose schedules may differ. One
   * recording of each kind is kept, and replaced when the next request does not fit it.
   */
  async record(kind: string, requestOf: (plan: Plan) => RecordRequest): Promise<Recorded> {
    this.#scopes.open();
    const fused = await this.#recordFused(kind, requestOf);
    this.#plan = fused ? 'fused' : 'layered';
    return fused ?? this.#recordLayered(kind, requestOf('layered'));
  }

  async #recordFused(kind: string, requestOf: (plan: Plan) => RecordRequest): Promise<Recorded | undefined> {
    const adapter = this.gpu.kind;
    if (this.planChoice === 'layered') return undefined;
    const layered = requestOf('layered');
    if (layered.schedule.layeredOnly) return undefined;
    const question = {
      kind: adapter,
      samples: layered.samples,
      multiplyAdds: layered.schedule.multiplyAdds.samples,
      dispatches: layered.schedule.dispatches.length,
    };
    // Linking takes time, too: not where it will not be used.
    if (this.planChoice === 'auto' && choosePlan({ ...question, fits: true }) === 'layered') return undefined;
    const request = requestOf('fused');
    const { schedule, fixedBytes } = request;
    const lanes = lanesFor(adapter, request.samples);
    const key = `${kind} ${lanes}`;
    const program = this.#programs.get(key) ?? fuse(schedule, { lanes });
    this.#programs.set(key, program);
    const constantBytes = [...schedule.constants].reduce((sum, data) => sum + data.byteLength, 0);
    // The buffers of the request are there twice: as they are uploaded, and gathered for the shader.
    const fixed = constantBytes + 2 * fixedBytes(request.samples);
    const shape = chooseShape(program, adapter, request, fixed, this.limits);
    if (shape === undefined) {
      if (this.planChoice === 'fused') throw fusedDoesNotFit(program, this.limits);
      return undefined;
    }
    let recording = this.#recordings.get(kind);
    if (!(recording instanceof FusedRecording) || recording.program !== program || !recording.holds(shape)) {
      recording?.destroy();
      this.#recordings.delete(kind);
      const { memory, words } = fusedBytes(program, shape);
      this.#makeRoom(memory + words + fixed);
      recording = await FusedRecording.create(this.gpu.device, program, shape, schedule.constants);
      this.#recordings.set(kind, recording);
    }
    const { layouts } = recording;
    return {
      plan: 'fused',
      layouts,
      samples: 4 * shape.lanes * shape.blocks,
      submitSize: this.#paceOf(kind, schedule),
      encode: recording.encode.bind(recording),
    };
  }

  async #recordLayered(kind: string, { schedule, samples, images, fixedBytes }: RecordRequest): Promise<Recorded> {
    const constantBytes = [...schedule.constants].reduce((sum, data) => sum + data.byteLength, 0);
    const perImage = { ends: layoutOf(2 * images), images: layoutOf(images) };
    const demand = {
      fixedBytes: constantBytes + fixedBytes(samples) + bytesOfImages(schedule, perImage),
      largestFixed: largestFixed(schedule, perImage),
      slots: schedule.memory.slots.filter(({ space }) => space === 'samples').map(({ elements }) => elements),
    };
    const wanted = chooseChunk(samples, demand, this.limits);
    let recording = this.#recordings.get(kind);
    const holds = (own: SampleLayout, needed: SampleLayout) => own.lanes === needed.lanes && own.blocks >= needed.blocks;
    const reusable =
      recording instanceof Recording &&
      holds(recording.layouts.samples, wanted) &&
      holds(recording.layouts.ends, perImage.ends) &&
      holds(recording.layouts.images, perImage.images);
    if (!recording || !reusable || bytesOf(demand, recording.layouts.samples) > this.limits.budget) {
      // The first request gets what it asks for; one that outgrows it, the next power of two, so that growing requests do not record
      // anew each time.
      const blocks = recording ? 2 ** Math.ceil(Math.log2(wanted.blocks)) : wanted.blocks;
      const roomy = { lanes: wanted.lanes, blocks };
      recording?.destroy();
      this.#recordings.delete(kind);
      const fits = chooseChunk(samplesOf(roomy), demand, this.limits);
      this.#makeRoom(bytesOf(demand, fits) - constantBytes + this.#constants.missingBytes(schedule.constants));
      recording = await Recording.create(this.gpu, this.#kernels, this.#constants, schedule, { ...perImage, samples: fits });
      this.#recordings.set(kind, recording);
    }
    const { layouts } = recording;
    const submitSize = this.#paceOf(kind, schedule);
    return { plan: 'layered', layouts, samples: samplesOf(layouts.samples), submitSize, encode: recording.encode.bind(recording) };
  }

  /** Kept for as long as the session: what was measured of one request serves the next. */
  #paceOf(kind: string, { multiplyAdds }: Schedule): SubmitSize {
    const submitSize = this.#paces.get(kind) ?? new SubmitSize(this.longestSubmit, multiplyAdds.samples);
    this.#paces.set(kind, submitSize);
    return submitSize;
  }

  /** A storage buffer of at least this size under this name; its contents are those of its last use. */
  buffer(name: string, bytes: number): GPUBuffer {
    this.#scopes.open();
    let buffer = this.#buffers.get(name);
    if (buffer === undefined || buffer.size < bytes) {
      buffer?.destroy();
      buffer = this.gpu.device.createBuffer({
        label: name,
        size: Math.max(16, Math.ceil(bytes / 16) * 16),
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      });
      this.#buffers.set(name, buffer);
    }
    return buffer;
  }

  encoder(): GPUCommandEncoder {
    this.#scopes.open();
    return this.gpu.device.createCommandEncoder();
  }

  /** Counts what a request does. */
  meter() {
    const { device } = this.gpu;
    const start = performance.now();
    const counted = {
      dispatches: 0,
      submits: 0,
      uploadedBytes: 0,
      readbackBytes: 0,
      multiplyAdds: 0,
      upload: (name: string, data: Float32Array | Uint32Array): GPUBuffer => {
        const buffer = this.buffer(name, data.byteLength);
        device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
        counted.uploadedBytes += data.byteLength;
        return buffer;
      },
      /** Submits and waits: the next chunk's parameters may then be written, and a signal is heard between chunks. */
      submit: async (encoder: GPUCommandEncoder): Promise<void> => {
        device.queue.submit([encoder.finish()]);
        counted.submits++;
        await device.queue.onSubmittedWorkDone();
      },
      /** Submits with copies of these buffers' first bytes at the end, and reads all of them in one mapping. */
      submitAndRead: async (encoder: GPUCommandEncoder, parts: readonly (readonly [GPUBuffer, number])[]): Promise<Float32Array[]> => {
        const size = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
        const staging = device.createBuffer({ label: 'readback', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
        let offset = 0;
        for (const [buffer, bytes] of parts) {
          encoder.copyBufferToBuffer(buffer, 0, staging, offset, bytes);
          offset += bytes;
        }
        device.queue.submit([encoder.finish()]);
        counted.submits++;
        const mapped = staging.mapAsync(GPUMapMode.READ);
        this.#scopes.close();
        await mapped;
        const all = new Float32Array(staging.getMappedRange().slice(0));
        staging.unmap();
        staging.destroy();
        counted.readbackBytes += size;
        let first = 0;
        return parts.map(([, bytes]) => {
          const part = all.subarray(first, first + bytes / 4);
          first += bytes / 4;
          return part;
        });
      },
      cost: (): Cost => ({
        plan: this.#plan,
        dispatches: counted.dispatches,
        submits: counted.submits,
        uploadedBytes: counted.uploadedBytes,
        readbackBytes: counted.readbackBytes,
        peakBytes: this.#bytes(),
        ...(counted.multiplyAdds > 0 && { multiplyAdds: counted.multiplyAdds }),
        milliseconds: performance.now() - start,
      }),
    };
    return counted;
  }

  /** Runs work and turns what WebGPU reports about it into an error of ours. */
  async checked<T>(work: () => Promise<T>): Promise<T> {
    let failure: unknown;
    let result: T | undefined;
    try {
      result = await work();
    } catch (error) {
      failure = error;
    }
    // The loss of a device is told after what it made fail: with the answer to one more scope it is known.
    if (failure !== undefined) this.#scopes.open();
    const { validation, memory } = await this.#scopes.settle();
    if (this.gpu.lost) throw new GpuDeviceLostError(`the GPU device was lost: ${this.gpu.lost.message || this.gpu.lost.reason}`);
    if (failure instanceof GpuValidationError) throw failure;
    if (validation) throw new GpuValidationError(`WebGPU refused a call: ${firstLine(validation.message)}`);
    if (memory)
      throw new GpuOutOfMemoryError(`the GPU is out of memory: ${firstLine(memory.message)}`, 'a smaller budget, or --device cpu');
    if (failure !== undefined) throw failure;
    throwUncaptured(this.gpu);
    return result as T;
  }

  destroy(): void {
    for (const recording of this.#recordings.values()) recording.destroy();
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#constants.destroy();
  }

  /** Drops recordings, the oldest first, and then the buffers of earlier requests, until this many bytes more are within the budget. */
  #makeRoom(bytes: number): void {
    const held = [this.#recordings, this.#buffers] as const;
    for (const map of held) {
      for (const [name, resource] of map) {
        if (this.#bytes() + bytes <= this.limits.budget) return;
        resource.destroy();
        map.delete(name);
      }
    }
  }

  #bytes(): number {
    let sum = this.#constants.bytes;
    for (const recording of this.#recordings.values()) sum += recording.bytes;
    for (const buffer of this.#buffers.values()) sum += buffer.size;
    return sum;
  }
}

/** Bytes of the largest buffer whose size does not depend on the number of samples: a constant, or a tensor of images or ends. */
function largestFixed({ memory, constants }: Schedule, layouts: Pick<Layouts, 'ends' | 'images'>): number {
  const tensors = memory.slots.map(({ space, elements }) =>
    space === 'samples' ? 0 : elements * BYTES_PER_QUAD * quadsOf(layouts[space]),
  );
  return Math.max(0, ...tensors, ...[...constants].map(({ byteLength }) => byteLength));
}

/** Bytes of the tensors that exist once or twice an image, whatever the number of samples. */
export function bytesOfImages({ memory }: Schedule, layouts: Pick<Layouts, 'ends' | 'images'>): number {
  return memory.slots.reduce(
    (sum, { space, elements }) => sum + (space === 'samples' ? 0 : elements * BYTES_PER_QUAD * quadsOf(layouts[space])),
    0,
  );
}
