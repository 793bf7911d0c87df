import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy } from '../../src/tensor/npy.js';

/** Models, data and reference maps that are no part of the project; tests that need them are skipped where the folder is missing. */
const SHARED = '../shared';

/** Why tests that need the folder are skipped, or undefined where it is there. */
export const sharedMissing: string | undefined = existsSync(join(SHARED, 'cases')) ? undefined : `${SHARED} is missing`;

export function readShared(...path: string[]): Buffer {
  return readFileSync(join(SHARED, ...path));
}

/** Names in a folder of the shared ones; none where it is missing. */
export function listShared(folder: string): string[] {
  return sharedMissing ? [] : readdirSync(join(SHARED, folder)).sort();
}

/** A network with maps computed by PyTorch in float64. */
export interface ReferenceCase {
  readonly model: Uint8Array;
  readonly target: number;
  readonly contrast: number;
  readonly array: (name: string) => Float32Array;
}

export function readCase(name: string): ReferenceCase {
  const { target, contrast } = JSON.parse(readShared('cases', name, 'case.json').toString());
  return {
    model: readShared('cases', name, 'model.onnx'),
    target,
    contrast,
    array: (file) => Float32Array.from(readNpy(readShared('cases', name, `${file}.npy`)).data),
  };
}

/** The one of the cases whose operators are not all supported yet: its MatMuls of attention need operators of their own. */
export const UNSUPPORTED_CASES: ReadonlySet<string> = new Set(['mini_vit']);
