import type { Table } from './table.js';

type Wanted = Extract<Parameters<Table['argument.value']>[0]['wanted'], string>;

const WANTED: Readonly<Record<Wanted, string>> = {
  number: 'un número',
  whole: 'un entero, 0 o mayor',
  size: 'un entero, 1 o mayor',
  seed: 'un entero',
  'above 0': 'un número mayor que 0',
  switch: 'true o false',
  text: 'un texto',
  function: 'una función',
  signal: 'una AbortSignal',
  object: 'un objeto',
  values: 'un Float32Array, otro arreglo de números o una lista de ellos',
  images: 'una imagen o una lista de imágenes: Float32Array, otros arreglos de números o listas de ellos',
  'values or count': 'un número, o una lista de imágenes',
  baseline: 'un nombre, un número, o una imagen',
  bytes: 'los bytes de un archivo: un Uint8Array o un ArrayBuffer',
  class: 'el índice de una clase, o su nombre',
  classes: 'el índice de una clase, su nombre, o una lista de ellos',
  contrasts: 'el índice de una clase, su nombre, predicted, o una lista de ellos',
  baselines: 'un nombre, un número, una imagen, o una lista de ellos',
  contrast: 'el índice de una clase, su nombre, o predicted',
  steps: 'un entero, auto o exact',
  percent: 'un número, o search',
  patch: 'un número de píxeles, { superpixels: un número } o { mask: un número por píxel }',
  names: 'all, o una lista de nombres',
  unit: 'pixel, un número de píxeles, o { superpixels: un número }',
  'input size': 'un número, o [alto, ancho]',
  shape: 'una lista de enteros',
  session: 'una Session, como la da createSession',
  device: 'un DeviceSource',
  gpu: 'navigator.gpu, o lo que da openDawn',
  channels: '1, 3 o 4',
  'channels of models': '1 o 3',
  preprocessing: 'el preprocesamiento de una sesión',
  layout: 'un PixelLayout, como lo da pixelLayout',
  scale: 'un número finito, 0 o mayor',
  path: 'la ruta de un archivo',
  files: 'archivos por sus nombres, o una función de un nombre a un archivo',
};

/** What a caller of the library passed. */
export const callers = {
  'argument.value': (v) => `${v.argument}: ${v.value} (se espera ${typeof v.wanted === 'string' ? WANTED[v.wanted] : v.wanted.join(', ')})`,
  'argument.unknown-option': (v) => `${v.argument}: no hay opción ${v.option} (se espera una de ${v.known.join(', ')})`,
} as const satisfies Partial<Table>;
