import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import type { PathRequest } from '../../src/executor.js';
import type { ScheduledDispatch } from '../../src/gpu/compile/schedule.js';
import type { DeviceSource } from '../../src/gpu/device/device.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { forwardSchedule } from '../../src/gpu/requests/evaluate.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { graphOfCase, relativeDistance, type Surroundings } from './case_graph.js';
import { wideModels } from './conv_blocks.js';
import { buildModel } from './onnx_builder.js';
import { DEFAULT_RANGE, type OperatorCase, operatorCases } from './operator_cases.js';
import { constantCases } from './operator_cases_constant.js';
import { linearCases } from './operator_cases_linear.js';
import { reductionCases } from './operator_cases_reductions.js';
import { mulberry32, uniformArray } from './random.js';
import { pairsOf } from './variants.js';

/**
 * All cases but those of Replicate, whose input does not depend on the image. Replicate occurs in every case with a constant that a kernel
 * cannot read.
 */
export const comparableCases = [...operatorCases, ...linearCases, ...reductionCases, ...constantCases].filter(
  ({ op }) => op !== 'Replicate',
);

/**
 * The cases that bring a kernel, or another part of `partsOf`, that no case before them had, and that is not `known`. For tests that take a second of compiling for
 * each case, where test/agreement/operators.gpu.test.ts compares every case with the reference.
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

/** A case, and what stands around it. */
export type Placement = readonly [operatorCase: OperatorCase, surroundings: Surroundings];

/**
 * Every case alone, between nonlinearities, and behind gates; but a convolution only where it has a pair of constants that no other has, nor a
 * block of conv_epilogues.ts and conv_blocks.ts. Convolutions unroll kernels for their shapes, which compile for a second or two in each place.
 * With narrow tiles all of them run (test/agreement/convolutions.gpu.test.ts).
 */
export function placements(): Record<'alone' | 'between nonlinearities' | 'behind gates', Placement[]> {
  const all = (around: Surroundings) => comparableCases.map((each): Placement => [each, around]);
  const placed = {
    alone: all({}),
    'between nonlinearities': all({ before: 'LeakyRelu', after: 'Relu' }),
    // Divisors and the like must not be 0.
    'behind gates': all({ before: 'gates' }).filter(([{ op, range = DEFAULT_RANGE }]) => op !== 'Div' && range[0] < 0 && range[1] > 0),
  };
  const redundant = redundantConvolutions(Object.values(placed).flat());
  const needed = (each: Placement) => !redundant.has(each);
  return {
    alone: placed.alone.filter(needed),
    'between nonlinearities': placed['between nonlinearities'].filter(needed),
    'behind gates': placed['behind gates'].filter(needed),
  };
}

/** Convolutions of which every pair of constants occurs in one that is kept, or in a block. Of two with the same pairs the later is kept. */
function redundantConvolutions(placed: readonly Placement[]): Set<Placement> {
  const convolutions = placed.filter(([{ op }]) => op === 'Conv').map((each) => ({ each, pairs: pairsIn(dispatchesOf(...each)) }));
  const counts = new Map<string, number>();
  const count = (pairs: ReadonlySet<string>, by: number) => {
    for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + by);
  };
  for (const model of wideModels()) count(pairsIn(bothWays(canonicalise(importModel(buildModel(model)).graph))), 1);
  for (const { pairs } of convolutions) count(pairs, 1);
  const redundant = new Set<Placement>();
  for (const { each, pairs } of convolutions) {
    if ([...pairs].some((pair) => counts.get(pair) === 1)) continue;
    redundant.add(each);
    count(pairs, -1);
  }
  return redundant;
}

function pairsIn(dispatches: readonly ScheduledDispatch[]): Set<string> {
  return new Set(dispatches.flatMap(({ kernel, constants = {} }) => pairsOf({ kernel, constants })));
}

/** The dispatches of the layered plan: forward, and forward and back. */
function bothWays(graph: Graph): ScheduledDispatch[] {
  return [forwardSchedule(graph), pathSchedule(graph)].flatMap(({ dispatches }) => dispatches);
}

/** The dispatches of the layered plan for a case: forward, and forward and back. */
export function dispatchesOf(operatorCase: OperatorCase, surroundings: Surroundings = {}): ScheduledDispatch[] {
  return bothWays(canonicalise(graphOfCase(operatorCase, 1, 7, surroundings).graph));
}

/** Seven images fill a quad and most of a second one. */
const IMAGES = 7;

/**
 * Outputs and gradients are sums of at most a few hundred float32 terms. In the Euclidean norm their rounding errors (6e-8 each) grow with
 * the square root of the number of terms. WGSL's exp and tanh may be off by some more units in the last place.
 */
export const OPERATOR_TOLERANCE = 3e-6;

/**
 * Compares an operator on the GPU with its float64 reference, forward and backward, through the whole executor: graph passes, memory plan,
 * sample layout. Returns relative distances.
 */
export async function compareWithReference(
  operatorCase: OperatorCase,
  source: DeviceSource,
  surroundings: Surroundings = {},
): Promise<{ outputs: number; gradients: number; outputsAtInput: number }> {
  const { graph, images } = graphOfCase(operatorCase, IMAGES, 7, surroundings);
  const cpu = new CpuExecutor(graph);
  const gpu = await GpuExecutor.create(source, canonicalise(graph));
  const request: PathRequest = {
    count: IMAGES,
    inputs: images,
    baselines: images,
    seeds: Float32Array.from(uniformArray(mulberry32(3), IMAGES * cpu.classes, -1, 1)),
    alphas: Float64Array.of(1),
    weights: Float64Array.of(1),
  };
  const [expected, actual] = [await cpu.forward(images, IMAGES), await gpu.forward(images, IMAGES)];
  const [gradient, onGpu] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
  gpu.destroy();
  return {
    outputs: relativeDistance(actual.outputs, expected.outputs),
    gradients: relativeDistance(onGpu.gradients, gradient.gradients),
    outputsAtInput: relativeDistance(onGpu.outputsAtInput, expected.outputs),
  };
}
