import type { Table } from '../message.js';
import { formatShape } from '../words.js';

type Shape = readonly number[];

/** How pictures become inputs, and arrays of numbers: src/image, src/tensor. `source` names the file. */
export const images = {
  'image.crop': (v: { crop: Shape; size: Shape }) => [`a crop of ${v.crop.join('x')} from ${v.size.join('x')}`, 'a crop that fits'],
  'image.mask-size': (v: { numbers: number; pixels: number }) => [`a mask of ${v.numbers} numbers`, `${v.pixels}, one for each pixel`],
  'image.mask-number': (v: { pixel: number; value: number }) => [
    `the mask holds ${v.value} at pixel ${v.pixel}`,
    'a number for each pixel',
  ],
  'image.blocks': (v: { side: number }) => [`blocks of ${v.side} pixels`, 'a whole number from 1'],
  'image.bytes': (v: { size: Shape; bytes: number; wanted: number }) => [
    `a picture of ${v.size.join('x')} with ${v.bytes} bytes`,
    `${v.wanted} bytes`,
  ],
  'image.size': (v: { size: Shape; wanted: Shape; shape: Shape }) => [
    `a picture of ${v.size.join('x')}`,
    `${v.wanted.join('x')}, the size of the model's input ${formatShape(v.shape)}`,
  ],
  'image.values': (v: { values: number; wanted: number; shape: Shape }) => [
    `${v.values} values`,
    `${v.wanted}, as in the model's input ${formatShape(v.shape)}`,
  ],
  'input.resize-contain': (v: { resize: number }) => [
    `resize ${v.resize} with the fit contain, which does not crop`,
    'fit cover or stretch',
  ],
  'input.resize-small': (v: { resize: number; size: Shape; least: number }) => [
    `resize ${v.resize} for an input of ${v.size.join('x')}`,
    `${v.least} or more`,
  ],
  'input.not-one-image': (v: { shape: Shape }) => [
    `the model's input ${formatShape(v.shape)} is not one image`,
    'a first axis of size 1, as in 1x3x224x224',
  ],
  /** `range`: what the first nodes of the network were made for; `fed`: what black and white become. */
  'input.range-found': (v: { operator: string; node: string; range: readonly number[] }) => [
    `the network begins by rescaling its input (${v.operator} "${v.node}"), so pictures are fed as ${v.range.join(' to ')}`,
    'another --range, or "range" in the .json file beside the model, if that is wrong',
  ],
  'input.range-doubtful': (v: { operator: string; node: string; range: readonly number[]; fed: readonly number[] }) => [
    `the network rescales its input itself (${v.operator} "${v.node}"), as if for ${v.range.join(' to ')}, and pictures are fed as ${v.fed.map((value) => Number(value.toPrecision(3))).join(' to ')}`,
    `a range of ${v.range.join(',')} without mean and std would fit`,
  ],
  /** A note. */
  'input.whole-numbers': (v: {
    range: readonly number[];
    mean: readonly number[];
    std: readonly number[];
    fractions: boolean;
    fed: readonly number[];
    pixels: readonly number[];
  }) => [
    `the model's input takes whole numbers, and with the range ${v.range.join(' to ')}, the mean ${v.mean.join(', ')} and the deviation ${v.std.join(', ')} pixels become ${v.fractions ? 'fractions, ' : ''}${v.fed.map((value) => Number(value.toPrecision(3))).join(' to ')}`,
    `a range of ${v.pixels.join(',')} without mean and std, unless the network was made for these`,
  ],
  'input.no-picture': (v: { shape: Shape; channels: number }) => [
    `the model's input ${formatShape(v.shape)} is no picture of 1 or 3 channels: pictures of it only show the mean of its ${v.channels === 1 ? 'values' : `${v.channels} channels`}, from the least to the largest, and maps in pictures are summed over channels`,
    'the .npy files hold all numbers',
  ],
  'input.needs-array': (v: { source: string | null; shape: Shape }) => [
    `${pictureOf(v.source)}: the model's input ${formatShape(v.shape)} is no picture of 1 or 3 channels`,
    `an .npy file of shape ${formatShape(v.shape)}`,
  ],
  'baseline.no-colours': (v: { baseline: string; shape: Shape }) => [
    `the baseline ${v.baseline} is a colour, and the model's input ${formatShape(v.shape)} is no picture`,
    'zero, mean, blur, a number or an array; or a range that says which values are black and white',
  ],
  'repair.no-picture': (v: { shape: Shape }) => [
    `the model's input ${formatShape(v.shape)} is no picture of 1 or 3 channels, whose pixels could be repainted`,
    'attribute, which explains any input',
  ],
  'input.axis': (v: { axis: 'width' | 'height'; given: number; shape: Shape; wanted: number }) => [
    `${v.axis} ${v.given} does not fit the model's input ${formatShape(v.shape)}`,
    `${v.axis} ${v.wanted}`,
  ],
  'input.layout': (v: { layout: string; shape: Shape; wanted: string }) => [
    `layout ${v.layout} does not fit the model's input ${formatShape(v.shape)}`,
    `layout ${v.wanted}`,
  ],
  /** `wanted`: the numbers of pixels that would fill the input. */
  'input.pixels': (v: { size: Shape; shape: Shape; wanted: readonly number[] }) => [
    `${v.size.join('x')} pixels do not fill the model's input ${formatShape(v.shape)}`,
    `${v.wanted.join(' or ')} pixels`,
  ],
  'input.per-channel': (v: { setting: string; numbers: readonly number[]; channels: number }) => [
    `${v.setting} ${v.numbers.join(',')} has ${v.numbers.length} numbers, the model's input ${v.channels} channel${v.channels === 1 ? '' : 's'}`,
    v.channels === 1 ? '1 number' : `1 or ${v.channels} numbers`,
  ],
  'settings.no-object': (v: { source: Source; value: string }) => [
    `${sourceOf(v.source)}: ${v.value} is not an object`,
    'such as {"range": [0, 1], "mean": [0.5], "std": [0.5]}',
  ],
  'settings.unknown-key': (v: { source: Source; key: string; known: readonly string[] }) => [
    `${sourceOf(v.source)}: unknown key "${v.key}"`,
    `one of ${v.known.join(', ')}, description`,
  ],
  'settings.value': (v: { source: Source; key: string; value: string; wanted: Wanted }) => [
    `${sourceOf(v.source)}: "${v.key}" is ${v.value}`,
    typeof v.wanted === 'string' ? WANTED[v.wanted] : v.wanted.map((choice) => `"${choice}"`).join(' or '),
  ],
  'settings.labels': (v: { source: Source; labels: number; classes: number }) => [
    `${sourceOf(v.source)}: ${v.labels} labels for a model with ${v.classes} classes`,
    `${v.classes} labels`,
  ],
  'labels.no-json': (v: { path: string }) => [`${v.path}: begins as JSON and is none`, 'a JSON list of names, or a name a line'],
  'labels.form': (v: { path: string }) => [
    `${v.path}: neither a list of names nor a table of all classes`,
    '["cat", "dog"], {"0": "cat", "1": "dog"} or {"cat": 0, "dog": 1}',
  ],
  'picture.empty': (v: { source: string | null }) => [`${pictureOf(v.source)}: the file is empty`, 'a png, jpg, webp or bmp'],
  'picture.corrupt': (v: { source: string | null; detail: string }) => [
    `${pictureOf(v.source)}: cannot be decoded, ${v.detail}`,
    'an intact png, jpg, webp or bmp',
  ],
  'picture.unknown': (v: { source: string | null }) => [
    `${pictureOf(v.source)}: cannot be decoded, its first bytes are those of no picture`,
    'an intact png, jpg, webp or bmp',
  ],
  'picture.mask-colours': (v: { source: string | null; colours: number; most: number }) => [
    `${pictureOf(v.source)}: ${v.colours} colours as a mask`,
    `one colour for each patch, at most ${v.most}, saved without loss`,
  ],
  'picture.mask-shape': (v: { source: string | null; shape: Shape; wanted: Shape }) => [
    `${pictureOf(v.source)}: a mask of ${formatShape(v.shape)}`,
    `${formatShape(v.wanted)}, rows and columns of the model's input`,
  ],
  'picture.format': (v: { source: string | null; format: string }) => [
    `${pictureOf(v.source)}: format ${v.format}`,
    'png, jpg, webp or bmp',
  ],
  'picture.bmp': (v: { source: string | null; bits: number; compression: number }) => [
    `${pictureOf(v.source)}: a bmp of ${v.bits} bits with compression ${v.compression}`,
    'a palette, 16, 24 or 32 bits, uncompressed or RLE',
  ],
  'picture.truncated': (v: { source: string | null; bytes: number }) => [
    `${pictureOf(v.source)}: a bmp of ${v.bytes} bytes is truncated`,
    'an intact bmp',
  ],
  'picture.large': (v: { source: string | null; size: Shape; megapixels: number; most: number }) => [
    `${pictureOf(v.source)}: ${v.size.join('x')} is ${v.megapixels} megapixels`,
    `at most ${v.most}`,
  ],
  'picture.no-pixels': (v: { source: string | null; size: Shape }) => [
    `${pictureOf(v.source)}: ${v.size.join('x')} has no pixels`,
    'at least 1x1',
  ],
  'npy.element-type': (v: { source: string | null; type: string; known: readonly string[] }) => [
    `${fileOf(v.source)}: element type ${v.type}`,
    `one of ${v.known.join(', ')}, little or big endian`,
  ],
  'npy.bytes': (v: { source: string | null; found: number; shape: Shape; type: string; wanted: number }) => [
    `${fileOf(v.source)}: ${v.found} bytes of elements, but shape ${formatShape(v.shape)} of ${v.type} needs ${v.wanted}`,
    v.found < v.wanted ? 'the file is truncated' : 'one array a file',
  ],
  'npy.large-integer': (v: { source: string | null; element: string }) => [
    `${fileOf(v.source)}: element ${v.element}`,
    'integers of at most 2^53',
  ],
  'npy.elements': (v: { elements: number; shape: Shape; wanted: number }) => [
    `${v.elements} elements do not fill shape ${formatShape(v.shape)}`,
    `${v.wanted} elements`,
  ],
  'npy.other-file': (v: { source: string | null }) => [`${fileOf(v.source)}: not an .npy file`, 'a file that numpy.save wrote'],
  'npy.version': (v: { source: string | null; version: string }) => [
    `${fileOf(v.source)}: .npy format ${v.version}`,
    'format 1.0, 2.0 or 3.0',
  ],
  'npy.no-header': (v: { source: string | null }) => [`${fileOf(v.source)}: the header is truncated`, 'a file that numpy.save wrote'],
  'npy.header-truncated': (v: { source: string | null; wanted: number; found: number }) => [
    `${fileOf(v.source)}: the header is truncated`,
    `${v.wanted} bytes, found ${v.found}`,
  ],
  'npy.header': (v: { source: string | null; header: string }) => [
    `${fileOf(v.source)}: header ${v.header}`,
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28)}",
  ],
} as const satisfies Table;

