import type { Interpolation } from '../resize.js';
import { labelsOf } from './labels.js';
import type { PreprocessingOptions } from './options.js';

/**
 * What lies beside a model in a folder as Hugging Face lays it out, as parsed JSON.
 *
 * @example const huggingFace: HuggingFaceFiles = { config: await (await fetch('config.json')).json() };
 */
export interface HuggingFaceFiles {
  /** `config.json`: names of classes, and of timm's models also how pictures become the input. */
  readonly config?: unknown;
  /** `preprocessor_config.json`: how pictures become the input. */
  readonly preprocessorConfig?: unknown;
}

/** What such a folder says about a model's pictures and classes. */
export interface FoundFolder {
  readonly options: PreprocessingOptions;
  /** The file that each setting comes from. */
  readonly from: Readonly<Partial<Record<keyof PreprocessingOptions, FolderFile>>>;
  /** Values that cannot be meant, or have no counterpart here, one sentence each. */
  readonly notes: readonly string[];
}

const FOLDER_FILES = ['config.json', 'preprocessor_config.json'] as const;
export type FolderFile = (typeof FOLDER_FILES)[number];

type Settings = { -readonly [K in keyof PreprocessingOptions]: PreprocessingOptions[K] };
type Json = Readonly<Record<string, unknown>>;

/** Whether a setting comes from a folder of Hugging Face, by who is said to have stated it. */
export function isOfFolder(source: string | undefined): boolean {
  return FOLDER_FILES.some((file) => file === source);
}

/** Whether a file of the name `config.json` describes a model as Hugging Face does. Other programs have files of this name, too. */
export function isHuggingFaceConfig(json: unknown): boolean {
  return ['model_type', 'architectures', 'id2label', 'pretrained_cfg'].some((key) => Object.hasOwn(objectOf(json), key));
}

/**
 * Reads what a folder of Hugging Face says. The person who runs a model did not write it, so what cannot be read is left out with a note, and is
 * never an error. What a model's image processor does is that of `transformers` (src/transformers/models/*, image_processing_*.py), of timm's
 * models that of `timm.data.create_transform`.
 */
export function readHuggingFace({ config, preprocessorConfig }: HuggingFaceFiles): FoundFolder {
  const options: Settings = {};
  const from: Partial<Record<keyof PreprocessingOptions, FolderFile>> = {};
  const notes: string[] = [];
  const take = (file: FolderFile, found: PreprocessingOptions) => {
    Object.assign(options, found);
    for (const key of Object.keys(found) as (keyof PreprocessingOptions)[]) from[key] = file;
  };
  const model = objectOf(config);
  const labels = labelsOf(model.id2label ?? model.label_names);
  if (labels !== undefined) take('config.json', { labels });
  const timm = objectOf(model.pretrained_cfg);
  if (preprocessorConfig !== undefined) {
    const say = (text: string) => notes.push(`preprocessor_config.json: ${text}`);
    take('preprocessor_config.json', processorSettings(objectOf(preprocessorConfig), say));
  } else if (Object.keys(timm).length > 0) {
    take(
      'config.json',
      timmSettings(timm, (text) => notes.push(`config.json: ${text}`)),
    );
  }
  const stated = sidesOf(model.image_size ?? objectOf(model.vision_config).image_size);
  if (options.size === undefined && stated !== undefined) take('config.json', { size: [stated.height, stated.width] });
  return { options, from, notes };
}

