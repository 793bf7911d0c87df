import { PathlightError } from '../../errors.js';
import type { Source } from '../../messages/en/images.js';
import { checkArgument } from '../../tensor/arguments.js';
import { firstOf, itemAt } from '../../tensor/items.js';
import type { PixelLayout } from '../../tensor/pixels.js';
import type { Shape } from '../../tensor/tensor.js';
import type { FitMode, Fitting } from '../fit.js';
import type { Matte } from '../picture.js';
import type { Interpolation } from '../resize.js';
import { type FoundFolder, fitFolder, isOfFolder } from './hugging_face.js';
import { type ImageAxes, imageAxesOf } from './image_axes.js';
import { labelsOfTwo } from './labels.js';
import { type FoundMetadata, isOf255, readMetadata } from './metadata.js';
import type { ChannelOrder, InputSize, PreprocessingOptions } from './options.js';
import { presetOptions } from './presets.js';
import { parseSideFile } from './side_file.js';

/**
 * How an 8-bit picture becomes a model's input. The picture is fitted to the size (`Fitting`), and then
 *
 *   value = (lo + pixel / 255 * (hi - lo) - mean_c) / std_c
 *
 * where [lo, hi] is the range: the values of black and white before mean and standard deviation are applied. Channels are in the model's
 * order: with `bgr` the first is blue.
 *
 * @example const { width, height, channels, from }: Preprocessing = session.preprocessing;
 */
export interface Preprocessing extends Fitting {
  /** The model's input, 1 x ... */
  readonly shape: Shape;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 1: grey; 3: colour; another number where the input is no picture. */
  readonly channels: number;
  /** Whether pictures can be the input: a plane of 1 or 3 channels. Otherwise arrays are. */
  readonly takesPictures: boolean;
  /** Whether channels come first or last. */
  readonly layout: 'nchw' | 'nhwc';
  /** `rgb` or `bgr`: the order of the model's channels. */
  readonly order: ChannelOrder;
  /** The values of black and white before mean and standard deviation are applied. */
  readonly range: readonly [lo: number, hi: number];
  /** One for each channel. */
  readonly mean: readonly number[];
  /** One for each channel. */
  readonly std: readonly number[];
  readonly fit: FitMode;
  readonly interpolation: Interpolation;
  readonly matte: Matte;
  /** Names of the classes, if known. */
  readonly labels?: readonly string[];
  /**
   * The source of each setting: `the flags`, `the side file`, `preset tf of the flags`, `preprocessor_config.json`, `metadata "names"`, `the first
   * nodes of the network`. A setting without a source was assumed.
   */
  readonly from: Readonly<Partial<Record<keyof PreprocessingOptions, string>>>;
  /** Values of the model's metadata that cannot be meant, one sentence each. */
  readonly notes: readonly string[];
}

/** The source of a range that the first nodes of the network tell. */
export const FROM_NETWORK = 'the first nodes of the network';

const FROM_LAST_NODES = 'the last nodes of the network';

/** The source of the range of an input that takes whole numbers. */
export const FROM_TYPE = 'the type of the input';

/** What an .onnx file tells beside the shape of its input. */
export interface ModelFacts {
  /** The values of black and white for which the first nodes of the network were made, if they tell. */
  readonly range?: readonly [lo: number, hi: number];
  /** Black and white where the input takes whole numbers: 0 and 255, or -128 and 127 of int8. */
  readonly pixels?: readonly [black: number, white: number];
  readonly metadata: Readonly<Record<string, string>>;
  /** What the folder of Hugging Face says in which the model lies. */
  readonly folder?: FoundFolder;
  readonly classes: number;
  /** The names of the classes that the last nodes of the network tell. */
  readonly labels?: readonly string[];
  /** Whether the file has one number for its two classes, so that one name may stand for both. */
  readonly single?: boolean;
}

/**
 * Collects how pictures become a model's input. Flags override the side file `<model>.json`, which overrides the files of a
 * folder of Hugging Face, which override the metadata in the .onnx file, which override the defaults (range [0, 1], mean 0, standard deviation 1, red before blue, the smallest resize that covers the
 * input). A preset ranks with the source that names it. Size, channels and layout follow from the shape of the input:
 *
 * - 1xCxHxW and 1xHxWxC with C = 1 or 3; where both fit, the first, unless a layout is given; with another C, no picture can be the input;
 * - 1xHxW: grey;
 * - 1xN, or N with any number of axes of size 1: `width` and `height` where both are given, else a square grey picture (784: 28x28), else a
 *   square colour picture (3072: 32x32), channels first unless a layout is given, else a row of numbers;
 * - 1xCxDxHxW: a volume, of which slices count as channels.
 *
 * @param sideFile the parsed JSON of `<model>.json`, which is checked here.
 * @throws PathlightError for settings that do not fit the input, and shapes that are no picture.
 * @example resolvePreprocessing([1, 3, 224, 224], undefined, { preprocess: 'imagenet' });
 */
