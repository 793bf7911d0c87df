import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  CHANNEL_ORDERS,
  DEFAULT_MAX_EVALUATIONS,
  DEFAULT_MAX_STEPS,
  DEFAULT_RULE,
  DEFAULT_TOLERANCE,
  FITS,
  INTERPOLATIONS,
  LEAST_MAX_STEPS,
  MATTES,
  MAX_STEPS,
  NESTED_RULES,
  PLAN_CHOICES,
  PRECISIONS,
  readLabelFile,
  TUNE_CHOICES,
} from '../app.js';
import {
  BASELINES,
  type Baseline,
  type BoundValue,
  builtInLabels,
  type InputSize,
  LABEL_LISTS,
  type LabelList,
  type PatchChoice,
  type PatchSize,
  PathlightError,
  type PlanChoice,
  PRESETS,
  type Precision,
  type Preprocessing,
  type PreprocessingOptions,
  RULES,
  type Rule,
  readNpy,
  type Steps,
  type TuneChoice,
} from '../index.js';
import { DEVICES, type DeviceChoice, readArray, readBytes, readMask } from '../node/index.js';
import { Console } from './console.js';

/** The options of every command that runs a model, as commander returns them. */
export interface CommonOptions {
  readonly device: string;
  readonly plan: string;
  readonly tune?: string;
  readonly precision?: string;
  readonly memory?: string;
  readonly preprocess?: string;
  readonly mean?: string;
  readonly std?: string;
  readonly range?: string;
  readonly order?: string;
  readonly fit?: string;
  readonly resize?: string;
  readonly interpolation?: string;
  readonly matte?: string;
  readonly layout?: string;
  readonly size?: string;
  readonly bind?: readonly string[];
  readonly outputName?: string;
  readonly labels?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** The flags of preprocessing. */
export type PreprocessingFlags = Omit<CommonOptions, 'device' | 'plan' | 'tune' | 'precision' | 'memory' | 'json' | 'quiet'>;

/** The least `--memory`: below it, even the shipped networks have no room. It also tells `4` from `4G`. */
const LEAST_MEMORY = 2 ** 20;

const LISTS = Object.keys(LABEL_LISTS) as readonly LabelList[];

const PREPROCESSING = 'Preprocessing (wins over <model>.json beside the model, and that over its metadata):';

/** Adds the options of preprocessing. */
export function addPreprocessing(command: Command): Command {
  return command
    .optionsGroup(PREPROCESSING)
    .option('--preprocess <name>', `a common pipeline: ${PRESETS.join(', ')}; the flags below win over it`)
    .option('--mean <a,b,c>', 'mean of each channel, or one for all')
    .option('--std <a,b,c>', 'standard deviation of each channel, or one for all')
    .option('--range <lo,hi>', 'what black and white are mapped to before mean and std (default: 0,1)')
    .option('--order <rgb|bgr>', 'order of the colour channels (default: rgb)')
    .option('--fit <fit>', `how pictures of another shape fill the input: ${FITS.join(', ')} (default: cover, and the centre of it)`)
    .option('--resize <pixels>', 'shorter side before the centre is cropped (default: what covers the input)')
    .option('--interpolation <kind>', `${INTERPOLATIONS.join(', ')} (default: bilinear, antialiased)`)
    .option('--matte <colour>', `what is behind transparent pixels: ${MATTES.join(', ')} (default: white)`)
    .option('--layout <nchw|nhwc>', 'order of the axes, where the input shape leaves it open')
    .option('--size <S|HxW>', 'height and width of the input, where the file leaves them open')
    .option('--bind <name=value>', 'a number or an .npy file in the place of a further input; for each another --bind', addTo)
    .option('--output-name <name>', 'output that holds the class scores, where a model has several (default: the likeliest)')
    .option('--labels <file>', `names of the classes: a line each, or JSON: a list, or a table by index; or those of ${LISTS.join(', ')}`);
}

/** Adds the options that every command that runs a model understands. */
export function addCommon(command: Command): Command {
  return addRunning(addPreprocessing(command));
}

/** Adds the options of device and output. */
export function addRunning(command: Command): Command {
  return command
    .optionsGroup('Running:')
    .option('--device <device>', `where to run: ${DEVICES.join(', ')}`, 'auto')
    .option('--plan <plan>', 'how to run on a GPU: auto, layered, fused (all in two dispatches)', 'auto')
    .option('--tune <when>', 'choose kernels by measurement: auto (default on a GPU), off (default on a software adapter)')
    .option('--precision <precision>', 'how a GPU stores activations: f32 (default), mixed (16 bits for gradients along paths)')
    .option(
      '--memory <size>',
      'GPU memory to use at most, such as 4G or 800M (default: 1G, and what a network needs up to a quarter of the RAM)',
    )
    .optionsGroup('Output:')
    .addOption(new Option('--json', 'print what result.json holds instead of tables'))
    .option('--quiet', 'print nothing but errors');
}

/** The flags of preprocessing as they were typed, a blank before each, for a command that repeats this one. */
export function wordsOfPreprocessing(flags: PreprocessingFlags): string {
  const words = addPreprocessing(new Command()).options.flatMap((option) => {
    const typed = flags[option.attributeName() as keyof PreprocessingFlags] ?? [];
    return [typed].flat().map((value) => ` ${option.long} ${value}`);
  });
  return words.join('');
}

/** The preprocessing that flags give. Reads the file of `--labels`. */
export async function readPreprocessing(flags: PreprocessingFlags & Pick<CommonOptions, 'quiet'>): Promise<PreprocessingOptions> {
  const console = new Console(flags.quiet === true, false);
  const { preprocess, mean, std, range, order, fit, resize, interpolation, matte, layout, size, bind, outputName, labels } = flags;
  if (range !== undefined && parseList('--range', range).length !== 2) throw new PathlightError('flag.range', { value: range });
  return {
    ...(preprocess !== undefined && { preprocess: parseChoice('--preprocess', preprocess, PRESETS) }),
    ...(mean !== undefined && { mean: parseList('--mean', mean) }),
    ...(std !== undefined && { std: parseList('--std', std) }),
    ...(range !== undefined && { range: parseList('--range', range) as [number, number] }),
    ...(order !== undefined && { order: parseChoice('--order', order, CHANNEL_ORDERS) }),
    ...(fit !== undefined && { fit: parseChoice('--fit', fit, FITS) }),
    ...(resize !== undefined && { resize: parseWhole('--resize', resize, 1, Number.MAX_SAFE_INTEGER) }),
    ...(interpolation !== undefined && { interpolation: parseChoice('--interpolation', interpolation, INTERPOLATIONS) }),
    ...(matte !== undefined && { matte: parseChoice('--matte', matte, MATTES) }),
    ...(layout !== undefined && { layout: parseChoice('--layout', layout, ['nchw', 'nhwc']) }),
    ...(size !== undefined && { size: parseSize(size) }),
    ...(bind !== undefined && { bind: await readBindings(bind) }),
    ...(outputName !== undefined && { output: outputName }),
    ...(labels !== undefined && { labels: await readLabels(labels, (text) => console.note(text)) }),
  };
}

type RunningFlags = Pick<CommonOptions, 'device' | 'plan' | 'tune' | 'precision' | 'memory'>;

/** Where and how a model runs. */
export interface Running {
  readonly device: DeviceChoice;
  readonly plan: PlanChoice;
  readonly tune?: TuneChoice;
  readonly precision?: Precision;
  readonly memoryBudget?: number;
}

/** Parses `--device`, `--plan`, `--tune`, `--precision` and `--memory`. Only a GPU has a choice of plans and precisions. */
export function parseRunning({ device: where, plan: how, tune, precision, memory }: RunningFlags): Running {
  const device = parseChoice('--device', where, DEVICES);
  const plan = parseChoice('--plan', how, PLAN_CHOICES);
  if (plan === 'fused' && device === 'cpu') throw new PathlightError('flag.fused-on-cpu');
  const tuned = tune === undefined ? {} : { tune: parseChoice('--tune', tune, TUNE_CHOICES) };
  const stored = precision === undefined ? {} : { precision: parseChoice('--precision', precision, PRECISIONS) };
  if (stored.precision === 'mixed' && device === 'cpu') throw new PathlightError('flag.mixed-on-cpu');
  return { device, plan, ...tuned, ...stored, ...(memory !== undefined && { memoryBudget: parseMemory(memory) }) };
}

/** Parses a number of bytes: `4G`, `1.5 GiB`, `800M`. Units are powers of 1,024. */
export function parseMemory(value: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(value) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '));
  if (!(bytes >= LEAST_MEMORY && Number.isSafeInteger(bytes))) throw new PathlightError('flag.memory', { value });
  return bytes;
}

/** Parses `224`, for both sides, or `192x256`, height first. */
function parseSize(value: string): InputSize {
  const [, height, width = height] = /^(\d+)(?:x(\d+))?$/.exec(value) ?? [];
  const sides = [Number(height), Number(width)] as const;
  if (!sides.every((side) => Number.isSafeInteger(side) && side > 0)) throw new PathlightError('flag.size', { value });
  return sides;
}

/** Collects the values of a flag that may be repeated. */
function addTo(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Parses `NAME=NUMBER` and `NAME=FILE.npy`. */
async function readBindings(flags: readonly string[]): Promise<Record<string, BoundValue>> {
  const bound = new Map<string, BoundValue>();
  for (const flag of flags) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(flag) ?? [];
    if (name === undefined || value === undefined) throw new PathlightError('flag.bind', { value: flag });
    if (bound.has(name)) throw new PathlightError('flag.bind-twice', { name });
    const isFile = value.toLowerCase().endsWith('.npy');
    if (!isFile && !isNumber(value)) throw new PathlightError('flag.bind', { value: flag });
    bound.set(name, isFile ? readNpy(await readBytes(value), value) : Number(value));
  }
  return Object.fromEntries(bound);
}

/** Parses one of these words. */
export function parseChoice<T extends string>(flag: string, value: string, choices: readonly T[]): T {
  if ((choices as readonly string[]).includes(value)) return value as T;
  throw new PathlightError('flag.choice', { flag, value, choices });
}

/** Parses a finite number. */
export function parseNumber(flag: string, value: string): number {
  const number = isNumber(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new PathlightError('flag.number', { flag, value });
  return number;
}

/** Parses a whole number in this range. */
export function parseWhole(flag: string, value: string, least: number, most: number): number {
  const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new PathlightError('flag.whole', { flag, value, least, most: most < Number.MAX_SAFE_INTEGER ? most : null });
  }
  return number;
}

/** The flags of the path integral, as commander returns them. */
export interface IntegralFlags {
  readonly steps: string;
  readonly rule?: string;
  readonly tolerance?: string;
  readonly maxSteps?: string;
}

export interface IntegralSettings {
  readonly steps: Steps;
  readonly rule?: Rule;
  readonly tolerance?: number;
  readonly maxSteps?: number;
}

/** Adds the flags of the path integral. `ofMaps` is a phrase for the help of commands in which the integral makes maps. */
export function addIntegral(command: Command, ofMaps = ''): Command {
  return command
    .option('--steps <n>', `points of the path integral${ofMaps}: a number, auto, or exact (piecewise-linear networks)`, '64')
    .option('--tolerance <t>', `of --steps auto: error of any pixel, relative to the largest (default: ${DEFAULT_TOLERANCE})`)
    .option(
      '--max-steps <n>',
      `of --steps auto (default: ${DEFAULT_MAX_STEPS}), and of the evaluations of --steps exact (default: ${DEFAULT_MAX_EVALUATIONS})`,
    )
    .option('--rule <rule>', `${RULES.join(', ')} (default: ${DEFAULT_RULE})`);
}

/** Parses the flags of the path integral. Throws PathlightError for flags that contradict one another. */
export function parseIntegral({ steps, rule, tolerance, maxSteps }: IntegralFlags): IntegralSettings {
  const settings: IntegralSettings = {
    steps: steps === 'auto' || steps === 'exact' ? steps : parseSteps(steps),
    ...(rule !== undefined && { rule: parseChoice('--rule', rule, RULES) }),
    ...(tolerance !== undefined && { tolerance: parseNumber('--tolerance', tolerance) }),
    ...(maxSteps !== undefined && { maxSteps: parseWhole('--max-steps', maxSteps, LEAST_MAX_STEPS, MAX_STEPS) }),
  };
  if (tolerance !== undefined) {
    if (steps !== 'auto') throw new PathlightError('flag.tolerance-with-steps', { tolerance, steps });
    if (!(settings.tolerance! > 0 && settings.tolerance! < 1)) throw new PathlightError('flag.tolerance', { value: tolerance });
  }
  if (maxSteps !== undefined && typeof settings.steps === 'number') {
    throw new PathlightError('flag.max-steps-with-steps', { maxSteps, steps });
  }
  if (rule !== undefined && steps === 'exact') throw new PathlightError('flag.rule-with-exact', { rule });
  if (rule !== undefined && steps === 'auto' && !(NESTED_RULES as readonly string[]).includes(rule)) {
    throw new PathlightError('flag.rule-with-auto', { rule, nested: NESTED_RULES });
  }
  return settings;
}

/** Parses the number of points of the quadrature. */
function parseSteps(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= 1 && number <= MAX_STEPS)) {
    throw new PathlightError('flag.steps', { value, most: MAX_STEPS });
  }
  return number;
}

