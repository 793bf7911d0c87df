import { parse } from 'node:path';
import type { DeviceRecord } from '../app.js';
import { itemAt, messageOf } from '../app.js';
import { type OutputMode, PathlightError, type Session } from '../index.js';
import { arrayShapeOf, type Input, listInputs, type OpenModel, readInput, readModel, useDevice } from '../node/index.js';
import { type CommonOptions, parseRunning, type Running, readPreprocessing } from './arguments.js';
import { Console } from './console.js';
import { OutputFolder } from './output_folder.js';

/** Exit codes: success; no result exists (no edit was found); bad input or usage; ended by the user. */
export const EXIT = { done: 0, notFound: 1, refused: 2, interrupted: 130 } as const;

/** One input of a command. */
export interface NamedInput extends Input {
  /** The path that the user gave. */
  readonly path: string;
  /** The folder for its files, below `--out`; `''` is `--out` itself. */
  readonly folder: string;
}

/** What a command that runs a model gets. */
export interface Task {
  readonly model: OpenModel;
  readonly inputs: readonly NamedInput[];
  readonly out: OutputFolder;
  readonly console: Console;
  readonly signal: AbortSignal;
  /**
   * Refuses one input: a line on stderr names it, the others go on, and the command ends with exit code 2. Throws the error, with the input's
   * name, where the command has no other input.
   */
  refuse(input: Pick<NamedInput, 'path'>, error: PathlightError): void;
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
 * Reads the model and all inputs, prepares the folder, opens the device, and runs `work`. All is closed again, whatever happens. Nothing is
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
  const inputs: NamedInput[] = [];
  for (const [index, path] of inputPaths.entries()) {
    inputs.push({ ...(await readInput(path, session.preprocessing)), path, folder: itemAt(folders, index) });
  }
  return withTask({ session, inputs, out, signal, running }, options, (task) => work(task, checked));
}

/** The second half of `runTask`: folder, device, work. */
export async function withTask(
  {
    session,
    inputs,
    out,
    signal,
    running,
  }: Pick<Task, 'inputs' | 'signal'> & {
    readonly session: Session;
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
      for (const note of notesOf(inputs)) console.note(note);
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
function notesOf(inputs: readonly NamedInput[]): string[] {
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

/** A folder for each input: a single input uses the output folder itself, several use folders with their names. */
function foldersOf(paths: readonly string[]): string[] {
  if (paths.length === 1) return [''];
  const folders = paths.map((path) => {
    const folder = parse(path).name;
    if (folder === '.' || folder === '..') throw new PathlightError('cli.folder-name', { path, folder });
    return folder;
  });
  const twice = folders.find((folder, index) => folders.indexOf(folder) !== index);
  if (twice !== undefined) throw new PathlightError('cli.same-names', { name: twice });
  return folders;
}
