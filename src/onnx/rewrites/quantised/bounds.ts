import { inputAt } from '../../../graph/graph.js';
import { operators } from '../../../ops/index.js';
import type { NodeWriter } from '../rewrite.js';

/** Between which numbers a value lies. */
type Bounds = readonly [lower: number, upper: number];

const UNBOUNDED: Bounds = [-Infinity, Infinity];

/** The functions of which a quantiser can hold all values. */
const IMAGES: Readonly<Record<string, Bounds>> = {
  Relu: [0, Infinity],
  Sigmoid: [0, 1],
  HardSigmoid: [0, 1],
  Softmax: [0, 1],
  Tanh: [-1, 1],
};

/** Operators whose results lie between the elements of their first input. */
const WITHIN = new Set(['MaxPool', 'GlobalMaxPool', 'GlobalAveragePool', 'Transpose', 'Slice', 'DepthToSpace', 'SpaceToDepth']);

/** Between which numbers a value lies, as far as the nodes before it tell. */
export function boundsOf(write: NodeWriter, name: string): Bounds {
  let [lower, upper] = UNBOUNDED;
  for (let at = name; ; ) {
    const maker = write.makerOf(at);
    if (maker === undefined) return [lower, upper];
    const [low, high] = maker.op === 'Clip' ? [maker.attributes.min, maker.attributes.max] : (IMAGES[maker.op] ?? UNBOUNDED);
    lower = Math.max(lower, low);
    upper = Math.min(upper, high);
    if (!(maker.op === 'Clip' || maker.op === 'Relu' || WITHIN.has(maker.op) || operators[maker.op].view)) return [lower, upper];
    at = inputAt(maker, 0);
  }
}

/** What exporters merge a Relu with. */
const LAYERS = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Add', 'Sub', 'Sum', 'BatchNormalization']);

/** Whether a layer, of which an activation can be a part, made a value. */
export function followsLayer(write: NodeWriter, name: string): boolean {
  const maker = write.makerOf(name);
  if (maker === undefined) return false;
  if (operators[maker.op].view) return followsLayer(write, inputAt(maker, 0));
  return LAYERS.has(maker.op);
}
