import { dirname, join } from 'node:path';
import { createSession, Session } from '../api/session.js';
import { hasCode, messageOf, PathlightError } from '../errors.js';
import { PLAN_CHOICES, type PlanChoice } from '../gpu/fused/choose.js';
import { PRECISIONS, type Precision } from '../gpu/precision.js';
import { TUNE_CHOICES, type TuneChoice } from '../gpu/tuning/tuner.js';
import { withBuiltInLabels } from '../image/preprocessing/label_lists/label_lists.js';
import type { InputSize, PreprocessingOptions } from '../image/preprocessing/options.js';
import { parseSideFile } from '../image/preprocessing/side_file.js';
import type { BoundValue } from '../onnx/inputs/bind.js';
import { checkArgument, type OptionKinds, readOptions } from '../tensor/arguments.js';
import { readNpy } from '../tensor/npy.js';
import type { Shape } from '../tensor/tensor.js';
import { type Dawn, openDawn } from './dawn.js';
import { readBytes } from './input.js';
import { filesBeside } from './model_files/external_data.js';
import { readJson } from './model_files/json.js';
import { readModelBytes } from './model_files/model_bytes.js';
import { findModel } from './model_files/model_folder.js';

/**
 * Where a model runs: `auto` is a hardware GPU, else a software Vulkan device, else the CPU.
 *
 * @example for (const device of DEVICES) await (await openModel('digits.onnx', { device })).close();
 */
export const DEVICES = ['auto', 'gpu', 'software', 'cpu'] as const;
/**
 * One of DEVICES.
 *
 * @example const device: DeviceChoice = 'software';
 */
export type DeviceChoice = (typeof DEVICES)[number];

/**
 * Settings of a model beside its file.
 *
 * @example const options: ReadModelOptions = { preprocessing: { preprocess: 'imagenet' } };
 */
export interface ReadModelOptions {
  /** How pictures become the model's input. Each setting overrides the side file's. */
  readonly preprocessing?: PreprocessingOptions;
  /** The output that holds the class scores, by its name. By default the one that the side file names, else the likeliest. */
  readonly outputName?: string;
  /** Height and width of the input, where the file leaves them open. By default those that the side file names. */
  readonly size?: InputSize;
  /** The shape of an array that is to be the input, with the batch axis or without it. It counts where an axis is open and not stated. */
  readonly inputShape?: Shape;
  /** Constants in the place of further inputs, by their names, beside those of the side file. */
  readonly bind?: Readonly<Record<string, BoundValue>>;
}

/**
 * A model that was read from a file and runs in float64 on the CPU.
 *
 * @example const { session, sideFile }: ModelFile = await readModel('digits.onnx');
 */
export interface ModelFile {
  /** The path of the .onnx file, also where its folder was given. */
  readonly path: string;
  /** A session without a device; `useDevice` puts it on one. */
  readonly session: Session;
  /** The path of the side file; absent where there is none. */
  readonly sideFile?: string;
}

const READ_KINDS: OptionKinds<ReadModelOptions> = {
  preprocessing: 'object',
  outputName: 'text',
  size: 'input size',
  inputShape: 'shape',
  bind: 'object',
};

/**
 * Reads an .onnx file, with `<model>.json` and the files with its weights beside it if there are any, into a session without a GPU.
 *
 * @param path the file, or a folder as Hugging Face lays it out: `model.onnx` or `onnx/model.onnx`, `config.json` with the names of classes,
 * `preprocessor_config.json` with how pictures become the input. These two are read beside a file, too. The side file wins over them.
 * @throws PathlightError, with the file's name, where the file cannot be run.
 * @example const { session } = await readModel('digits.onnx');
 */
export async function readModel(path: string, options: ReadModelOptions = {}): Promise<ModelFile> {
  const given = readOptions(options, READ_KINDS);
  const found = await findModel(path);
  const bytes = await readModelBytes(found.path);
  const side = await readSideFile(found.path);
  const session = await inFile(found.path, side?.path, () =>
    createSession(bytes, {
      externalData: filesBeside(found.path),
      ...(found.huggingFace && { huggingFace: found.huggingFace }),
      ...given,
      ...(side && { sideFile: side.options }),
    }),
  );
  return { path: found.path, session, ...(side && { sideFile: side.path }) };
}

/**
 * A model on its device.
 *
 * @example const { session, note, close }: OpenModel = await openModel('digits.onnx', { device: 'gpu' });
 */
export interface OpenModel {
  /** The model on the device. */
  readonly session: Session;
  /** Why `auto` took no hardware GPU. Empty if it took one, or if the device was asked for by name. */
  readonly note: string;
  /** Releases what the model holds. Dawn and its device stay for the next model of the process; they do not keep Node from exiting. */
  close(): Promise<void>;
}

/**
 * Puts a model on a device: a new session with the same model and preprocessing. `memoryBudget`, `tune` and `precision` are those of
 * `SessionOptions`.
 *
 * @throws PathlightError where the device was asked for by name and is not there.
 * @example
 * const { session } = await readModel('digits.onnx');
 * const model = await useDevice(session, 'auto');
 */
