import { numbersOf } from '../../ops/shared/packed.js';
import { itemAt } from '../../tensor/items.js';
import type { Layouts } from '../compile/layout.js';
import { type Chunk, type ConstantData, parametersOf, type Space } from '../compile/schedule.js';
import { firstLine } from '../device/device.js';
import { GpuValidationError } from '../device/errors.js';
import { writeParameters } from '../kernels/interface.js';
import { type Encodable, type EncodableTurn, type Externals, externalOf } from '../layered/recording.js';
import { BASE, END_OF_ROUND, HEADER, ROW, TILE_ORDER } from './entry_point.js';
import {
  baseOf,
  type FusedProgram,
  type FusedShape,
  fusedBytes,
  groupsOf,
  type ProgramPart,
  type ProgramRow,
  withEnds,
} from './program.js';
import { COMMON_BUFFERS } from './rewrite.js';

/** A program with pipelines, and with buffers for requests up to a shape. A request writes the tables and encodes the dispatches. */
export class FusedRecording implements Encodable {
  readonly plan = 'fused';
  readonly layouts: Layouts;
  readonly #memory: GPUBuffer;
  readonly #words: GPUBuffer;
  readonly #constants: GPUBuffer;
  readonly #constantAt = new Map<ConstantData, number>();
  readonly #tables: GPUBuffer[];
  #request: GPUBuffer;
  #results: GPUBuffer;

