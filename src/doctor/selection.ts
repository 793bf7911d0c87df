import type { ScheduledDispatch } from '../gpu/compile/schedule.js';
import { forwardSchedule } from '../gpu/requests/evaluate.js';
import { pathSchedule } from '../gpu/requests/path/path_schedule.js';
import type { Graph } from '../graph/graph.js';
import { canonicalise } from '../graph/passes/canonicalise.js';
import { graphOfCase, type Surroundings } from './case_graph.js';
import { comparableCases } from './cases/index.js';
import type { OperatorCase } from './cases/operator_case.js';

/**
 * The cases that bring a kernel, or another part of `partsOf`, that no case before them had, and that is not `known`. For what takes a second of compiling for
 * each case.
 */
export function casesWithNew(partsOf: (operatorCase: OperatorCase) => readonly string[], known: Iterable<string> = []): OperatorCase[] {
  const met = new Set(known);
  return comparableCases.filter((operatorCase) => {
    const before = met.size;
    for (const part of partsOf(operatorCase)) met.add(part);
    return met.size > before;
  });
}

/** The kernels that a case alone needs, and the values of their template constants, one by one. */
export function kernelParts(operatorCase: OperatorCase): string[] {
  return dispatchesOf(operatorCase).flatMap(({ kernel, constants = {} }) => [
    kernel,
    ...Object.entries(constants).map(([name, value]) => `${kernel} ${name} ${value}`),
  ]);
}

/** The dispatches of the layered plan: forward, and forward and back. */
export function bothWays(graph: Graph): ScheduledDispatch[] {
  return [forwardSchedule(graph), pathSchedule(graph)].flatMap(({ dispatches }) => dispatches);
}

/** The dispatches of the layered plan for a case: forward, and forward and back. */
export function dispatchesOf(operatorCase: OperatorCase, surroundings: Surroundings = {}): ScheduledDispatch[] {
  return bothWays(canonicalise(graphOfCase(operatorCase, 1, 7, surroundings).graph));
}
