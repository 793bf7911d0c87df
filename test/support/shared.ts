import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { readNpy } from '../../src/tensor/npy.js';

/** Models, data and reference maps outside the project. Tests that need them are skipped if the folder is missing. */
const SHARED = '../shared';

/** Whether the folder is present. */
export const hasShared = existsSync(join(SHARED, 'cases'));

/** Skips the test, with the reason, if the folder is missing. */
export function needsShared(context: TestContext): void {
  context.skip(!hasShared, `${SHARED} is missing`);
}

export function readShared(...path: string[]): Buffer {
  return readFileSync(join(SHARED, ...path));
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

export const CASES = ['lenet_bn', 'mini_dense', 'mini_resnet', 'mini_vit', 'pool_net', 'smooth_mlp'] as const;

/** Classifiers that others trained. */
export const MODELS = [
  'cifar_base_kw_simp',
  'cifar_deep_kw_simp',
  'cifar_wide_kw_simp',
  'cnn_max_mninst2',
  'cnn_max_mninst3',
  'mnist2x10',
  'mnist2x5_sigmoid',
  'mnist5x20_leaky_relu',
  'mobilenet_v1_0.25_224_1_default_1',
  'opt-mnist',
  'pretrainedResnet',
  'pretrainedResnet_large_float',
  'squeezenet1.1',
  'vww_96_float',
] as const;
