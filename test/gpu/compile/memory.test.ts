import { describe, expect, test } from 'vitest';
import { layoutOf, MAX_LANES, samplesOf, workgroupsFor } from '../../../src/gpu/compile/layout.js';
import { assignSlots, bytesOf, chooseChunk, type Lifetime, mostAlive, packTensors } from '../../../src/gpu/compile/memory.js';
import { mulberry32 } from '../../support/random.js';

describe('layoutOf', () => {
  test.each([
    [1, 1, 1],
    [4, 1, 1],
    [5, 2, 1],
    [9, 4, 1],
    [33, 16, 1],
    [64, 16, 1],
    [65, 16, 2],
    [1026, 16, 17],
  ])('%i samples lie in %i lanes and %i blocks', (samples, lanes, blocks) => {
    expect(layoutOf(samples)).toEqual({ lanes, blocks });
    expect(samplesOf(layoutOf(samples))).toBeGreaterThanOrEqual(samples);
  });
});

describe('workgroupsFor', () => {
  test('one axis as long as it suffices, then two', () => {
    expect(workgroupsFor(1, 65535)).toEqual([1, 1]);
    expect(workgroupsFor(65535 * 64, 65535)).toEqual([65535, 1]);
    expect(workgroupsFor(65535 * 64 + 1, 65535)).toEqual([65535, 2]);
  });
});

describe('assignSlots', () => {
  const tensor = (id: string, elements: number, first: number, last: number): Lifetime => ({ id, elements, first, last });

  test('tensors that never live together share a slot', () => {
    const { slots, slotOf } = assignSlots([tensor('a', 10, 0, 1), tensor('b', 20, 1, 2), tensor('c', 10, 2, 3)]);
    expect(slots).toEqual([20, 10]);
    expect(slotOf.get('a')).toBe(slotOf.get('c'));
    expect(slotOf.get('a')).not.toBe(slotOf.get('b'));
  });

  test('a tensor read in the step in which another is written has a slot of its own', () => {
    const { slotOf } = assignSlots([tensor('a', 5, 0, 3), tensor('b', 5, 3, 4)]);
    expect(slotOf.get('a')).not.toBe(slotOf.get('b'));
  });

  test('over 200 random schedules, tensors in one slot never overlap and fit it', () => {
    const random = mulberry32(1);
    for (let round = 0; round < 200; round++) {
      const tensors = Array.from({ length: 12 }, (_, i) => {
        const first = Math.floor(random() * 20);
        return tensor(`${i}`, 1 + Math.floor(random() * 100), first, first + Math.floor(random() * 6));
      });
      const { slots, slotOf } = assignSlots(tensors);
      for (const a of tensors) {
        expect(a.elements).toBeLessThanOrEqual(slots[slotOf.get(a.id)!]!);
        for (const b of tensors) {
          if (a === b || slotOf.get(a.id) !== slotOf.get(b.id)) continue;
          expect(a.last < b.first || b.last < a.first).toBe(true);
        }
      }
    }
  });
});

