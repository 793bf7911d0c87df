import { itemAt } from '../../tensor/items.js';
import type { NodeReader } from '../node_reader.js';
import type { Window, WindowAxis } from '../operator.js';

/** A half-open range [start, end). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The taps k of output `o` that lie on the input. Empty where start >= end. */
export function tapsOf({ input, kernel, stride, dilation, padding }: WindowAxis, o: number): Range {
  const first = o * stride - padding;
  return {
    start: Math.max(0, Math.ceil(-first / dilation)),
    end: Math.min(kernel, Math.ceil((input - first) / dilation)),
  };
}

/** The outputs o whose tap `k` lies on the input. Empty where start >= end. */
export function outputsOf({ input, output, stride, dilation, padding }: WindowAxis, k: number): Range {
  const offset = k * dilation - padding;
  return {
    start: Math.max(0, Math.ceil(-offset / stride)),
    end: Math.min(output, Math.ceil((input - offset) / stride)),
  };
}

/** What nodes with a sliding window say about it. */
export interface Geometry {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly autoPad: 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
  /** Top, left, bottom, right; zeros unless `autoPad` is NOTSET. */
  readonly pads: readonly number[];
}

const AUTO_PADS: readonly string[] = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'] satisfies Geometry['autoPad'][];

/** Reads `strides`, `dilations`, `pads` and `auto_pad` of two spatial axes. */
export function readGeometry(node: NodeReader, kernel: readonly number[]): Geometry {
  const strides = pair(node, 'strides', 1);
  const dilations = pair(node, 'dilations', 1);
  const autoPad = node.string('auto_pad', 'NOTSET');
  if (!AUTO_PADS.includes(autoPad)) {
    throw node.error('node.choice', { attribute: 'auto_pad', value: autoPad, choices: AUTO_PADS });
  }
  const pads = autoPad === 'NOTSET' ? (node.ints('pads') ?? [0, 0, 0, 0]) : [0, 0, 0, 0];
  if (pads.length !== 4 || pads.some((pad) => pad < 0)) {
    throw node.error('window.pads', { pads });
  }
  if (kernel.length !== 2 || kernel.some((size) => size < 1)) {
    throw node.error('window.kernel', { kernel });
  }
  return { strides, dilations, autoPad: autoPad as Geometry['autoPad'], pads };
}

/**
 * Reads the window of a 2-D convolution or pooling, `ceil_mode` included.
 * Output sizes are those of onnxruntime and PyTorch: with ceil_mode a window that would start in the padding at the end is dropped. auto_pad
 * VALID rounds up as well; SAME says the size itself.
 * https://onnx.ai/onnx/operators/onnx__MaxPool.html
 */
export function readWindow(node: NodeReader, input: readonly [number, number], kernel: readonly number[]): Window {
  const { strides, dilations, autoPad, pads } = readGeometry(node, kernel);
  const ceil = node.int('ceil_mode', 0) !== 0;
  const [rows, columns] = [0, 1].map((axis): WindowAxis => {
    const sizes = {
      input: itemAt(input, axis),
      kernel: itemAt(kernel, axis),
      stride: itemAt(strides, axis),
      dilation: itemAt(dilations, axis),
    };
    return autoPad.startsWith('SAME')
      ? samePadding(sizes, autoPad === 'SAME_LOWER')
      : explicitPadding(sizes, itemAt(pads, axis), itemAt(pads, axis + 2), ceil);
  }) as [WindowAxis, WindowAxis];
  if (rows.output < 1 || columns.output < 1) {
    throw node.error('window.large', { window: [extent(rows), extent(columns)], input, pads });
  }
  return { rows, columns };
}

/** Refuses a pooling window that holds only padding: its maximum would be minus infinity, its mean 0/0. */
export function refuseEmptyWindows(node: NodeReader, { rows, columns }: Window): void {
  if ([rows, columns].some(hasEmptyWindow)) {
    throw node.error('window.in-padding', { kernel: [rows.kernel, columns.kernel] });
  }
}

/** Whether a window misses the input. If its taps are closer together than the input is wide, only the first or last window can. */
function hasEmptyWindow(axis: WindowAxis): boolean {
  const step = axis.dilation <= axis.input ? Math.max(1, axis.output - 1) : 1;
  for (let o = 0; o < axis.output; o += step) {
    const { start, end } = tapsOf(axis, o);
    if (start >= end) return true;
  }
  return false;
}

type Sizes = Pick<WindowAxis, 'input' | 'kernel' | 'stride' | 'dilation'>;

/** The extent of a window, from its first to its last tap. */
export function extent({ kernel, dilation }: Pick<WindowAxis, 'kernel' | 'dilation'>): number {
  return (kernel - 1) * dilation + 1;
}

function explicitPadding(sizes: Sizes, padding: number, paddingAfter: number, ceil: boolean): WindowAxis {
  const steps = (sizes.input + padding + paddingAfter - extent(sizes)) / sizes.stride;
  let output = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  if (ceil && (output - 1) * sizes.stride >= sizes.input + padding) output--;
  return { ...sizes, output, padding, paddingAfter };
}

/** As many outputs as the stride goes into the input. The larger half of an odd padding lies at the end, or with `lower` at the start. */
function samePadding(sizes: Sizes, lower: boolean): WindowAxis {
  const output = Math.ceil(sizes.input / sizes.stride);
  const total = Math.max(0, (output - 1) * sizes.stride + extent(sizes) - sizes.input);
  const padding = lower ? Math.ceil(total / 2) : Math.floor(total / 2);
  return { ...sizes, output, padding, paddingAfter: total - padding };
}

/** A pair of numbers of at least `fallback`, which is the default of both. */
export function pair(node: NodeReader, name: string, fallback: number): readonly number[] {
  const values = node.ints(name) ?? [fallback, fallback];
  if (values.length !== 2 || values.some((value) => value < fallback)) {
    throw node.error('node.pair', { attribute: name, values, least: fallback });
  }
  return values;
}
