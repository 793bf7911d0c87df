import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { addCommon, type CommonOptions, parseMemory, parseRunning, readPreprocessing } from '../../src/cli/arguments.js';
import { writeNpy } from '../../src/index.js';
import { readModel } from '../../src/node/index.js';
import { buildModel } from '../support/onnx_builder.js';

test.each([
  ['4G', 4 * 2 ** 30],
  ['1.5 GiB', 1.5 * 2 ** 30],
  ['800m', 800 * 2 ** 20],
  ['2TB', 2 * 2 ** 40],
  ['1048576', 2 ** 20],
])('--memory %s', (value, bytes) => {
  expect(parseMemory(value)).toBe(bytes);
});

test.each(['', '4', 'G', '-4G', '4X', '1e9', '0.5M', '99999999T'])('--memory "%s" is refused', (value) => {
  expect(() => parseMemory(value)).toThrow(`--memory ${value} (bytes with their unit, such as 4G or 800M, and at least 1M)`);
});

test('--device, --plan, --tune, --precision and --memory', () => {
  expect(parseRunning({ device: 'software', plan: 'layered', memory: '2G' })).toEqual({
    device: 'software',
    plan: 'layered',
    memoryBudget: 2 * 2 ** 30,
  });
  expect(parseRunning({ device: 'auto', plan: 'auto' })).toEqual({ device: 'auto', plan: 'auto' });
  expect(parseRunning({ device: 'auto', plan: 'auto', tune: 'off' })).toEqual({ device: 'auto', plan: 'auto', tune: 'off' });
  expect(() => parseRunning({ device: 'auto', plan: 'auto', tune: 'on' })).toThrow('--tune on (one of auto, off)');
  expect(parseRunning({ device: 'auto', plan: 'auto', precision: 'mixed' })).toEqual({ device: 'auto', plan: 'auto', precision: 'mixed' });
  expect(() => parseRunning({ device: 'auto', plan: 'auto', precision: 'f16' })).toThrow('--precision f16 (one of f32, mixed)');
  expect(() => parseRunning({ device: 'cpu', plan: 'auto', precision: 'mixed' })).toThrow('--precision mixed needs a GPU');
  expect(() => parseRunning({ device: 'cpu', plan: 'fused' })).toThrow('--plan fused needs a GPU');
});

describe('--bind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pathlight-bind-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  // y = x factor - shift
  writeFileSync(
    at('net.onnx'),
    buildModel({
      inputs: { factor: [1, 2], shift: [], x: ['N', 2] },
      nodes: [
        { op: 'Mul', inputs: ['x', 'factor'], output: 'scaled' },
        { op: 'Sub', inputs: ['scaled', 'shift'], output: 'y' },
      ],
      outputs: ['y'],
    }),
  );
  writeFileSync(at('factor.npy'), writeNpy(Float32Array.of(2, 3), [1, 2]));
  writeFileSync(at('three.npy'), writeNpy(Float32Array.of(2, 3, 4), [3]));
  writeFileSync(at('text.npy'), 'no array');

  /** The model as a command reads it, with these flags. */
  async function open(...bind: readonly string[]) {
    const command = addCommon(new Command()).exitOverride();
    const flags = command.parse(
      bind.flatMap((one) => ['--bind', one]),
      { from: 'user' },
    );
    return (await readModel(at('net.onnx'), { preprocessing: await readPreprocessing(flags.opts<CommonOptions>()) })).session;
  }

  test('an array from a file and a number stand in the place of two inputs', async () => {
    const session = await open(`factor=${at('factor.npy')}`, 'shift=-1.5');
    const { outputs } = await session.reference('raw').forward(Float32Array.of(3, 5), 1);
    expect([...outputs]).toEqual([7.5, 16.5]);
    expect(session.info.boundInputs).toEqual(['factor', 'shift']);
  });

  test.each<[string, readonly string[], string]>([
    ['an unknown name', ['factor=2', 'shift=0', 'mask=1'], 'the model has no input "mask" that could be bound (one of factor, shift, x)'],
    ['another shape', [`factor=${at('three.npy')}`, 'shift=0'], 'the input "factor" is bound to an array of shape 3 (1x2)'],
    ['a file that is not there', [`factor=${at('absent.npy')}`, 'shift=0'], `${at('absent.npy')}: no such file`],
    ['a file that is no array', [`factor=${at('text.npy')}`, 'shift=0'], 'text.npy: not an .npy file'],
    ['too few', ['factor=2'], '--bind shift=NUMBER'],
    ['a name alone', ['factor'], '--bind factor (NAME=NUMBER or NAME=FILE.npy, the name of an input)'],
    ['no number', ['factor=two'], '--bind factor=two (NAME=NUMBER or NAME=FILE.npy, the name of an input)'],
    ['a name twice', ['factor=2', 'factor=3'], '--bind factor= is given twice (once for each input)'],
  ])('%s is refused', async (_, bind, message) => {
    await expect(open(...bind)).rejects.toThrow(message);
  });
});
