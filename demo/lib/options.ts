import {
  DEFAULT_SIGMA,
  DEFAULT_TOLERANCE,
  flagOf,
  LEAST_MAX_STEPS,
  MAX_STEPS,
  type MethodFacts,
  MOST,
  type OptionValues,
  type OwnOptions,
} from '../../src/app.js';
import type { PatchChoice, Steps } from '../../src/index.js';

/** The options that visitors have set, by name, as text: `8`, `epsilon-plus`, `superpixels-64`. An empty or missing one has its default. */
export type OptionTexts = Readonly<Record<string, string>>;

/** What files of the visitor's give an option whose text is FROM_FILES: a mask, or images. */
export interface OptionFiles {
  readonly names: readonly string[];
  readonly value: { readonly mask: Float64Array } | readonly Float32Array[];
}

export const FROM_FILES = 'files';
const SMOOTH = 'smooth';
const SUPERPIXELS = /^superpixels-([1-9]\d{0,4})$/;

/** `yes`: an option that is on or off. */
type PageValues = OptionValues | { readonly kind: 'yes' };
export type OptionName = keyof OwnOptions | keyof typeof COMMON;

export interface PageOption {
  readonly name: string;
  readonly values: PageValues;
  /** What it does, and its default. */
  readonly help: string;
}

/** What methods have in common. */
const COMMON = {
  smooth: { values: { kind: 'whole', least: 1, most: MOST }, help: 'SmoothGrad: the mean map of so many noisy copies of the picture' },
  sigma: {
    values: { kind: 'above 0', most: MOST },
    help: `deviation of the noise, as a share of the range from black to white (default: ${DEFAULT_SIGMA})`,
  },
  variance: { values: { kind: 'yes' }, help: 'VarGrad: the variance of the maps instead of their mean' },
  tolerance: { values: { kind: 'above 0', most: 1 }, help: `error of any pixel, relative to the largest (default: ${DEFAULT_TOLERANCE})` },
  maxSteps: {
    values: { kind: 'whole', least: LEAST_MAX_STEPS, most: MAX_STEPS },
    help: 'steps at which the search for more precision ends',
  },
  seed: { values: { kind: 'whole', least: 0, most: MOST }, help: 'of all random numbers (default: 0)' },
} as const satisfies Record<string, Omit<PageOption, 'name'>>;

/** The options that a method has beside steps, rule and baseline: its own, as it declares them, and those that it shares with others. */
export function optionsFor({ options, path }: MethodFacts, steps: Steps, texts: OptionTexts): readonly PageOption[] {
  const counted = path !== 'quadrature' || typeof steps === 'number';
  const common: (keyof typeof COMMON)[] = counted ? ['smooth', ...(texts[SMOOTH] ? (['sigma', 'variance'] as const) : [])] : ['maxSteps'];
  if (path === 'quadrature' && steps === 'auto') common.unshift('tolerance');
  return [
    ...Object.entries(options).map(([name, { values, help }]) => ({ name, values, help })),
    ...[...common, 'seed' as const].map((name) => ({ name, ...COMMON[name] })),
  ];
}

/** The names of all options of a table of methods. */
export function optionNames(table: readonly MethodFacts[]): readonly string[] {
  return [...new Set([...table.flatMap(({ options }) => Object.keys(options)), ...Object.keys(COMMON)])];
}

type OptionValue = number | string | boolean | readonly string[] | PatchChoice | readonly Float32Array[];

/** What a text means; undefined where it is no value of the option. */
export function readOption(values: PageValues, text: string, files?: OptionFiles): OptionValue | undefined {
  if (text === FROM_FILES) {
    const asked = values.kind === 'patch' || values.kind === 'images';
    return asked && files !== undefined && 'mask' in files.value === (values.kind === 'patch') ? files.value : undefined;
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  const whole = (least: number, most: number) => (Number.isInteger(number) && number >= least && number <= most ? number : undefined);
  switch (values.kind) {
    case 'whole':
      return whole(values.least, values.most);
    case 'above 0':
      return number > 0 && number <= values.most ? number : undefined;
    case 'share':
      return (values.from === 'from 0' ? number >= 0 : number > 0) && number <= 1 ? number : undefined;
    case 'choice':
      return values.names.includes(text) ? text : undefined;
    case 'layer':
      return text === '' ? undefined : text;
    case 'layers':
      return text === '' ? undefined : text.split(',');
    case 'images':
      return whole(1, values.most);
    case 'patch': {
      const superpixels = SUPERPIXELS.exec(text)?.[1];
      return superpixels === undefined ? whole(1, MOST) : { superpixels: Number(superpixels) };
    }
    case 'yes':
      return text === 'yes' || undefined;
  }
}

/** The same option as words of the command line. */
export function flagsOf(name: string, text: string, files?: OptionFiles): readonly string[] {
  const superpixels = SUPERPIXELS.exec(text)?.[1];
  if (text === 'yes') return [flagOf(name)];
  if (superpixels !== undefined) return [flagOf(name), 'superpixels', '--superpixels', superpixels];
  return [flagOf(name), ...(text === FROM_FILES ? (files?.names ?? []) : [text])];
}
