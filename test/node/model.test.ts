import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPreprocessing } from '../../src/cli/arguments.js';
import { builtInLabels } from '../../src/index.js';
import { readModel } from '../../src/node/model.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

// Which of several outputs a model file is read with.

const folder = mkdtempSync(join(tmpdir(), 'pathlight-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = join(folder, 'two.onnx');
writeFileSync(
  model,
  buildModel({
    inputs: { x: [1, 4] },
    initializers: { w: floatTensor([4, 3], new Array(12).fill(1)), v: floatTensor([3, 2], new Array(6).fill(1)) },
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'v'], output: 'y' },
    ],
    outputs: ['f', 'y'],
  }),
);

test('by itself, by the option, by the flag, and by the side file, over which both win', async () => {
  const outputOf = async (options?: Parameters<typeof readModel>[1]) => (await readModel(model, options)).session.graph.output.name;
  expect(await outputOf()).toBe('y');
  expect(await outputOf({ outputName: 'f' })).toBe('f');
  expect(await outputOf({ preprocessing: await readPreprocessing({ outputName: 'f' }) })).toBe('f');
  writeFileSync(join(folder, 'two.json'), '{"output": "f"}');
  expect(await outputOf()).toBe('f');
  expect(await outputOf({ outputName: 'y' })).toBe('y');
  expect(await outputOf({ preprocessing: await readPreprocessing({ outputName: 'y' }) })).toBe('y');
  await expect(outputOf({ outputName: 'z' })).rejects.toThrow(`${model}: the model has no output "z" (one of f, y)`);
});

test('the names of its classes are those of the built-in list that the side file names', async () => {
  const ten = join(folder, 'ten.onnx');
  writeFileSync(
    ten,
    buildModel({
      inputs: { x: [1, 4] },
      initializers: { w: floatTensor([4, 10], new Array(40).fill(1)) },
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], output: 'y' }],
      outputs: ['y'],
    }),
  );
  const side = join(folder, 'ten.json');
  const labelsOf = async (json: string, flags = {}) => {
    writeFileSync(side, json);
    return (await readModel(ten, { preprocessing: await readPreprocessing(flags) })).session.preprocessing;
  };
  const names = await builtInLabels('cifar-10');
  expect(await labelsOf('{"labels": "cifar-10"}')).toMatchObject({ labels: names, from: { labels: 'the side file' } });
  // The flag wins, as over a list.
  expect((await labelsOf('{"labels": "cifar-10"}', { labels: 'fashion-mnist' })).labels).toEqual(await builtInLabels('fashion-mnist'));
  await expect(labelsOf('{"labels": "imagenet"}')).rejects.toThrow(`${side}: 1000 labels for a model with 10 classes (10 labels)`);
  for (const labels of ['cifar10', 'toString', '']) {
    await expect(labelsOf(JSON.stringify({ labels }))).rejects.toThrow(
      `${side}: "labels" is ${JSON.stringify(labels)} (a list of strings, one a class, a table such as {"0": "cat", "1": "dog"}, or the name of a built-in list such as "imagenet")`,
    );
  }
});