/** The name of a picture's file, if it has one. */
function pictureOf(source: string | null): string {
  return source ?? 'the picture';
}

/** The name of an .npy file, if it has one. */
function fileOf(source: string | null): string {
  return source ?? 'the .npy file';
}

/** The source of settings: a file, by its path; the side file of a model that has no path; or the flags of a command. */
export type Source = { readonly path: string } | 'side file' | 'flags';

function sourceOf(source: Source): string {
  return typeof source === 'object' ? source.path : source === 'flags' ? 'the flags' : "the model's .json file";
}

/** What a setting must be: a name in WANTED, or a list of allowed words. */
export type Wanted = keyof typeof WANTED | readonly string[];

const WANTED = {
  range: 'two different numbers, such as [0, 1]',
  numbers: 'a number, or one a channel, such as [0.485, 0.456, 0.406]',
  'positive numbers': 'a number above 0, or one a channel',
  labels: 'a list of strings, one a class, a table such as {"0": "cat", "1": "dog"}, or the name of a built-in list such as "imagenet"',
  pixels: 'a whole number of pixels',
  constants: 'numbers or lists of numbers by the names of inputs, such as {"temperature": 1}',
  size: 'a whole number of pixels for both sides, or [height, width]',
  name: 'the name of an output',
} as const;
