import type { Command } from 'commander';
import { DEFAULT_FRACTION, DEFAULT_MAX_DISTANCE, DEFAULT_SIGMA, PATH_METHODS } from '../app.js';
import { METHODS, type Method, PathlightError, type Preprocessing, type Steps } from '../index.js';
import { readInput } from '../node/index.js';
import { parseChoice, parseNumber, parseWhole } from './arguments.js';

/** The flags that choose a method, as commander hands them over. */
export interface MethodFlags {
  readonly method: string;
  readonly smooth?: string;
  readonly sigma?: string;
  readonly variance?: true;
  readonly baselines?: readonly string[];
  readonly window?: string;
  readonly stride?: string;
  readonly layer?: string;
  readonly blur?: string;
  readonly fraction?: string;
  readonly maxDistance?: string;
}

export interface MethodSettings {
  readonly method: Method;
  readonly smooth?: number;
  readonly sigma?: number;
  readonly variance?: boolean;
  readonly window?: number;
  readonly stride?: number;
  readonly layer?: string;
  readonly blur?: number;
  readonly fraction?: number;
  readonly maxDistance?: number;
}

/** More copies, baselines or pixels than this are a mistake rather than a wish. */
const MOST = 1_000_000;

/** Adds the flags that choose a method. */
export function addMethods(command: Command): Command {
  return command
    .option('--method <method>', METHODS.join(', '), 'ig')
    .option('--smooth <n>', 'SmoothGrad: the mean map of n noisy copies of the image, by any method')
    .option('--sigma <s>', `of --smooth: deviation of the noise, as a share of the range from black to white (default: ${DEFAULT_SIGMA})`)
    .option('--variance', 'of --smooth: VarGrad, the variance of the maps instead of their mean')
    .option('--baselines <n|file...>', 'of expected-gradients: n images of noise, or images and .npy files')
    .option('--fraction <f>', `of guided-ig: share of the pixels that move at a time (default: ${DEFAULT_FRACTION})`)
    .option('--max-distance <d>', `of guided-ig: distance from the straight path, 0 to 1 (default: ${DEFAULT_MAX_DISTANCE})`)
    .option('--blur <pixels>', 'of blur-ig: deviation of the strongest blur (default: 0.15 of the longer side)')
    .option('--layer <name>', 'of grad-cam: a node of the network (default: the last convolution)')
    .option('--window <pixels>', 'of occlusion: side of the window (default: 1/7 of the shorter side)')
    .option('--stride <pixels>', 'of occlusion: from one window to the next (default: half the window)');
}

/** Whose flags these are. */
const OWNERS = {
  baselines: ['--baselines', 'expected-gradients'],
  fraction: ['--fraction', 'guided-ig'],
  maxDistance: ['--max-distance', 'guided-ig'],
  blur: ['--blur', 'blur-ig'],
  layer: ['--layer', 'grad-cam'],
  window: ['--window', 'occlusion'],
  stride: ['--stride', 'occlusion'],
} as const satisfies Partial<Record<keyof MethodFlags, readonly [flag: string, method: Method]>>;

/** Refuses flags that contradict each other, or that the method does not know. */
export function parseMethod(flags: MethodFlags): MethodSettings {
  const { smooth, sigma, variance, baselines, window, stride, layer, blur, fraction, maxDistance } = flags;
  const method = parseChoice('--method', flags.method, METHODS);
  for (const [name, [flag, owner]] of Object.entries(OWNERS)) {
    const value = flags[name as keyof typeof OWNERS];
    if (value !== undefined && owner !== method) throw new PathlightError(`${flag} ${value} with --method ${method}`, `--method ${owner}`);
  }
  if (smooth === undefined) {
    if (sigma !== undefined) throw new PathlightError(`--sigma ${sigma} without --smooth`, '--smooth with a number of copies');
    if (variance) throw new PathlightError('--variance without --smooth', '--smooth with a number of copies');
  }
  if (method === 'expected-gradients' && baselines === undefined) {
    throw new PathlightError('--method expected-gradients without --baselines', 'a number, or files');
  }
  return {
    method,
    ...(smooth !== undefined && { smooth: parseWhole('--smooth', smooth, variance ? 2 : 1, MOST) }),
    ...(sigma !== undefined && { sigma: parseAbove0('--sigma', sigma) }),
    ...(variance && { variance }),
    ...(fraction !== undefined && { fraction: parseShare('--fraction', fraction) }),
    ...(maxDistance !== undefined && { maxDistance: parseShare('--max-distance', maxDistance, 0) }),
    ...(blur !== undefined && { blur: parseAbove0('--blur', blur) }),
    ...(layer !== undefined && { layer }),
    ...(window !== undefined && { window: parseWhole('--window', window, 1, MOST) }),
    ...(stride !== undefined && { stride: parseWhole('--stride', stride, 1, MOST) }),
  };
}

/** Of `ig` and `smooth` only some steps make sense. */
export function checkSteps({ method, smooth }: MethodSettings, steps: Steps): void {
  if (typeof steps === 'number') return;
  if (smooth !== undefined) throw new PathlightError(`--steps ${steps} with --smooth ${smooth}`, 'a number of steps');
  if (method !== 'ig' && PATH_METHODS.includes(method))
    throw new PathlightError(`--steps ${steps} with --method ${method}`, 'a number of steps');
}

/** A number of baselines, or the images of these files. */
export async function readBaselines(values: readonly string[], preprocessing: Preprocessing): Promise<number | Float32Array[]> {
  const [first, ...more] = values;
  if (more.length === 0 && /^[+-]?[\d.]+$/.test(first!)) return parseWhole('--baselines', first!, 1, MOST);
  const images: Float32Array[] = [];
  for (const path of values) images.push((await readInput(path, preprocessing)).data);
  return images;
}

function parseAbove0(flag: string, value: string): number {
  const number = parseNumber(flag, value);
  if (!(number > 0)) throw new PathlightError(`${flag} ${value}`, 'a number above 0');
  return number;
}

/** A number up to 1: above `least`, or from it on where it is 0 itself. */
function parseShare(flag: string, value: string, least?: 0): number {
  const number = parseNumber(flag, value);
  if (number <= 1 && (number > 0 || number === least)) return number;
  throw new PathlightError(`${flag} ${value}`, least === undefined ? 'above 0 and at most 1' : `from ${least} to 1`);
}
