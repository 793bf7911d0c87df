import type { Table } from '../message.js';

/** Messages of the page alone: demo. `detail` is prose of the browser. */
export const page = {
  'page.no-webgpu': () => ['this browser has no WebGPU', 'a current Chrome, Edge, Firefox or Safari'],
  'page.insecure': () => ['this page came over plain http, where browsers offer no WebGPU', 'https, or localhost'],
  'page.gpu-failed': (v: { asked: 'adapter' | 'device'; detail: string }) => [
    `WebGPU failed to give ${v.asked === 'adapter' ? 'an adapter' : 'a device'}: ${v.detail}`,
    'reload the page to try again',
  ],
  'page.gpu-silent': (v: { asked: 'adapter' | 'device'; seconds: number }) => [
    `WebGPU was asked for ${v.asked === 'adapter' ? 'an adapter' : 'a device'} and did not answer within ${v.seconds} seconds`,
    'the page will use it when it answers',
  ],
  'page.no-percentages': (v: { strategy: string; known: readonly string[] }) => [
    `the strategy ${v.strategy} has no percentages`,
    `one of ${v.known.join(', ')}`,
  ],
  'page.side-file': () => ["the model's .json file is not JSON", 'such as {"range": [0, 1], "mean": [0.5], "std": [0.5]}'],
  'page.alphas': (v: { alphas: number }) => [`${v.alphas} alphas along the path`, 'an integer above 1'],
  'page.map': (v: { index: number; maps: number }) => [`map ${v.index} of ${v.maps}`, 'a map that was asked for'],
  'page.no-repair': () => ['no repair of this picture was run', 'run one first'],
  'page.superseded': (v: { model: string }) => [`${v.model} was not opened, since another model was asked for after it`],
  'page.no-model': () => ['no model is open', 'open one first'],
  'page.drawing': (v: { pixels: number; side: number }) => [`a drawing of ${v.pixels} pixels`, `${v.side}x${v.side}`],
  /** `name` is null if the file has none. */
  'page.unreadable-picture': (v: { name: string | null }) => [
    `${v.name ?? 'the file'} is not a picture that this browser can read`,
    'png, jpg, webp, bmp or npy',
  ],
  'page.large-picture': (v: { size: readonly number[]; megapixels: number; most: number }) => [
    `a picture of ${v.size.join('x')}, ${v.megapixels} megapixels`,
    `at most ${v.most}`,
  ],
  'page.not-a-digit': (v: { size: readonly number[] }) => [
    `a picture centred as a digit for an input of ${v.size.join('x')}`,
    '28x28 grey, or another fit',
  ],
  'page.npy-numbers': (v: { numbers: number; wanted: number }) => [
    `a .npy file of ${v.numbers} numbers`,
    `${v.wanted}, as the model's input`,
  ],
  'page.worker-stopped': (v: { detail: string }) => [`the worker stopped: ${v.detail}`],
  /** `model` is null for the test digits. */
  'page.not-loaded': (v: { model: string | null; detail: string }) => [
    `${v.model === null ? 'the test digits' : `the shipped ${v.model}`} could not be loaded: ${v.detail}`,
  ],
} as const satisfies Table;