describe('packTensors', () => {
  test('over 200 random schedules, tensors of a slot never overlap in place and time, and those that must lie apart do', () => {
    const random = mulberry32(2);
    for (let round = 0; round < 200; round++) {
      const tensors = Array.from({ length: 15 }, (_, i): Lifetime => {
        const first = Math.floor(random() * 20);
        return { id: `${i}`, elements: 1 + Math.floor(random() * 100), first, last: first + Math.floor(random() * 6) };
      });
      const apart = new Map(tensors.map(({ id }, i) => [id, new Set([`${(i + 1) % 15}`, `${(i + 14) % 15}`])]));
      const { slots, slotOf, offsetOf } = packTensors(tensors, apart);
      const placed = tensors.map((tensor) => ({
        ...tensor,
        slot: slotOf.get(tensor.id) ?? Number.NaN,
        offset: offsetOf?.get(tensor.id) ?? Number.NaN,
      }));
      for (const a of placed) {
        expect(a.offset % 16, 'where a buffer can be bound').toBe(0);
        expect(a.offset + a.elements).toBeLessThanOrEqual(slots[a.slot] ?? Number.NaN);
        for (const b of placed) {
          if (a === b || a.slot !== b.slot) continue;
          expect(apart.get(a.id)?.has(b.id)).toBe(false);
          const [together, beside] = [
            a.last >= b.first && b.last >= a.first,
            a.offset + a.elements <= b.offset || b.offset + b.elements <= a.offset,
          ];
          expect(!together || beside).toBe(true);
        }
      }
      expect(Math.max(...slots)).toBe(Math.max(...tensors.map(({ elements }) => elements)));
    }
  });

  test('two that live together lie side by side where a third is as large as both', () => {
    const lifetimes = [
      { id: 'large', elements: 48, first: 0, last: 1 },
      { id: 'a', elements: 10, first: 2, last: 4 },
      { id: 'b', elements: 20, first: 3, last: 5 },
    ];
    const { slots, offsetOf } = packTensors(lifetimes, new Map());
    expect(slots).toEqual([48]);
    expect([offsetOf?.get('b'), offsetOf?.get('a')]).toEqual([0, 32]);
    expect(mostAlive(lifetimes)).toBe(48);
    expect(mostAlive(lifetimes.slice(1))).toBe(30);
  });
});

describe('chooseChunk', () => {
  const demand = { fixedBytes: 1000, largestFixed: 0, slots: [100, 50] }; // 150 vec4s: 2,400 bytes a quad
  const plenty = { budget: 2 ** 30, buffer: 2 ** 30 };

  test('all samples, where they fit', () => expect(chooseChunk(1026, demand, plenty)).toEqual(layoutOf(1026)));

  test('the budget bounds the sum of all buffers, to the last byte', () => {
    const enough = bytesOf(demand, { lanes: MAX_LANES, blocks: 3 });
    expect(chooseChunk(1026, demand, { ...plenty, budget: enough })).toEqual({ lanes: MAX_LANES, blocks: 3 });
    expect(chooseChunk(1026, demand, { ...plenty, budget: enough - 1 })).toEqual({ lanes: MAX_LANES, blocks: 2 });
  });

  test('the binding limit bounds the largest buffer', () => {
    expect(chooseChunk(1026, demand, { ...plenty, buffer: 100 * 16 * 16 * 4 })).toEqual({ lanes: MAX_LANES, blocks: 4 });
    expect(chooseChunk(1026, demand, { ...plenty, buffer: 100 * 16 * 16 * 4 - 1 })).toEqual({ lanes: MAX_LANES, blocks: 3 });
  });

  test('below a block, lanes are a power of two', () => {
    expect(chooseChunk(1026, demand, { ...plenty, budget: 1000 + 7 * 2400 })).toEqual({ lanes: 4, blocks: 1 });
    expect(chooseChunk(1026, demand, { ...plenty, budget: 1000 + 2400 })).toEqual({ lanes: 1, blocks: 1 });
  });

  test('less than one quad is refused with the numbers', () => {
    const large = { fixedBytes: 2 ** 18, largestFixed: 2 ** 18, slots: [2 ** 16, 2 ** 15] };
    expect(() => chooseChunk(1, large, { budget: 2 ** 20, buffer: 2 ** 20 })).toThrow(
      'the network needs 1.8 MiB for four samples, 0.3 MiB of it whatever their number, its largest tensor 1.0 MiB (at most 1.0 MiB in all and 1.0 MiB a tensor on this device; ' +
        'a larger --memory or memoryBudget, where the device has it, or --device cpu)',
    );
  });

  test('so is a constant, or a tensor of images, above the binding limit', () => {
    const limits = { ...plenty, buffer: 2 ** 20 };
    expect(chooseChunk(4, { ...demand, largestFixed: 2 ** 20 }, limits)).toEqual(layoutOf(4));
    expect(() => chooseChunk(4, { ...demand, largestFixed: 2 ** 20 + 4 }, limits)).toThrow(
      'its largest tensor 1.0 MiB (at most 1024.0 MiB in all and 1.0 MiB a tensor on this device; another GPU, a smaller --size where the file leaves it open, or --device cpu)',
    );
  });
});
