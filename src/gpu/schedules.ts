import { sizeOf } from '../tensor/tensor.js';
import {
  type ExternalBinding,
  type Network,
  type Schedule,
  type ScheduledDispatch,
  scheduleForward,
  scheduleGradient,
} from './schedule.js';

/*
 * What surrounds the network in each kind of request. Parameters that are known only with the request (numbers of samples, offsets)
 * are given when a recording is encoded.
 */

const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/** images -> outputs */
export function forwardSchedule(network: Network): Schedule {
  const { load, output, elements, classes } = ends(network);
  return scheduleForward(
    network,
    [load('images_load', ['images'], { elements })],
    [{ kernel: 'outputs_store', bindings: [output, external('outputs')], parameters: { classes }, tiles: classes }],
  );
}

/** image, paint, ranks, candidates -> verdicts */
export function candidateSchedule(network: Network): Schedule {
  const { load, output, classes } = ends(network);
  return scheduleForward(
    network,
    [load('candidates', ['image', 'paint', 'ranks', 'candidates'], {})],
    [{ kernel: 'verdict', bindings: [output, external('verdicts')], parameters: { classes }, tiles: 1 }],
  );
}

/** inputs, baselines, alphas, weights, seeds -> sums, ends */
export function pathSchedule(network: Network): Schedule {
  const { graph } = network;
  const { load, output, elements, classes } = ends(network);
  return scheduleGradient(
    network,
    [load('path_points', ['inputs', 'baselines', 'alphas'], { elements })],
    [
      { kernel: 'path_outputs', bindings: [output, external('ends')], parameters: { classes }, tiles: classes },
      {
        kernel: 'path_seed',
        bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
        parameters: { classes },
        tiles: classes,
      },
    ],
    [
      {
        kernel: 'path_reduce',
        bindings: [{ kind: 'cotangent', name: graph.input.name }, external('weights'), external('sums')],
        parameters: { elements },
        tiles: elements,
      },
    ],
  );
}

function ends({ graph }: Network) {
  const elements = sizeOf(graph.input.shape);
  return {
    elements,
    classes: sizeOf(graph.output.shape),
    output: { kind: 'value', name: graph.output.name } as const,
    /** A dispatch that fills the network's input from buffers of the request. */
    load: (kernel: string, from: readonly string[], parameters: Record<string, number>): ScheduledDispatch => ({
      kernel,
      bindings: [...from.map(external), { kind: 'value', name: graph.input.name }],
      parameters,
      tiles: elements,
    }),
  };
}
