import type { Launch } from '../../src/doctor/launcher.js';
import { layoutOf, quadsOf } from '../../src/gpu/compile/layout.js';
import { chooseVariant, invocationsOf, kernelOf } from '../../src/gpu/kernels/variant.js';
import { type WorkgroupTile, workgroupVariant } from '../../src/gpu/kernels/workgroup_tiles.js';
import type { CandidateDevice } from '../../src/gpu/tuning/candidates.js';
import { type ConvAttributes, conv } from '../../src/ops/convolution/conv.js';
import type { NodeInput } from '../../src/ops/node_reader.js';
import type { Dispatch, WindowAxis } from '../../src/ops/operator.js';
import { dense } from '../../src/ops/products/dense.js';
import { numbersOf } from '../../src/ops/shared/packed.js';

/** One way to compute a problem. */
export interface Rung {
  readonly name: string;
  /** How samples lie: one after another (`rows`), or in quads (src/gpu/compile/layout.ts). */
  readonly layout: 'rows' | 'quads';
  launches(samples: number, x: Float32Array, device: CandidateDevice): readonly Launch[];
}

/** y = W x for every sample, in one direction of one layer. */
export interface Problem {
  readonly name: string;
  readonly direction: 'forward' | 'backward';
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  /** The textbook count for one sample, without taps on the padding. */
  readonly multiplyAdds: number;
  /** The naive rung comes first. The results of the others are compared with its result. */
  readonly rungs: readonly Rung[];
}

/** Numbers in [-1, 1), the same in every run. */
export function pattern(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => ((i * 7919 + 13) % 1009) / 504.5 - 1);
}

export function productProblem(depth: number, outputs: number, direction: 'forward' | 'backward'): Problem {
  const weights = pattern(depth * outputs);
  const [from, to] = direction === 'forward' ? [depth, outputs] : [outputs, depth];
  const transposed = Float32Array.from({ length: weights.length }, (_, i) => weights[(i % depth) * outputs + Math.floor(i / depth)]!);
  const matrix = direction === 'forward' ? weights : transposed;
  const plain = (kernel: string, invocations: (samples: number) => number): Rung['launches'] => {
    return (samples, x) => [
      { kernel, parameters: { samples, depth: from, outputs: to }, bindings: [x, matrix, 'output'], invocations: invocations(samples) },
    ];
  };
  const inputs: NodeInput[] = [
    { name: 'x', shape: [1, depth] },
    { name: 'w', shape: [depth, outputs], constant: { shape: [depth, outputs], type: 'float', data: weights } },
  ];
  const { forward, backward } = dense.lower!({ attributes: {}, inputs, output: { name: 'y', shape: [1, outputs] } });
  const shipped = direction === 'forward' ? forward : backward;
  const tile = (outputs: number, quads: number): Rung => ({
    name: `samples innermost, ${outputs} outputs x ${quads} quads`,
    layout: 'quads',
    launches: shippedLaunches(shipped.map((dispatch) => retiled(dispatch, matrix, from, to, outputs, quads))),
  });
  return {
    name: `product ${depth} -> ${outputs}`,
    direction,
    inputs: from,
    outputs: to,
    weights: weights.length,
    multiplyAdds: depth * outputs,
    rungs: [
      { name: 'naive, an output a lane', layout: 'rows', launches: plain('product_naive', (samples) => samples * to) },
      {
        name: 'workgroup memory, 8 x 8 tiles',
        layout: 'rows',
        launches: plain('product_workgroup', (samples) => 64 * Math.ceil(samples / 8) * Math.ceil(to / 8)),
      },
      tile(4, 1),
      tile(16, 1),
      tile(16, 2),
      ...shippedRungs(shipped),
    ],
  };
}

/** The shipped kernel of products with another tile, for which the weights are packed again. */
function retiled(dispatch: Dispatch, matrix: Float32Array, depth: number, outputs: number, tile: number, quads: number): Dispatch {
  const tiles = Math.ceil(outputs / tile);
  const steps = Math.ceil(depth / 16) * 16;
  const packed = new Float32Array(tiles * steps * tile);
  for (let n = 0; n < outputs; n++) {
    for (let k = 0; k < depth; k++) packed[(Math.floor(n / tile) * steps + k) * tile + (n % tile)] = matrix[k * outputs + n]!;
  }
  const [x, , , y] = dispatch.bindings;
  const bias = new Float32Array(tiles * tile);
  return {
    ...dispatch,
    bindings: [x!, { kind: 'constant', data: packed }, { kind: 'constant', data: bias }, y!],
    constants: { TILE: tile },
    broadcasts: false,
    quads,
    tiles,
  };
}

