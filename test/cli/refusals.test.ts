import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DIGITS, FIVE, type Finished, filesBelow, pathlight, pathlightHere, SEVEN, useFolder } from './run.js';

// Bad input and bad usage give one line on stderr that says what is wrong, exit code 2, and leave nothing behind. None of these opens a
// device, so they run with the default `--device auto`. One of each origin runs in a process of its own, the others in this one.

const folder = useFolder();
let before: string[];
beforeAll(() => {
  before = filesBelow(folder.path);
});

function expectRefused({ code, stdout, stderr }: Finished, message: string | RegExp): void {
  expect(stderr).toMatch(/^pathlight: [^\n]+\n$/);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  expect(filesBelow(folder.path)).toEqual(before);
}

const expectRefusal = async (args: readonly string[], message: string | RegExp) =>
  expectRefused(await pathlightHere(folder.path, args), message);

afterAll(() => expect(filesBelow(folder.path)).toEqual(before));

const attribute = (...args: string[]) => ['attribute', DIGITS, SEVEN, '--out', 'out', ...args];
const repair = (...args: string[]) => ['repair', DIGITS, SEVEN, '--target', '1', '--out', 'out', ...args];

test.each<[string, string[], string]>([
  ['no command', [], 'no command'],
  ['no --out', ['attribute', DIGITS, SEVEN], "required option '--out <dir>' not specified"],
  ['a class that does not exist', attribute('--target', '10'), 'the class 10 does not exist (0 to 9 or one of the labels)'],
  ['a good input before a bad one', ['attribute', DIGITS, SEVEN, 'corrupt.png', '--out', 'out'], 'corrupt.png: cannot be decoded'],
])('in a process of its own: %s', async (_, args, message) => expectRefused(await pathlight(folder.path, args), message));

describe('usage', () => {
  test.each<[string, string[], string | RegExp]>([
    ['an unknown command', ['explain'], "unknown command 'explain'"],
    ['an unknown option', attribute('--stepz', '3'), "unknown option '--stepz' (Did you mean --steps?)"],
    ['an argument too many', ['inspect', DIGITS, SEVEN], 'too many arguments'],
    ['no input', ['attribute', DIGITS, '--out', 'out'], "missing required argument 'input'"],
    ['an option without its value', ['attribute', DIGITS, SEVEN, '--out'], "option '--out <dir>' argument missing"],
    ['no --target for repair', ['repair', DIGITS, SEVEN, '--out', 'out'], "required option '--target <class>' not specified"],
    ['two inputs of one name', ['attribute', DIGITS, SEVEN, SEVEN, '--out', 'out'], 'two inputs are named "7-read-as-1.png"'],
  ])('%s', (_, args, message) => expectRefusal(args, message));
});