/** The settings that fit a model. Those that do not are left out with a note. */
export function fitFolder(
  { options, from, notes }: FoundFolder,
  {
    width,
    height,
    channels,
    classes,
  }: { readonly width: number; readonly height: number; readonly channels: number; readonly classes: number },
): FoundFolder {
  const fitting: Settings = { ...options };
  const told = [...notes];
  const leaveOut = (key: keyof PreprocessingOptions, reason: string) => {
    told.push(`${from[key]}: ${reason}`);
    delete fitting[key];
  };
  const { labels, resize, size } = options;
  if (labels !== undefined && labels.length !== classes) {
    leaveOut('labels', `${labels.length} names for ${classes} classes; they are left out`);
  }
  for (const key of ['mean', 'std'] as const) {
    const numbers = options[key];
    if (numbers === undefined || numbers.length === 1 || numbers.length === channels) continue;
    leaveOut(key, `the ${key} has ${numbers.length} numbers for ${channels} channel${channels === 1 ? '' : 's'}; it is left out`);
  }
  if (channels === 1) delete fitting.order;
  const [rows, columns] = typeof size === 'number' ? [size, size] : (size ?? [height, width]);
  if (rows !== height || columns !== width) {
    const share = resize !== undefined && fitting.fit === 'cover' && resize >= Math.max(columns, rows);
    told.push(
      `${from.size}: made for pictures of ${columns}x${rows}; the model's input is ${width}x${height}${share ? ', and the same share is cropped' : ''}`,
    );
    if (share) fitting.resize = Math.floor((resize * Math.max(width, height)) / Math.max(columns, rows));
    else delete fitting.resize;
  } else if (resize !== undefined && resize < Math.max(width, height)) {
    leaveOut('resize', `resizes to ${resize} pixels and crops ${width}x${height} with a border; pictures cover the input instead`);
  }
  return { options: fitting, from, notes: told };
}

/** Classes of image processors that take a size of one number for the shorter side; the others make squares of it. */
const BY_SHORTER_SIDE: ReadonlySet<string> = new Set([
  'Bit',
  'CLIP',
  'ChineseCLIP',
  'ConvNext',
  'Levit',
  'MobileNetV1',
  'MobileNetV2',
  'MobileViT',
  'PoolFormer',
]);

/** LeViT's processor resizes the shorter side to 256 for a size of 224. */
const LEVIT_RESIZED = 256 / 224;
/** ConvNeXt's processor crops below this size, and distorts from there on. */
const CONVNEXT_DISTORTED = 384;
const CONVNEXT_CROPPED = 224 / 256;

/** The integers by which Pillow names its filters. */
const FILTERS: ReadonlyMap<unknown, Interpolation> = new Map<unknown, Interpolation>([
  [0, 'nearest'],
  [1, 'lanczos'],
  [2, 'bilinear'],
  [3, 'bicubic'],
  ['nearest', 'nearest'],
  ['lanczos', 'lanczos'],
  ['bilinear', 'bilinear'],
  ['bicubic', 'bicubic'],
]);

function processorSettings(processor: Json, say: (text: string) => void): PreprocessingOptions {
  const name = String(processor.image_processor_type ?? processor.feature_extractor_type ?? '').replace(
    /(?:ImageProcessor|FeatureExtractor)(?:Fast|Pil)?$/,
    '',
  );
  const { resample } = processor;
  const interpolation = FILTERS.get(resample);
  if (interpolation === undefined && typeof resample === 'number') say(`no filter ${resample}; bilinear is taken`);
  return {
    ...(processor.do_resize !== false && {
      ...geometryOf(name, processor, say),
      ...(interpolation !== undefined && { interpolation }),
    }),
    ...(processor.do_flip_channel_order === true && { order: 'bgr' }),
    ...valuesOf(name, processor, say),
  };
}

/** Resizing and cropping, and the size of what they give. */
function geometryOf(name: string, processor: Json, say: (text: string) => void): PreprocessingOptions {
  const { size: given, do_center_crop: crops } = processor;
  const crop = crops === false ? undefined : sidesOf(processor.crop_size);
  const edge = objectOf(given).shortest_edge ?? (BY_SHORTER_SIDE.has(name) ? given : undefined);
  const shorter = isPixels(edge) ? edge : undefined;
  const sides = shorter === undefined ? sidesOf(given) : { width: shorter, height: shorter };
  if (sides === undefined) {
    if (given !== undefined && given !== null) say(`the size ${JSON.stringify(given)} is not understood`);
    return crop ? { size: [crop.height, crop.width] } : {};
  }
  const share = isShare(processor.crop_pct) ? processor.crop_pct : name === 'ConvNext' ? CONVNEXT_CROPPED : undefined;
  if (name === 'ConvNext' && sides.width >= CONVNEXT_DISTORTED) return { fit: 'stretch', size: [sides.height, sides.width] };
  if (share !== undefined) {
    return { ...covered(Math.floor(sides.height / share), crop ?? sides) };
  }
  if (name === 'Levit') return covered(Math.floor(sides.height * LEVIT_RESIZED), crop ?? sides);
  // Perceiver crops the centre first, of which as much is left as of the shorter side by this resize.
  if (name === 'Perceiver' && crop !== undefined) return covered(crop.height, sides);
  if (shorter !== undefined) return covered(shorter, crop ?? sides);
  const { width, height } = crop ?? sides;
  const distorted: PreprocessingOptions = { fit: 'stretch', size: [height, width] };
  if (sides.width === width && sides.height === height) return distorted;
  if (sides.width === sides.height) return { ...distorted, resize: sides.width };
  say(`resizes to ${sides.width}x${sides.height} before it crops; pictures are resized to ${width}x${height} instead`);
  return distorted;
}