export interface ConvolutionSize {
  readonly name: string;
  readonly channels: number;
  readonly outputs: number;
  readonly size: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

export function convolutionProblem(
  { name, channels, outputs, size, kernel, stride = 1, groups = 1 }: ConvolutionSize,
  direction: 'forward' | 'backward',
): Problem {
  const padding = Math.floor(kernel / 2);
  const outputSize = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const weightsShape = [outputs, channels / groups, kernel, kernel];
  const weights = pattern((outputs * channels * kernel * kernel) / groups);
  const axis: WindowAxis = { input: size, output: outputSize, kernel, stride, dilation: 1, padding, paddingAfter: padding };
  const attributes: ConvAttributes = { group: groups, window: { rows: axis, columns: axis } };
  const inputs: NodeInput[] = [
    { name: 'x', shape: [1, channels, size, size] },
    { name: 'w', shape: weightsShape, constant: { shape: weightsShape, type: 'float', data: weights } },
  ];
  const lowered = conv.lower!({ attributes, inputs, output: { name: 'y', shape: [1, outputs, outputSize, outputSize] } });
  const [ofX, ofY] = [channels * size * size, outputs * outputSize * outputSize];
  const [from, to] = direction === 'forward' ? [ofX, ofY] : [ofY, ofX];
  const parameters = (samples: number) => ({
    samples,
    groups,
    channels: channels / groups,
    outputs: outputs / groups,
    size,
    output_size: outputSize,
    kernel,
    stride,
    padding,
  });
  const naive: Rung = {
    name: 'naive, an output a lane',
    layout: 'rows',
    launches: (samples, x) => [
      {
        kernel: 'conv_naive',
        constants: { BACKWARD: direction === 'backward' ? 1 : 0 },
        parameters: parameters(samples),
        bindings: [x, weights, 'output'],
        invocations: samples * to,
      },
    ],
  };
  const shipped = shippedRungs(lowered[direction]);
  // Taps that lie on the input, along one axis. Both axes are alike.
  let taps = 0;
  for (let o = 0; o < outputSize; o++) {
    for (let k = 0; k < kernel; k++) taps += o * stride + k - padding >= 0 && o * stride + k - padding < size ? 1 : 0;
  }
  const laddered = kernel === 3 && stride === 1 && groups === 1;
  // Backward, a convolution with stride 1 is a convolution with mirrored weights.
  const filter = direction === 'forward' ? weights : mirrored(weights, outputs, channels);
  const [read, written] = direction === 'forward' ? [channels, outputs] : [outputs, channels];
  return {
    name,
    direction,
    inputs: from,
    outputs: to,
    weights: weights.length,
    multiplyAdds: (outputs * channels * taps * taps) / groups,
    rungs: laddered
      ? [
          naive,
          workgroupRung(read, written, size, filter),
          samplesRung(read, written, size, filter, 1),
          samplesRung(read, written, size, filter, 2),
          ...shipped,
        ]
      : [naive, ...shipped],
  };
}

function mirrored(weights: Float32Array, outputs: number, channels: number): Float32Array {
  const result = new Float32Array(weights.length);
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < 9; k++) result[(c * outputs + o) * 9 + 8 - k] = weights[(o * channels + c) * 9 + k]!;
    }
  }
  return result;
}

function workgroupRung(channels: number, outputs: number, size: number, weights: Float32Array): Rung {
  const shape = { groups: 1, channels, outputs, size, output_size: size, kernel: 3, stride: 1, padding: 1 };
  return {
    name: 'workgroup memory, 8 x 8 pixels',
    layout: 'rows',
    launches: (samples, x) => [
      {
        kernel: 'conv_halo',
        parameters: { samples, ...shape },
        bindings: [x, weights, 'output'],
        invocations: 64 * samples * outputs * Math.ceil(size / 8) ** 2,
      },
    ],
  };
}

function samplesRung(channels: number, outputs: number, size: number, weights: Float32Array, rows: number): Rung {
  const tiles = Math.ceil(outputs / 8);
  const packed = new Float32Array(tiles * channels * 72);
  for (let o = 0; o < outputs; o++) {
    for (let k = 0; k < channels * 9; k++) packed[(Math.floor(o / 8) * channels * 9 + k) * 8 + (o % 8)] = weights[o * channels * 9 + k]!;
  }
  return {
    name: `samples innermost, 8 channels x ${rows} x 4 pixels`,
    layout: 'quads',
    launches: (samples, x) => {
      const { lanes, blocks } = layoutOf(samples);
      return [
        {
          kernel: 'conv_samples',
          constants: { ROWS: rows },
          parameters: { lanes, blocks, channels, outputs, size },
          bindings: [x, packed, 'output'],
          invocations: lanes * blocks * tiles * Math.ceil(size / rows) * Math.ceil(size / 4),
        },
      ];
    },
  };
}

/** The shipped kernel. Where four invocations share its loads, the same kernel without sharing comes before it. */
function shippedRungs(dispatches: readonly Dispatch[]): Rung[] {
  const alone: Rung = {
    name: 'shipped, each loads for itself',
    layout: 'quads',
    launches: shippedLaunches(dispatches.map((dispatch) => ({ ...dispatch, broadcasts: false }))),
  };
  const shipped: Rung = { name: 'shipped', layout: 'quads', launches: shippedLaunches(dispatches) };
  return dispatches.some(({ broadcasts }) => broadcasts) ? [alone, shipped] : [shipped];
}

/**
 * Dispatches of an operator as the layered plan would run them, each by its own kernel, or where they have it in this tile in workgroup memory. @param scratchOf the memory that one hands
 * to another, by name and number of vectors for each quad.
 */
export function shippedLaunches(
  dispatches: readonly Dispatch[],
  tile?: WorkgroupTile,
  scratchOf?: (name: string, elements: number) => GPUBuffer,
): Rung['launches'] {
  return (samples, x, device) => {
    const layout = layoutOf(samples);
    return dispatches.map((dispatch) => {
      const { parameters, bindings } = dispatch;
      const inWorkgroups = tile && workgroupVariant(dispatch, tile, device.device.limits);
      const variant = inWorkgroups ?? chooseVariant(dispatch, layout, device);
      return {
        ...kernelOf(dispatch, variant),
        parameters: {
          ...parameters,
          'grid.lanes': layout.lanes,
          'grid.quads': layout.blocks * layout.lanes,
          'grid.tiles': variant.tiles,
          'grid.accumulate': 0,
        },
        bindings: bindings.map((binding, index) => {
          if (binding.kind === 'constant') return numbersOf(binding.data);
          if (binding.kind === 'scratch' && scratchOf) return scratchOf(binding.name, binding.elements);
          return index === bindings.length - 1 ? 'output' : x;
        }),
        invocations: invocationsOf(variant, quadsOf(layout)),
        workgroup: variant.workgroup,
      };
    });
  };
}
