import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { factsOf, optionFlags, optionsOf } from '../../../demo/lib/methods.js';
import { FROM_FILES, type OptionTexts, optionsFor, readOption } from '../../../demo/lib/options.js';
import { methods } from '../../../src/app.js';
import { addMethods, parseMethod } from '../../../src/cli/method_flags.js';
import { METHODS } from '../../../src/index.js';

// The page's options of methods against those of the command line.

/** A text for every kind of option, away from the default. */
const TEXTS: OptionTexts = {
  composite: 'epsilon',
  epsilon: '0.001',
  gamma: '0.5',
  baselines: '3',
  samples: '16',
  noise: '0.1',
  fraction: '0.5',
  maxDistance: '0.25',
  blur: '3',
  layer: '/conv1/Conv',
  layers: '/conv1/Conv,/conv2/Conv',
  patch: '4',
  window: '5',
  stride: '2',
  cells: '4',
  keep: '0.25',
  smooth: '4',
  sigma: '0.2',
  variance: 'yes',
};

describe.each(METHODS)('%s', (method) => {
  const facts = factsOf(method);

  test('offers every option that it declares', () => {
    const offered = optionsFor(facts, 64, {}).map(({ name }) => name);
    expect(offered).toEqual([...Object.keys(facts.options), 'smooth', 'seed']);
    expect(Object.keys(facts.options).filter((name) => !(name in TEXTS))).toEqual([]);
  });

  test('takes what the command line takes of the same words', () => {
    const choice = { method, steps: 64, options: TEXTS };
    const flags = optionFlags(choice);
    const command = addMethods(new Command().exitOverride().option('--superpixels <n>')).parse(['--method', method, ...flags], {
      from: 'user',
    });
    const { settings } = parseMethod(command.opts(), methods);
    const { baselines, ...own } = optionsOf(choice);
    expect({ method, ...own }).toEqual(settings);
    // The command line reads files, or a number, when the model is open.
    expect(baselines === undefined ? undefined : [String(baselines)]).toEqual(command.opts<{ baselines?: readonly string[] }>().baselines);
  });
});

test('options of other methods, and those without a meaning, are left out', () => {
  expect(optionsOf({ method: 'saliency', steps: 64, options: { window: '3', sigma: '0.3', tolerance: '0.1' } })).toEqual({});
  expect(optionsOf({ method: 'ig', steps: 'auto', options: { tolerance: '0.1', smooth: '3', maxSteps: '64' } })).toEqual({
    tolerance: 0.1,
    maxSteps: 64,
  });
  expect(optionsOf({ method: 'expected-gradients', steps: 4 })).toEqual({ baselines: 64 });
});

test('superpixels are two flags of the command line', () => {
  const choice = { method: 'shapley', steps: 64, options: { patch: 'superpixels-16' } } as const;
  expect(optionsOf(choice)).toEqual({ patch: { superpixels: 16 } });
  expect(optionFlags(choice)).toEqual(['--patch', 'superpixels', '--superpixels', '16']);
});

test('files give masks to patches, and images to baselines', () => {
  const mask = { names: ['parts.png'], value: { mask: new Float64Array(4) } };
  const images = { names: ['a.png', 'b.png'], value: [new Float32Array(4), new Float32Array(4)] };
  expect(optionsOf({ method: 'shapley', steps: 1, options: { patch: FROM_FILES }, files: { patch: mask } })).toEqual({ patch: mask.value });
  expect(optionFlags({ method: 'shapley', steps: 1, options: { patch: FROM_FILES }, files: { patch: mask } })).toEqual([
    '--patch',
    'parts.png',
  ]);
  expect(optionsOf({ method: 'expected-gradients', steps: 1, options: { baselines: FROM_FILES }, files: { baselines: images } })).toEqual({
    baselines: images.value,
  });
  expect(readOption({ kind: 'patch' }, FROM_FILES, images)).toBeUndefined();
  expect(readOption({ kind: 'patch' }, FROM_FILES)).toBeUndefined();
});

test.each([
  [{ kind: 'whole', least: 1, most: 9 }, ['1', '9'], ['0', '10', '1.5', '', 'x']],
  [{ kind: 'above 0', most: 2 }, ['0.001', '2'], ['0', '2.1', '-1', '']],
  [{ kind: 'share', from: 'from 0' }, ['0', '1'], ['-0.1', '1.1', '']],
  [{ kind: 'share', from: 'above 0' }, ['0.1', '1'], ['0', '1.1', '']],
  [{ kind: 'choice', names: ['a'] }, ['a'], ['b', '']],
  [{ kind: 'patch' }, ['1', 'superpixels-1'], ['0', 'superpixels-0', 'superpixels-', 'x']],
  [{ kind: 'images', most: 5 }, ['1', '5'], ['0', '6', 'x']],
  [{ kind: 'yes' }, ['yes'], ['no', '']],
  [{ kind: 'layer' }, ['conv'], ['']],
  [{ kind: 'layers' }, ['a,b'], ['']],
] as const)('%j takes %j and not %j', (values, right, wrong) => {
  for (const text of right) expect(readOption(values, text)).toBeDefined();
  for (const text of wrong) expect(readOption(values, text)).toBeUndefined();
});
