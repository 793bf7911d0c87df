import type { GraphProto, NodeProto, TensorProto } from '../onnx_pb.js';

/** What the weights of a network tell of the input that they are made for. */
export interface WeightFacts {
  /** The axes that the input of the first convolution has, the batch among them, and its channels. */
  readonly convolution?: { readonly axes: number; readonly channels: number };
  /** Numbers of elements that the first products of matrices may take, each once. */
  readonly features: readonly number[];
}

/** No more products are looked at: the one that reads the input is among the first. */
const MOST_FEATURES = 16;

/** Operators that leave the sizes of weights as they are. */
const PASSING: ReadonlySet<string> = new Set(['Identity', 'Cast', 'DequantizeLinear']);

/** Reads the sizes of weights, not the weights. */
export function weightFacts(graph: GraphProto): WeightFacts {
  const tensors = new Map<string, readonly number[]>();
  const keep = (name: string, { dims }: TensorProto) => tensors.set(name, dims.map(Number));
  for (const tensor of graph.initializer) keep(tensor.name, tensor);
  for (const { opType, input, output, attribute } of graph.node) {
    const [made = ''] = output;
    const [value] = attribute;
    const passed = tensors.get(input[0] ?? '');
    if (opType === 'Constant' && value?.t !== undefined) keep(made, value.t);
    else if (PASSING.has(opType) && passed !== undefined) tensors.set(made, passed);
  }
  const weightsOf = ({ input }: NodeProto) => tensors.get(input[1] ?? '');
  const features = new Set<number>();
  let convolution: WeightFacts['convolution'];
  for (const node of graph.node) {
    const weights = weightsOf(node);
    if (weights === undefined) continue;
    if (node.opType === 'Conv' && weights.length > 1) {
      const groups = Number(node.attribute.find(({ name }) => name === 'group')?.i ?? 1);
      convolution ??= { axes: weights.length, channels: (weights[1] ?? 0) * groups };
    }
    if ((node.opType === 'Gemm' || node.opType === 'MatMul') && weights.length === 2) for (const size of weights) features.add(size);
  }
  return { ...(convolution && { convolution }), features: [...features].slice(0, MOST_FEATURES) };
}
