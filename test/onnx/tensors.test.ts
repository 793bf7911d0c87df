import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../src/onnx/decode.js';
import { TensorProto_DataType as DataType, TensorProtoSchema } from '../../src/onnx/onnx_pb.js';
import { bfloatToNumber, halfToNumber, readTensor } from '../../src/onnx/tensors.js';
import { buildModel, floatTensor, intTensor, rawTensor, type TensorInit } from '../support/onnx_builder.js';

const read = (init: TensorInit) => readTensor(create(TensorProtoSchema, { ...init, name: 't' }));

const float8 = (dataType: DataType) => rawTensor(dataType, [5], Uint8Array.of(0x01, 0x7c, 0x7e, 0x7f, 0x80));

describe('types and forms', () => {
  // 0x3e00 is 1.5 in binary16, 0x3fc0 in bfloat16.
  test.each<[string, TensorInit, string, number[]]>([
    ['float_data', floatTensor([2], [1.5, -2]), 'float', [1.5, -2]],
    ['raw float', rawTensor(DataType.FLOAT, [2], Float32Array.of(1.5, -2)), 'float', [1.5, -2]],
    ['raw double', rawTensor(DataType.DOUBLE, [1], Float64Array.of(0.1)), 'float', [0.1]],
    ['double_data', { dims: [1n], dataType: DataType.DOUBLE, doubleData: [0.1] }, 'float', [0.1]],
    ['raw float16', rawTensor(DataType.FLOAT16, [1], Uint16Array.of(0x3e00)), 'float', [1.5]],
    ['float16 in int32_data', { dims: [1n], dataType: DataType.FLOAT16, int32Data: [0x3e00] }, 'float', [1.5]],
    ['raw bfloat16', rawTensor(DataType.BFLOAT16, [1], Uint16Array.of(0x3fc0)), 'float', [1.5]],
    ['bfloat16 in int32_data', { dims: [1n], dataType: DataType.BFLOAT16, int32Data: [0x3fc0] }, 'float', [1.5]],
    // Of each type of 8 bits: the smallest number, the codes around the largest, and the code of -0. By ml_dtypes 0.5, as all other codes.
    ['raw float8, e4m3fn', float8(DataType.FLOAT8E4M3FN), 'float', [2 ** -9, 384, 448, Number.NaN, -0]],
    ['raw float8, e4m3fnuz', float8(DataType.FLOAT8E4M3FNUZ), 'float', [2 ** -10, 192, 224, 240, Number.NaN]],
    ['raw float8, e5m2', float8(DataType.FLOAT8E5M2), 'float', [2 ** -16, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN, -0]],
    ['raw float8, e5m2fnuz', float8(DataType.FLOAT8E5M2FNUZ), 'float', [2 ** -17, 32768, 49152, 57344, Number.NaN]],
    ['float8 in int32_data', { dims: [2n], dataType: DataType.FLOAT8E4M3FN, int32Data: [0x38, 0xb8] }, 'float', [1, -1]],
    ['int64_data', intTensor([3, -4]), 'int', [3, -4]],
    ['raw int64', rawTensor(DataType.INT64, [2], BigInt64Array.of(3n, -4n)), 'int', [3, -4]],
    ['raw int32', rawTensor(DataType.INT32, [2], Int32Array.of(3, -4)), 'int', [3, -4]],
    ['int32_data', { dims: [2n], dataType: DataType.INT32, int32Data: [3, -4] }, 'int', [3, -4]],
    ['raw int8', rawTensor(DataType.INT8, [1], Int8Array.of(-4)), 'int', [-4]],
    ['raw uint8', rawTensor(DataType.UINT8, [1], Uint8Array.of(252)), 'int', [252]],
    ['raw int4, an odd number', rawTensor(DataType.INT4, [3], Uint8Array.of(0x8f, 0x07)), 'int', [-1, -8, 7]],
    ['raw uint4', rawTensor(DataType.UINT4, [2], Uint8Array.of(0x8f)), 'int', [15, 8]],
    ['int4 in int32_data, two a number', { dims: [3n], dataType: DataType.INT4, int32Data: [0x8f, 0x07] }, 'int', [-1, -8, 7]],
    ['int4 in int32_data, negative numbers', { dims: [2n], dataType: DataType.INT4, int32Data: [-113] }, 'int', [-1, -8]],
    ['uint4 in int32_data', { dims: [2n], dataType: DataType.UINT4, int32Data: [0x8f] }, 'int', [15, 8]],
    ['uint4 in int32_data, one a number', { dims: [3n], dataType: DataType.UINT4, int32Data: [15, 8, 1] }, 'int', [15, 8, 1]],
    ['int4 in int32_data, a single one', { dims: [1n], dataType: DataType.INT4, int32Data: [0x0f] }, 'int', [-1]],
    ['uint64_data', { dims: [1n], dataType: DataType.UINT64, uint64Data: [5n] }, 'int', [5]],
    ['raw bool', rawTensor(DataType.BOOL, [2], Uint8Array.of(0, 1)), 'bool', [0, 1]],
    ['bool in int32_data', { dims: [2n], dataType: DataType.BOOL, int32Data: [0, 1] }, 'bool', [0, 1]],
    ['no elements', intTensor([]), 'int', []],
  ])('%s', (_, init, type, values) => {
    const tensor = read(init);
    expect(tensor.type).toBe(type);
    expect(Array.from(tensor.data)).toEqual(values);
  });

  test('a scalar has no axes', () => {
    expect(read(intTensor([7], []))).toEqual({ shape: [], type: 'int', data: Float64Array.of(7) });
  });
});

test.each([
  [DataType.COMPLEX64, 'COMPLEX64'],
  [DataType.STRING, 'STRING'],
])('type %s is refused by its name', (dataType, name) => {
  expect(() => read({ dims: [1n], dataType, int32Data: [1] })).toThrow(
    `tensor "t": ${name} is not supported (floats, integers or booleans)`,
  );
});

test.each([
  [0x0000, 0],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 1365 / 4096],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, Number.NaN],
])('binary16 %i is %d', (bits, value) => {
  expect(halfToNumber(bits)).toBe(value);
});

test.each([
  [0x3f80, 1],
  [0xc040, -3],
  [0x7f80, Number.POSITIVE_INFINITY],
])('bfloat16 %i is %d', (bits, value) => {
  expect(bfloatToNumber(bits)).toBe(value);
});

describe('raw float32 data in a file', () => {
  const values = Float32Array.of(1, 2, 3);
  const bytes = buildModel({
    inputs: { x: ['N', 3] },
    initializers: { w: rawTensor(DataType.FLOAT, [3], values) },
    nodes: [{ op: 'Add', inputs: ['x', 'w'], output: 'y' }],
    outputs: ['y'],
  });

  /** The file at a distance from the start of a buffer, so that the weights lie at every alignment in turn. */
  test.each([0, 1, 2, 3])('is read at offset %i of a buffer, and copied only where it is unaligned', (offset) => {
    const file = Buffer.from(new ArrayBuffer(bytes.length + 8), offset, bytes.length);
    file.set(bytes);
    const proto = decodeModel(file).graph.initializer[0]!;
    const { data } = readTensor(proto);
    expect(data).toEqual(values);
    expect(data.buffer === file.buffer).toBe(proto.rawData.byteOffset % 4 === 0);
  });
});
