import type { Table } from '../../message.js';
import { formatShape } from '../../words.js';

/** Weights of a network that lie in other files than the model: src/onnx/files. */
export const external = {
  /** `file` is null where the name of the file does not matter. */
  'external.missing': (v: { tensor: string; file: string | null }) => [
    `tensor "${v.tensor}": its data lie in another file${v.file === null ? '' : `, ${v.file}`}, which was not given`,
    `give ${v.file ?? 'it'} together with the model, or save the model as one file`,
  ],
  'external.no-name': (v: { tensor: string }) => [
    `tensor "${v.tensor}": its data lie in another file, which the model does not name`,
    'a "location" in its external data',
  ],
  'external.outside': (v: { tensor: string; file: string }) => [
    `tensor "${v.tensor}": its data lie in ${v.file}, which leads out of the model's folder`,
    'a file beside the model, or in a folder beside it',
  ],
  'external.number': (v: { tensor: string; key: 'offset' | 'length'; value: string }) => [
    `tensor "${v.tensor}": the ${v.key} of its data is "${v.value}"`,
    'a whole number of bytes',
  ],
  'external.length': (v: { tensor: string; shape: readonly number[]; type: string; length: number; wanted: number }) => [
    `tensor "${v.tensor}": its data have ${v.length} bytes, but shape ${formatShape(v.shape)} of ${v.type} needs ${v.wanted}`,
  ],
  'external.short': (v: { tensor: string; file: string; start: number; end: number; size: number }) => [
    `tensor "${v.tensor}": its data are the bytes ${v.start} to ${v.end} of ${v.file}, which has ${v.size}`,
    'the complete file, of the same export as the model',
  ],
  'external.overlap': (v: { file: string; size: number }) => [
    `the tensors that lie in ${v.file} have more bytes together than its ${v.size}`,
    'parts of the file that do not overlap',
  ],
  'external.git-lfs-pointer': (v: { file: string }) => [
    `${v.file} is a Git LFS pointer, not the data of the model`,
    'fetch it with `git lfs pull`',
  ],
} as const satisfies Table;