/** Parses the patches of an image: `superpixels`, or the side of square blocks in pixels. */
export function parsePatch(flag: string, value: string, superpixels: string): PatchSize {
  if (value === 'superpixels') return { superpixels: parseWhole('--superpixels', superpixels, 1, 100_000) };
  const side = /^\d+$/.test(value) ? Number(value) : 0;
  if (side < 1) throw new PathlightError('flag.patch', { flag, value });
  return side;
}

/** Whether patches are given as the file of a mask, and not as a size. */
export function isMaskFile(value: string): boolean {
  return /\.(np[yz]|png|webp|bmp|jpe?g)$/i.test(value);
}

/** Patches as `parsePatch` has them. A mask is read by `readPatch`, when the model's input is known; until then they are undefined. */
export function parsePatchOrMask(flag: string, value: string, superpixels: string): PatchSize | undefined {
  return isMaskFile(value) ? undefined : parsePatch(flag, value, superpixels);
}

/** What `parsePatchOrMask` has parsed, or the mask from the file. */
export async function readPatch(parsed: PatchSize | undefined, value: string, preprocessing: Preprocessing): Promise<PatchChoice> {
  return parsed ?? { mask: await readMask(value, preprocessing) };
}

/** Reads a baseline: a name, a number, or an .npy file in the shape of the model's input. */
export async function readBaseline(value: string, preprocessing: Preprocessing): Promise<Baseline> {
  const name = BASELINES.find((known) => known === value);
  if (name !== undefined) return name;
  if (isNumber(value)) return parseNumber('--baseline', value);
  if (/\.np[yz]$/i.test(value)) return readArray(await readBytes(value), value, preprocessing);
  throw new PathlightError('flag.baseline', { value, known: BASELINES });
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function parseList(flag: string, value: string): number[] {
  return value.split(',').map((part) => {
    if (!isNumber(part)) throw new PathlightError('flag.list', { flag, value });
    return Number(part);
  });
}

/** A file comes before the list of its name. */
async function readLabels(path: string, note: (text: string) => void): Promise<readonly string[]> {
  const list = LISTS.find((name) => name === path);
  if (list !== undefined && !existsSync(path)) return builtInLabels(list);
  const { labels, encoding } = readLabelFile(await readBytes(path), path);
  if (encoding !== 'UTF-8') note(`${path}: read as ${encoding}`);
  return labels;
}
