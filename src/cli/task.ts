import { basename, parse } from 'node:path';
import type { DeviceRecord } from '../app.js';
import { imagesAtOnce, itemAt, messageOf } from '../app.js';
import { type OutputMode, PathlightError, type Preprocessing, type Session } from '../index.js';
import { arrayShapeOf, type Input, listInputs, type OpenModel, readInput, readModel, useDevice } from '../node/index.js';
import { type CommonOptions, parseRunning, type Running, readPreprocessing } from './arguments.js';
import { Console } from './console.js';
import { OutputFolder } from './output_folder.js';

/** Exit codes: success; no result exists (no edit was found); bad input or usage; ended by the user. */
export const EXIT = { done: 0, notFound: 1, refused: 2, interrupted: 130 } as const;

/** Where an input comes from, and where its files go. */
interface InputPlace {
  /** The path that the user gave. */
  readonly path: string;
  /** The folder for its files, below `--out`; `''` is `--out` itself. */
  readonly folder: string;
}

/** One input of a command. */
export interface NamedInput extends Input, InputPlace {}

/** An input that is read when its turn comes: a folder of thousands takes the memory of a few. */
export interface ListedInput extends InputPlace {
  read(): Promise<NamedInput>;
}

/** What a command that runs a model gets. */
export interface Task {
  readonly model: OpenModel;
  readonly inputs: readonly ListedInput[];
  readonly out: OutputFolder;
  readonly console: Console;
  readonly signal: AbortSignal;
  /**
   * Refuses one input: a line on stderr names it, the others go on, and the command ends with exit code 2. Throws the error, with the input's
   * name, where the command has no other input.
   */
  refuse(input: Pick<InputPlace, 'path'>, error: PathlightError): void;
}

export interface TaskRequest<T> {
  readonly modelPath: string;
  /** Files, and folders of them. */
  readonly paths: readonly string[];
  readonly out: string;
  readonly signal: AbortSignal;
  /** Checks against the model, made before any device is opened. */
  readonly check: (model: Session) => Promise<T>;
}

/**
 * Reads the model, checks all inputs, prepares the folder, opens the device, and runs `work`. All is closed again, whatever happens. Nothing is
 * written before everything that can be refused has been checked.
 */
export async function runTask<T>(
  { modelPath, paths, out, signal, check }: TaskRequest<T>,
  options: CommonOptions,
  work: (task: Task, checked: T) => Promise<number>,
): Promise<number> {
  const running = parseRunning(options);
  const inputPaths = await listInputs(paths);
  const folders = foldersOf(inputPaths);
  const inputShape = await arrayShapeOf(inputPaths);
  const { session } = await readModel(modelPath, { preprocessing: await readPreprocessing(options), ...(inputShape && { inputShape }) });
  const checked = await check(session);
  const places = inputPaths.map((path, index) => ({ path, folder: itemAt(folders, index) }));
  const { inputs, notes } = await checkInputs(places, session.preprocessing);
  return withTask({ session, inputs, notes, out, signal, running }, options, (task) => work(task, checked));
}

/** How many inputs of this size are in memory, and in one batch of work. */
export function inputsAtOnce({ shape }: Pick<Preprocessing, 'shape'>): number {
  return imagesAtOnce(shape.reduce((size, axis) => size * axis, 1));
}

/**
 * Reads every input once, so that one that cannot be read is refused before there is any work. Where they are more than a batch, they are
 * forgotten again.
 */
async function checkInputs(
  places: readonly InputPlace[],
  preprocessing: Preprocessing,
): Promise<{ readonly inputs: readonly ListedInput[]; readonly notes: readonly string[] }> {
  const areKept = places.length <= inputsAtOnce(preprocessing);
  const inputs: ListedInput[] = [];
  const noted: { readonly path: string; readonly note: string }[] = [];
  for (const place of places) {
    const read = async (): Promise<NamedInput> => ({ ...(await readInput(place.path, preprocessing)), ...place });
    const input = await read();
    noted.push({ path: place.path, note: input.note });
    inputs.push({ ...place, read: areKept ? async () => input : read });
  }
  return { inputs, notes: notesOf(noted) };
}

