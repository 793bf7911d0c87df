import type { Command } from 'commander';
import { DEFAULT_SIGMA, flagOf, type MethodFacts, type MethodOption, type MethodTable, MOST, methods, type OptionValues } from '../app.js';
import { type Method, type PatchChoice, PathlightError, type Preprocessing, type Steps } from '../index.js';
import { readInput, readMask } from '../node/index.js';
import { isMaskFile, parseChoice, parseNumber, parsePatch, parseWhole } from './arguments.js';

/** The flags that choose a method, as commander returns them, with the methods' own options among them. */
export interface MethodFlags {
  readonly method: string;
  readonly smooth?: string;
  readonly sigma?: string;
  readonly variance?: true;
  readonly superpixels?: string;
  readonly [option: string]: string | true | readonly string[] | undefined;
}

/** The settings that flags give. The method's own options stand under their names, except those that are images. */
export interface MethodSettings<N extends string = Method> {
  readonly method: N;
  readonly smooth?: number;
  readonly sigma?: number;
  readonly variance?: boolean;
}

/** Adds the flags that choose a method. */
export function addMethods(command: Command, table: MethodTable = methods): Command {
  command
    .option('--method <method>', table.map(({ name }) => name).join(', '), 'ig')
    .option('--smooth <n>', 'SmoothGrad: the mean map of n noisy copies of the image, by any method')
    .option('--sigma <s>', `of --smooth: deviation of the noise, as a share of the range from black to white (default: ${DEFAULT_SIGMA})`)
    .option('--variance', 'of --smooth: VarGrad, the variance of the maps instead of their mean');
  for (const { owners, name, option } of ownOptions(table)) {
    command.option(`${flagOf(name)} <${option.placeholder}>`, `of ${owners.join(', ')}: ${option.help}`);
  }
  return command;
}

/**
 * Chooses a method of a table and reads its options. Throws PathlightError for flags that contradict one another or do not belong to the
 * method.
 */
export function parseMethod<M extends MethodFacts>(
  flags: MethodFlags,
  table: readonly M[],
): { readonly method: M; readonly settings: MethodSettings<M['name']> } {
  const { smooth, sigma, variance } = flags;
  const name = parseChoice(
    '--method',
    flags.method,
    table.map((each) => each.name),
  );
  const method = table.find((each) => each.name === name);
  if (method === undefined) throw new RangeError(`${name} is in no table`);
  for (const own of ownOptions(table)) {
    const value = flags[own.name];
    if (value !== undefined && !own.owners.includes(name)) {
      const owner = own.owners.join(', ');
      throw new PathlightError('flag.other-method', { flag: flagOf(own.name), value: String(value), method: name, owner });
    }
  }
  if (smooth === undefined) {
    if (sigma !== undefined) throw new PathlightError('flag.sigma-alone', { sigma });
    if (variance) throw new PathlightError('flag.variance-alone');
  }
  const values: Record<string, string | PatchChoice | readonly string[]> = {};
  for (const [option, { values: kind, required }] of Object.entries(method.options)) {
    const value = flags[option];
    if (value === undefined && required !== undefined) {
      throw new PathlightError('flag.required', { flag: flagOf(option), method: name, wanted: required });
    }
    // A mask is read when the model's input is known (readImages).
    if (typeof value === 'string' && !isMask(kind, value)) values[option] = parseOption(flagOf(option), value, kind, flags);
  }
  const settings = {
    method: method.name,
    ...(smooth !== undefined && { smooth: parseWhole('--smooth', smooth, variance ? 2 : 1, MOST) }),
    ...(sigma !== undefined && { sigma: parseAbove0('--sigma', sigma) }),
    ...(variance && { variance }),
    ...values,
  };
  return { method, settings };
}

/** Throws if steps are not a number although the method's path has no rule or maps are smoothed. */
export function checkSteps({ name, path }: MethodFacts, { smooth }: MethodSettings<string>, steps: Steps): void {
  if (typeof steps === 'number') return;
  if (smooth !== undefined) throw new PathlightError('flag.steps-with-smooth', { steps, smooth });
  if (path === 'points') throw new PathlightError('flag.steps-with-method', { steps, method: name });
}

/** Whether the value of an option is the path of a mask, and no size of patches. */
function isMask({ kind }: OptionValues, value: string): boolean {
  return kind === 'patch' && isMaskFile(value);
}

/** Reads the options of a method that are images: files, or a number of images of noise; and masks. Returns them by name. */
export async function readImages(
  { options }: MethodFacts,
  flags: MethodFlags,
  preprocessing: Preprocessing,
): Promise<Readonly<Record<string, number | readonly Float32Array[] | PatchChoice>>> {
  const images: Record<string, number | readonly Float32Array[] | PatchChoice> = {};
  for (const [name, { values }] of Object.entries(options)) {
    const paths = flags[name];
    if (typeof paths === 'string' && isMask(values, paths)) images[name] = { mask: await readMask(paths, preprocessing) };
    if (values.kind === 'images' && typeof paths === 'object')
      images[name] = await readList(flagOf(name), paths, values.most, preprocessing);
  }
  return images;
}

/** Reads an option of images: files, or a number of images of noise. */
export async function readList(
  flag: string,
  paths: readonly string[],
  most: number,
  preprocessing: Preprocessing,
): Promise<number | readonly Float32Array[]> {
  const [first, ...more] = paths;
  if (first !== undefined && more.length === 0 && /^[+-]?[\d.]+$/.test(first)) return parseWhole(flag, first, 1, most);
  const images: Float32Array[] = [];
  for (const path of paths) images.push((await readInput(path, preprocessing)).data);
  return images;
}

/** An option that only some methods have, and the names of these. */
interface OwnOption {
  readonly name: string;
  readonly option: MethodOption;
  readonly owners: readonly string[];
}

/** All options that belong to methods, in the order of the table. Methods share an option of one name. */
function ownOptions(table: MethodTable): OwnOption[] {
  const options = new Map(table.flatMap((method) => Object.entries(method.options)));
  const ownersOf = (name: string) => table.filter((method) => name in method.options).map((method) => method.name);
  return [...options].map(([name, option]) => ({ name, option, owners: ownersOf(name) }));
}

function parseOption(
  flag: string,
  value: string,
  values: OptionValues,
  { superpixels = '64' }: MethodFlags,
): PatchChoice | string | readonly string[] {
  switch (values.kind) {
    case 'patch':
      return parsePatch(flag, value, superpixels);
    case 'whole':
      return parseWhole(flag, value, values.least, values.most);
    case 'above 0':
      return parseAbove0(flag, value, values.most);
    case 'share':
      return parseShare(flag, value, values.from);
    case 'choice':
      return parseChoice(flag, value, values.names);
    case 'layers':
      return value.split(',').map((name) => name.trim());
    case 'layer':
    case 'images':
      return value;
  }
}

function parseAbove0(flag: string, value: string, most: number | null = null): number {
  const number = parseNumber(flag, value);
  if (!(number > 0 && number <= (most ?? number))) throw new PathlightError('flag.above-0', { flag, value, most });
  return number;
}

/** Parses a number up to 1. */
function parseShare(flag: string, value: string, from: 'from 0' | 'above 0'): number {
  const number = parseNumber(flag, value);
  if (number <= 1 && (number > 0 || (number === 0 && from === 'from 0'))) return number;
  throw new PathlightError('flag.share', { flag, value, from });
}
