import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPreprocessing } from '../../src/cli/arguments.js';
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