/** The shorter side is resized, and the centre is cropped. */
function covered(resize: number, { width, height }: Sides): PreprocessingOptions {
  return { fit: 'cover', resize, size: [height, width] };
}

/** What becomes of the numbers of a picture. */
function valuesOf(name: string, processor: Json, say: (text: string) => void): PreprocessingOptions {
  const factor = typeof processor.rescale_factor === 'number' && processor.rescale_factor > 0 ? processor.rescale_factor : 1 / 255;
  // 255 times the nearest number to 1 / 255 may miss 1.
  const white = processor.do_rescale === false ? 255 : Number((255 * factor).toPrecision(12));
  const shift = processor.rescale_offset === true ? 1 : 0;
  const range: readonly [number, number] = [0 - shift, white - shift];
  if (processor.do_normalize === false) return { range };
  const mean = numbersOf(processor.image_mean);
  const std = numbersOf(processor.image_std)?.map((deviation) => (dividesTwice(name, processor) ? deviation * deviation : deviation));
  if (mean === undefined || std === undefined || std.some((deviation) => deviation <= 0)) {
    if (processor.do_normalize === true) say('no mean and deviation that can be read; none is applied');
    return { range };
  }
  return { range, mean, std };
}

/** EfficientNet's processor divides by the deviation once more, for models that classify. */
function dividesTwice(name: string, { include_top: top }: Json): boolean {
  return name === 'EfficientNet' && top !== false;
}

/** How timm's `create_transform` prepares pictures for evaluation. */
function timmSettings(cfg: Json, say: (text: string) => void): PreprocessingOptions {
  const [, height, width] = Array.isArray(cfg.input_size) ? cfg.input_size : [];
  const share = isShare(cfg.crop_pct) ? cfg.crop_pct : 0.875;
  const mean = numbersOf(cfg.mean);
  const std = numbersOf(cfg.std);
  const interpolation = FILTERS.get(cfg.interpolation);
  const sized = isPixels(height) && isPixels(width);
  if (cfg.crop_mode === 'border') say('crop_mode border is not made; pictures cover the input');
  return {
    range: [0, 1],
    ...(mean && std && { mean, std }),
    ...(interpolation !== undefined && { interpolation }),
    ...(sized && {
      size: [height, width],
      ...(cfg.crop_mode === 'squash' && width === height
        ? { fit: 'stretch', resize: Math.floor(height / share) }
        : { fit: 'cover', resize: Math.floor(Math.min(height, width) / share) }),
    }),
  };
}

interface Sides {
  readonly height: number;
  readonly width: number;
}

/** `224`, `[224, 224]`, or `{"height": 224, "width": 224}`. */
function sidesOf(value: unknown): Sides | undefined {
  const { height, width } = objectOf(value);
  const [rows, columns]: readonly unknown[] = Array.isArray(value) ? value : isPixels(value) ? [value, value] : [height, width];
  return isPixels(rows) && isPixels(columns) ? { height: rows, width: columns } : undefined;
}

function isPixels(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1;
}

/** One number, or one for each channel. */
function numbersOf(value: unknown): number[] | undefined {
  const numbers: readonly unknown[] = Array.isArray(value) ? value : [value];
  const read = numbers.flatMap((number) => (typeof number === 'number' && Number.isFinite(number) ? [number] : []));
  return read.length === numbers.length && read.length > 0 ? read : undefined;
}

/** An object of the file; an empty one in the place of anything else. */
function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
