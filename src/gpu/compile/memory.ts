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
  /** Where a tensor begins in its slot, in vec4s for each quad of samples. Absent where all begin at 0. */
  readonly offsetOf?: ReadonlyMap<string, number>;
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

/** A buffer can be bound from multiples of 256 bytes on: 16 vec4s, for any number of quads. */
const PLACE_MULTIPLE = 16;

/** The most vec4s, for each quad of samples, of tensors that live at the same time: no assignment needs less. */
export function mostAlive(lifetimes: readonly Lifetime[]): number {
  const changes = new Map<number, number>();
  const change = (step: number, elements: number) => changes.set(step, (changes.get(step) ?? 0) + elements);
  for (const { elements, first, last } of lifetimes) {
    change(first, elements);
    change(last + 1, -elements);
  }
  let [alive, most] = [0, 0];
  for (const [, elements] of [...changes].sort(([a], [b]) => a - b)) {
    alive += elements;
    most = Math.max(most, alive);
  }
  return most;
}

interface PackedSlot {
  elements: number;
  readonly taken: (Lifetime & { readonly offset: number })[];
}

/**
 * Shares slots more closely: a slot also holds several tensors at a time, side by side. The largest tensor comes first, and each goes where the
 * slots grow least, up to the size of the largest tensor. @param apart for each tensor those that some dispatch binds together with it while it
 * writes one of the two, which therefore need another buffer.
 */
export function packTensors(lifetimes: readonly Lifetime[], apart: ReadonlyMap<string, ReadonlySet<string>>): SlotAssignment {
  const slots: PackedSlot[] = [];
  const slotOf = new Map<string, number>();
  const offsetOf = new Map<string, number>();
  const sorted = [...lifetimes].sort((a, b) => b.elements - a.elements || a.first - b.first);
  const largest = sorted[0]?.elements ?? 0;
  for (const tensor of sorted) {
    let best = { slot: slots.length, offset: 0, growth: tensor.elements };
    slots.forEach((slot, index) => {
      if (best.growth === 0 || slot.taken.some(({ id }) => apart.get(tensor.id)?.has(id))) return;
      const offset = firstGap(slot, tensor);
      const growth = Math.max(0, offset + tensor.elements - slot.elements);
      if (growth < best.growth && slot.elements + growth <= largest) best = { slot: index, offset, growth };
    });
    const slot = slots[best.slot] ?? { elements: 0, taken: [] };
    slots[best.slot] = slot;
    slot.elements += best.growth;
    slot.taken.push({ ...tensor, offset: best.offset });
    slotOf.set(tensor.id, best.slot);
    offsetOf.set(tensor.id, best.offset);
  }
  return { slots: slots.map(({ elements }) => elements), slotOf, offsetOf };
}

/** The first place of a slot at which there is room during a tensor's life, be it at the end. */
function firstGap({ taken }: PackedSlot, { elements, first, last }: Lifetime): number {
  const living = taken.filter((other) => other.last >= first && other.first <= last).sort((a, b) => a.offset - b.offset);
  let offset = 0;
  for (const other of living) {
    if (offset + elements <= other.offset) break;
    offset = Math.max(offset, Math.ceil((other.offset + other.elements) / PLACE_MULTIPLE) * PLACE_MULTIPLE);
  }
  return offset;
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
