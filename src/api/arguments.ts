import type { Baseline } from '../attribution/baseline.js';
import { checkImage } from '../attribution/tasks.js';
import { hasCode, PathlightError } from '../errors.js';
import type { RunOptions } from '../executor.js';
import { checkArgument, type ImageValues, isValues, type OptionKinds, refuse, toFloat32 } from '../tensor/arguments.js';
import type { Session } from './session.js';

/**
 * One value for all images, or a list with one value for each.
 *
 * @example const targets: PerImage<number> = [7, 3]; // of two images
 */
export type PerImage<T> = T | readonly T[];

export const RUN_KINDS: OptionKinds<RunOptions> = { signal: 'signal', onProgress: 'function' };

/** One image, or several, as float32. Throws PathlightError where one has another size than the model's input, or numbers that are not finite. */
export function imagesOf(images: ImageValues | readonly ImageValues[], elements: number): Float32Array[] {
  checkArgument('images', images, 'images');
  const list: readonly unknown[] = isValues(images) ? [images] : [...images];
  return list.map((image, index) => {
    const values = toFloat32(image, list.length > 1 ? `images[${index}]` : 'image');
    checkImage('image', values, elements);
    return values;
  });
}

/** One image as float32. */
export function imageOf(image: ImageValues, elements: number): Float32Array {
  const values = toFloat32(image, 'image');
  checkImage('image', values, elements);
  return values;
}

/** The value of an option for each of `count` images; undefined where there is none. */
export function perImage<T>(values: PerImage<T> | undefined, count: number, option: string): (T | undefined)[] {
  if (!isList(values)) return new Array<T | undefined>(count).fill(values);
  if (values.length !== count) throw new PathlightError('images.options', { option, given: values.length, images: count });
  return [...values];
}

/** The baseline of each image. A list of numbers is a number for each image where there are as many images, else one image. */
export function baselinesOf(baseline: PerImage<Baseline> | undefined, count: number, elements: number): (Baseline | undefined)[] {
  const isImage = isValues(baseline) && isList(baseline) && baseline.length === elements && elements !== count;
  return isImage ? new Array<Baseline>(count).fill(toFloat32(baseline, 'baseline')) : perImage(baseline, count, 'baseline');
}

/** The index of a class that an option names; undefined where it names none. */
export function classIn(session: Session, name: unknown, role: 'target' | 'contrast'): number | undefined {
  if (name === undefined || name === null) return undefined;
  if (typeof name !== 'number' && typeof name !== 'string') return refuse(role, name, role === 'target' ? 'class' : 'contrast');
  try {
    return session.classOf(name);
  } catch (error) {
    if (hasCode(error, 'class.unknown')) throw new PathlightError('class.unknown', { ...error.values, role });
    throw error;
  }
}

/** `Array.isArray`, which does not know of lists that are read only. */
function isList<T>(value: PerImage<T> | undefined): value is readonly T[] {
  return Array.isArray(value);
}
