import { describe, expect, test } from 'vitest';
import { leanSchedule } from '../../../src/gpu/compile/lean.js';
import type { Schedule } from '../../../src/gpu/compile/schedule.js';
import { forwardSchedule } from '../../../src/gpu/requests/evaluate.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { absorbAffine } from '../../../src/graph/passes/absorb.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { generatedNetworks } from '../../support/networks/network.js';

const graphOf = (bytes: Uint8Array) => absorbAffine(canonicalise(importModel(bytes).graph));

function elementsOf({ memory }: Schedule): number {
  return memory.slots.reduce((sum, { elements }) => sum + elements, 0);
}

describe.each(generatedNetworks)('$name, tiny, with less memory', ({ tiny }) => {
  const graph = graphOf(tiny().bytes);
  const schedule = pathSchedule(graph);
  const lean = leanSchedule(schedule);

  test('needs less', () => {
    expect(lean && elementsOf(lean)).toBeLessThan(elementsOf(schedule));
  });

  test('writes every tensor before it reads it, in another buffer than what the same dispatch reads', () => {
    const written = new Set<string>();
    for (const dispatch of lean?.dispatches ?? []) {
      const tensors = dispatch.bindings.flatMap((binding, index) => {
        if (binding.kind === 'constant' || binding.kind === 'external') return [];
        const writes = index === dispatch.bindings.length - 1 || binding.kind === 'saved';
        return [{ id: lean?.tensorOf(dispatch, binding).id ?? '', slot: lean?.slotOf(dispatch, binding), writes }];
      });
      for (const { id, slot, writes } of tensors) {
        if (writes) written.add(id);
        else expect(written, `${dispatch.kernel} reads it`).toContain(id);
        const others = tensors.filter((other) => other.id !== id && (writes || other.writes));
        expect(others.map((other) => other.slot)).not.toContain(slot);
      }
    }
  });

  test('a forward pass alone keeps nothing, so there is nothing to save', () => {
    expect(leanSchedule(forwardSchedule(graph))).toBeUndefined();
  });
});
