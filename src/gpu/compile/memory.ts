import { GpuOutOfMemoryError } from '../device/errors.js';
import { BYTES_PER_QUAD, layoutOf, MAX_LANES, quadsOf, type SampleLayout, samplesOf } from './layout.js';

/** A tensor of a schedule, and the first and last step during which it must exist. */
export interface Lifetime {
  readonly id: string;
  /** vec4s for each quad of samples. */
  readonly elements: number;
  readonly first: number;
  readonly last: number;
}

export interface SlotAssignment {
  /** vec4s for each quad of samples, by slot. */
  readonly slots: readonly number[];
  readonly slotOf: ReadonlyMap<string, number>;
}

/**
 * Shares slots among tensors that never live at the same time. The largest tensor comes first, and each goes into the first slot that is
 * free during its life. Every slot is a buffer of its own, since a dispatch cannot read and write the same buffer.
 */
export function assignSlots(lifetimes: readonly Lifetime[]): SlotAssignment {
  const slots: { elements: number; taken: Lifetime[] }[] = [];
  const slotOf = new Map<string, number>();
  for (const tensor of [...lifetimes].sort((a, b) => b.elements - a.elements || a.first - b.first)) {
    const free = slots.find(({ taken }) => taken.every((other) => other.last < tensor.first || other.first > tensor.last));
    if (free) free.taken.push(tensor);
    slotOf.set(tensor.id, free ? slots.indexOf(free) : slots.push({ elements: tensor.elements, taken: [tensor] }) - 1);
  }
  return { slots: slots.map((slot) => slot.elements), slotOf };
}

export interface MemoryLimits {
  /** Bytes of all buffers together. */
  readonly budget: number;
  /** Bytes of one buffer that a kernel can bind: min(maxBufferSize, maxStorageBufferBindingSize). */
  readonly buffer: number;
}

/** The memory that a schedule needs: a fixed part, and a part for each quad of samples. */
export interface MemoryDemand {
  /** Weights, images, results. */
  readonly fixedBytes: number;
  /** Bytes of the largest buffer among them. */
  readonly largestFixed: number;
  /** vec4s for each quad of samples, by slot. */
  readonly slots: readonly number[];
}

/** Bytes of all buffers for this layout. */
export function bytesOf({ fixedBytes, slots }: MemoryDemand, layout: SampleLayout): number {
  return fixedBytes + slots.reduce((sum, elements) => sum + elements, 0) * BYTES_PER_QUAD * quadsOf(layout);
}

/**
 * The layout of one chunk: all samples if they fit into the limits, else as many as do. This is a pure function, so that memory is known
 * before anything is allocated. Throws GpuOutOfMemoryError, with the numbers, where not even one quad of samples fits.
 */
export function chooseChunk(samples: number, demand: MemoryDemand, limits: MemoryLimits): SampleLayout {
  const { fixedBytes, largestFixed } = demand;
  const largest = BYTES_PER_QUAD * Math.max(...demand.slots);
  const perQuad = bytesOf({ ...demand, fixedBytes: 0 }, { lanes: 1, blocks: 1 });
  const quads = Math.min(Math.floor((limits.budget - fixedBytes) / perQuad), Math.floor(limits.buffer / largest));
  if (quads < 1 || largestFixed > limits.buffer) {
    throw new GpuOutOfMemoryError('gpu.network-too-large', {
      total: fixedBytes + perQuad,
      fixed: fixedBytes,
      largest: Math.max(largest, largestFixed),
      budget: limits.budget,
      buffer: limits.buffer,
    });
  }
  const whole = layoutOf(samples);
  if (quadsOf(whole) <= quads) return whole;
  if (quads >= MAX_LANES) return { lanes: MAX_LANES, blocks: Math.floor(quads / MAX_LANES) };
  return layoutOf(samplesOf({ lanes: 2 ** Math.floor(Math.log2(quads)), blocks: 1 }));
}
