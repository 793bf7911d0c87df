import { PathlightError } from '../errors.js';
import { checkArgument, type FileBytes, type ImageValues, toBytes, toFloat32 } from './arguments.js';
import { itemAt, twoOf } from './items.js';
import { type ElementType, type Shape, sizeOf, stridesOf, type Tensor } from './tensor.js';

/*
 * NumPy's array file, format versions 1.0 to 3.0:
 *
 *   93 'NUMPY' | major minor | length of the header, uint16 (1.0) or uint32 (2.0, 3.0), little endian | header | elements
 *
 * The header is the literal of a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28), }. `descr` is byte order
 * (< little, > big, | none), kind (f, i, u, b) and bytes an element.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

interface Decoder {
  readonly type: ElementType;
  readonly bytes: number;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const DECODERS: Readonly<Record<string, Decoder>> = {
  f2: { type: 'float', bytes: 2, read: (v, at, le) => halfToNumber(v.getUint16(at, le)) },
  f4: { type: 'float', bytes: 4, read: (v, at, le) => v.getFloat32(at, le) },
  f8: { type: 'float', bytes: 8, read: (v, at, le) => v.getFloat64(at, le) },
  i1: { type: 'int', bytes: 1, read: (v, at) => v.getInt8(at) },
  i2: { type: 'int', bytes: 2, read: (v, at, le) => v.getInt16(at, le) },
  i4: { type: 'int', bytes: 4, read: (v, at, le) => v.getInt32(at, le) },
  i8: { type: 'int', bytes: 8, read: (v, at, le) => exact(v.getBigInt64(at, le)) },
  u1: { type: 'int', bytes: 1, read: (v, at) => v.getUint8(at) },
  u2: { type: 'int', bytes: 2, read: (v, at, le) => v.getUint16(at, le) },
  u4: { type: 'int', bytes: 4, read: (v, at, le) => v.getUint32(at, le) },
  u8: { type: 'int', bytes: 8, read: (v, at, le) => exact(v.getBigUint64(at, le)) },
  b1: { type: 'bool', bytes: 1, read: (v, at) => (v.getUint8(at) === 0 ? 0 : 1) },
};

/**
 * Reads an `.npy` file. float16 and float32 come back as Float32Array, everything else as Float64Array, always in C order.
 *
 * @param source how messages name the file; `the .npy file` where it is null.
 * @throws PathlightError for anything that is not one whole array of numbers; integers beyond 2^53 are refused, not rounded.
 * @example const { shape, data } = readNpy(bytes, 'baseline.npy');
 */
export function readNpy(file: FileBytes, source: string | null = 'the array'): Tensor {
  const bytes = toBytes(file, 'file');
  const { descr, fortranOrder, shape, start } = readHeader(bytes, source);
  const [, order, code] = /^([<>|=]?)([a-z]\d+)$/.exec(descr) ?? [];
  const decoder = code === undefined ? undefined : DECODERS[code];
  if (!decoder) {
    throw new PathlightError('npy.element-type', { source, type: descr, known: Object.keys(DECODERS) });
  }
  const count = sizeOf(shape);
  const found = bytes.length - start;
  if (found !== count * decoder.bytes) {
    throw new PathlightError('npy.bytes', { source, found, shape, type: descr, wanted: count * decoder.bytes });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, found);
  const little = order !== '>';
  const data = code === 'f4' || code === 'f2' ? new Float32Array(count) : new Float64Array(count);
  try {
    for (let i = 0; i < count; i++) data[i] = decoder.read(view, i * decoder.bytes, little);
  } catch (error) {
    if (error instanceof RangeError) throw new PathlightError('npy.large-integer', { source, element: error.message });
    throw error;
  }
  return { shape, type: decoder.type, data: fortranOrder ? toCOrder(data, shape) : data };
}

/**
 * The bytes of an `.npy` file: float32, little endian, C order, format 1.0.
 *
 * @example const file = writeNpy(result.values, session.preprocessing.shape);
 */
export function writeNpy(values: ImageValues, shape: Shape): Uint8Array {
  const data = toFloat32(values, 'values');
  checkArgument('shape', shape, 'shape');
  if (data.length !== sizeOf(shape)) {
    throw new PathlightError('npy.elements', { elements: data.length, shape, wanted: sizeOf(shape) });
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The elements start at a multiple of 64, so that the file can be mapped into memory. The header ends with a newline.
  const start = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.length * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[6] = 1;
  view.setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(start - 11)}\n`), 10);
  for (const [i, value] of data.entries()) view.setFloat32(start + i * 4, value, true);
  return bytes;
}

interface Header {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
  /** Where the first element begins, in bytes. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, source: string | null): Header {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new PathlightError('npy.other-file', { source });
  }
  const [major, minor] = twoOf(bytes.subarray(6));
  if (major < 1 || major > 3) throw new PathlightError('npy.version', { source, version: `${major}.${minor}` });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = major > 1;
  if (wide && bytes.length < 12) throw new PathlightError('npy.no-header', { source });
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (start > bytes.length) throw new PathlightError('npy.header-truncated', { source, wanted: start, found: bytes.length });
  const text = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start)).trim();
  const [, name, fields] = /'descr':\s*(?:'([^']*)'|(\[.*\]))/.exec(text) ?? [];
  const descr = name ?? fields;
  const [, order] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, sizes] = /'shape':\s*\(([\d,\sL]*)\)/.exec(text) ?? [];
  if (descr === undefined || order === undefined || sizes === undefined) {
    throw new PathlightError('npy.header', { source, header: text.slice(0, 80) });
  }
  const shape = sizes.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]));
  return { descr, fortranOrder: order === 'True', shape, start };
}

/** Element (i, j, ...) of a Fortran-ordered array lies where the reversed index lies in the array of the reversed shape. */
function toCOrder<T extends Float32Array | Float64Array>(data: T, shape: Shape): T {
  const result = data.slice() as T;
  const from = stridesOf([...shape].reverse()).reverse();
  const innermostFirst = shape.map((size, axis) => ({ size, stride: itemAt(from, axis), index: 0 })).reverse();
  for (let to = 0, at = 0; to < result.length; to++) {
    result[to] = itemAt(data, at);
    for (const axis of innermostFirst) {
      at += axis.stride;
      if (++axis.index < axis.size) break;
      at -= axis.stride * axis.size;
      axis.index = 0;
    }
  }
  return result;
}

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function exact(value: bigint): number {
  const number = Number(value);
  if (BigInt(number) !== value) throw new RangeError(`${value}`);
  return number;
}
