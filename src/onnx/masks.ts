import { PathlightError } from '../errors.js';
import { type GraphNode, inputAt, shapeOf } from '../graph/graph.js';
import { operators } from '../ops/index.js';
import type { SoftmaxAttributes } from '../ops/normalization/softmax.js';
import { broadcastIndices } from '../ops/shared/broadcast.js';
import { gather } from '../tensor/gather.js';
import { type Shape, sizeOf, type Tensor } from '../tensor/tensor.js';

/**
 * The number that replaces minus infinity in the masks of attention. Exports add minus infinity to the scores that a token must not see, or
 * put it in their place (Where). The Softmax that follows, and its gradient, then are 0 there. Kernels cannot be given infinities. For
 * scores as far below the others as MASKED exp is 0 in float32 and in float64, and MASKED absorbs a score that is added to it, as infinity
 * does. So it equals what stands for minus infinity, and nothing else does (Equal), as long as no two of them are added. Minus infinity is
 * refused where the two differ: where anything but a Softmax, a comparison of this kind and a maximum reads it, and where it fills a whole
 * row of a Softmax, which gives 0/0, unless a Where puts other numbers in the place of these rows.
 */
const MASKED = -(2 ** 100);

/** Which elements of a value are minus infinity, and the constant that they come from. */
interface Masked {
  readonly constant: string;
  /** 1 for an element that is MASKED, 2 for the sum of several, and 0 for any other. */
  readonly at: Uint8Array;
  /** The Softmax of which the elements are whole rows, and NaN. Absent before a Softmax. */
  readonly softmax?: string;
}

const SEVERAL = 2;

/** Which elements of a constant are minus infinity, among finite numbers. Undefined where the constant is no such mask. */
function maskOf(constant: string, { data }: Tensor): Masked | undefined {
  if (!data.includes(-Infinity) || !data.every((value) => value === -Infinity || Number.isFinite(value))) return undefined;
  return { constant, at: Uint8Array.from(data, (value) => (value === -Infinity ? 1 : 0)) };
}

/**
 * Replaces minus infinity in the constants of a graph. `nodes` are in order. Throws PathlightError, with the constant's name, where that
 * would change a result. Constants with other non-finite numbers stay as they are.
 */
export function replaceMasks(
  nodes: readonly GraphNode[],
  shapes: ReadonlyMap<string, Shape>,
  constants: Map<string, Tensor>,
  output: string,
): void {
  const masked = new Map<string, Masked>();
  for (const [name, constant] of constants) {
    const mask = maskOf(name, constant);
    if (mask === undefined) continue;
    masked.set(name, mask);
    constants.set(name, { ...constant, data: Float64Array.from(constant.data, (value) => (value === -Infinity ? MASKED : value)) });
  }
  if (masked.size === 0) return;
  const shape = (name: string): Shape => shapeOf({ shapes, constants }, name);
  for (const node of nodes) {
    const masks = node.inputs.map((name) => masked.get(name));
    const first = masks.find((mask) => mask !== undefined);
    if (first === undefined) continue;
    const passed = passOn(node, first, masks, shape);
    if (passed?.at.some((mark) => mark !== 0)) masked.set(node.output, passed);
  }
  const last = masked.get(output);
  if (last !== undefined) throw refusalOf(last, null);
}

/** Which elements of a node's output are minus infinity, or NaN. Undefined after a comparison. */
function passOn(
  node: GraphNode,
  first: Masked,
  masks: readonly (Masked | undefined)[],
  shapeOfValue: (name: string) => Shape,
): Masked | undefined {
  const { constant } = first;
  const rows = masks.find((mask) => mask?.softmax !== undefined);
  if (operators[node.op].view === true) return first;
  if (rows === undefined && node.op === 'Softmax') return { constant, at: wholeRows(node.attributes, first.at), softmax: node.name };
  if (rows === undefined && node.op === 'ReduceMax') {
    return { constant, at: allOf(first.at, shapeOfValue(inputAt(node, 0)), node.attributes.axes) };
  }
  if (rows === undefined && node.op === 'Equal' && masks.every((mask) => mask?.at.includes(SEVERAL) !== true)) return undefined;
  const refused = refusalOf(rows ?? first, { operator: node.op, node: node.name });
  if (node.op !== 'Where' && (node.op !== 'Add' || rows !== undefined)) throw refused;
  const output = shapeOfValue(node.output);
  const at = new Uint8Array(sizeOf(output));
  const condition = node.op === 'Where' ? node.attributes.condition : undefined;
  if (node.op === 'Where' && condition === undefined) throw refused;
  const chosen = condition && gather(condition.data, broadcastIndices(condition.shape, output));
  for (const [position, mask] of masks.entries()) {
    if (mask === undefined) continue;
    for (const [i, place] of broadcastIndices(shapeOfValue(inputAt(node, position)), output).entries()) {
      const taken = chosen === undefined || (chosen[i] !== 0) === (position === 0);
      const own = taken ? (mask.at[place] ?? 0) : 0;
      at[i] = node.op === 'Where' ? Math.max(at[i] ?? 0, own) : Math.min(SEVERAL, (at[i] ?? 0) + own);
    }
  }
  if (rows !== undefined && at.some((mark) => mark !== 0)) throw refused;
  return { constant, at };
}

/** Which maxima over some axes are over minus infinity alone. */
function allOf(at: Uint8Array, shape: Shape, axes: readonly number[]): Uint8Array {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const all = new Uint8Array(sizeOf(kept)).fill(SEVERAL);
  for (const [i, place] of broadcastIndices(kept, shape).entries()) all[place] = Math.min(all[place] ?? 0, at[i] ?? 0);
  return all;
}

/** The rows of a Softmax that are masked as a whole. */
function wholeRows({ length, inner }: SoftmaxAttributes, at: Uint8Array): Uint8Array {
  const whole = new Uint8Array(at.length);
  for (let start = 0; start < at.length; start += length * inner) {
    for (let i = 0; i < inner; i++) {
      const row = Array.from({ length }, (_, k) => start + k * inner + i);
      if (row.every((place) => at[place] !== 0)) for (const place of row) whole[place] = 1;
    }
  }
  return whole;
}

function refusalOf({ constant, softmax }: Masked, reader: { operator: string; node: string } | null): PathlightError {
  return softmax === undefined
    ? new PathlightError('onnx.mask-elsewhere', { constant, reader })
    : new PathlightError('onnx.masked-row', { constant, softmax });
}
