import { analyse } from '../../../graph/analysis/analyse.js';
import { type Graph, shapeOf } from '../../../graph/graph.js';
import type { Binding, Epilogue, Window, WindowAxis } from '../../../ops/operator.js';
import { codesOf, gateShape, gatesOf } from '../../../ops/shared/saved_for_backward.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type Fusion, fusionsAfter } from '../../compile/fusions.js';
import { SAMPLES_PER_RUN } from '../../compile/layout.js';
import type { Network } from '../../compile/lower.js';
import type { Chunk, ScheduledDispatch } from '../../compile/schedule.js';
import { CHUNK, external } from '../dispatches.js';

/** A place where the linear prefix ends: an affine value, and the value made of it that is stored at every alpha. */
export interface Cut {
  /** The root of the affine value. */
  readonly root: string;
  /** The value that is stored at every alpha: the affine value itself, or the result of a Relu, a MaxPool or both after it. */
  readonly stored: string;
  readonly fusion?: Fusion;
  readonly blend: ScheduledDispatch;
  readonly reduce: ScheduledDispatch;
}

/**
 * Channels that an invocation blends before a pool, so that what it finds out about its place serves several. M1 with 1,024 steps on lavapipe: 19.0 ms of processor time with
 * one channel, 10.7 with 4, 7.1 with 8, 4.9 with 16. 16 would leave a GPU few invocations.
 */
const BLENDED_CHANNELS = 8;

/** The cuts at the values of these names. */
export function cutsOf(graph: Graph, names: readonly string[]): Cut[] {
  const { rootOf } = analyse(graph);
  const namesOf = new Map<string, [string, ...string[]]>();
  for (const name of names) {
    const known = namesOf.get(rootOf(name));
    if (known) known.push(name);
    else namesOf.set(rootOf(name), [name]);
  }
  // A value that is read under several names is blended once, without what follows it.
  return [...namesOf].map(([root, [name, ...others]]) => {
    const fusion = others.length > 0 ? undefined : fusionsAfter(graph, name).find(({ epilogue }) => canBlend(epilogue));
    return cutAt(graph, name, root, fusion);
  });
}

/** The most taps of a window that a blend and a sum unroll, the most windows along an axis that meet an element, and the largest stride. */
const MOST_TAPS = 16;
const MOST_MET = 3;
const MOST_STRIDE = 4;

/** Whether a blend can also compute this epilogue. A pool's windows must be small enough to unroll, and each must have a part of the plane. */
function canBlend({ residual, pool }: Epilogue): boolean {
  if (residual !== undefined) return false;
  if (pool === undefined) return true;
  const small = [pool.rows, pool.columns].every(({ input, output, kernel, stride, dilation, padding }) => {
    const meetsPlane = padding < kernel && (output - 1) * stride - padding < input;
    return meetsPlane && (dilation === 1 || kernel === 1) && kernel <= MOST_MET * stride && stride <= MOST_STRIDE;
  });
  return small && pool.rows.kernel * pool.columns.kernel <= MOST_TAPS;
}

