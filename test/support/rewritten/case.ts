import { sizeOf } from '../../../src/tensor/tensor.js';
import { floatTensor, type ModelDescription, type NodeDescription, type TensorInit } from '../onnx_builder.js';
import { mulberry32 } from '../random.js';

/**
 * A model whose nodes the importer says in other operators (src/onnx/rewrites). Its output at `imageOf` stands in
 * test/onnx/rewrites/values.json, with the tool that computed it.
 */
export interface RewrittenCase {
  /** Unique among all cases. */
  readonly name: string;
  readonly description: ModelDescription;
}

/** A model from "x" to "y". */
export function rewrittenCase(
  name: string,
  shape: readonly number[],
  nodes: readonly NodeDescription[],
  more: Partial<Pick<ModelDescription, 'opset' | 'domains' | 'initializers'>> = {},
): RewrittenCase {
  return { name, description: { inputs: { x: shape }, outputs: ['y'], nodes, ...more } };
}

/** The image of a case: numbers from -1.5 to 1.5, which float32 holds exactly. */
export function imageOf({ description }: RewrittenCase): Float32Array {
  const [shape = []] = Object.values(description.inputs);
  const elements = Array.isArray(shape) ? sizeOf(shape.map(Number)) : 0;
  return Float32Array.from({ length: elements }, (_, i) => (((i * 37) % 97) - 48) / 32);
}

/** Weights from -1 to 1, the same for every seed. */
export function weights(shape: readonly number[], seed: number): TensorInit {
  const random = mulberry32(seed);
  return floatTensor(
    shape,
    Array.from({ length: sizeOf(shape) }, () => Math.fround(2 * random() - 1)),
  );
}
