import type { Table } from '../message.js';

/** What a caller of the library passed, where its type alone shows that it cannot be meant: src/tensor/arguments.ts. */
export const callers = {
  /** `value`: the type and, of short values, the value itself, as `describe` of src/tensor/arguments.ts says it. */
  'argument.value': (v: { argument: string; value: string; wanted: WantedArgument | readonly string[] }) => [
    `${v.argument}: ${v.value}`,
    typeof v.wanted === 'string' ? WANTED[v.wanted] : v.wanted.join(', '),
  ],
  'argument.unknown-option': (v: { argument: string; option: string; known: readonly string[] }) => [
    `${v.argument}: there is no option ${v.option}`,
    v.known.join(', '),
  ],
} as const satisfies Table;

/** What an argument must be. */
export type WantedArgument = keyof typeof WANTED;

const WANTED = {
  number: 'a number',
  whole: 'a whole number, 0 or larger',
  size: 'a whole number, 1 or larger',
  seed: 'a whole number',
  'above 0': 'a number above 0',
  switch: 'true or false',
  text: 'a string',
  function: 'a function',
  signal: 'an AbortSignal',
  object: 'an object',
  values: 'a Float32Array, another array of numbers or a list of them',
  images: 'an image, or a list of images: Float32Arrays, other arrays of numbers or lists of them',
  'values or count': 'a number, or a list of images',
  baseline: 'a name, a number, or an image',
  bytes: 'the bytes of a file: a Uint8Array or an ArrayBuffer',
  class: 'the index of a class, or its label',
  classes: 'the index of a class, its label, or a list of them',
  contrasts: 'the index of a class, its label, predicted, or a list of them',
  baselines: 'a name, a number, an image, or a list of them',
  contrast: 'the index of a class, its label, or predicted',
  steps: 'a whole number, auto or exact',
  percent: 'a number, or search',
  patch: 'a number of pixels, { superpixels: a number }, or { mask: a number for each pixel }',
  names: 'all, or a list of names',
  unit: 'pixel, a number of pixels, or { superpixels: a number }',
  'input size': 'a number, or [height, width]',
  shape: 'a list of whole numbers',
  session: 'a Session, as createSession gives it',
  device: 'a DeviceSource',
  gpu: 'navigator.gpu, or what openDawn gives',
  channels: '1, 3 or 4',
  'channels of models': '1 or 3',
  preprocessing: 'the preprocessing of a session',
  layout: 'a PixelLayout, as pixelLayout gives it',
  scale: 'a finite number, 0 or larger',
  path: 'the path of a file',
  files: 'files by their names, or a function from a name to a file',
} as const;
