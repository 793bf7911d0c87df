import type { Said, Table } from '../message.js';
import { formatShape } from '../words.js';

type Shape = readonly number[];

/** Files and devices of Node: src/node. The page never shows these. */
export const files = {
  'file.within': (v: { path: string; problem: Said }) => [`${v.path}: ${v.problem.message}`],
  'file.absent': (v: { path: string }) => [`${v.path}: no such file`],
  'file.folder': (v: { path: string }) => [`${v.path}: is a folder`, 'a file'],
  'file.empty-folder': (v: { path: string; endings: readonly string[] }) => [
    `${v.path}: a folder without pictures`,
    `files that end in ${v.endings.join(', ')}`,
  ],
  /** `models`: all that there are, none or several. */
  'file.no-model': (v: { path: string; models: readonly string[] }) => [
    v.models.length === 0 ? `${v.path}: a folder without a model` : `${v.path}: a folder with several models: ${v.models.join(', ')}`,
    v.models.length === 0 ? 'model.onnx or onnx/model.onnx in it' : 'the path of one of them',
  ],
  'file.too-large': (v: { path: string }) => [
    `${v.path}: 2 GiB or more, and no model of another kind that is known`,
    'an .onnx file, with large weights in a file beside it',
  ],
  'file.unreadable': (v: { path: string; detail: string }) => [`${v.path}: cannot be read, ${v.detail}`],
  /** `others`: files in its folder that may be it under another name. */
  'file.external-absent': (v: { name: string; path: string; others: readonly string[] }) => [
    `the weights lie in ${v.name} beside the model, and there is no ${v.path}`,
    v.others.length === 0
      ? 'put it there; it was saved with the model'
      : `put it there; it was saved with the model, which knows it by this name: is it ${v.others.join(' or ')}?`,
  ],
  'file.external-link': (v: { path: string; real: string }) => [
    `the weights are to be read from ${v.path}, which is a link to ${v.real}, outside the model's folder`,
    'the file itself beside the model',
  ],
  'file.not-json': (v: { path: string; detail: string }) => [`${v.path}: not JSON, ${v.detail}`, 'such as {"range": [0, 1]}'],
  'file.array-shape': (v: { path: string; shape: Shape; wanted: Shape }) => [
    `${v.path}: shape ${formatShape(v.shape)}`,
    `${formatShape(v.wanted)}, the shape of the model's input`,
  ],
  'file.no-npz': (v: { path: string; detail: string }) => [`${v.path}: not an .npz archive, ${v.detail}`, 'a file that numpy.savez wrote'],
  'file.npz-arrays': (v: { path: string; names: readonly string[] }) => [
    `${v.path}: ${v.names.length === 0 ? 'no array in the archive' : `${v.names.length} arrays in the archive: ${v.names.join(', ')}`}`,
    'one array of at most 1 GiB; numpy.save writes one of several',
  ],
  'file.not-finite': (v: { path: string; element: number; value: number }) => [
    `${v.path}: element ${v.element} is ${v.value}`,
    'finite numbers',
  ],
  'device.unusable': (v: { device: string; detail: string }) => [
    `the device ${v.device} cannot be used: ${v.detail}`,
    'auto takes what there is',
  ],
} as const satisfies Table;