export function resolvePreprocessing(
  shape: Shape,
  sideFile?: unknown,
  flags: PreprocessingOptions = {},
  model?: ModelFacts,
): Preprocessing {
  const sources: readonly [name: string, options: PreprocessingOptions][] = [
    ['the side file', sideFile === undefined ? {} : parseSideFile(sideFile)],
    ['the flags', parseSideFile(flags, 'flags')],
  ];
  const stated: PreprocessingOptions = Object.assign({}, ...sources.map(([, options]) => options));
  const image = imageAxesOf(shape, { ...(stated.size !== undefined && sidesOf(stated.size)), ...stated });
  const options: Settings = {};
  const from: Sources = {};
  const take = (name: string, found: PreprocessingOptions) => {
    Object.assign(options, found);
    for (const key of keysOf(found)) from[key] = name;
  };
  const told = model && readMetadata(model.metadata, { ...model, channels: image.channels });
  if (told) {
    Object.assign(options, told.options);
    for (const setting of keysOf(told.keys)) from[setting] = `metadata "${told.keys[setting]}"`;
  }
  const folder = model?.folder && fitFolder(model.folder, { ...image, classes: model.classes });
  if (folder) {
    Object.assign(options, folder.options);
    for (const key of keysOf(folder.options)) from[key] = folder.from[key] ?? '';
  }
  for (const [name, found] of sources) {
    // Another way to fit a picture is not meant to begin with the folder's resize.
    if (found.fit !== undefined && isOfFolder(from.resize)) forget('resize', options, from);
    if (found.preprocess) take(`preset ${found.preprocess} of ${name}`, presetOptions(found.preprocess, image));
    take(name, found);
  }
  const doubt = settleRange(options, from, told);
  checkResize(options, image);
  // With a mean or a deviation of its own, the range is not the network's alone to tell.
  const found = options.mean === undefined && options.std === undefined ? model?.range : undefined;
  if (options.range === undefined && found && (found[0] !== 0 || found[1] !== 1)) take(FROM_NETWORK, { range: found });
  if (options.range === undefined && model?.pixels) take(FROM_TYPE, { range: model.pixels });
  if (options.labels === undefined && model?.labels) take(FROM_LAST_NODES, { labels: model.labels });
  if (model?.single) options.labels = labelsOfTwo(options.labels ?? ['X']);
  if (model && options.labels) checkLabels(options.labels, model, from.labels === 'the side file' ? 'side file' : 'flags');
  return {
    shape,
    ...image,
    order: options.order ?? 'rgb',
    range: options.range ?? [0, 1],
    mean: perChannel('mean', options.mean ?? [0], image.channels),
    std: perChannel('std', options.std ?? [1], image.channels),
    fit: options.fit ?? 'cover',
    ...(options.resize === undefined ? {} : { resize: options.resize }),
    interpolation: options.interpolation ?? 'bilinear',
    matte: options.matte ?? 'white',
    ...(options.labels === undefined ? {} : { labels: options.labels }),
    from,
    notes: [...(told?.notes ?? []), ...(folder?.notes ?? []), ...doubt],
  };
}

/**
 * The same preprocessing with another fit, as if the flags had stated it. The resize of a folder of Hugging Face belongs to the folder's own fit.
 *
 * @internal
 */
export function refit(preprocessing: Preprocessing, fit: FitMode): Preprocessing {
  const { resize, ...rest } = preprocessing;
  const keeps = resize !== undefined && (fit === preprocessing.fit || !isOfFolder(preprocessing.from.resize));
  return { ...rest, ...(keeps && { resize }), fit };
}

/** The sides that a size names. */
export function sidesOf(size: InputSize): { readonly height: number; readonly width: number } {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return { height, width };
}

/** The settings that an object has. `parseSideFile` and `readMetadata` give them no other keys. */
function keysOf(settings: Sources | PreprocessingOptions): (keyof PreprocessingOptions)[] {
  return Object.keys(settings) as (keyof PreprocessingOptions)[];
}

