import { PathlightError } from '../../errors.js';
import type { ElementType } from '../../tensor/tensor.js';
import type { ValueInfoProto } from '../onnx_pb.js';
import { dataTypeName, elementTypeOf, isEightBitFloat, rangeOf } from '../tensors.js';

/** An input as the file declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly type: ElementType;
  /** Black and white as bytes of its type: -128 and 127 where that is int8, else 0 and 255. */
  readonly pixels: readonly [black: number, white: number];
  /** The axes, the first of them the batch. Absent where the file says nothing of its shape. */
  readonly axes?: readonly DeclaredAxis[];
}

/** An axis: a size, or a symbol that stands for one, which is empty where the file has none. */
export type DeclaredAxis = number | string;

/** Reads how the file declares an input. Throws PathlightError where it is no tensor of numbers. */
export function describeInput({ name, type }: ValueInfoProto): DeclaredInput {
  const tensor = type?.tensorType;
  if (tensor === undefined) throw new PathlightError('onnx.input-no-tensor', { input: name });
  const elements = elementTypeOf(tensor.elemType);
  if (elements === undefined || isEightBitFloat(tensor.elemType))
    throw new PathlightError('onnx.input-type', { input: name, type: dataTypeName(tensor.elemType) });
  const [least, largest] = rangeOf(tensor.elemType) ?? [0, 255];
  const pixels = largest < 255 ? ([least, largest] as const) : ([0, 255] as const);
  const declared = { name, type: elements, pixels };
  if (tensor.shape === undefined) return declared;
  const axes = tensor.shape.dim.map(({ value }) => {
    if (value.case === 'dimParam') return value.value;
    // Some writers say by -1 or by 0 that a size is open.
    return value.case === 'dimValue' && value.value > 0n ? Number(value.value) : '';
  });
  return { ...declared, axes };
}
