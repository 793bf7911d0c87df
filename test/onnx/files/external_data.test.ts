import { describe, expect, test } from 'vitest';
import { createSession, type ExternalData } from '../../../src/index.js';
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { dataOfProduct, moveOut, OF_1234, PLACES, PRODUCT, type StatedPlace, withExternal } from '../../support/external_model.js';
import { buildModelProto, encodeModel, floatTensor, type ModelDescription, rawTensor } from '../../support/onnx_builder.js';

// Weights that lie in other files than the model, given to the library.

const DATA = dataOfProduct();
const open = (model: Uint8Array, externalData?: ExternalData) => createSession(model, externalData === undefined ? {} : { externalData });

async function outputsOf(model: Uint8Array, externalData: ExternalData, image = [1, 2, 3, 4]): Promise<number[]> {
  const session = await open(model, externalData);
  const { outputs } = await session.reference('raw').forward(Float32Array.from(image), 1);
  return Array.from(outputs);
}

describe('gives the numbers of the model with its weights inside, from', () => {
  /** The data at an odd place of a larger buffer, as Node's Buffer. */
  const unaligned = Buffer.from(new ArrayBuffer(DATA.length + 1), 1);
  unaligned.set(DATA);

  test.each<[string, ExternalData]>([
    ['bytes', { 'model.onnx.data': DATA }],
    ['an ArrayBuffer', { 'model.onnx.data': DATA.buffer }],
    ['a Buffer that is not aligned', { 'model.onnx.data': unaligned }],
    ['a Blob', { 'model.onnx.data': new Blob([DATA]) }],
    ['a function', async (name) => (name === 'model.onnx.data' ? DATA : undefined)],
  ])('%s', async (_, data) => {
    expect(await outputsOf(withExternal(PLACES), data)).toEqual(OF_1234);
  });
});

test('without offset and length, with ./ and a checksum, in a folder beside the model, in a file for each tensor', async () => {
  const places = { w: { location: './w.bin', checksum: 'none' }, b: { location: 'weights/b', length: '12' } };
  const model = withExternal(places);
  const data = { 'w.bin': DATA.subarray(0, 48), 'weights/b': DATA.subarray(64) };
  expect(await outputsOf(model, data)).toEqual(OF_1234);
  expect((await open(model, data)).info.dataFiles).toEqual(['w.bin', 'weights/b']);
});

test('half floats, and the tensor of a Constant', async () => {
  const model = buildModelProto({
    inputs: { x: ['N', 4] },
    nodes: [
      { op: 'Constant', output: 'c', attributes: { value: rawTensor(DataType.FLOAT16, [4], new Uint16Array(4)) } },
      { op: 'Add', inputs: ['x', 'c'], output: 'y' },
    ],
    outputs: ['y'],
  });
  const tensor = model.graph?.node[0]?.attribute[0]?.t;
  if (tensor === undefined) throw new Error('the Constant has no tensor');
  moveOut(tensor, { location: 'd', offset: '2' });
  // 0x3e00 is 1.5 in binary16, and 0xc000 -2.
  expect(await outputsOf(encodeModel(model), { d: new Uint8Array(Uint16Array.of(0, 0x3e00, 0xc000, 0, 0).buffer) }, [1, 1, 1, 1])).toEqual([
    2.5, -1, 1, 1,
  ]);
});

test('of a branch, and of what only a branch reads', async () => {
  const branch = (nodes: ModelDescription['nodes'], initializers: NonNullable<ModelDescription['initializers']> = {}) => ({
    graph: { outputs: ['z'], nodes, initializers },
  });
  const model = buildModelProto({
    inputs: { x: ['N', 4] },
    initializers: { yes: rawTensor(DataType.BOOL, [], Uint8Array.of(1)), w: floatTensor([4, 3], []) },
    nodes: [
      {
        op: 'If',
        inputs: ['yes'],
        output: 'y',
        attributes: {
          then_branch: branch(
            [
              { op: 'MatMul', inputs: ['x', 'w'], output: 'h' },
              { op: 'Add', inputs: ['h', 'b'], output: 'z' },
            ],
            { b: floatTensor([3], []) },
          ),
          else_branch: branch([{ op: 'Identity', inputs: ['x'], output: 'z' }]),
        },
      },
    ],
    outputs: ['y'],
  });
  for (const tensor of model.graph?.initializer.slice(1) ?? []) moveOut(tensor, PLACES.w);
  for (const tensor of model.graph?.node[0]?.attribute[0]?.g?.initializer ?? []) moveOut(tensor, PLACES.b);
  expect(await outputsOf(encodeModel(model), { 'model.onnx.data': DATA })).toEqual(OF_1234);
});

