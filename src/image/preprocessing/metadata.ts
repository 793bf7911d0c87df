import type { FitMode } from '../fit.js';
import { labelsOf } from './labels.js';
import { readLiteral } from './literal.js';
import type { PreprocessingOptions } from './options.js';

/** What the metadata of a model say about its pictures and classes. */
export interface FoundMetadata {
  readonly options: PreprocessingOptions;
  /** The metadata key that each setting comes from. */
  readonly keys: Readonly<Partial<Record<keyof PreprocessingOptions, string>>>;
  /**
   * What is known of the scale of mean and standard deviation: `inferred`: it is 0 to 255, and so is the range, by their size; `unit`: the
   * metadata say that it is 0 to 1.
   */
  readonly scale?: 'inferred' | 'unit';
  /** Values that were found and cannot be meant, one sentence each. */
  readonly notes: readonly string[];
}

type Setting<K extends keyof PreprocessingOptions> = readonly [
  key: string,
  read: (value: string) => NonNullable<PreprocessingOptions[K]> | undefined,
];

/** Words of files are looked up in maps: an object would also find `constructor`. */
const PIXEL_RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['nominalrange_0_255', [0, 255]],
  ['normalized_0_1', [0, 1]],
  ['normalized_1_1', [-1, 1]],
  ['nominalrange_16_235', [16, 235]],
]);

const RESIZE_TYPES: ReadonlyMap<string, FitMode> = new Map([
  ['standard', 'stretch'],
  ['crop', 'cover'],
  ['fit_to_window', 'contain'],
  ['fit_to_window_letterbox', 'contain'],
]);

/**
 * The keys, in lower case, under which exporters write how a picture becomes the input. If a setting has several keys, the first present
 * one counts.
 *
 * - `Image.*`: ONNX's own image metadata (onnx.ai/onnx/repo-docs/MetadataProps.html), written by WinML's converters, Custom Vision and
 *   ML.NET;
 * - `CustomVision.Preprocess.*`: Azure Custom Vision;
 * - `model_info ...`: OpenVINO's Model API and OTX; numbers and labels are separated by spaces, mean and scale are in units of 0 to 255;
 * - `names`: Ultralytics, the repr of a Python dict; the other keys beside it are what people write by hand.
 */
const RANGE: readonly Setting<'range'>[] = [['image.nominalpixelrange', (value) => PIXEL_RANGES.get(value.toLowerCase())]];
const ORDER: readonly Setting<'order'>[] = [
  ['image.bitmappixelformat', (value) => (/^bgra?8$/i.test(value) ? 'bgr' : /^rgba?8$/i.test(value) ? 'rgb' : undefined)],
];
const FIT: readonly Setting<'fit'>[] = [['model_info resize_type', (value) => RESIZE_TYPES.get(value)]];
const MEAN: readonly Setting<'mean'>[] = [
  ['customvision.preprocess.normalizemean', readNumbers],
  ['model_info mean_values', readNumbers],
  ['mean', readNumbers],
  ['standardization_mean', readNumbers],
];
const STD: readonly Setting<'std'>[] = [
  ['customvision.preprocess.normalizestd', readNumbers],
  ['model_info scale_values', readNumbers],
  ['std', readNumbers],
  ['standardization_std', readNumbers],
];
const LABELS: readonly Setting<'labels'>[] = [
  ['names', readLabels],
  ['labels', readLabels],
  ['class_names', readLabels],
  ['classes', readLabels],
  ['model_info labels', (value) => value.trim().split(/\s+/)],
];

/**
 * Reads what exporters write into `metadata_props`. The user did not write the metadata, so a value that cannot be read or does not fit the
 * model is left out with a note, and is never an error.
 */
export function readMetadata(
  metadata: Readonly<Record<string, string>>,
  { classes, channels, single = false }: { classes: number; channels: number; single?: boolean },
): FoundMetadata {
  const found = new Map(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), { key, value }]));
  const options: { -readonly [K in keyof PreprocessingOptions]: PreprocessingOptions[K] } = {};
  const keys: Partial<Record<keyof PreprocessingOptions, string>> = {};
  const notes: string[] = [];
  const take = <K extends keyof PreprocessingOptions>(
    setting: K,
    places: readonly Setting<K>[],
    refuse: (value: NonNullable<PreprocessingOptions[K]>) => string | undefined = () => undefined,
  ) => {
    const [place] = places.flatMap(([name, read]) => {
      const entry = found.get(name);
      return entry === undefined ? [] : [{ ...entry, read }];
    });
    if (place === undefined) return;
    const { key, value } = place;
    const read = place.read(value);
    const refusal = read === undefined ? `"${shorten(value)}" says no ${setting} that is understood` : refuse(read);
    if (refusal !== undefined) {
      notes.push(`metadata "${key}": ${refusal}; it is left out`);
      return;
    }
    options[setting] = read as (typeof options)[K];
    keys[setting] = key;
  };
  const oneAChannel = (numbers: readonly number[]) =>
    numbers.length === 1 || numbers.length === channels ? undefined : `${numbers.length} numbers for ${channels} channels`;
  take('range', RANGE);
  if (channels === 3) take('order', ORDER);
  take('fit', FIT);
  take('mean', MEAN, oneAChannel);
  take('std', STD, (numbers) => oneAChannel(numbers) ?? (numbers.every((number) => number > 0) ? undefined : 'not above 0'));
  take('labels', LABELS, (labels) =>
    labels.length === classes || (single && labels.length === 1) ? undefined : `${labels.length} names for ${classes} classes`,
  );
  const gamma = found.get('image.colorspacegamma');
  if (gamma !== undefined && gamma.value.toLowerCase() === 'linear') {
    notes.push(`metadata "${gamma.key}": linear light is not made; the model is fed sRGB values`);
  }
  if (found.get('model_info intensity_mode')?.value === 'scale_to_unit') return { options, keys, scale: 'unit', notes };
  const key = keys.mean ?? keys.std;
  if (options.range !== undefined || key === undefined || !isOf255(options)) return { options, keys, notes };
  return { options: { ...options, range: [0, 255] }, keys: { ...keys, range: key }, scale: 'inferred', notes };
}

/** Whether mean and standard deviation are of pixels from 0 to 255: no mean of 0 to 1 is above 1, and none of 0 to 255 is below 1. */
export function isOf255({ mean = [], std = [] }: PreprocessingOptions): boolean {
  return [...mean, ...std].some((number) => number > 1);
}

/** `[0.5, 0.5]`, `(0.5, 0.5)`, `0.5,0.5` or `0.5 0.5`. */
function readNumbers(value: string): number[] | undefined {
  const parts = value
    .trim()
    .replace(/^[[(]|[\])]$/g, '')
    .trim()
    .split(/\s*,\s*|\s+/);
  const numbers = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Reads names: a list or a table, as JSON or as Python prints them; or names separated by commas. */
function readLabels(value: string): string[] | undefined {
  if (!/^\s*[[({]/.test(value)) return value.split(',').map((name) => name.trim());
  return labelsOf(readLiteral(value));
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
