import { PathlightError } from '../errors.js';
import { firstOf } from '../tensor/items.js';
import { type ElementType, type Shape, sizeOf, type Tensor } from '../tensor/tensor.js';
import { TensorProto_DataLocation as DataLocation, TensorProto_DataType as DataType, type TensorProto } from './onnx_pb.js';

/** The most elements of a tensor, which a 32-bit index reaches. */
export const MAX_ELEMENTS = 2 ** 31;

/** How the elements of a data type lie in raw_data, and what type they become. */
interface Encoding {
  readonly type: ElementType;
  /** One half where a byte holds two elements, the first in the lower four bits. */
  readonly bytes: number;
  readonly range?: readonly [number, number];
  read(view: DataView, offset: number): number;
  /** The number of a bit pattern, where int32_data holds those. */
  fromBits?(bits: number): number;
}

const ENCODINGS: ReadonlyMap<number, Encoding> = new Map([
  [DataType.FLOAT, { type: 'float', bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  [DataType.DOUBLE, { type: 'float', bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  [DataType.FLOAT16, { type: 'float', bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)), fromBits: halfToNumber }],
  [DataType.BFLOAT16, { type: 'float', bytes: 2, read: (view, at) => bfloatToNumber(view.getUint16(at, true)), fromBits: bfloatToNumber }],
  [DataType.INT64, { type: 'int', bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [DataType.INT32, { type: 'int', bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  [DataType.INT16, { type: 'int', bytes: 2, range: [-32768, 32767], read: (view, at) => view.getInt16(at, true) }],
  [DataType.INT8, { type: 'int', bytes: 1, range: [-128, 127], read: (view, at) => view.getInt8(at) }],
  [DataType.UINT64, { type: 'int', bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  [DataType.UINT32, { type: 'int', bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  [DataType.UINT16, { type: 'int', bytes: 2, range: [0, 65535], read: (view, at) => view.getUint16(at, true) }],
  [DataType.UINT8, { type: 'int', bytes: 1, range: [0, 255], read: (view, at) => view.getUint8(at) }],
  [DataType.INT4, { type: 'int', bytes: 0.5, range: [-8, 7], read: (view, at) => ((nibble(view, at) + 8) % 16) - 8 }],
  [DataType.UINT4, { type: 'int', bytes: 0.5, range: [0, 15], read: nibble }],
  [DataType.FLOAT8E4M3FN, eightBits(3, 7, 'no infinities')],
  [DataType.FLOAT8E4M3FNUZ, eightBits(3, 8, 'one zero')],
  [DataType.FLOAT8E5M2, eightBits(2, 15, 'infinities')],
  [DataType.FLOAT8E5M2FNUZ, eightBits(2, 16, 'one zero')],
  [DataType.BOOL, { type: 'bool', bytes: 1, read: (view, at) => Number(view.getUint8(at) !== 0) }],
] satisfies [number, Encoding][]);

/**
 * A float of 8 bits: sign, exponent, and fraction; subnormals as in IEEE 754. Of those with infinities the largest exponent is kept for them and
 * NaN, without infinities the largest number of each sign is NaN, and with one zero only what would be -0 is.
 * https://onnx.ai/onnx/technical/float8.html
 */
function eightBits(fractionBits: 2 | 3, bias: number, specials: 'infinities' | 'no infinities' | 'one zero'): Encoding {
  const one = 2 ** fractionBits;
  const decode = (bits: number): number => {
    const sign = bits & 0x80 ? -1 : 1;
    const [exponent, fraction] = [(bits & 0x7f) >> fractionBits, bits & (one - 1)];
    if (specials === 'one zero' && bits === 0x80) return Number.NaN;
    if (specials === 'no infinities' && (bits & 0x7f) === 0x7f) return Number.NaN;
    if (specials === 'infinities' && exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0 ? (sign * fraction * 2 ** (1 - bias)) / one : sign * (1 + fraction / one) * 2 ** (exponent - bias);
  };
  return { type: 'float', bytes: 1, read: (view, at) => decode(view.getUint8(at)), fromBits: decode };
}

function nibble(view: DataView, at: number): number {
  return (view.getUint8(Math.floor(at)) >> (at % 1 === 0 ? 0 : 4)) & 15;
}

/** The type that numbers of an ONNX data type become. Undefined for strings, complex numbers, and floats of 4 bits. */
export function elementTypeOf(dataType: number): ElementType | undefined {
  return ENCODINGS.get(dataType)?.type;
}

/** Whether this is a float of 8 bits: a form of weights, in which no network takes a picture. */
export function isEightBitFloat(dataType: number): boolean {
  const encoding = ENCODINGS.get(dataType);
  return encoding?.type === 'float' && encoding.bytes === 1;
}

/** The range of an integer type of at most 16 bits; undefined for other types. */
export function rangeOf(dataType: number): readonly [number, number] | undefined {
  return ENCODINGS.get(dataType)?.range;
}

/** The name of a data type: `FLOAT16` for 10. */
export function dataTypeName(dataType: number): string {
  return DataType[dataType] ?? `data type ${dataType}`;
}

/**
 * A tensor of the file. Aligned float32 weights stay in the file's bytes, and others are copied once. Other types are converted. Throws a
 * PathlightError where the data do not fill the shape, or lie in another file.
 */
export function readTensor(proto: TensorProto): Tensor {
  const encoding = ENCODINGS.get(proto.dataType);
  if (encoding === undefined) {
    throw new PathlightError('onnx.tensor-type', { tensor: proto.name, type: dataTypeName(proto.dataType) });
  }
  if (proto.dataLocation === DataLocation.EXTERNAL) {
    throw new PathlightError('external.missing', { tensor: proto.name, file: null });
  }
  const shape = shapeOf(proto);
  const elements = sizeOf(shape);
  const raw = proto.rawData.length > 0;
  const list = raw ? [] : listOf(proto);
  // An odd number of half bytes fills up its last byte. In int32_data a number holds two of them, or in some files one.
  const isPacked = !raw && encoding.bytes < 1 && list.length === Math.ceil(elements / 2);
  const [available, wanted] = raw ? [proto.rawData.length, Math.ceil(elements * encoding.bytes)] : [list.length, elements];
  if (available !== wanted && !isPacked) {
    throw new PathlightError('onnx.tensor-data', {
      tensor: proto.name,
      shape,
      elements,
      found: raw ? available / encoding.bytes : available,
    });
  }
  const data = raw
    ? readRaw(proto, encoding, elements)
    : readList(proto.dataType, encoding, isPacked ? unpacked(list, encoding, elements) : list);
  return { shape, type: encoding.type, data, ...(encoding.range && { range: encoding.range }) };
}

/** The shape of a tensor of the file. Throws a PathlightError for negative sizes, and for more elements than a 32-bit index reaches. */
export function shapeOf({ name, dims }: TensorProto): number[] {
  const shape = dims.map(Number);
  if (shape.some((size) => size < 0)) {
    throw new PathlightError('onnx.tensor-negative', { tensor: name, shape });
  }
  const elements = sizeOf(shape);
  if (elements > MAX_ELEMENTS) {
    throw new PathlightError('onnx.tensor-large', { tensor: name, shape, elements, most: MAX_ELEMENTS });
  }
  return shape;
}

/** The bytes that the elements of a tensor fill in raw_data, or in a file of their own. Undefined for types that are not read. */
export function storedBytes(proto: TensorProto): number | undefined {
  const encoding = ENCODINGS.get(proto.dataType);
  return encoding && Math.ceil(sizeOf(shapeOf(proto)) * encoding.bytes);
}

function readRaw({ rawData, dataType }: TensorProto, encoding: Encoding, elements: number): Float32Array | Float64Array {
  if (dataType === DataType.FLOAT) {
    const aligned = rawData.byteOffset % 4 === 0 ? rawData : rawData.slice();
    return new Float32Array(aligned.buffer, aligned.byteOffset, elements);
  }
  const data = isNarrowFloat(dataType, encoding) ? new Float32Array(elements) : new Float64Array(elements);
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  for (let i = 0; i < elements; i++) {
    data[i] = encoding.read(view, i * encoding.bytes);
  }
  return data;
}

/** The list field in which the specification puts elements of this type. */
function listOf(proto: TensorProto): readonly (number | bigint)[] {
  switch (proto.dataType) {
    case DataType.FLOAT:
      return proto.floatData;
    case DataType.DOUBLE:
      return proto.doubleData;
    case DataType.INT64:
      return proto.int64Data;
    case DataType.UINT32:
    case DataType.UINT64:
      return proto.uint64Data;
    default:
      return proto.int32Data;
  }
}

/** The elements of a type of 4 bits, of which a number of int32_data holds two, the first in the lower bits. */
function unpacked(list: readonly (number | bigint)[], encoding: Encoding, elements: number): number[] {
  const view = new DataView(Uint8Array.from(list, Number).buffer);
  return Array.from({ length: elements }, (_, i) => encoding.read(view, i * encoding.bytes));
}

function readList(dataType: number, encoding: Encoding, list: readonly (number | bigint)[]): Float32Array | Float64Array {
  const data = isNarrowFloat(dataType, encoding) ? new Float32Array(list.length) : new Float64Array(list.length);
  const decode = encoding.fromBits ?? Number;
  list.forEach((element, i) => {
    data[i] = encoding.type === 'bool' ? Number(element !== 0) : decode(Number(element));
  });
  return data;
}

/** Whether float32 holds every number of the type. */
function isNarrowFloat(dataType: number, encoding: Encoding): boolean {
  return dataType === DataType.FLOAT || encoding.fromBits !== undefined;
}

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction; subnormals are multiples of 2^-24. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) {
    return sign * fraction * 2 ** -24;
  }
  if (exponent === 31) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16: the upper half of a float32. */
export function bfloatToNumber(bits: number): number {
  return firstOf(new Float32Array(Uint32Array.of((bits & 0xffff) * 0x10000).buffer));
}

/** A constant of one element, or of several along one axis. */
export function constantOf(values: number | readonly number[], type: ElementType): Tensor {
  const list = typeof values === 'number' ? [values] : values;
  const shape: Shape = typeof values === 'number' ? [] : [list.length];
  return { shape, type, data: Float64Array.from(list) };
}