describe('options', () => {
  test.each<[string, string[], string | RegExp]>([
    ['a label that does not exist', attribute('--target', 'cat'), 'the class cat does not exist'],
    ['a contrast that does not exist', attribute('--contrast', '-1'), 'the class -1 does not exist'],
    ['an unknown method', attribute('--method', 'lime'), '--method lime (one of ig, deeplift, lrp, saliency, input-x-gradient, '],
    ['smoothing by no copies', attribute('--smooth', '0'), '--smooth 0 (a whole number from 1 to 1000000)'],
    ['the variance of one copy', attribute('--smooth', '1', '--variance'), '--smooth 1 (a whole number from 2 to 1000000)'],
    ['a sigma without copies', attribute('--sigma', '0.1'), '--sigma 0.1 without --smooth (--smooth with a number of copies)'],
    ['a variance without copies', attribute('--variance'), '--variance without --smooth (--smooth with a number of copies)'],
    ['a sigma of 0', attribute('--smooth', '2', '--sigma', '0'), '--sigma 0 (a number above 0)'],
    ['smoothing exact steps', attribute('--smooth', '2', '--steps', 'exact'), '--steps exact with --smooth 2 (a number of steps)'],
    [
      'automatic steps of another path',
      attribute('--method', 'blur-ig', '--steps', 'auto'),
      '--steps auto with --method blur-ig (a number',
    ],
    ['expected gradients without baselines', attribute('--method', 'expected-gradients'), 'without --baselines (a number, or files)'],
    ['no baselines', attribute('--method', 'expected-gradients', '--baselines', '0'), '--baselines 0 (a whole number from 1 to 1000000)'],
    ['baselines that are absent', attribute('--method', 'expected-gradients', '--baselines', 'none.png'), 'none.png: no such file'],
    ['a window of another method', attribute('--window', '4'), '--window 4 with --method ig (--method occlusion)'],
    ['a window of half a pixel', attribute('--method', 'occlusion', '--window', '0.5'), '--window 0.5 (a whole number from 1'],
    ['a layer that does not exist', attribute('--method', 'grad-cam', '--layer', 'eye'), 'the layer "eye" does not exist (such as '],
    ['a fraction of 0', attribute('--method', 'guided-ig', '--fraction', '0'), '--fraction 0 (above 0 and at most 1)'],
    ['a distance beyond the path', attribute('--method', 'guided-ig', '--max-distance', '2'), '--max-distance 2 (from 0 to 1)'],
    ['a blur of 0', attribute('--method', 'blur-ig', '--blur', '0'), '--blur 0 (a number above 0 and at most 10000)'],
    ['an unknown rule', attribute('--rule', 'simpson'), '--rule simpson (one of midpoint'],
    ['an unknown output', attribute('--output', 'label'), '--output label (one of logit, raw, probability)'],
    ['an unknown baseline', attribute('--baseline', 'grey'), '--baseline grey (one of zero'],
    ['a baseline that is absent', attribute('--baseline', 'none.npy'), 'none.npy: no such file'],
    ['a baseline of another shape', attribute('--baseline', 'small.npy'), 'small.npy: shape 1x1x3x3 (1x1x28x28'],
    ['no steps', attribute('--steps', '0'), '--steps 0 (a whole number from 1 to 1000000, auto or exact)'],
    ['half a step', attribute('--steps', '1.5'), '--steps 1.5'],
    ['a tolerance of 0', attribute('--steps', 'auto', '--tolerance', '0'), '--tolerance 0 (between 0 and 1)'],
    ['a tolerance that is no number', attribute('--steps', 'auto', '--tolerance', 'tight'), '--tolerance tight (a number)'],
    ['a tolerance of a number of steps', attribute('--tolerance', '0.1'), '--tolerance 0.1 with --steps 64 (--steps auto)'],
    [
      'a tolerance of exact steps',
      attribute('--steps', 'exact', '--tolerance', '0.1'),
      '--tolerance 0.1 with --steps exact (--steps auto)',
    ],
    ['a bound on a number of steps', attribute('--max-steps', '100'), '--max-steps 100 with --steps 64 (--steps auto or exact)'],
    ['too low a bound on steps', attribute('--steps', 'auto', '--max-steps', '20'), '--max-steps 20 (a whole number from 48 to 1000000)'],
    [
      'a rule of exact steps',
      attribute('--steps', 'exact', '--rule', 'left'),
      '--rule left with --steps exact (no rule, or a number of steps)',
    ],
    [
      'a rule that cannot be refined',
      attribute('--steps', 'auto', '--rule', 'gauss-legendre'),
      '--rule gauss-legendre with --steps auto (one of midpoint, left, right, trapezoid)',
    ],
    [
      'exact steps of a smooth output',
      attribute('--steps', 'exact', '--output', 'probability'),
      'is smooth, and exact integrals exist for piecewise-linear networks only (the output logit, or steps auto)',
    ],
    ['a tolerance of the maps of a repair', repair('--tolerance', '0.1'), '--tolerance 0.1 with --steps 64 (--steps auto)'],
    ['the fused plan on a CPU', attribute('--plan', 'fused', '--device', 'cpu'), '--plan fused needs a GPU (another --device than cpu)'],
    ['an unknown plan', attribute('--plan', 'best'), '--plan best (one of auto, layered, fused)'],
    ['an unknown device', attribute('--device', 'tpu'), '--device tpu (one of auto, gpu, software, cpu)'],
    ['a range of one number', attribute('--range', '255'), '--range 255 (two numbers'],
    ['a mean that is no number', attribute('--mean', '0.5,x'), '--mean 0.5,x'],
    ['a mean for channels that are not there', attribute('--mean', '0.5,0.5,0.5'), 'mean 0.5,0.5,0.5 has 3 numbers'],
    ['a standard deviation of 0', attribute('--std', '0'), 'a number above 0'],
    ['an unknown preset', attribute('--preprocess', 'torch'), '--preprocess torch (one of imagenet, tf, caffe, zero-one)'],
    ['a preset for colour', attribute('--preprocess', 'imagenet'), 'mean 0.485,0.456,0.406 has 3 numbers'],
    ['a crop of more than there is', attribute('--resize', '20'), 'resize 20 for an input of 28x28 (28 or more)'],
    ['an unknown matte', attribute('--matte', 'red'), '--matte red (one of white, black, grey)'],
    ['an unknown layout', attribute('--layout', 'chwn'), '--layout chwn (one of nchw, nhwc)'],
    ['labels that are absent', attribute('--labels', 'none.txt'), 'none.txt: no such file'],
    ['labels for nine of ten classes', attribute('--labels', 'nine.txt'), '9 labels for a model with 10 classes (10 labels)'],
    ['an unknown strategy', repair('--strategy', 'magic'), '--strategy magic (one of auto, contrast'],
    ['0 percent', repair('--percent', '0'), '--percent 0 (above 0 and at most 100, or search)'],
    ['a percentage that is no number', repair('--percent', 'few'), '--percent few (a number)'],
    ['a seed that is no number', repair('--seed', 'x'), '--seed x (a whole number from 0 to 4294967295)'],
    ['0 pixels', repair('--max-pixels', '0'), '--max-pixels 0 (a whole number from 1)'],
    ['a proof of three flips', repair('--prove', '3'), '--prove 3 (a whole number from 0 to 2)'],
    ['half a patch', repair('--patch', '0.5'), '--patch 0.5 (pixels a side, from 1, or superpixels)'],
    ['no superpixels', repair('--patch', 'superpixels', '--superpixels', '0'), '--superpixels 0 (a whole number from 1 to 100000)'],
    ['an unknown paint', repair('--paint', 'red'), '--paint red (one of sign, background, mean, blur, opposite)'],
    [
      'a sign without a map',
      repair('--paint', 'sign', '--strategy', 'greedy', '--device', 'cpu'),
      'the strategy greedy with the paint sign',
    ],
    ['no time', repair('--max-seconds', '0'), '--max-seconds 0 (above 0)'],
    ['no regions', attribute('--regions', 'big'), '--regions big (pixels a side, from 1, or superpixels)'],
    ['a percentile above 100', attribute('--clip-percentile', '101'), '--clip-percentile 101 (above 0 and at most 100)'],
    ['no beam', repair('--beam', '0'), '--beam 0'],
  ])('%s', (_, args, message) => expectRefusal(args, message));
});