test('only the parts that tensors need are read, once each, and of tensors that something reads', async () => {
  const asked: [number, number][] = [];
  const file = {
    size: 2 ** 40,
    slice: (start: number, end: number) => {
      asked.push([start, end]);
      return { arrayBuffer: async () => DATA.buffer.slice(start - 2 ** 39, end - 2 ** 39) };
    },
  };
  const at = (offset: number, length: number): StatedPlace => ({
    location: 'big',
    offset: String(2 ** 39 + offset),
    length: String(length),
  });
  const description = { ...PRODUCT, initializers: { ...PRODUCT.initializers, unread: floatTensor([5], [1, 2, 3, 4, 5]) } };
  const tied = {
    ...description,
    initializers: { ...description.initializers, again: floatTensor([3], [0, 0, 0]) },
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'h' },
      { op: 'Add', inputs: ['h', 'again'], output: 'y' },
    ],
  };
  const model = withExternal({ w: at(0, 48), b: at(64, 12), again: at(64, 12), unread: at(0, 20) }, tied);
  expect(await outputsOf(model, { big: file })).toEqual(OF_1234.map((value, i) => value + [1, -2, 3][i]!));
  expect(asked).toEqual([
    [2 ** 39, 2 ** 39 + 48],
    [2 ** 39 + 64, 2 ** 39 + 76],
  ]);
});

describe('is refused in one line', () => {
  const given = { 'model.onnx.data': DATA };
  const moved = (place: StatedPlace) => withExternal({ w: place });
  const LEADS_OUT = "leads out of the model's folder";

  test.each<[string, Uint8Array, ExternalData | undefined, string]>([
    [
      'a file that is not given',
      withExternal(PLACES),
      undefined,
      'tensor "w": its data lie in another file, model.onnx.data, which was not given (give model.onnx.data together with the model, or save the model as one file)',
    ],
    ['another file', withExternal(PLACES), { 'other.data': DATA }, 'tensor "w": its data lie in another file, model.onnx.data'],
    ['a word of every object', moved({ location: 'constructor' }), {}, 'its data lie in another file, constructor, which was not given'],
    ['no name', moved({ offset: '0' }), given, 'tensor "w": its data lie in another file, which the model does not name'],
    ['an empty name', moved({ location: '' }), given, 'which the model does not name'],
    ['an absolute path', moved({ location: '/etc/passwd' }), given, `tensor "w": its data lie in /etc/passwd, which ${LEADS_OUT}`],
    ['a path of Windows', moved({ location: 'C:\\weights' }), given, LEADS_OUT],
    ['a path from the root of Windows', moved({ location: '\\weights' }), given, LEADS_OUT],
    ['an address', moved({ location: 'https://example.org/w' }), given, LEADS_OUT],
    ['a way up', moved({ location: 'a/../../w' }), given, LEADS_OUT],
    ['a way up with backslashes', moved({ location: '..\\w' }), given, LEADS_OUT],
    ['a name with a 0', moved({ location: 'a\0b' }), given, LEADS_OUT],
    ['an offset that is no number', moved({ location: 'a', offset: '-8' }), given, 'tensor "w": the offset of its data is "-8"'],
    ['an offset beyond 2^53', moved({ location: 'a', offset: '99999999999999999' }), given, 'the offset of its data is "9999'],
    ['a length that is no number', moved({ location: 'a', length: '48.0' }), given, 'tensor "w": the length of its data is "48.0"'],
    [
      'a wrong length',
      moved({ location: 'model.onnx.data', length: '44' }),
      given,
      'tensor "w": its data have 44 bytes, but shape 4x3 of FLOAT needs 48',
    ],
    [
      'a file that ends before',
      withExternal(PLACES),
      { 'model.onnx.data': DATA.subarray(0, 70) },
      'tensor "b": its data are the bytes 64 to 76 of model.onnx.data, which has 70 (the complete file, of the same export as the model)',
    ],
    [
      'a file that ends before it said',
      withExternal(PLACES),
      { 'model.onnx.data': { size: 100, slice: () => new Blob(['ab']) } },
      'tensor "w": its data are the bytes 0 to 48 of model.onnx.data, which has 2',
    ],
    [
      'a Git LFS pointer',
      withExternal(PLACES),
      { 'model.onnx.data': new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 76\n') },
      'model.onnx.data is a Git LFS pointer, not the data of the model (fetch it with `git lfs pull`)',
    ],
    [
      'parts that overlap, with which a small model could ask for any memory',
      withExternal({ w: { location: 'd' }, b: { location: 'd', offset: '1' } }),
      { d: DATA.subarray(0, 50) },
      'the tensors that lie in d have more bytes together than its 50',
    ],
  ])('%s', async (_, model, data, message) => {
    await expect(open(model, data)).rejects.toThrow(message);
    await expect(open(model, data)).rejects.toMatchObject({ name: 'PathlightError' });
  });

  test('what is no table of files', async () => {
    const wrong: unknown = [DATA];
    await expect(open(withExternal(PLACES), wrong as ExternalData)).rejects.toThrow('externalData: Array(1) (files by their names');
    const text: unknown = { 'model.onnx.data': 'weights' };
    await expect(open(withExternal(PLACES), text as ExternalData)).rejects.toThrow('externalData["model.onnx.data"]: string "weights"');
  });
});
