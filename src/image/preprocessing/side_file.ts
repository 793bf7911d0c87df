import { PathlightError } from '../../errors.js';
import type { Source, Wanted } from '../../messages/en/images.js';
import type { BoundValue } from '../../onnx/inputs/bind.js';
import { isValues } from '../../tensor/arguments.js';
import { twoOf } from '../../tensor/items.js';
import { FITS } from '../fit.js';
import { MATTES } from '../picture.js';
import { INTERPOLATIONS } from '../resize.js';
import { labelsOf } from './labels.js';
import { CHANNEL_ORDERS, PRESETS, type PreprocessingOptions } from './options.js';

type Reader<T> = (value: unknown, fail: (wanted: Wanted) => never) => T;

const READERS: { readonly [K in keyof Required<PreprocessingOptions>]: Reader<Required<PreprocessingOptions>[K]> } = {
  preprocess: oneOf(PRESETS),
  range(value, fail) {
    if (!isNumbers(value) || value.length !== 2) return fail('range');
    const [low, high] = twoOf(value);
    return low === high ? fail('range') : [low, high];
  },
  mean(value, fail) {
    const numbers = typeof value === 'number' ? [value] : value;
    if (!isNumbers(numbers)) return fail('numbers');
    return numbers;
  },
  std(value, fail) {
    const numbers = typeof value === 'number' ? [value] : value;
    if (!isNumbers(numbers) || numbers.some((number) => number <= 0)) return fail('positive numbers');
    return numbers;
  },
  order: oneOf(CHANNEL_ORDERS),
  fit: oneOf(FITS),
  resize: readPixels,
  interpolation: oneOf(INTERPOLATIONS),
  matte: oneOf(MATTES),
  layout: oneOf(['nchw', 'nhwc']),
  size(value, fail) {
    if (typeof value === 'number') return readPixels(value, () => fail('size'));
    if (!isNumbers(value) || value.length !== 2) return fail('size');
    const [height, width] = twoOf(value);
    return [readPixels(height, () => fail('size')), readPixels(width, () => fail('size'))];
  },
  width: readPixels,
  height: readPixels,
  bind(value, fail) {
    if (!isTable(value)) return fail('constants');
    const entries = Object.entries(value).map(([name, bound]) => (isBoundValue(bound) ? ([name, bound] as const) : fail('constants')));
    return Object.fromEntries(entries);
  },
  output: (value, fail) => (typeof value === 'string' && value !== '' ? value : fail('name')),
  labels: (value, fail) => labelsOf(value) ?? fail('labels'),
};

/**
 * Checks the JSON of a side file. Unknown keys are refused, because a misspelt "std" would silently change every prediction. Only
 * "description" is free text.
 *
 * @param source who gave the settings.
 * @throws PathlightError for an unknown key or a wrong value.
 */
export function parseSideFile(json: unknown, source: Source = 'side file'): PreprocessingOptions {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PathlightError('settings.no-object', { source, value: show(json) });
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    if (key === 'description' || value === undefined) continue;
    const read = Object.hasOwn(READERS, key) ? (READERS[key as keyof typeof READERS] as Reader<unknown>) : undefined;
    if (!read) throw new PathlightError('settings.unknown-key', { source, key, known: Object.keys(READERS) });
    options[key] = read(value, (wanted) => {
      throw new PathlightError('settings.value', { source, key, value: show(value), wanted });
    });
  }
  return options;
}

function oneOf<T extends string>(choices: readonly T[]): Reader<T> {
  return (value, fail) => choices.find((choice) => choice === value) ?? fail(choices);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number' && Number.isFinite(number));
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, numbers, or an array with its shape. */
function isBoundValue(value: unknown): value is BoundValue {
  const isArray = isTable(value) && 'shape' in value && 'data' in value && Array.isArray(value.shape) && isValues(value.data);
  return typeof value === 'number' || isValues(value) || isArray;
}

function readPixels(value: unknown, fail: (wanted: 'pixels') => never): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) return fail('pixels');
  return value;
}

/** A value in a message: short, on one line. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
