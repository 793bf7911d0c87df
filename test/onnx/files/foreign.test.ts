import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../../src/onnx/decode.js';
import { type ForeignKind, recogniseFile } from '../../../src/onnx/files/foreign.js';
import { exportedModels } from '../../support/exported_models.js';
import { buildModel, buildModelProto, encodeModel } from '../../support/onnx_builder.js';
import { relu } from '../../support/refusal.js';

// Files that are no ONNX models, each begun as its writer begins it.

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A protobuf field whose value has a length. */
const field = (number: number, value: string): string => `${varint(number * 8 + 2)}${varint(value.length)}${value}`;
const varint = (value: number): string =>
  value < 128 ? String.fromCharCode(value) : String.fromCharCode((value & 127) | 128) + varint(value >> 7);

/**
 * A zip archive of these entries, stored, or deflated where the name ends in `.z`. With 64 bits the end of the archive is described twice, as
 * PyTorch does for archives of any size.
 * @param start whether the older description says where the list of entries starts.
 */
function zip(entries: Readonly<Record<string, string>>, { comment = '', wide = false, start = true } = {}): Uint8Array {
  const u16 = (value: number) => String.fromCharCode(value & 255, value >> 8);
  const u32 = (value: number) => u16(value & 0xffff) + u16(value >>> 16);
  let files = '';
  let list = '';
  for (const [name, content] of Object.entries(entries)) {
    const stored = name.endsWith('.z') ? String.fromCharCode(...deflateRawSync(content)) : content;
    const facts = `${u16(20)}${u16(0)}${u16(name.endsWith('.z') ? 8 : 0)}${u32(0)}${u32(0)}${u32(stored.length)}${u32(content.length)}${u16(name.length)}${u16(0)}`;
    list += `PK\x01\x02${u16(20)}${facts}${u16(0)}${u16(0)}${u16(0)}${u32(0)}${u32(files.length)}${name}`;
    files += `PK\x03\x04${facts}${name}${stored}`;
  }
  const u64 = (value: number) => u32(value) + u32(0);
  const count = Object.keys(entries).length;
  const end64 = `PK\x06\x06${u64(44)}${u32(0)}${u32(0)}${u32(0)}${u64(count)}${u64(count)}${u64(list.length)}${u64(files.length)}`;
  const locator = `PK\x06\x07${u32(0)}${u64(files.length + list.length)}${u32(1)}`;
  const at = u32(start ? files.length : 0xffffffff);
  const end = `PK\x05\x06${u16(0)}${u16(0)}${u16(count)}${u16(count)}${u32(list.length)}${at}${u16(comment.length)}${comment}`;
  return bytesOf(files + list + (wide ? end64 + locator : '') + end);
}

const torch = (pickle: string) =>
  zip({ 'best/data.pkl': pickle, 'best/byteorder': 'little', 'best/data/0': '\0\0\0\0', 'best/version': '3\n' });
const safetensors = `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`;

