import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode, PathlightError } from '../../errors.js';
import { type HuggingFaceFiles, isHuggingFaceConfig } from '../../image/preprocessing/hugging_face.js';
import { checkArgument } from '../../tensor/arguments.js';
import { readJson } from './json.js';
import { foreignAt, recogniseAt } from './model_bytes.js';

/** Where a model lies. */
export interface FoundModel {
  /** The path of the .onnx file. */
  readonly path: string;
  readonly huggingFace?: HuggingFaceFiles;
}

/** Where tools put the model below a folder; the first that is there counts. */
const PLACES = ['model.onnx', join('onnx', 'model.onnx')];

/**
 * Finds a model by its path, or by that of its folder as Hugging Face lays it out, with what such a folder says about it.
 *
 * @throws PathlightError for a folder with no model, or several, and for JSON in it that is none.
 */
export async function findModel(path: string): Promise<FoundModel> {
  checkArgument('path', path, 'path');
  if (await isFolder(path)) {
    const model = await modelIn(path);
    return { path: model, ...(await describedBy([path, dirname(model)], true)) };
  }
  const folder = dirname(path);
  return { path, ...(await describedBy(basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder], false)) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Whatever is wrong with it is told when it is read.
    return false;
  }
}

async function modelIn(folder: string): Promise<string> {
  const found: string[] = [];
  for (const part of ['', 'onnx']) found.push(...(await namesIn(join(folder, part))).map((name) => join(part, name)));
  const models = found.filter((name) => /\.onnx$/i.test(name));
  const [only, ...others] = models;
  const usual = PLACES.find((place) => models.includes(place)) ?? (others.length === 0 ? only : undefined);
  if (usual !== undefined) return join(folder, usual);
  if (models.length === 0) await refuseForeign(folder);
  throw new PathlightError('file.no-model', { path: folder, models });
}

/** Names of models that are no ONNX files, in folders: SavedModel, an `.mlpackage`, the checkpoints of Hugging Face, and others. */
const FOREIGN = /^saved_model\.pb$|^model\.json$|^inference\.json$|\.(safetensors|bin|pt|pth|h5|keras|tflite|mlmodel|pdmodel|ort|xml)$/i;
const PACKAGE = join('Data', 'com.apple.CoreML');

/** Throws PathlightError for the first model in a folder that is another file than an ONNX model. */
async function refuseForeign(folder: string): Promise<void> {
  for (const part of ['', PACKAGE]) {
    for (const name of (await namesIn(join(folder, part))).filter((one) => FOREIGN.test(one))) {
      const path = join(folder, part, name);
      const foreign = (await isFolder(path)) ? undefined : await recogniseAt(path);
      if (foreign !== undefined) throw foreignAt(path, foreign);
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

/**
 * What the files of Hugging Face say that lie in the first of these folders that has them.
 *
 * @param isNamed whether a person named the folder. Beside a model that was named itself, a `config.json` may be that of another program.
 */
async function describedBy(folders: readonly string[], isNamed: boolean): Promise<Pick<FoundModel, 'huggingFace'>> {
  for (const folder of folders) {
    const config = await jsonIn(folder, 'config.json', isNamed);
    const preprocessorConfig = await jsonIn(folder, 'preprocessor_config.json', isNamed);
    const isDescribed = preprocessorConfig !== undefined || isHuggingFaceConfig(config);
    if (isDescribed)
      return {
        huggingFace: { ...(isHuggingFaceConfig(config) && { config }), ...(preprocessorConfig !== undefined && { preprocessorConfig }) },
      };
  }
  return {};
}

async function jsonIn(folder: string, name: string, isNamed: boolean): Promise<unknown> {
  try {
    return await readJson(join(folder, name));
  } catch (error) {
    if (hasCode(error, 'file.absent') || !isNamed) return undefined;
    throw error;
  }
}
