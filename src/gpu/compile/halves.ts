import { vectorBindings } from '../kernels/halves.js';
import { kernelSource } from '../kernels/source.js';
import { type Schedule, type ScheduledBinding, type ScheduledDispatch, withMemory } from './schedule.js';

/**
 * The same schedule, whose activations are stored in 16 bits: the values of samples, but for the network's output. Values at the ends of paths and
 * for each image, gates, codes, statistics, weights, cotangents and all sums stay as they are. Kernels compute in 32 bits.
 */
export function halveActivations(schedule: Schedule): Schedule {
  const { dispatches, graph, rootOf, tensorOf } = schedule;
  const output = rootOf(graph.output.name);
  const isActivation = (dispatch: ScheduledDispatch, binding: ScheduledBinding) =>
    binding.kind === 'value' && (binding.space ?? dispatch.space) === 'samples' && rootOf(binding.name) !== output;
  // A kernel that sees a tensor as other than vectors of four samples keeps it whole for all.
  const whole = new Set<string>();
  for (const dispatch of dispatches) {
    const vectors = vectorBindings(kernelSource(dispatch.kernel, dispatch.constants));
    dispatch.bindings.forEach((binding, position) => {
      if (binding.kind !== 'value' || !isActivation(dispatch, binding)) return;
      if (!vectors.has(position + 1)) whole.add(tensorOf(dispatch, binding).id);
    });
  }
  const halved = dispatches.map((dispatch) => ({
    ...dispatch,
    bindings: dispatch.bindings.map((binding) => {
      const halves = binding.kind === 'value' && isActivation(dispatch, binding) && !whole.has(tensorOf(dispatch, binding).id);
      return halves ? { ...binding, halves: true as const } : binding;
    }),
  }));
  return { ...schedule, ...withMemory(schedule, halved), halved: true };
}