export async function useDevice(
  model: Session,
  choice: DeviceChoice,
  plan: PlanChoice = 'auto',
  memoryBudget?: number,
  tune?: TuneChoice,
  precision?: Precision,
): Promise<OpenModel> {
  checkArgument('model', model, 'session');
  checkArgument('device', choice, DEVICES);
  checkArgument('plan', plan, PLAN_CHOICES);
  if (memoryBudget !== undefined) checkArgument('memoryBudget', memoryBudget, 'above 0');
  if (tune !== undefined) checkArgument('tune', tune, TUNE_CHOICES);
  if (precision !== undefined) checkArgument('precision', precision, PRECISIONS);
  const { dawn, note } = await openDevice(choice);
  const options = {
    plan,
    ...(tune && { tune }),
    ...(precision && { precision }),
    ...(dawn && { device: dawn.device }),
    ...(memoryBudget !== undefined && { memoryBudget }),
  };
  const session = new Session(model.graph, model.info, model.preprocessing, options, model.readQuantised);
  return {
    session,
    note,
    async close() {
      await session.destroy();
      dawn?.release();
    },
  };
}

/**
 * Settings of a model, and where it runs.
 *
 * @example const options: OpenModelOptions = { device: 'gpu', memoryBudget: 4 * 1024 ** 3 };
 */
export interface OpenModelOptions extends ReadModelOptions {
  /** Where it runs: `auto` by default. */
  readonly device?: DeviceChoice;
  /** The most bytes of GPU memory in use at once: see `SessionOptions`. */
  readonly memoryBudget?: number;
}

const OPEN_KINDS: OptionKinds<OpenModelOptions> = { ...READ_KINDS, device: DEVICES, memoryBudget: 'above 0' };

/**
 * Reads a model and puts it on a device: `readModel` and `useDevice` in one. The device is `auto` by default.
 *
 * @throws PathlightError where the file cannot be run, or the device was asked for by name and is not there.
 * @example
 * const model = await openModel('digits.onnx');
 * const input = await readInput('seven.png', model.session.preprocessing);
 * const [result] = await integratedGradients(model.session, input.data, { steps: 64 });
 * await model.close();
 */
export async function openModel(path: string, options: OpenModelOptions = {}): Promise<OpenModel> {
  const { device = 'auto', memoryBudget, ...reading } = readOptions(options, OPEN_KINDS);
  return useDevice((await readModel(path, reading)).session, device, 'auto', memoryBudget);
}

async function openDevice(choice: DeviceChoice): Promise<{ dawn?: Dawn; note: string }> {
  if (choice === 'cpu') return { note: '' };
  const dawn = await openDawn({ adapter: choice === 'gpu' ? 'hardware' : choice });
  if (!('gpu' in dawn)) {
    if (choice === 'auto') return { note: `running on the CPU: ${dawn.reason}` };
    throw new PathlightError('device.unusable', { device: choice, detail: dawn.reason });
  }
  return { dawn, note: choice === 'auto' ? noteOn(dawn) : '' };
}

/** That there is no hardware GPU, which adapter there is instead, and what may be faster (docs/bench.md, "Whole commands"); empty where there is one. */
function noteOn({ kind, adapter, advice }: Dawn): string {
  if (kind === 'hardware') return '';
  const instead = `running on a software adapter, ${adapter}, which first compiles for some seconds`;
  return `no hardware GPU: ${instead}; for one picture or a small network --device cpu is often faster${advice === '' ? '' : `; ${advice}`}`;
}

/** `digits.json` of `digits.onnx`; undefined where there is none. */
async function readSideFile(model: string): Promise<{ path: string; options: PreprocessingOptions } | undefined> {
  const path = `${model.replace(/\.onnx$/i, '')}.json`;
  try {
    const json = await readJson(path);
    if (isTensorFlowJs(json)) return undefined;
    return { path, options: parseSideFile(await withArrays(await withBuiltInLabels(json), dirname(path)), { path }) };
  } catch (error) {
    if (hasCode(error, 'file.absent')) return undefined;
    throw error;
  }
}

/** The settings with the arrays of the `.npy` files that `bind` names; they lie beside the side file. */
async function withArrays(json: unknown, folder: string): Promise<unknown> {
  if (typeof json !== 'object' || json === null || !('bind' in json) || typeof json.bind !== 'object' || json.bind === null) return json;
  const bind = new Map<string, unknown>(Object.entries(json.bind));
  for (const [name, value] of bind) {
    if (typeof value !== 'string' || !value.toLowerCase().endsWith('.npy')) continue;
    const file = join(folder, value);
    bind.set(name, readNpy(await readBytes(file), file));
  }
  return { ...json, bind: Object.fromEntries(bind) };
}

/** Whether the `model.json` beside `model.onnx` is the same network for TensorFlow.js. */
function isTensorFlowJs(json: unknown): boolean {
  return typeof json === 'object' && json !== null && ['modelTopology', 'weightsManifest'].some((key) => Object.hasOwn(json, key));
}

/** Runs `work`. Errors name this file, or the side file, except where the caller's own settings are wrong. */
async function inFile<T>(path: string, side: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PathlightError) || isOfFlags(error)) throw error;
    if (side !== undefined && hasCode(error, 'settings.labels'))
      throw new PathlightError('settings.labels', { ...error.values, source: { path: side } });
    throw new PathlightError('file.within', { path, problem: messageOf(error) });
  }
}

function isOfFlags(error: PathlightError): boolean {
  return (
    hasCode(error, 'settings.no-object', 'settings.unknown-key', 'settings.value', 'settings.labels') && error.values.source === 'flags'
  );
}