describe('by its first bytes, a file is', () => {
  test.each<[ForeignKind, string, Uint8Array]>([
    ['git-lfs', 'a pointer', bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n')],
    ['pytorch', 'torch.save', torch('\x80\x02ccollections\nOrderedDict\n')],
    ['pytorch', 'torch.save before 1.6', bytesOf('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.')],
    ['ultralytics', 'its checkpoint', torch('\x80\x02}q\0(X\x05\0\0\0modelcultralytics.nn.tasks\nClassificationModel\n')],
    [
      'torchscript',
      'torch.jit.save',
      zip({ 'ts/data/0': '', 'ts/data.pkl': '\x80\x02', 'ts/code/__torch__/m.py': '', 'ts/constants.pkl': '' }, { wide: true }),
    ],
    [
      'torch-export',
      'torch.export.save',
      zip({ 'prog/data/weights/w': '', 'prog/models/model.json': '{}', 'prog/archive_format': 'pt2' }, { wide: true, start: false }),
    ],
    ['keras', 'Keras 3', zip({ 'metadata.json': '{}', 'config.json': '{}', 'model.weights.h5': '' })],
    ['hdf5', 'Keras', bytesOf('\x89HDF\r\n\x1a\n\0\0\0\0')],
    ['safetensors', 'its header', bytesOf(`${String.fromCharCode(safetensors.length)}\0\0\0\0\0\0\0${safetensors}\0\0\0\0`)],
    ['pickle', 'joblib', bytesOf('\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x07sklearn')],
    ['tflite', 'its identifier', bytesOf('\x1c\0\0\0TFL3\x14\0\x20\0')],
    ['ort', 'its identifier', bytesOf('\x18\0\0\0ORTM\0\0')],
    [
      'saved-model',
      'a graph with what describes it',
      bytesOf(`\x08\x01${field(2, field(1, `${field(2, 'x'.repeat(300))}${field(4, 'serve')}`))}`),
    ],
    ['graphdef', 'a placeholder', bytesOf(`${field(1, `${field(1, 'x')}${field(2, 'Placeholder')}`)}${field(1, field(1, 'y'))}`)],
    [
      'coreml',
      'a description of inputs',
      bytesOf(`\x08\x04${field(2, `${field(1, field(1, 'image'))}${field(10, field(1, 'label'))}`)}\xa2\x1f\x05weigh`),
    ],
    ['paddle', 'a first block', bytesOf(`${field(1, `\x08\0\x10${'\xff'.repeat(9)}\x01\x1a\x04feed`)}`)],
    ['paddle', 'its newer form', bytesOf('{"base_code":{"magic":"pir","version":1},"program":{}}')],
    ['tfjs', 'model.json', bytesOf('{"format": "layers-model", "modelTopology": {}, "weightsManifest": []}')],
    ['openvino', 'a net', bytesOf('<?xml version="1.0"?>\n<net name="resnet" version="11">')],
    ['html', 'a page', bytesOf('\n<!DOCTYPE html>\n<html lang="en">')],
    ['html', 'a short page', bytesOf('<html></html>')],
    ['answer', 'of Hugging Face', bytesOf('Entry not found')],
    ['answer', 'of GitHub', bytesOf('404: Not Found')],
    ['xml', 'another', bytesOf('<?xml version="1.0"?><PMML>')],
    ['json', 'settings', bytesOf('{"range": [0, 1]}')],
    ['json', 'a list, with a byte order mark', bytesOf('\xef\xbb\xbf["cat"]')],
    ['gguf', 'its magic', bytesOf('GGUF\x03\0\0\0')],
    ['picture', 'a PNG', bytesOf('\x89PNG\r\n\x1a\n')],
    ['npy', 'an array', bytesOf('\x93NUMPY\x01\0')],
    ['archive', 'a zip with a model', zip({ 'net/model.onnx.z': 'model' }, { comment: 'a comment' })],
    ['archive', 'a tar', bytesOf(`${'x'.repeat(257)}ustar`)],
    ['archive', 'a gzip', bytesOf('\x1f\x8b\x08')],
  ])('%s: %s', (kind, _, bytes) => {
    expect(recogniseFile(bytes)?.kind).toBe(kind);
    expect(() => decodeModel(bytes)).toThrow('not an ONNX file: it is ');
  });

  test('told also where only its beginning is there, or where it lies within a buffer', () => {
    expect(recogniseFile(torch('\x80\x02').subarray(0, 60))?.kind).toBe('pytorch');
    const within = Buffer.concat([Buffer.from('xyz'), torch('ultralytics')]).subarray(3);
    expect(recogniseFile(within)?.kind).toBe('ultralytics');
  });
});

test('one line says what it is, and what exports it', () => {
  expect(() => decodeModel(torch('\x80\x02'))).toThrow(
    'not an ONNX file: it is a PyTorch checkpoint (load it into its model, and export that: torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "model.onnx"))',
  );
  expect(() => decodeModel(bytesOf('\x18\0\0\0ORTM'))).toThrow(
    'not an ONNX file: it is a model in the ORT format of ONNX Runtime (the .onnx file that it was made of)',
  );
});

describe('nothing else', () => {
  test('is taken for another file: models of all exporters, with and without a producer, without a version', () => {
    for (const { description } of exportedModels) expect(recogniseFile(buildModel(description))).toBeUndefined();
    const model = buildModelProto(relu);
    for (const producer of ['pytorch', 'x'.repeat(200), '']) {
      model.producerName = producer;
      expect(recogniseFile(encodeModel(model))).toBeUndefined();
    }
    delete (model as Partial<typeof model>).irVersion;
    expect(recogniseFile(encodeModel(model))).toBeUndefined();
  });

  test.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array()],
    ['one byte', bytesOf('\x08')],
    ['a field that never ends', bytesOf('\x08\x01\x12\xff\xff\xff\xff\xff\xff')],
    ['a message that ends early', bytesOf('\x0a\x7f\x0a')],
    ['raw weights', new Uint8Array(Float32Array.of(0.1, -0.2, 0.3).buffer)],
  ])('is known: %s', (_, bytes) => {
    expect(recogniseFile(bytes)).toBeUndefined();
  });

  test('breaks on a damaged archive', () => {
    const whole = torch('\x80\x02');
    for (let end = 4; end < whole.length; end++) expect(recogniseFile(whole.subarray(0, end))).toBeDefined();
    const damaged = whole.slice();
    damaged.fill(0xff, whole.length - 12);
    expect(recogniseFile(damaged)).toBeDefined();
  });
});
