import { PathlightError } from '../errors.js';
import type { WantedArgument } from '../messages/en/arguments.js';

/*
 * Arguments of public functions. TypeScript knows what they must be, but JavaScript does not ask it, and `instanceof` is false for an array of
 * another realm (a frame, a test runner, node:vm). What can only mean one thing is taken as that; anything else is refused by name.
 */

/**
 * The numbers of an image, [elements] in the model's input space. Anything but a Float32Array is rounded to float32.
 *
 * @example const values: ImageValues = Array.from({ length: 784 }, () => 0.5);
 */
export type ImageValues = Float32Array | Float64Array | readonly number[];

/**
 * The bytes of a file.
 *
 * @example const file: FileBytes = await (await fetch('digits.onnx')).arrayBuffer();
 */
export type FileBytes = Uint8Array | ArrayBuffer;

/** Throws the error about an argument of another type. */
export function refuse(argument: string, value: unknown, wanted: WantedArgument | readonly string[]): never {
  throw new PathlightError('argument.value', { argument, value: describe(value), wanted });
}

/** The numbers as float32; the same memory where they are float32 already. */
export function toFloat32(values: unknown, argument: string, wanted: WantedArgument = 'values'): Float32Array {
  if (values instanceof Float32Array) return values;
  if (ArrayBuffer.isView(values)) {
    if (typeOf(values) === 'Float32Array') return new Float32Array(values.buffer, values.byteOffset, values.byteLength / 4);
    if (isNumberArray(values)) return Float32Array.from(values);
  }
  return Float32Array.from(listOf(values, argument, wanted));
}

/** The numbers as they are, in float32 or float64. */
export function toNumbers(values: unknown, argument: string): Float32Array | Float64Array {
  if (values instanceof Float64Array) return values;
  return ArrayBuffer.isView(values) && typeOf(values) === 'Float32Array'
    ? toFloat32(values, argument)
    : Float64Array.from(listOf(values, argument));
}

/** The elements of a list, or of an array of any type. */
function listOf(values: unknown, argument: string, wanted: WantedArgument = 'values'): readonly number[] {
  if (ArrayBuffer.isView(values) && isNumberArray(values)) return Array.from(values);
  if (!isArrayLike(values)) return refuse(argument, values, wanted);
  return Array.from(values, (value, i) => (typeof value === 'number' ? value : refuse(`${argument}[${i}]`, value, 'number')));
}

/** Whether a value is numbers, or a list of numbers: one image, and not a list of images. */
export function isValues(value: unknown): boolean {
  return Array.isArray(value) ? typeof value[0] === 'number' : ArrayBuffer.isView(value) && isNumberArray(value);
}

/** Bytes as they lie in memory, not copied. */
export function toBytes(bytes: unknown, argument: string): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isBuffer(bytes) ? new Uint8Array(bytes) : refuse(argument, bytes, 'bytes');
}

/** What an option must be: a kind, or a list of words. */
export type OptionKind = WantedArgument | readonly string[];
/** A kind for every option of a type, so that a new option does not compile without one. */
export type OptionKinds<O> = { readonly [K in keyof O]-?: OptionKind };

/** The options that are given: without those that are null or undefined. Throws PathlightError for an unknown option, and for a value of another type. */
export function readOptions<O extends object>(options: O, kinds: Readonly<Record<string, OptionKind>>, argument = 'options'): O {
  if (typeof options !== 'object' || Array.isArray(options)) refuse(argument, options, 'object');
  const given = { ...options };
  for (const option of Object.keys(given)) {
    const value: unknown = Reflect.get(given, option);
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined;
    if (value === null || value === undefined) Reflect.deleteProperty(given, option);
    else if (kind === undefined) throw new PathlightError('argument.unknown-option', { argument, option, known: Object.keys(kinds) });
    else checkArgument(option, value, kind);
  }
  return given;
}

/** Throws PathlightError, with the argument's name, for a value of another kind. */
export function checkArgument(argument: string, value: unknown, kind: OptionKind): void {
  const right = typeof kind === 'string' ? KINDS[kind](value) : typeof value === 'string' && kind.includes(value);
  if (!right) refuse(argument, value, kind);
}