  private constructor(
    private readonly device: GPUDevice,
    readonly program: FusedProgram,
    readonly shape: FusedShape,
    constants: ReadonlySet<ConstantData>,
    private readonly pipelines: readonly { readonly pipeline: GPUComputePipeline; readonly layout: GPUBindGroupLayout }[],
  ) {
    const { memory, words } = fusedBytes(program, shape);
    this.layouts = {
      samples: { lanes: shape.lanes, blocks: shape.blocks },
      ends: { lanes: 1, blocks: shape.ends },
      images: { lanes: 1, blocks: shape.images },
    };
    this.#memory = this.#buffer('memory', memory);
    this.#words = this.#buffer('words', words);
    this.#request = this.#buffer('request', 0);
    this.#results = this.#buffer('results', 0);
    this.#tables = program.parts.map(({ rows }) => this.#buffer('table', 4 * wordsOf(rows)));
    let bytes = 0;
    for (const data of constants) {
      this.#constantAt.set(data, bytes);
      bytes += Math.ceil(data.byteLength / 16) * 16;
    }
    this.#constants = this.#buffer('constants', bytes);
    for (const [data, at] of this.#constantAt) {
      const numbers = numbersOf(data);
      device.queue.writeBuffer(this.#constants, at, numbers.buffer, numbers.byteOffset, numbers.byteLength);
    }
  }

  static async create(
    device: GPUDevice,
    program: FusedProgram,
    shape: FusedShape,
    constants: ReadonlySet<ConstantData>,
  ): Promise<FusedRecording> {
    const pipelines = await Promise.all(program.parts.map((part) => pipelineOf(device, part)));
    return new FusedRecording(device, program, shape, constants, pipelines);
  }

  get bytes(): number {
    const buffers = [this.#memory, this.#words, this.#constants, this.#request, this.#results, ...this.#tables];
    return buffers.reduce((sum, { size }) => sum + size, 0);
  }

  /** Whether a request of this shape fits into the buffers. */
  holds(shape: FusedShape): boolean {
    const { memory, words } = fusedBytes(this.program, shape);
    return memory <= this.#memory.size && words <= this.#words.size;
  }

  /** Encodes one dispatch for each part of the program. Returns the number of dispatches. */
  turns(chunk: Chunk, externals: Externals): EncodableTurn[] {
    return [{ upload: () => 0, encode: (encoder) => this.#encode(encoder, chunk, externals) }];
  }

  #encode(encoder: GPUCommandEncoder, chunk: Chunk, externals: Externals): number {
    const blocksOf = (space: Space) => Math.ceil(chunk.quads[space] / this.layouts[space].lanes);
    const blocks = { samples: blocksOf('samples'), ends: blocksOf('ends'), images: blocksOf('images') };
    const shape = this.#shapeFor(blocks, chunk);
    const { read, written } = this.#externals();
    const requestAt = this.#gather(encoder, read, externals, 'request');
    const resultAt = this.#gather(encoder, written, externals, 'results');
    const limit = this.device.limits.maxComputeWorkgroupsPerDimension;
    let dispatches = 0;
    this.program.parts.forEach((part, index) => {
      // Every workgroup of the first part evaluates the ends that it needs, in each chunk.
      const rows = part.rows.filter(({ dispatch: { stage } }) => chunk.stages.has(stage) || stage === 'begin');
      const table = this.#table(rows, shape, blocks, chunk, { ...requestAt, ...resultAt });
      this.device.queue.writeBuffer(itemAt(this.#tables, index), 0, table);
      const { pipeline, layout } = itemAt(this.pipelines, index);
      const buffers = { table: itemAt(this.#tables, index), memory: this.#memory, words: this.#words, constants: this.#constants };
      const bound = { ...buffers, constant_words: this.#constants, request: this.#request, results: this.#results };
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      const entries = COMMON_BUFFERS.map((name, binding) => ({ binding, resource: { buffer: bound[name] } }));
      pass.setBindGroup(0, this.device.createBindGroup({ layout, entries }));
      const groups = index === 0 ? groupsOf(shape) : blocks.images;
      const x = Math.min(groups, limit);
      pass.dispatchWorkgroups(x, Math.ceil(groups / x));
      pass.end();
      dispatches++;
    });
    for (const name of written) {
      const result = externalOf(externals, name);
      encoder.copyBufferToBuffer(this.#results, 4 * resultAt[name]!, result, 0, result.size);
    }
    return dispatches;
  }

  destroy(): void {
    for (const buffer of [this.#memory, this.#words, this.#constants, this.#request, this.#results, ...this.#tables]) buffer.destroy();
  }

  /** The shape with the most workgroups for which there is memory. Further rounds compute the rest. */
  #shapeFor(blocks: Readonly<Record<Space, number>>, { steps }: Chunk): FusedShape {
    const whole = { ...this.shape, blocks: blocks.samples, ends: blocks.ends, images: blocks.images };
    for (let rounds = Math.ceil(blocks.samples / groupsOf(this.shape)); ; rounds++) {
      const shape = withEnds({ ...whole, rounds }, steps);
      if (this.holds(shape) || rounds >= blocks.samples) return shape;
    }
  }

  #externals(): { read: string[]; written: string[] } {
    const read = new Set<string>();
    const written = new Set<string>();
    for (const { bindings } of this.program.parts.flatMap(({ rows }) => rows)) {
      bindings.forEach(({ binding }, index) => {
        if (binding.kind === 'external') (index === bindings.length - 1 ? written : read).add(binding.name);
      });
    }
    return { read: [...read], written: [...written] };
  }

  /** Copies buffers of the request into a common one. Returns the word at which each begins. */
  #gather(encoder: GPUCommandEncoder, names: readonly string[], externals: Externals, into: 'request' | 'results') {
    const at: Record<string, number> = {};
    let bytes = 0;
    for (const name of names) {
      at[name] = bytes / 4;
      bytes += externalOf(externals, name).size;
    }
    let target = into === 'request' ? this.#request : this.#results;
    if (target.size < bytes) {
      target.destroy();
      target = this.#buffer(into, bytes);
      if (into === 'request') this.#request = target;
      else this.#results = target;
    }
    for (const name of names) {
      const buffer = externalOf(externals, name);
      encoder.copyBufferToBuffer(buffer, 0, target, 4 * at[name]!, buffer.size);
    }
    return at;
  }

  #table(
    rows: readonly ProgramRow[],
    shape: FusedShape,
    blocks: Readonly<Record<Space, number>>,
    chunk: Chunk,
    externalAt: Readonly<Record<string, number>>,
  ): ArrayBuffer {
    const bytes = new ArrayBuffer(4 * wordsOf(rows));
    const words = new Uint32Array(bytes);
    const second = rows.every(({ dispatch }) => dispatch.space === 'images');
    words[HEADER.rounds] = second ? 1 : shape.rounds;
    words[HEADER.blocks] = second ? blocks.images : shape.blocks;
    words[HEADER.samples] = 4 * shape.lanes;
    words[HEADER.offset] = chunk.offset;
    words[HEADER.steps] = chunk.steps;
    words[HEADER.ends] = blocks.ends;
    words[HEADER.firstImage] = chunk.firstImage;
    words[HEADER.images] = chunk.imagesHere;
    let at: number = HEADER.words;
    let secondRound: number = at;
    for (const { dispatch, kernel, order, bindings } of rows) {
      const length = wordsOfRow(bindings.length, kernel.interface.parameters.size);
      words.set([kernel.index, length, order], at);
      bindings.forEach(({ binding, tensor }, index) => {
        const { scale } = itemAt(kernel.bindings, index);
        const native = scale === 1 && itemAt(kernel.bindings, index).buffer === 'constants' ? 16 : 4;
        const base = tensor
          ? baseOf(this.program, tensor, shape)
          : [binding.kind === 'constant' ? this.#constantAt.get(binding.data)! / native : externalAt[(binding as { name: string }).name]!];
        words.set(base, at + ROW.bases + BASE.words * index);
      });
      const grid = {
        'grid.lanes': this.layouts[dispatch.space].lanes,
        'grid.quads': blocks[dispatch.space] * this.layouts[dispatch.space].lanes,
        'grid.tiles': dispatch.tiles,
        'grid.accumulate': dispatch.accumulate ? 1 : 0,
      };
      const first = 4 * (at + ROW.bases + BASE.words * bindings.length);
      const values = { ...grid, ...parametersOf(dispatch, chunk) };
      writeParameters(kernel.name, kernel.interface, values, new DataView(bytes, first, kernel.interface.parameters.size));
      at += length;
      if (order === TILE_ORDER.ends) secondRound = at;
    }
    words.set([END_OF_ROUND, secondRound], at);
    return bytes;
  }

  #buffer(label: string, bytes: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    return this.device.createBuffer({ label, size: Math.max(16, Math.ceil(bytes / 16) * 16), usage });
  }
}

function wordsOfRow(bindings: number, parameterBytes: number): number {
  return ROW.bases + BASE.words * bindings + parameterBytes / 4;
}

function wordsOf(rows: readonly ProgramRow[]): number {
  const sizes = rows.map(({ kernel, bindings }) => wordsOfRow(bindings.length, kernel.interface.parameters.size));
  return sizes.reduce((sum, words) => sum + words, HEADER.words + 2);
}

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const pipelines = new WeakMap<GPUDevice, Map<string, Promise<Compiled>>>();

/** The pipeline of a linked shader, compiled once for each device. */
function pipelineOf(device: GPUDevice, part: ProgramPart): Promise<Compiled> {
  const known = pipelines.get(device) ?? new Map<string, Promise<Compiled>>();
  pipelines.set(device, known);
  const pipeline = known.get(part.source) ?? compile(device, part);
  known.set(part.source, pipeline);
  return pipeline;
}

async function compile(device: GPUDevice, { source }: ProgramPart): Promise<Compiled> {
  const written = new Set<string>(['memory', 'words', 'results']);
  const layout = device.createBindGroupLayout({
    label: 'fused',
    entries: COMMON_BUFFERS.map((name, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: written.has(name) ? 'storage' : 'read-only-storage' },
    })),
  });
  const module = device.createShaderModule({ label: 'fused', code: source });
  const descriptor: GPUComputePipelineDescriptor = {
    label: 'fused',
    layout: device.createPipelineLayout({ label: 'fused', bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main' },
  };
  const pipeline = await device.createComputePipelineAsync(descriptor).catch(async (error: Error) => {
    const { messages } = await module.getCompilationInfo();
    const fault = messages.find(({ type }) => type === 'error');
    const where = fault ? `line ${fault.lineNum}: ${fault.message}` : error.message;
    throw new GpuValidationError('kernel.linked-does-not-compile', { detail: firstLine(where) });
  });
  return { pipeline, layout };
}
