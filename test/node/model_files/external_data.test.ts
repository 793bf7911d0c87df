import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readModel } from '../../../src/node/index.js';
import { dataOfProduct, OF_1234, PLACES, withExternal } from '../../support/external_model.js';

// Weights in files beside a model on disk.

const root = mkdtempSync(join(tmpdir(), 'pathlight-external-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A new folder with these files. */
function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(join(folder, 'sub'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

async function outputsOf(model: string): Promise<number[]> {
  const { session } = await readModel(model);
  const { outputs } = await session.reference('raw').forward(Float32Array.of(1, 2, 3, 4), 1);
  return Array.from(outputs);
}

const MODEL = withExternal(PLACES);
const DATA = dataOfProduct();

describe('is read', () => {
  test('from beside the model, and from a folder there', async () => {
    const folder = folderWith({
      'model.onnx': MODEL,
      'model.onnx.data': DATA,
      'deep.onnx': withExternal({ w: { location: 'sub/w' } }),
      'sub/w': DATA.subarray(0, 48),
    });
    expect(await outputsOf(join(folder, 'model.onnx'))).toEqual(OF_1234);
    expect(await outputsOf(join(folder, 'deep.onnx'))).toEqual(OF_1234);
  });

  test('by ranges from a file of more than 4 GiB, of which no more is read', async () => {
    const far = 2 ** 32 + 64;
    const folder = folderWith({ 'model.onnx': withExternal({ w: { location: 'large', offset: String(far) } }) });
    const file = openSync(join(folder, 'large'), 'w');
    ftruncateSync(file, far + 2 ** 20);
    writeSync(file, DATA, 0, 48, far);
    closeSync(file);
    expect(await outputsOf(join(folder, 'model.onnx'))).toEqual(OF_1234);
  });

  test('where model and data are links into one folder, as in the cache of Hugging Face', async () => {
    const blobs = folderWith({ a: MODEL, b: DATA });
    const snapshot = folderWith({});
    symlinkSync(join(blobs, 'a'), join(snapshot, 'model.onnx'));
    symlinkSync(join(blobs, 'b'), join(snapshot, 'model.onnx.data'));
    expect(await outputsOf(join(snapshot, 'model.onnx'))).toEqual(OF_1234);
  });
});

describe('is refused in one line with the name of the model, and not read', () => {
  const refusalOf = async (folder: string): Promise<string> => {
    const model = join(folder, 'model.onnx');
    const error: unknown = await readModel(model).catch((thrown: unknown) => thrown);
    if (!(error instanceof Error)) throw new Error('the model was accepted');
    expect(error.name).toBe('PathlightError');
    expect(error.message.startsWith(`${model}: `)).toBe(true);
    return error.message.slice(model.length + 2);
  };

  test('an absent file, with what may be it under another name', async () => {
    const alone = folderWith({ 'model.onnx': MODEL });
    expect(await refusalOf(alone)).toBe(
      `the weights lie in model.onnx.data beside the model, and there is no ${alone}/model.onnx.data (put it there; it was saved with the model)`,
    );
    const renamed = folderWith({ 'model.onnx': MODEL, 'resnet.onnx.data': DATA });
    expect(await refusalOf(renamed)).toContain('which knows it by this name: is it resnet.onnx.data?');
  });

  test('a link that leads out of the folder, also to a folder', async () => {
    const outside = folderWith({ secret: DATA, 'sub/w': DATA });
    const linked = folderWith({ 'model.onnx': MODEL });
    symlinkSync(join(outside, 'secret'), join(linked, 'model.onnx.data'));
    expect(await refusalOf(linked)).toContain(
      `${linked}/model.onnx.data, which is a link to ${outside}/secret, outside the model's folder`,
    );
    const byFolder = folderWith({ 'model.onnx': withExternal({ w: { location: 'link/w' } }) });
    symlinkSync(join(outside, 'sub'), join(byFolder, 'link'));
    expect(await refusalOf(byFolder)).toContain(`which is a link to ${outside}/sub/w`);
  });

  test('a folder, and a pointer of Git LFS', async () => {
    const folder = folderWith({ 'model.onnx': withExternal({ w: { location: 'sub' } }) });
    expect(await refusalOf(folder)).toBe(`${folder}/sub: is a folder (a file)`);
    const pointer = folderWith({ 'model.onnx': MODEL, 'model.onnx.data': 'version https://git-lfs.github.com/spec/v1\nsize 76\n' });
    expect(await refusalOf(pointer)).toBe('model.onnx.data is a Git LFS pointer, not the data of the model (fetch it with `git lfs pull`)');
  });
});