describe('files', () => {
  test.each<[string, string[], string | RegExp]>([
    ['a model that is absent', ['inspect', 'none.onnx'], 'none.onnx: no such file'],
    ['a folder whose only model is none', ['inspect', '.'], 'text.onnx: not an ONNX file: 16 bytes that start with 74'],
    ['a model that is none', ['inspect', 'text.onnx'], 'text.onnx: '],
    ['an input that is absent', ['attribute', DIGITS, 'none.png', '--out', 'out'], 'none.png: no such file'],
    ['a corrupt picture', ['attribute', DIGITS, 'corrupt.png', '--out', 'out'], 'corrupt.png: cannot be decoded'],
    ['an array of another shape', ['attribute', DIGITS, 'small.npy', '--out', 'out'], 'small.npy: shape 1x1x3x3'],
    ['the same for repair', ['repair', DIGITS, FIVE, 'none.png', '--target', '5', '--out', 'out'], 'none.png: no such file'],
    ['a file in the place of the folder', ['attribute', DIGITS, SEVEN, '--out', 'ten.txt'], '--out ten.txt: it is a file (a folder)'],
    ['a folder below a file', ['attribute', DIGITS, SEVEN, '--out', 'ten.txt/out'], '--out ten.txt/out: '],
  ])('%s', (_, args, message) => expectRefusal(args, message));
});

describe('devices and contrasts', () => {
  test('a contrast with the class that is explained', () =>
    expectRefusal(attribute('--contrast', 'predicted', '--device', 'cpu'), 'is the target itself (another class)'));
});
