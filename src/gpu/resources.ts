import type { WinogradUse } from '../ops/convolution/winograd.js';
import { halveActivations } from './compile/halves.js';
import { BYTES_PER_QUAD, type Layouts, layoutOf, quadsOf, SAMPLES_PER_QUAD, type SampleLayout, samplesOf } from './compile/layout.js';
import { LEAN_IMAGES, leanSchedule } from './compile/lean.js';
import { bytesOf, chooseChunk, type MemoryDemand, type MemoryLimits } from './compile/memory.js';
import { chooseResidency } from './compile/residency.js';
import type { ConstantData, Schedule } from './compile/schedule.js';
import { firstLine, type GpuDevice, throwUncaptured } from './device/device.js';
import { ErrorScopes } from './device/error_scopes.js';
import { GpuDeviceLostError, GpuOutOfMemoryError, GpuValidationError } from './device/errors.js';
import type { MemoryBudget } from './device/memory_budget.js';
import { LONGEST_SUBMIT, SubmitSize } from './device/submit_size.js';
import { choosePlan, chooseShape, fusedDoesNotFit, lanesFor, type Plan, type PlanChoice } from './fused/choose.js';
import { type FusedProgram, fuse, fusedBytes } from './fused/program.js';
import { FusedRecording } from './fused/recording.js';
import { type KernelCache, kernelsOf } from './kernels/cache.js';
import { ConstantStore, type Encodable, Recording } from './layered/recording.js';
import { Meter, Readbacks } from './meter.js';
import { layeredPlan, PLANS } from './plans.js';
import type { Precision } from './precision.js';
import type { PlanParts } from './requests/schedules.js';
import type { TuningOptions } from './tuning/choose.js';
import type { TuneChoice } from './tuning/tuner.js';

/** The part of the memory budget that the images of one request may take. */
const REQUEST_SHARE = 1 / 8;

/** A budget grows until this many samples fit: four quads, whose invocations share loads (src/gpu/kernels/variant.ts). */
const SAMPLES_TO_GROW_FOR = 16;

/** Whether kernels are measured where nobody says. A software adapter compiles each candidate for a second or more, and its table is measured. */
const TUNED_BY_DEFAULT: Readonly<Record<GpuDevice['kind'], TuneChoice>> = { gpu: 'auto', software: 'off' };

/** What a request asks of a recording. */
export interface RecordRequest {
  readonly schedule: Schedule;
  readonly samples: number;
  /** Images on whose paths the samples lie. 0 where there are no paths. */
  readonly images: number;
  /** Where the session asks for mixed precision, activations of this request are stored in halves. */
  readonly mixes?: boolean;
  /** Bytes that the request needs for this many samples besides the network. */
  readonly fixedBytes: (samples: number) => number;
}

/** A request in the plan that was chosen for it, with its recording. */
export interface Recorded<T extends RecordRequest> {
  readonly request: T;
  readonly recording: Encodable;
  /** Samples that fit into the recording. */
  readonly capacity: number;
  readonly submitSize: SubmitSize;
}

type Capacity<T extends RecordRequest> = Omit<Recorded<T>, 'submitSize'>;

/** @internal Those of an executor (GpuExecutorOptions). */
export interface ResourceOptions {
  readonly plan?: PlanChoice;
  readonly longestSubmit?: number;
  readonly candidate?: string;
  readonly tune?: TuneChoice;
  readonly precision?: Precision;
  readonly winograd?: WinogradUse;
}

/** What an executor keeps on one device: weights, recordings, and the buffers of requests. */
export class GpuResources {
  readonly #kernels: KernelCache;
  readonly #constants: ConstantStore;
  readonly #recordings = new Map<string, Encodable>();
  readonly #programs = new Map<string, FusedProgram>();
  readonly #halved = new Map<Schedule, Schedule>();
  readonly #lean = new Map<Schedule, Schedule>();
  readonly #submitSizes = new Map<string, SubmitSize>();
  #plan: Plan = 'layered';
  readonly #planChoice: PlanChoice;
  readonly #layered: PlanParts;
  readonly #longestSubmit: number;
  readonly #tuning: TuningOptions;
  /** Whether activations are stored in halves where a request allows it. */
  readonly mixed: boolean;
  /** How far gradients with activations in halves are from others, where it was measured (src/gpu/requests/path/path.ts). */
  mixedError: number | undefined;
  readonly #buffers = new Map<string, GPUBuffer>();
  readonly #readbacks: Readbacks;
  readonly #scopes: ErrorScopes;

