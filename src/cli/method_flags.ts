import type { Command } from 'commander';
import { DEFAULT_SIGMA, METHODS, type Method, PathlightError } from '../index.js';
import { parseChoice, parseNumber, parseWhole } from './arguments.js';

/** The flags that choose a method, as commander hands them over. */
export interface MethodFlags {
  readonly method: string;
  readonly smooth?: string;
  readonly sigma?: string;
  readonly variance?: true;
}

export interface MethodSettings {
  readonly method: Method;
  readonly smooth?: number;
  readonly sigma?: number;
  readonly variance?: boolean;
}

/** Adds the flags that choose a method. */
export function addMethods(command: Command): Command {
  return command
    .option('--method <method>', METHODS.join(', '), 'ig')
    .option('--smooth <n>', 'SmoothGrad: the mean map of n noisy copies of the image, by any method')
    .option('--sigma <s>', `of --smooth: deviation of the noise, as a share of the range from black to white (default: ${DEFAULT_SIGMA})`)
    .option('--variance', 'of --smooth: VarGrad, the variance of the maps instead of their mean');
}

/** Refuses flags that contradict each other. */
export function parseMethod({ method, smooth, sigma, variance }: MethodFlags): MethodSettings {
  if (smooth === undefined) {
    if (sigma !== undefined) throw new PathlightError(`--sigma ${sigma} without --smooth`, '--smooth with a number of copies');
    if (variance) throw new PathlightError('--variance without --smooth', '--smooth with a number of copies');
  }
  return {
    method: parseChoice('--method', method, METHODS),
    ...(smooth !== undefined && { smooth: parseWhole('--smooth', smooth, variance ? 2 : 1, MOST) }),
    ...(sigma !== undefined && { sigma: parseAbove0('--sigma', sigma) }),
    ...(variance && { variance }),
  };
}

/** More copies than this are a mistake rather than a wish. */
const MOST = 1_000_000;

function parseAbove0(flag: string, value: string): number {
  const number = parseNumber(flag, value);
  if (!(number > 0)) throw new PathlightError(`${flag} ${value}`, 'a number above 0');
  return number;
}
