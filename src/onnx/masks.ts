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
 * does. Minus infinity is refused where the two differ: where anything but a Softmax reads it, and where it fills a whole row, which gives
 * 0/0.
 */
const MASKED = -(2 ** 100);

/** Which elements of a value are minus infinity, and the constant that they come from. */
interface Masked {
  readonly constant: string;
  readonly at: Uint8Array;
}

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
    const at = passOn(node, first, masks, shape);
    if (at !== undefined) masked.set(node.output, { constant: first.constant, at });
  }
  const last = masked.get(output);
  if (last !== undefined) throw notBeforeSoftmax(last.constant, null);
}

/** Which elements of a node's output are minus infinity. Undefined after a Softmax. */
function passOn(
  node: GraphNode,
  first: Masked,
  masks: readonly (Masked | undefined)[],
  shapeOfValue: (name: string) => Shape,
): Uint8Array | undefined {
  if (node.op === 'Softmax') {
    checkRows(node.attributes, first, node.name);
    return undefined;
  }
  if (operators[node.op].view === true) return first.at;
  if (node.op !== 'Add' && node.op !== 'Where') throw notBeforeSoftmax(first.constant, { operator: node.op, node: node.name });
  const output = shapeOfValue(node.output);
  const at = new Uint8Array(sizeOf(output));
  const condition = node.op === 'Where' ? node.attributes.condition : undefined;
  if (node.op === 'Where' && condition === undefined) throw notBeforeSoftmax(first.constant, { operator: node.op, node: node.name });
  const chosen = condition && gather(condition.data, broadcastIndices(condition.shape, output));
  for (const [position, mask] of masks.entries()) {
    if (mask === undefined) continue;
    for (const [i, place] of broadcastIndices(shapeOfValue(inputAt(node, position)), output).entries()) {
      const taken = chosen === undefined || (chosen[i] !== 0) === (position === 0);
      if (taken && mask.at[place] === 1) at[i] = 1;
    }
  }
  return at;
}

/** Refuses a Softmax with a row that is masked as a whole. */
function checkRows({ length, inner }: SoftmaxAttributes, { constant, at }: Masked, name: string): void {
  for (let start = 0; start < at.length; start += length * inner) {
    for (let i = 0; i < inner; i++) {
      const row = Array.from({ length }, (_, k) => at[start + k * inner + i]);
      if (row.every((masked) => masked === 1)) {
        throw new PathlightError('onnx.masked-row', { constant, softmax: name });
      }
    }
  }
}

function notBeforeSoftmax(constant: string, reader: { operator: string; node: string } | null): PathlightError {
  return new PathlightError('onnx.mask-elsewhere', { constant, reader });
}