function cutAt(graph: Graph, name: string, root: string, fusion: Fusion | undefined): Cut {
  const stored = fusion?.output ?? name;
  const shape = shapeOf(graph, name);
  const elements = sizeOf(shape);
  const storedShape = shapeOf(graph, stored);
  const windows = sizeOf(storedShape);
  const relu = fusion?.epilogue.relu ?? false;
  const pool = fusion?.epilogue.pool;
  const gates = gatesOf(stored, storedShape);
  const saved: Binding[] = pool ? [codesOf(stored, windows)] : relu ? [gates] : [];
  const { channels, plane } = gateShape(shape);
  const ofPool = pool && { channels, ...poolParameters(pool) };
  const window = pool && windowConstants(pool);
  const summed = pool ? channels * cellsOf(pool.rows) * cellsOf(pool.columns) : elements;
  const blendWith: Pick<ScheduledDispatch, 'kernel' | 'constants' | 'tiles'> = pool
    ? {
        kernel: 'path_blend_pool',
        constants: { RELU: Number(relu), CHANNELS: BLENDED_CHANNELS, ...window, ...blendedWindows(pool) },
        tiles: Math.ceil(channels / BLENDED_CHANNELS) * Math.ceil(pool.rows.output / blendedWindows(pool).DOWN) * pool.columns.output,
      }
    : { kernel: 'path_blend', constants: { RELU: Number(relu) }, tiles: relu ? gates.words : elements };
  return {
    root,
    stored,
    ...(fusion && { fusion }),
    blend: {
      ...CHUNK,
      ...blendWith,
      bindings: [{ kind: 'value', name: root, space: 'ends' }, external('alphas'), ...saved, { kind: 'value', name: stored }],
      parameters: { elements, ...(ofPool ?? (relu && { channels, plane })) },
      atRequest: (chunk) => ({ ...placeOf(chunk), ends_lanes: chunk.layouts.ends.lanes }),
    },
    reduce: {
      stage: 'reduce',
      space: 'images',
      kernel: 'path_reduce',
      constants: { SAMPLES_PER_RUN, ...window },
      bindings: [
        { kind: 'cotangent', name: stored, space: 'samples' },
        external('weights'),
        ...(pool ? [{ ...codesOf(stored, windows), space: 'samples' as const }] : []),
        { kind: 'cotangent', name: root },
      ],
      parameters: { elements, ...ofPool },
      tiles: summed,
      atRequest: ({ samples, offset, steps, layouts, firstImage, imagesHere }) => {
        return { samples, offset, steps, sample_lanes: layouts.samples.lanes, first_image: firstImage, images: imagesHere };
      },
      invocations: ({ imagesHere }) => imagesHere * summed,
    },
  };
}

/** Where the samples of a chunk lie on the paths of the request. */
export function placeOf({ allSamples, offset, steps }: Chunk) {
  return { samples: allSamples, offset, steps };
}

function poolParameters({ rows, columns }: Window) {
  return {
    size: [rows.input, columns.input],
    pooled_size: [rows.output, columns.output],
    padding: [rows.padding, columns.padding],
  };
}

function windowConstants({ rows, columns }: Window) {
  return { ROWS: rows.kernel, COLUMNS: columns.kernel, ROW_STRIDE: rows.stride, COLUMN_STRIDE: columns.stride };
}

/**
 * Windows, one below the other, that an invocation of a blend has where they overlap. SqueezeNet's blend with windows of 3x3 and stride 2, milliseconds of processor
 * time of 16 steps on SwiftShader and 32 on lavapipe: 110 and 24.7 with one window, 103 and 24.9 with two, 105 and 34.7 with 2 x 2.
 */
const OVERLAPPING = 2;

/** The windows that an invocation of a blend has, and whether some reach beyond the plane. */
function blendedWindows({ rows, columns }: Window) {
  const leaves = ({ input, output, kernel, stride, padding }: WindowAxis) => padding > 0 || (output - 1) * stride + kernel > input;
  return { DOWN: rows.kernel > rows.stride ? OVERLAPPING : 1, PADDED: Number(leaves(rows) || leaves(columns)) };
}

/** The number of strides that cover the input and the padding before it. */
function cellsOf({ input, padding, stride }: WindowAxis): number {
  return Math.ceil((input + padding) / stride);
}

/** The network after the cuts, with the gates of the values that the blends store. */
export function afterCuts(after: Network, cuts: readonly Cut[]): Network {
  const gates = new Map(after.gates);
  for (const { stored, fusion } of cuts) {
    if (fusion?.epilogue.relu && !fusion.epilogue.pool) gates.set(stored, gatesOf(stored, shapeOf(after.graph, stored)));
  }
  return { ...after, gates };
}