function forget(setting: keyof PreprocessingOptions, options: Settings, from: Sources): void {
  delete options[setting];
  delete from[setting];
}

type Settings = { -readonly [K in keyof PreprocessingOptions]: PreprocessingOptions[K] };
type Sources = Partial<Record<keyof PreprocessingOptions, string>>;

/**
 * Takes the range that the size of mean and standard deviation implies, unless one was stated, whoever gave them; and returns what is to be
 * said of it. Values of 0 to 1 minus a mean of 0 to 255 would saturate any network.
 */
function settleRange(options: Settings, from: Sources, told: FoundMetadata | undefined): string[] {
  const ofMetadata = from.mean?.startsWith('metadata') || from.std?.startsWith('metadata');
  if (told?.scale === 'inferred' && from.range === `metadata "${told.keys.range}"`) {
    if (ofMetadata) return [];
    // It was the range of a mean and a deviation that do not count any more.
    forget('range', options, from);
  }
  const { mean = [], std = [], range } = options;
  if (range !== undefined) {
    const outside = mean.find((number) => number < Math.min(...range) || number > Math.max(...range));
    return outside === undefined ? [] : [`the mean ${outside} (${from.mean}) lies outside the range ${range.join(', ')} (${from.range})`];
  }
  const source = from.mean ?? from.std;
  if (source === undefined || !isOf255(options) || (told?.scale === 'unit' && ofMetadata)) return [];
  options.range = [0, 255];
  from.range = source;
  return [
    `the range is taken as 0, 255, since the mean ${mean.join(', ') || 0} and deviation ${std.join(', ') || 1} are not of 0 to 1; range 0, 1 states otherwise`,
  ];
}

/** One label too many or too few would make the name of every class wrong without notice. Metadata with a wrong number of names is ignored. */
function checkLabels(labels: readonly string[], { classes }: ModelFacts, source: Source): void {
  if (labels.length !== classes) throw new PathlightError('settings.labels', { source, labels: labels.length, classes });
}

/** The crop must lie within the resized picture, whatever the picture's aspect. */
function checkResize({ resize, fit }: PreprocessingOptions, { width, height }: ImageAxes): void {
  if (resize === undefined) return;
  if (fit === 'contain') throw new PathlightError('input.resize-contain', { resize });
  const least = Math.max(width, height);
  if (resize < least) throw new PathlightError('input.resize-small', { resize, size: [width, height], least });
}

/**
 * Which elements of the model's input belong to a pixel.
 *
 * @example const { pixels, channels } = pixelLayout(session.preprocessing);
 */
export function pixelLayout(preprocessing: Preprocessing): PixelLayout {
  checkArgument('preprocessing', preprocessing, 'preprocessing');
  const { width, height, channels, layout } = preprocessing;
  return { pixels: width * height, channels, layout };
}

/** The channel of a picture (red first) that the model's channel `channel` shows. It is its own inverse. */
export function pictureChannel({ channels, order }: Preprocessing, channel: number): number {
  return order === 'bgr' ? channels - 1 - channel : channel;
}

/** The model's input value of an 8-bit pixel value in one of the model's channels. */
export function inputValue({ range, mean, std }: Preprocessing, pixel: number, channel: number): number {
  return (range[0] + (pixel / 255) * (range[1] - range[0]) - itemAt(mean, channel)) / itemAt(std, channel);
}

/** [channels] the input values of black and of white, as float32. */
export function endColours(preprocessing: Preprocessing): { black: Float32Array; white: Float32Array } {
  const of = (pixel: number) => Float32Array.from({ length: preprocessing.channels }, (_, c) => inputValue(preprocessing, pixel, c));
  return { black: of(0), white: of(255) };
}

/** The smallest and the largest input value of each channel that an 8-bit picture can give, as float32. */
export function validRange(preprocessing: Preprocessing): { low: Float32Array; high: Float32Array } {
  const ends = Array.from({ length: preprocessing.channels }, (_, c) => [
    inputValue(preprocessing, 0, c),
    inputValue(preprocessing, 255, c),
  ]);
  return { low: Float32Array.from(ends, (pair) => Math.min(...pair)), high: Float32Array.from(ends, (pair) => Math.max(...pair)) };
}

function perChannel(name: string, values: readonly number[], channels: number): number[] {
  if (values.length === 1) return new Array<number>(channels).fill(firstOf(values));
  if (values.length !== channels) {
    throw new PathlightError('input.per-channel', { setting: name, numbers: values, channels });
  }
  return [...values];
}
