import { expect, test } from 'vitest';
import { errorOf, failureOf } from '../../demo/engine/rpc/messages.js';
import { hasCode, type PathlightError } from '../../src/errors.js';
import { expandTemplate } from '../../src/gpu/kernels/template.js';
import { resolvePreprocessing } from '../../src/image/preprocessing/preprocess.js';
import { importModel } from '../../src/onnx/import.js';
import { readNpy } from '../../src/tensor/npy.js';
import { withNode } from '../support/refusal.js';

// What is thrown carries its code and values, in every area.

test.each<[string, () => unknown, Partial<PathlightError>]>([
  ['a file', () => importModel(new Uint8Array()), { code: 'onnx.empty', values: undefined }],
  [
    'a node',
    () => importModel(withNode({ op: 'Add', inputs: ['x', ''] })),
    { code: 'node.input-missing', values: { position: 1, operator: 'Add', node: 'n', opset: 13 } },
  ],
  ['an array', () => readNpy(new Uint8Array(4), 'a.npy'), { code: 'npy.other-file', values: { source: 'a.npy' } }],
  [
    'a setting',
    () => resolvePreprocessing([1, 3, 8, 8], { std: 0 }),
    { code: 'settings.value', values: { source: 'side file', key: 'std', value: '0', wanted: 'positive numbers' } },
  ],
  [
    'a kernel',
    () => expandTemplate('a', 'fn main() {}', { TILE: 4 }),
    { code: 'kernel.unknown-constant', values: { kernel: 'a', constant: 'TILE', known: [] } },
  ],
])('of %s', (_, run, expected) => {
  expect(run).toThrow(expect.objectContaining(expected));
});

test('an error crosses to the page with its code and values, a defect as text', () => {
  const failure = structuredClone(failureOf(caught(() => readNpy(new Uint8Array(4), 'a.npy'))));
  expect(errorOf(failure)).toMatchObject({
    name: 'PathlightError',
    message: 'a.npy: not an .npy file (a file that numpy.save wrote)',
    said: { code: 'npy.other-file', values: { source: 'a.npy' } },
  });
  expect(errorOf(failureOf(new TypeError('x is not a function')))).toMatchObject({ name: 'TypeError', said: undefined });
});

test('an error is known by its codes', () => {
  const error = caught(() => importModel(new Uint8Array()));
  expect([hasCode(error, 'onnx.empty', 'onnx.no-graph'), hasCode(error, 'onnx.no-graph'), hasCode(new Error(), 'onnx.empty')]).toEqual([
    true,
    false,
    false,
  ]);
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
