import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitPicture } from '../../../src/image/fit.js';
import { decodePicture, encodePng } from '../../../src/node/codec.js';
import { readNpy } from '../../../src/tensor/npy.js';
import { DIGITS, FIVE, NAIVE, pathlight, pathlightHere, ROOT, SEVEN, useFolder } from '../run.js';

// The output of `attribute`, on the CPU executor. What one input and several give is asked of processes of their own, the rest in this one.

const folder = useFolder();
const cpu = (...args: string[]) => ['attribute', NAIVE, ...args, '--device', 'cpu', '--steps', '8'];
const result = (...below: string[]) => JSON.parse(readFileSync(join(folder.path, ...below, 'result.json'), 'utf8'));

test('one input: five files, a table, and all of result.json', async () => {
  const { code, stdout, stderr } = await pathlight(folder.path, cpu(SEVEN, '--target', '7', '--contrast', 'predicted', '--out', 'one'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('logit of 7 minus that of 1');
  expect(readdirSync(join(folder.path, 'one')).sort()).toEqual([
    'attribution.npy',
    'heatmap.png',
    'input.png',
    'overlay.png',
    'result.json',
  ]);
  const record = result('one');
  expect(Object.keys(record)).toEqual([
    'model',
    'input',
    'device',
    'prediction',
    'multiLabel',
    'binary',
    'target',
    'contrast',
    'method',
    'steps',
    'rule',
    'baseline',
    'output',
    'quantised',
    'preprocessing',
    'warnings',
    'sum',
    'outputAtInput',
    'outputAtBaseline',
    'delta',
    'relativeDelta',
    'colours',
    'gpu',
    'milliseconds',
  ]);
  expect(record).toMatchObject({
    model: NAIVE,
    input: SEVEN,
    device: { kind: 'cpu', adapter: 'float64 reference' },
    prediction: { class: 1, label: '1' },
    target: 7,
    contrast: 1,
    method: 'ig',
    steps: 8,
    rule: 'midpoint',
    baseline: 'zero',
    output: 'logit',
    gpu: { plan: 'cpu', dispatches: 0, submits: 0, uploadedBytes: 0, readbackBytes: 0, peakBytes: 0 },
  });
  const { shape, data } = readNpy(readFileSync(join(folder.path, 'one', 'attribution.npy')));
  expect(shape).toEqual([1, 1, 28, 28]);
  // The sum adds the float32 values in float64, in the order of the file.
  expect((data as Float32Array).reduce((sum, value) => sum + value, 0)).toBe(record.sum);
  expect(record.delta).toBe(record.sum - (record.outputAtInput - record.outputAtBaseline));
  // The digit is grey and has the model's size, so the model saw the file itself.
  expect(await decodePicture(readFileSync(join(folder.path, 'one', 'input.png')))).toEqual(await decodePicture(readFileSync(SEVEN)));
  for (const name of ['heatmap.png', 'overlay.png']) {
    const { picture } = await decodePicture(readFileSync(join(folder.path, 'one', name)));
    expect([picture.width, picture.height, picture.channels]).toEqual([280, 280, 3]);
  }
});

test('several inputs: a folder each, the same numbers as alone, and a JSON list', async () => {
  const { code, stdout, stderr } = await pathlight(folder.path, cpu(SEVEN, FIVE, '--json', '--out', 'deep/several'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const records = JSON.parse(stdout);
  expect(records.map((record: { input: string }) => record.input)).toEqual([SEVEN, FIVE]);
  expect(readdirSync(join(folder.path, 'deep/several')).sort()).toEqual(['5-read-as-1', '7-read-as-1']);
  expect(result('deep/several', '5-read-as-1')).toEqual(records[1]);
  await pathlightHere(folder.path, cpu(FIVE, '--out', 'alone'));
  const bytes = (path: string) => readFileSync(join(folder.path, path, 'attribution.npy'));
  expect(bytes('deep/several/5-read-as-1').equals(bytes('alone'))).toBe(true);
});

test('a folder stands for the pictures in it', async () => {
  mkdirSync(join(folder.path, 'digits'));
  for (const path of [SEVEN, FIVE]) copyFileSync(path, join(folder.path, 'digits', basename(path)));
  writeFileSync(join(folder.path, 'digits', 'labels.txt'), 'no picture');
  const { code, stdout } = await pathlightHere(folder.path, cpu('digits', '--json', '--out', 'below'));
  expect(code).toBe(0);
  expect(JSON.parse(stdout).map((record: { input: string }) => record.input)).toEqual(
    [FIVE, SEVEN].map((path) => join('digits', basename(path))),
  );
  expect(readdirSync(join(folder.path, 'below')).sort()).toEqual(['5-read-as-1', '7-read-as-1']);
});

test('inputs that cannot be explained are named, the others are explained, and the exit code says so', async () => {
  const { code, stdout, stderr } = await pathlight(folder.path, [
    'attribute',
    DIGITS,
    SEVEN,
    'overflow.npy',
    FIVE,
    '--contrast',
    '5',
    '--device',
    'cpu',
    '--steps',
    '2',
    '--json',
    '--out',
    'some',
  ]);
  const [first, second, ...more] = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('note: '));
  expect([code, more]).toEqual([2, []]);
  expect(first).toMatch(/^pathlight: overflow\.npy: the model gave no number for the image: its output for class \d is -?[\d.]+e\+/);
  expect(second).toBe(`pathlight: ${FIVE}: the contrast class 5 is the target itself (another class)`);
  expect(JSON.parse(stdout)).toEqual([result('some', '7-read-as-1')]);
  expect(readdirSync(join(folder.path, 'some'))).toEqual(['7-read-as-1']);
});

test('a folder that exists keeps its other files, and files of these names are replaced', async () => {
  await pathlightHere(folder.path, cpu(SEVEN, '--out', '.', '--quiet'));
  expect(result().target).toBe(1);
  const { stdout } = await pathlightHere(folder.path, cpu(SEVEN, '--target', '7', '--out', '.', '--quiet'));
  expect(stdout).toBe('');
  expect(result().target).toBe(7);
  expect(existsSync(join(folder.path, 'ten.txt'))).toBe(true);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.pathlight-'))).toEqual([]);
});

test('labels of a file name classes', async () => {
  const { stdout } = await pathlightHere(folder.path, cpu(SEVEN, '--labels', 'ten.txt', '--target', 'Seven', '--out', 'labels'));
  expect(stdout).toContain('logit of seven');
  expect(result('labels')).toMatchObject({ target: 7, prediction: { class: 1, label: 'one' } });
});

test('a list of names that Pathlight has names classes, unless a file has its name', async () => {
  const labels = (list: string, target: string) => cpu(SEVEN, '--labels', list, '--target', target, '--out', `list-${list}`);
  await pathlightHere(folder.path, labels('fashion-mnist', 'sneaker'));
  expect(result('list-fashion-mnist')).toMatchObject({ target: 7, prediction: { class: 1, label: 'trouser' } });
  copyFileSync(join(folder.path, 'ten.txt'), join(folder.path, 'mnist'));
  await pathlightHere(folder.path, labels('mnist', 'seven'));
  expect(result('list-mnist')).toMatchObject({ target: 7, prediction: { class: 1, label: 'one' } });
});

test('saliency comes with the diagnosis, and no steps', async () => {
  const { stdout } = await pathlightHere(folder.path, [
    'attribute',
    NAIVE,
    SEVEN,
    '--device',
    'cpu',
    '--method',
    'saliency',
    '--out',
    'saliency',
  ]);
  expect(stdout).toMatch(/gradients +\S+% of the input gradients are exactly zero/);
  const record = result('saliency');
  expect(record).toMatchObject({ method: 'saliency', steps: null, rule: null });
  expect(record.diagnosis.zeroGradients).toBeGreaterThanOrEqual(0);
  expect(record.diagnosis.deadUnits.map(({ units }: { units: number }) => units)).toEqual([32, 16]);
});

test.each([
  ['a number', '0.5', 0.5],
  ['a number below 0', '-1', -1],
  ['an array', 'white.npy', 'white.npy'],
  ['a name', 'opposite', 'opposite'],
])('the baseline may be %s', async (_, baseline, recorded) => {
  const out = `baseline-${baseline}`;
  const { code } = await pathlightHere(folder.path, cpu(SEVEN, '--baseline', baseline, '--out', out, '--quiet'));
  expect(code).toBe(0);
  expect(result(out).baseline).toBe(recorded);
});

describe('help', () => {
  test.each([['--help'], ['inspect', '--help'], ['attribute', '--help'], ['repair', '--help'], ['study', '--help'], ['bench', '--help']])(
    '%s %s',
    async (...args) => {
      const { code, stdout, stderr } = await pathlightHere(folder.path, args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/Usage: pathlight[\s\S]*Examples:/);
    },
  );
});

test('inspect tells what a model is made of', async () => {
  const { code, stdout } = await pathlightHere(folder.path, ['inspect', DIGITS, '--json', '--mean', '0.1']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    opset: 13,
    input: { name: 'image', shape: [1, 1, 28, 28], layout: 'nchw', width: 28, height: 28, channels: 1 },
    classes: 10,
    preprocessing: {
      range: { value: [0, 1], from: join(ROOT, 'models/digits.json') },
      mean: { value: [0.1], from: 'the flags' },
      std: { value: [1], from: 'assumed' },
      resize: { value: null, from: 'assumed' },
    },
    parameters: 26_698,
    // 784 x 8 x 9, 196 x 16 x 72, 784 x 32, 32 x 10
    multiplyAdds: 56_448 + 225_792 + 25_088 + 320,
    finalSoftmax: null,
    firstSmooth: null,
  });
});

test('inspect tells where each setting comes from, a preset too', async () => {
  const { stdout } = await pathlightHere(folder.path, ['inspect', DIGITS, '--preprocess', 'tf', '--matte', 'black']);
  expect(stdout).toMatch(
    /pictures +preset tf of the flags: range -1, 1; mean 0; std 1\n +the flags: matte black\n +assumed: fit cover; resize as/,
  );
});

test('a photograph goes through the preset as torchvision would have it, and input.png shows it', async () => {
  const size = { width: 60, height: 40, channels: 3 } as const;
  const photo = { ...size, data: Uint8Array.from({ length: 7200 }, (_, i) => (i * 37) & 255) };
  writeFileSync(join(folder.path, 'photo.png'), await encodePng(photo));
  const flags = ['--preprocess', 'imagenet', '--mean', '0.5', '--std', '0.5'];
  const { stderr } = await pathlightHere(folder.path, cpu('photo.png', ...flags, '--out', 'photo'));
  expect(stderr).toContain('28x28 from 60x40: colour to grey (BT.601 luma), resized to 48x32, centre crop');
  const { picture } = await decodePicture(readFileSync(join(folder.path, 'photo', 'input.png')));
  expect(picture).toEqual(fitPicture(photo, { width: 28, height: 28, channels: 1, resize: 32 }).picture);
  expect(result('photo').preprocessing).toMatchObject({
    fit: 'cover',
    resize: 32,
    mean: [0.5],
    from: { resize: 'preset imagenet of the flags' },
  });
});

test('regions, clipping and one scale for several inputs', async () => {
  const look = ['--regions', '7', '--top', '3', '--clip-percentile', '95', '--shared-scale'];
  const { code, stdout } = await pathlightHere(folder.path, cpu(SEVEN, FIVE, ...look, '--out', 'regions'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/regions +1: [+-]\S+, \S+% of all, 49 pixels from row \d+, column \d+ on/);
  const [seven, five] = ['7-read-as-1', '5-read-as-1'].map((name) => result('regions', name));
  expect(seven.colours).toEqual({ percentile: 95, scale: five.colours.scale, shared: true });
  expect(seven.regions.map(({ rank, pixels }: { rank: number; pixels: number }) => [rank, pixels])).toEqual([
    [1, 49],
    [2, 49],
    [3, 49],
  ]);
  // The sums agree with the map in attribution.npy.
  const { data } = readNpy(readFileSync(join(folder.path, 'regions', '7-read-as-1', 'attribution.npy')));
  const { box, sum } = seven.regions[0];
  let expected = 0;
  for (let y = 0; y < 7; y++) for (let x = 0; x < 7; x++) expected += (data as Float32Array)[(box.top + y) * 28 + box.left + x]!;
  expect(sum).toBe(expected);
  expect((await decodePicture(readFileSync(join(folder.path, 'regions', '7-read-as-1', 'regions.png')))).picture.width).toBe(560);
  const alone = await pathlightHere(folder.path, cpu(SEVEN, '--regions', 'superpixels', '--superpixels', '20', '--json', '--out', 'slic'));
  const record = JSON.parse(alone.stdout);
  expect(record.colours).toMatchObject({ percentile: 100, shared: false });
  expect(record.regions.length).toBe(5);
});

const steps = (out: string, ...args: string[]) => ['attribute', NAIVE, SEVEN, '--target', '7', '--device', 'cpu', '--out', out, ...args];

test('exact steps: no rule, and an account of regions and of the error', async () => {
  const { code, stdout, stderr } = await pathlightHere(folder.path, steps('exact', '--steps', 'exact'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/ig, exact: [\d,]+ linear regions, baseline zero/);
  const record = result('exact');
  expect(record.rule).toBeNull();
  expect(record.steps).toBe(record.exact.regions);
  expect(record.exact.evaluations).toBeGreaterThanOrEqual(record.exact.regions);
  expect(record.exact.errorBound).toBeLessThan(1e-9);
  // The error of a sum of 784 float32 values.
  expect(record.relativeDelta).toBeLessThan(1e-5);
});

test('automatic steps: met, and not met with one line on stderr', async () => {
  const met = await pathlightHere(folder.path, steps('met', '--steps', 'auto', '--tolerance', '0.05'));
  expect({ code: met.code, stderr: met.stderr }).toEqual({ code: 0, stderr: '' });
  expect(result('met')).toMatchObject({ rule: 'midpoint', auto: { tolerance: 0.05, met: true } });
  const unmet = await pathlightHere(folder.path, steps('unmet', '--steps', 'auto', '--tolerance', '1e-9', '--max-steps', '48'));
  expect(unmet.code).toBe(0);
  expect(unmet.stderr).toMatch(
    /^note: [^\n]+: the tolerance 1e-9 was not met: the estimated error after 48 steps is [^\n]+ \(a larger --max-steps\)\n$/,
  );
  expect(result('unmet')).toMatchObject({ steps: 48, auto: { tolerance: 1e-9, met: false } });
});
