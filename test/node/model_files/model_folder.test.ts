import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ReadModelOptions, readModel } from '../../../src/node/index.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';

// A folder as Hugging Face lays it out, in the place of a model.

const root = mkdtempSync(join(tmpdir(), 'pathlight-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

/** The mean of each colour times 1 to 3, and the same times -1, of a picture of any size. */
const MODEL = buildModel({
  inputs: { pixel_values: ['batch_size', 3, 'height', 'width'] },
  initializers: { w: floatTensor([3, 2], [1, -1, 2, -2, 3, -3]) },
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['pixel_values'], output: 'pooled' },
    { op: 'Flatten', inputs: ['pooled'], output: 'features' },
    { op: 'MatMul', inputs: ['features', 'w'], output: 'logits' },
  ],
  outputs: ['logits', 'features'],
});
const CONFIG = { model_type: 'resnet', id2label: { 0: 'tabby', 1: 'tiger' } };
const PROCESSOR = {
  do_resize: true,
  size: { height: 8, width: 6 },
  do_normalize: true,
  image_mean: [0.1, 0.2, 0.3],
  image_std: [1, 1, 2],
  resample: 3,
};

let folders = 0;
/** A new folder with these files; objects are written as JSON. */
function folderWith(files: Readonly<Record<string, Uint8Array | string | object>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(folder, name), isRaw ? content : JSON.stringify(content));
  }
  return folder;
}

const preprocessingOf = async (path: string, options?: ReadModelOptions) => (await readModel(path, options)).session.preprocessing;

test.each(['model.onnx', 'onnx/model.onnx', 'the_only_one.onnx'])(
  '%s in a folder is the model, and the folder says what it takes',
  async (name) => {
    const folder = folderWith({ [name]: MODEL, 'config.json': CONFIG, 'preprocessor_config.json': PROCESSOR });
    const { session, path } = await readModel(folder);
    expect(path).toBe(join(folder, name));
    expect(session.graph.output.name).toBe('logits');
    expect(session.preprocessing).toMatchObject({
      shape: [1, 3, 8, 6],
      fit: 'stretch',
      interpolation: 'bicubic',
      mean: [0.1, 0.2, 0.3],
      std: [1, 1, 2],
      labels: ['tabby', 'tiger'],
      from: { mean: 'preprocessor_config.json', labels: 'config.json' },
    });
    expect(session.info.openAxes.map(({ from }) => from)).toEqual(['preprocessor_config.json', 'preprocessor_config.json']);
    expect(session.classOf('tiger')).toBe(1);
    // The file in it means the same, so that one of several can be chosen.
    expect(await preprocessingOf(join(folder, name))).toEqual(session.preprocessing);
  },
);

test('flags win over the side file, and that over the folder', async () => {
  const folder = folderWith({
    'model.onnx': MODEL,
    'config.json': CONFIG,
    'preprocessor_config.json': PROCESSOR,
    'model.json': { size: 10, mean: [0, 0, 0], labels: ['a', 'b'] },
  });
  expect(await preprocessingOf(folder)).toMatchObject({ shape: [1, 3, 10, 10], mean: [0, 0, 0], std: [1, 1, 2], labels: ['a', 'b'] });
  const flagged = await preprocessingOf(folder, { size: 12, preprocessing: { std: [3] } });
  expect(flagged).toMatchObject({ shape: [1, 3, 12, 12], std: [3, 3, 3] });
  expect(flagged.notes).toEqual(["preprocessor_config.json: made for pictures of 6x8; the model's input is 12x12"]);
});

test('a config.json of another program beside a model is not read, also where it is no JSON', async () => {
  for (const config of [{ id: 1 }, 'not JSON']) {
    const folder = folderWith({ 'model.onnx': MODEL, 'config.json': config });
    expect(await preprocessingOf(join(folder, 'model.onnx'), { size: 8 })).not.toHaveProperty('labels');
  }
});

test('refusals name the folder and what is in it', async () => {
  const empty = folderWith({ 'config.json': CONFIG });
  await expect(readModel(empty)).rejects.toThrow(`${empty}: a folder without a model (model.onnx or onnx/model.onnx in it)`);
  const several = folderWith({ 'onnx/model_fp16.onnx': MODEL, 'onnx/model_q4.onnx': MODEL });
  await expect(readModel(several)).rejects.toThrow(
    `${several}: a folder with several models: onnx/model_fp16.onnx, onnx/model_q4.onnx (the path of one of them)`,
  );
  const broken = folderWith({ 'model.onnx': MODEL, 'preprocessor_config.json': '{' });
  await expect(readModel(broken)).rejects.toThrow(`${broken}/preprocessor_config.json: not JSON`);
});

test('a model.json of TensorFlow.js beside a model is no side file', async () => {
  const folder = folderWith({
    'model.onnx': MODEL,
    'preprocessor_config.json': PROCESSOR,
    'model.json': { modelTopology: {}, weightsManifest: [] },
  });
  expect(await readModel(folder)).not.toHaveProperty('sideFile');
});

describe('models of other kinds are told by their bytes', () => {
  const SAFETENSORS = `\x02${'\0'.repeat(7)}{}`;
  const MLMODEL = '\x08\x01\x12\x06\x0a\x04\x0a\x02in\xa2\x1f\0';

  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      'the weights of Hugging Face',
      { 'config.json': '{}', 'model.safetensors': SAFETENSORS },
      'model.safetensors',
      'optimum-cli export onnx --task image-classification --model FOLDER OUT',
    ],
    [
      'a SavedModel',
      { 'saved_model.pb': '\x08\x01\x12\x04\x0a\x02\x22\0', 'variables/variables.index': '' },
      'saved_model.pb',
      '--saved-model FOLDER',
    ],
    [
      'an .mlpackage',
      { 'Manifest.json': '{}', 'Data/com.apple.CoreML/model.mlmodel': MLMODEL },
      'Data/com.apple.CoreML/model.mlmodel',
      'CoreML',
    ],
  ])('in a folder: %s', async (_, files, name, message) => {
    const bytes = Object.entries(files).map(([path, text]) => [path, Buffer.from(text, 'latin1')] as const);
    const folder = folderWith(Object.fromEntries(bytes));
    await expect(readModel(folder)).rejects.toThrow(`${join(folder, name)}: not an ONNX file: it is `);
    await expect(readModel(folder)).rejects.toThrow(message);
  });

  test('beyond 2 GiB, of which the beginning is read', async () => {
    const folder = folderWith({ 'large.pt': '', 'large.onnx': '' });
    const head = Buffer.from(`PK\x03\x04${'\0'.repeat(24)}\0\0big/data.pkl`, 'latin1');
    head.writeUInt16LE('big/data.pkl'.length, 26);
    for (const [name, start] of [
      ['large.pt', head],
      ['large.onnx', Buffer.from('\x08\x0a')],
    ] as const) {
      writeFileSync(join(folder, name), start);
      truncateSync(join(folder, name), 2 ** 31 + 1);
    }
    await expect(readModel(join(folder, 'large.pt'))).rejects.toThrow('large.pt: not an ONNX file: it is a PyTorch checkpoint');
    await expect(readModel(join(folder, 'large.onnx'))).rejects.toThrow('large.onnx: 2 GiB or more');
  });
});
