import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../src/tensor/npy.js';
import { DIGITS, FIVE, pathlightHere, SEVEN, useFolder } from './run.js';

// The methods of `attribute` beside `ig` and `saliency`, on the CPU executor: their result.json, and their printed output.

const folder = useFolder();
const run = (out: string, ...args: string[]) =>
  pathlightHere(folder.path, ['attribute', DIGITS, SEVEN, '--device', 'cpu', '--target', '7', '--out', out, ...args]);
const record = (out: string) => JSON.parse(readFileSync(join(folder.path, out, 'result.json'), 'utf8'));

describe('a method, its parameters, and what is said of it', () => {
  test.each<[string, string[], object, RegExp]>([
    [
      'smooth',
      ['--method', 'saliency', '--smooth', '3', '--seed', '2'],
      { steps: null, baseline: 'zero', parameters: { smooth: { samples: 3, sigma: 0.1, of: 'mean', seed: 2 } } },
      /method +saliency, mean of 3 noisy copies, sigma 0.1\n/,
    ],
    [
      'variance',
      ['--steps', '2', '--smooth', '2', '--sigma', '0.2', '--variance'],
      { steps: 2, rule: 'midpoint', parameters: { smooth: { samples: 2, sigma: 0.2, of: 'variance', seed: 0 } } },
      /method +ig, 2 steps, midpoint, baseline zero, variance of 2 noisy copies, sigma 0.2\n/,
    ],
    [
      'noise',
      ['--method', 'expected-gradients', '--baselines', '4', '--steps', '8', '--seed', '1'],
      { steps: 8, rule: null, baseline: null, parameters: { baselines: 4, seed: 1 } },
      /method +expected-gradients, 8 steps, 4 baselines\n[\s\S]*delta/,
    ],
    [
      'files',
      ['--method', 'expected-gradients', '--steps', '8', '--baselines', FIVE, 'white.npy'],
      { baseline: null, parameters: { baselines: 2, seed: 0 } },
      /2 baselines/,
    ],
    [
      'guided',
      ['--method', 'guided-ig', '--steps', '4', '--baseline', 'background'],
      { steps: 4, rule: null, baseline: 'background', parameters: { fraction: 0.25, maxDistance: 0.02 } },
      /method +guided-ig, 4 steps, baseline background\n[\s\S]*delta/,
    ],
    [
      'blur',
      ['--method', 'blur-ig', '--steps', '4', '--blur', '3'],
      { steps: 4, rule: null, baseline: null, parameters: { blur: 3 } },
      /method +blur-ig, 4 steps, from a blur of 3 pixels\n[\s\S]*delta/,
    ],
    [
      'cam',
      ['--method', 'grad-cam'],
      { steps: null, rule: null, parameters: { layer: { channels: 16, rows: 14, columns: 14 } } },
      /method +grad-cam, layer \S+, 16 channels of 14x14\n/,
    ],
    [
      'occlusion',
      ['--method', 'occlusion', '--window', '14', '--stride', '7'],
      { steps: null, rule: null, parameters: { window: { size: 14, stride: 7, count: 9 } } },
      /method +occlusion, 9 windows of 14x14, stride 7, covered with zero\n/,
    ],
  ])('%s', async (out, args, expected, printed) => {
    const { code, stdout, stderr } = await run(out, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(record(out)).toMatchObject(expected);
    expect(stdout).toMatch(printed);
    const { shape, data } = readNpy(readFileSync(join(folder.path, out, 'attribution.npy')));
    expect(shape).toEqual([1, 1, 28, 28]);
    expect((data as Float32Array).some((value) => value !== 0)).toBe(true);
  });
});

test('a rule that the method does not have is ignored with a note', async () => {
  const { code, stderr } = await run('rule', '--method', 'blur-ig', '--steps', '2', '--rule', 'left');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'note: --rule only matters to the method ig or layer-ig\n' });
  expect(record('rule').rule).toBeNull();
});
