import { expect, test } from 'vitest';
import { isSameSource } from '../../../../demo/engine/compute/second_model.js';
import type { ModelSource } from '../../../../demo/engine/contract/models.js';

const own = (change: Partial<Exclude<ModelSource, { shipped: unknown }>> = {}): ModelSource => ({
  name: 'model.onnx',
  bytes: Uint8Array.of(1, 2, 3),
  sideFile: '{}',
  data: [{ name: 'model.onnx.data', file: new File([Uint8Array.of(7)], 'model.onnx.data', { lastModified: 5 }) }],
  labels: { name: 'labels.txt', bytes: Uint8Array.of(65) },
  size: [28, 28],
  ...change,
});
const weights = (lastModified: number) => [
  { name: 'model.onnx.data', file: new File([Uint8Array.of(9)], 'model.onnx.data', { lastModified }) },
];

test('the same files with the same settings are the same network', () => {
  expect(isSameSource(own(), own())).toBe(true);
  expect(isSameSource({ shipped: 'digits' }, { shipped: 'digits' })).toBe(true);
});

test.each<[string, ModelSource]>([
  ['another training of the same network: a file of the same name and length', own({ bytes: Uint8Array.of(1, 2, 4) })],
  ['other weights beside it', own({ data: weights(6) })],
  ['no weights beside it', own({ data: [] })],
  ['another side file', own({ sideFile: '{"mean":0}' })],
  ['other names of its classes', own({ labels: { name: 'labels.txt', bytes: Uint8Array.of(66) } })],
  ['another size', own({ size: [32, 32] })],
  ['another output', own({ outputName: 'second' })],
  ['a shipped network', { shipped: 'digits' }],
])('%s is another one', (_, other) => {
  expect(isSameSource(own(), other)).toBe(false);
  expect(isSameSource(other, own())).toBe(false);
});