/** The inputs of a task, `most` at once, each batch read when the one before is done. One that can no longer be read is refused. */
export async function* batchesOf({ inputs, refuse }: Pick<Task, 'inputs' | 'refuse'>, most: number): AsyncGenerator<NamedInput[], void> {
  for (let first = 0; first < inputs.length; first += most) {
    const batch: NamedInput[] = [];
    for (const input of inputs.slice(first, first + most)) {
      try {
        batch.push(await input.read());
      } catch (error) {
        if (!(error instanceof PathlightError)) throw error;
        refuse(input, error);
      }
    }
    yield batch;
  }
}

/** The second half of `runTask`: folder, device, work. */
export async function withTask(
  {
    session,
    inputs,
    notes = [],
    out,
    signal,
    running,
  }: Pick<Task, 'inputs' | 'signal'> & {
    readonly session: Session;
    /** What was done to the inputs, for readers. */
    readonly notes?: readonly string[];
    readonly out: string;
    readonly running: Running;
  },
  options: Pick<CommonOptions, 'quiet' | 'json'>,
  work: (task: Task) => Promise<number>,
): Promise<number> {
  const console = new Console(options.quiet === true, options.json === true);
  const folder = await OutputFolder.open(out);
  try {
    const model = await useDevice(session, running.device, running.plan, running.memoryBudget, running.tune, running.precision);
    try {
      console.note(model.note);
      for (const note of notes) console.note(note);
      let refused = false;
      const refuse: Task['refuse'] = ({ path }, error) => {
        const named = new PathlightError('file.within', { path, problem: messageOf(error) });
        if (inputs.length < 2) throw named;
        refused = true;
        console.refuse(named.message);
      };
      const code = await work({ model, inputs, out: folder, console, signal, refuse });
      return refused ? EXIT.refused : code;
    } finally {
      console.close();
      await model.close();
    }
  } finally {
    await folder.close();
  }
}

/** From so many inputs on, one line says what holds of all of them: more would push the result off the screen. */
const MANY = 4;

/** What was done to the inputs: a line for each, or one for many with the same. */
function notesOf(inputs: readonly { readonly path: string; readonly note: string }[]): string[] {
  const alike = new Map<string, string[]>();
  for (const { path, note } of inputs) if (note !== '') alike.set(note, [...(alike.get(note) ?? []), path]);
  return [...alike].flatMap(([note, paths]) =>
    paths.length < MANY
      ? paths.map((path) => `${path}: ${note}`)
      : [`${paths.length} of ${inputs.length} inputs, from ${paths[0]} on: ${note}`],
  );
}

/** The device on which a session computes outputs of this mode, in the form that `result.json` has. */
export async function recordDevice({ session }: OpenModel, mode: OutputMode): Promise<DeviceRecord> {
  const { kind, adapter, memoryBudget } = await session.executor(mode);
  return { kind, adapter, ...(memoryBudget !== undefined && { memoryBudget }) };
}

/**
 * A folder for each input: a single input uses the output folder itself, several use folders with their names. These have no ending, unless two
 * would be the same: `cat.jpg` and `cat.bmp` beside `dog.png` have `cat.jpg`, `cat.bmp` and `dog`.
 */
export function foldersOf(paths: readonly string[]): string[] {
  if (paths.length === 1) return [''];
  const stems = paths.map((path) => parse(path).name);
  const used = new Map<string, number>();
  for (const stem of stems) used.set(stem, (used.get(stem) ?? 0) + 1);
  const folders = paths.map((path, index) => {
    const stem = itemAt(stems, index);
    const folder = used.get(stem) === 1 ? stem : basename(path);
    if (folder === '.' || folder === '..') throw new PathlightError('cli.folder-name', { path, folder });
    return folder;
  });
  const twice = folders.find((folder, index) => folders.indexOf(folder) !== index);
  if (twice !== undefined) throw new PathlightError('cli.same-names', { name: twice });
  return folders;
}