const isNumber = (value: unknown) => typeof value === 'number';
const isWhole = (value: unknown, least: number) => typeof value === 'number' && Number.isInteger(value) && value >= least;
const isText = (value: unknown) => typeof value === 'string';
const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const isList = (value: unknown, ofEach: (each: unknown) => boolean) => Array.isArray(value) && value.every(ofEach);
const isName = (value: unknown) => isNumber(value) || isText(value);
const isNames = (value: unknown) => isName(value) || isList(value, (each) => each === null || each === undefined || isName(each));
const isBaseline = (value: unknown) => isName(value) || isValues(value);
const has = (value: unknown, method: string) => isObject(value) && typeof Reflect.get(Object(value), method) === 'function';

const isPatchSize = (value: unknown) => isNumber(value) || (isObject(value) && isNumber(Reflect.get(Object(value), 'superpixels')));
const isPatch = (value: unknown) => isPatchSize(value) || (isObject(value) && isValues(Reflect.get(Object(value), 'mask')));

/** Kinds tell types apart. Ranges are checked where options are used, with messages of their own. */
const KINDS: Readonly<Record<WantedArgument, (value: unknown) => boolean>> = {
  number: isNumber,
  whole: (value) => isWhole(value, 0),
  size: (value) => isWhole(value, 1),
  seed: (value) => Number.isSafeInteger(value),
  'above 0': (value) => typeof value === 'number' && value > 0,
  switch: (value) => typeof value === 'boolean',
  text: isText,
  function: (value) => typeof value === 'function',
  signal: (value) => has(value, 'addEventListener'),
  object: (value) => isObject(value) && !Array.isArray(value),
  values: (value) => isValues(value),
  images: (value) => isValues(value) || Array.isArray(value),
  'values or count': (value) => isNumber(value) || isList(value, isValues),
  baseline: isBaseline,
  bytes: (value) => ArrayBuffer.isView(value) || isBuffer(value),
  class: isName,
  contrast: isName,
  classes: isNames,
  contrasts: isNames,
  baselines: (value) => isBaseline(value) || isList(value, isBaseline),
  steps: (value) => isNumber(value) || value === 'auto' || value === 'exact',
  names: (value) => isText(value) || isList(value, isText),
  unit: (value) => value === 'pixel' || isPatch(value),
  percent: (value) => isNumber(value) || value === 'search',
  patch: isPatch,
  'input size': (value) => isNumber(value) || (isList(value, isNumber) && Array.isArray(value) && value.length === 2),
  shape: (value) => isList(value, (size) => isWhole(size, 0)),
  session: (value) => has(value, 'executor'),
  device: (value) => has(value, 'exclusively'),
  gpu: (value) => has(value, 'requestAdapter'),
  channels: (value) => value === 1 || value === 3 || value === 4,
  'channels of models': (value) => value === 1 || value === 3,
  preprocessing: (value) => isObject(value) && Array.isArray(Reflect.get(Object(value), 'shape')),
  layout: (value) => isObject(value) && ['pixels', 'channels'].every((key) => isWhole(Reflect.get(Object(value), key), 1)),
  scale: (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  path: isText,
  files: (value) => typeof value === 'function' || (isObject(value) && !Array.isArray(value) && !ArrayBuffer.isView(value)),
};

/** A list, or an object that has a length and elements as a list has. */
function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return isObject(value) && isWhole(Reflect.get(Object(value), 'length'), 0) && !ArrayBuffer.isView(value);
}

/** Arrays whose elements are numbers: all typed arrays but those of bigints. */
function isNumberArray(view: ArrayBufferView): view is ArrayBufferView & ArrayLike<number> {
  return /^(?:Uint(?:8|16|32)|Uint8Clamped|Int(?:8|16|32)|Float(?:16|32|64))Array$/.test(typeOf(view));
}

function isBuffer(value: unknown): value is ArrayBuffer {
  return ['ArrayBuffer', 'SharedArrayBuffer'].includes(typeOf(value));
}

/** `Float32Array`, `Promise`, in whatever realm the value was made. */
function typeOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** The longest string that a message repeats. */
const LONGEST = 40;

/** The type of a value and, where it is short, the value: `string "64"`, `number NaN`, `null`, `Array(3)`, `Promise`. */
function describe(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'string':
      return `string ${JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value)}`;
    case 'function':
      return 'function';
    case 'object': {
      if (value === null) return 'null';
      const type = typeOf(value);
      return 'length' in value ? `${type}(${String(value.length)})` : type;
    }
    default:
      return `${typeof value} ${String(value)}`;
  }
}