  constructor(
    readonly gpu: GpuDevice,
    private readonly budget: MemoryBudget,
    {
      plan = 'auto',
      longestSubmit = LONGEST_SUBMIT[gpu.kind],
      candidate,
      tune,
      precision = 'f32',
      winograd = gpu.winograd,
    }: ResourceOptions = {},
    kernels = kernelsOf(gpu.device),
  ) {
    const { device } = gpu;
    this.#planChoice = plan;
    this.#layered = layeredPlan(winograd);
    this.mixed = precision === 'mixed';
    this.#longestSubmit = longestSubmit;
    this.#tuning = { tuner: gpu.tuner, measures: (tune ?? TUNED_BY_DEFAULT[gpu.kind]) === 'auto', preferred: candidate };
    this.#kernels = kernels;
    this.#constants = new ConstantStore(device);
    this.#readbacks = new Readbacks(device);
    this.#scopes = new ErrorScopes(device);
  }

  get limits(): MemoryLimits {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.gpu.device.limits;
    return { budget: this.budget.bytes, buffer: Math.min(maxBufferSize, maxStorageBufferBindingSize) };
  }

  /**
   * Chooses the plan of a request (the request may differ between plans) and records it, for all of its samples or for as many as memory
   * allows. One recording of each kind is kept, until a request comes that does not fit it.
   */
  async record<T extends RecordRequest>(kind: string, requestOf: (parts: PlanParts) => T): Promise<Recorded<T>> {
    this.#scopes.open();
    const layered = this.#inPrecision(requestOf(this.#layered));
    const fused = await this.#recordFused(kind, layered, () => requestOf(PLANS.fused));
    const { request, recording, capacity } = fused ?? (await this.#recordLayered(kind, layered));
    this.#plan = recording.plan;
    return { request, recording, capacity, submitSize: this.#submitSizeOf(kind, request.schedule) };
  }

  /** The request, with activations in halves where it allows that and the session asks for it. */
  #inPrecision<T extends RecordRequest>(request: T): T {
    if (!this.mixed || request.mixes !== true) return request;
    const halved = this.#halved.get(request.schedule) ?? halveActivations(request.schedule);
    this.#halved.set(request.schedule, halved);
    return { ...request, schedule: halved };
  }

  /** A recording in the fused plan. Undefined where the layered plan is to run the request. */
  async #recordFused<T extends RecordRequest>(kind: string, layered: T, fusedRequest: () => T): Promise<Capacity<T> | undefined> {
    const adapter = this.gpu.kind;
    if (this.#planChoice === 'layered' || layered.schedule.layeredOnly || layered.schedule.halved) return undefined;
    const question = {
      kind: adapter,
      samples: layered.samples,
      multiplyAdds: layered.schedule.multiplyAdds.samples,
      dispatches: layered.schedule.dispatches.length,
    };
    // Linking takes time, so ask first whether the fused plan would be chosen if it fitted.
    if (this.#planChoice === 'auto' && choosePlan({ ...question, fits: true }) === 'layered') return undefined;
    const request = fusedRequest();
    const { schedule, fixedBytes } = request;
    const lanes = lanesFor(adapter, request.samples);
    const key = `${kind} ${lanes}`;
    const program = this.#programs.get(key) ?? fuse(schedule, { lanes });
    this.#programs.set(key, program);
    const constantBytes = [...schedule.constants].reduce((sum, data) => sum + data.byteLength, 0);
    // The data of the request are there twice: as they were uploaded, and gathered for the shader.
    const fixed = constantBytes + 2 * fixedBytes(request.samples);
    const shape = chooseShape(program, adapter, request, fixed, this.limits);
    if (shape === undefined) {
      if (this.#planChoice === 'fused') throw fusedDoesNotFit(program, this.limits);
      return undefined;
    }
    let recording = this.#recordings.get(kind);
    if (!(recording instanceof FusedRecording) || recording.program !== program || !recording.holds(shape)) {
      recording?.destroy();
      this.#recordings.delete(kind);
      const { memory, words } = fusedBytes(program, shape);
      this.#makeRoom(memory + words + fixed, new Set());
      recording = await FusedRecording.create(this.gpu.device, program, shape, schedule.constants);
      this.#recordings.set(kind, recording);
    }
    return { request, recording, capacity: SAMPLES_PER_QUAD * shape.lanes * shape.blocks };
  }

  async #recordLayered<T extends RecordRequest>(kind: string, whole: T): Promise<Capacity<T>> {
    await this.#growFor(whole);
    const request = this.#fitted(whole);
    const { schedule, samples, images } = request;
    const perImage = { ends: layoutOf(2 * images), images: layoutOf(images) };
    const own = ownDemand(request);
    // What one quad of samples leaves of the budget.
    const residency = chooseResidency(schedule.dispatches, this.limits.budget - bytesOf(own, layoutOf(1)));
    const demand = { ...own, fixedBytes: own.fixedBytes + residency.bytes };
    const wanted = chooseChunk(samples, demand, this.limits);
    let recording = this.#recordings.get(kind);
    const holds = (own: SampleLayout, needed: SampleLayout) => own.lanes === needed.lanes && own.blocks >= needed.blocks;
    const reusable =
      recording instanceof Recording &&
      recording.schedule === schedule &&
      recording.residency.bytes === residency.bytes &&
      holds(recording.layouts.samples, wanted) &&
      holds(recording.layouts.ends, perImage.ends) &&
      holds(recording.layouts.images, perImage.images);
    if (!recording || !reusable || bytesOf(demand, recording.layouts.samples) > this.limits.budget) {
      // The first request gets exactly what it asks for. A larger one gets the next power of two, so that growing requests do not record
      // again each time.
      const blocks = recording ? 2 ** Math.ceil(Math.log2(wanted.blocks)) : wanted.blocks;
      const roomy = { lanes: wanted.lanes, blocks };
      recording?.destroy();
      this.#recordings.delete(kind);
      const fits = chooseChunk(samplesOf(roomy), demand, this.limits);
      this.#makeRoom(bytesOf(own, fits) + residency.window, residency.resident);
      const layouts = { ...perImage, samples: fits };
      const { gpu } = this;
      recording = await Recording.create(gpu, this.#kernels, this.#constants, schedule, layouts, residency, this.#tuning);
      this.#recordings.set(kind, recording);
    }
    return { request, recording, capacity: samplesOf(recording.layouts.samples) };
  }

  /** Lets the budget grow until a request fits with some samples, as far as the device goes. */
  async #growFor(request: RecordRequest): Promise<void> {
    const constantBytes = [...request.schedule.constants].reduce((sum, data) => sum + data.byteLength, 0);
    const samples = layoutOf(Math.min(request.samples, SAMPLES_TO_GROW_FOR));
    await this.budget.growTo(constantBytes + bytesOf(ownDemand(request), samples), this.#bytes());
  }

  /** The request, or where one quad of it does not fit even with weights in turn, the request with a schedule that needs less memory. */
  #fitted<T extends RecordRequest>(request: T): T {
    const needed = chooseResidency(request.schedule.dispatches, 0).bytes + bytesOf(ownDemand(request), layoutOf(1));
    if (needed <= this.limits.budget || request.images > LEAN_IMAGES) return request;
    const known = this.#lean.get(request.schedule) ?? leanSchedule(request.schedule) ?? request.schedule;
    this.#lean.set(request.schedule, known);
    return { ...request, schedule: known };
  }

  /** The submit size of a kind of request. It lives as long as the session, so measurements of one request serve the next. */
  #submitSizeOf(kind: string, { multiplyAdds }: Schedule): SubmitSize {
    const submitSize = this.#submitSizes.get(kind) ?? new SubmitSize(this.#longestSubmit, multiplyAdds.samples);
    this.#submitSizes.set(kind, submitSize);
    return submitSize;
  }

  /** The storage buffer of this name, with at least this size. It still holds what its last use left there. */
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

  /**
   * How many images one request of paths should have, so that their data and the schedule's tensors for them leave most of the memory to
   * samples. `bytesOfImage` counts the request's own buffers.
   */
  imagesAtOnce(scheduleOf: (parts: PlanParts) => Schedule, bytesOfImage: number): number {
    const share = Math.min(this.limits.buffer, this.limits.budget * REQUEST_SHARE);
    const four = bytesOfImages(scheduleOf(this.#layered), { ends: layoutOf(2 * 4), images: layoutOf(4) });
    return Math.max(1, Math.floor(share / (four / 4 + bytesOfImage)));
  }

  encoder(): GPUCommandEncoder {
    this.#scopes.open();
    return this.gpu.device.createCommandEncoder();
  }

  /** Counts what a request does. */
  meter(): Meter {
    const { device } = this.gpu;
    const buffer = (name: string, bytes: number) => this.buffer(name, bytes);
    const state = () => ({ plan: this.#plan, bytes: this.#bytes() });
    return new Meter({ device, scopes: this.#scopes, buffer, readbacks: this.#readbacks, state });
  }

  /** Runs work, and turns what WebGPU reports about it into an error of Pathlight. */
  async checked<T>(work: () => Promise<T>): Promise<T> {
    let failure: unknown;
    let result: T | undefined;
    try {
      result = await work();
    } catch (error) {
      failure = error;
    }
    // WebGPU reports the loss of a device after the failures that follow from it. The answer to one more scope comes after that report.
    if (failure !== undefined) this.#scopes.open();
    const { validation, memory } = await this.#scopes.settle();
    if (this.gpu.lost) throw new GpuDeviceLostError('gpu.lost', { detail: this.gpu.lost.message || this.gpu.lost.reason });
    if (failure instanceof GpuValidationError) throw failure;
    if (validation) throw new GpuValidationError('gpu.refused', { detail: firstLine(validation.message) });
    if (memory) throw new GpuOutOfMemoryError('gpu.out-of-memory', { detail: firstLine(memory.message) });
    if (failure !== undefined) throw failure;
    throwUncaptured(this.gpu);
    return result as T;
  }

  destroy(): void {
    for (const recording of this.#recordings.values()) recording.destroy();
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#readbacks.destroy();
    this.#constants.destroy();
  }

  /**
   * Drops recordings, the oldest first, then the buffers of earlier requests, and then constants that no recording binds any more, until the
   * budget has room for these constants and this many more bytes.
   */
  #makeRoom(bytes: number, constants: ReadonlySet<ConstantData>): void {
    const hasRoom = () => this.#bytes() + this.#constants.missingBytes(constants) + bytes <= this.limits.budget;
    const held = [this.#recordings, this.#buffers] as const;
    for (const map of held) {
      for (const [name, resource] of map) {
        if (hasRoom()) return;
        resource.destroy();
        map.delete(name);
      }
    }
    if (!hasRoom()) this.#constants.keepOnly(constants);
  }

  #bytes(): number {
    let sum = this.#constants.bytes;
    for (const recording of this.#recordings.values()) sum += recording.bytes;
    for (const buffer of this.#buffers.values()) sum += buffer.size;
    return sum;
  }
}

/** What a request needs besides its constants. */
function ownDemand({ schedule, samples, images, fixedBytes }: RecordRequest): MemoryDemand {
  const perImage = { ends: layoutOf(2 * images), images: layoutOf(images) };
  return {
    fixedBytes: fixedBytes(samples) + bytesOfImages(schedule, perImage),
    largestFixed: largestFixed(schedule, perImage),
    slots: schedule.memory.slots.filter(({ space }) => space === 'samples').map(({ elements }) => elements),
  };
}

/** Bytes of the largest buffer whose size does not depend on the number of samples: a constant, or a tensor of images or ends. */
function largestFixed({ memory, constants }: Schedule, layouts: Pick<Layouts, 'ends' | 'images'>): number {
  const tensors = memory.slots.map(({ space, elements }) =>
    space === 'samples' ? 0 : elements * BYTES_PER_QUAD * quadsOf(layouts[space]),
  );
  return Math.max(0, ...tensors, ...[...constants].map(({ byteLength }) => byteLength));
}

/** Bytes of the tensors in the spaces `images` and `ends`, whatever the number of samples. */
function bytesOfImages({ memory }: Schedule, layouts: Pick<Layouts, 'ends' | 'images'>): number {
  return memory.slots.reduce(
    (sum, { space, elements }) => sum + (space === 'samples' ? 0 : elements * BYTES_PER_QUAD * quadsOf(layouts[space])),
    0,
  );
}
