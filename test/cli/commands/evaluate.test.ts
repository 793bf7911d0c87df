import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluationSchema } from '../../../src/api/schema/index.js';
import { gridPatches } from '../../../src/image/patches.js';
import { writeNpy } from '../../../src/tensor/npy.js';
import { DIGITS, FIVE, pathlightHere, SEVEN, useFolder } from '../run.js';

const folder = useFolder();
const evaluate = (...args: string[]) => pathlightHere(folder.path, ['evaluate', DIGITS, ...args, '--device', 'cpu']);
const QUICK = ['--methods', 'saliency,ig@white', '--metrics', 'relevance-gain,sparseness', '--unit', '7', '--steps', '4'];
const at = (...path: string[]) => join(folder.path, ...path);
const record = (...path: string[]) => JSON.parse(readFileSync(at(...path, 'evaluation.json'), 'utf8'));

describe('evaluate', () => {
  beforeAll(() => {
    mkdirSync(at('pictures', 'more'), { recursive: true });
    for (const [name, path] of [
      ['seven.png', SEVEN],
      ['five.png', FIVE],
    ] as const)
      writeFileSync(at('pictures', name), readFileSync(path));
    writeFileSync(at('pictures', 'notes.txt'), 'not a picture');
  });

  test('of a folder: evaluation.json by its schema, a report, and the maps of each picture', async () => {
    const { code, stdout, stderr } = await evaluate('pictures', ...QUICK, '--out', 'out');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Of the methods measured, \S+ has the best relevance-gain: /);
    expect(stdout).toMatch(/\nmethod +relevance-gain ↑ +sparseness\n/);
    const found = record('out');
    expect(new Ajv2020({ strict: true, allowUnionTypes: true }).addVocabulary(['unit']).validate(evaluationSchema, found)).toBe(true);
    expect(found).toMatchObject({
      images: [join('pictures', 'five.png'), join('pictures', 'seven.png')],
      unit: 7,
      baseline: 'black',
      wanted: 2,
      steps: 4,
      device: { kind: 'cpu' },
    });
    expect(Object.keys(found.methods)).toEqual(['saliency', 'ig@white', 'random', 'edges']);
    expect(found.methods['ig@white']['relevance-gain'].values).toHaveLength(2);
    expect(found.curves.random.deletion).toHaveLength(101);
    expect(readdirSync(at('out', 'five')).sort()).toEqual([
      'edges.png',
      'ig@white.png',
      'input.png',
      'picture.json',
      'random.png',
      'saliency.png',
    ]);
    const report = readFileSync(at('out', 'report.html'), 'utf8');
    // Not `toContain`: where it failed it would print all pictures of the page.
    expect(report.includes('Integrated gradients, with the baseline white.')).toBe(true);
    expect(/undefined|NaN|<script/.exec(report.replaceAll(/base64,[^"]+/g, ''))).toBeNull();
  });

  test('the patches of a mask are a unit: blocks of a file measure what the same blocks do', async () => {
    writeFileSync(at('blocks.npy'), writeNpy(Float32Array.from(gridPatches(28, 28, 7).labels), [28, 28]));
    const quick = QUICK.map((flag) => (flag === '7' ? 'blocks.npy' : flag));
    const { code, stderr } = await evaluate('pictures', ...quick, '--range', '0,1', '--out', 'mask');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(record('mask')).toMatchObject({ unit: 'mask', methods: record('out').methods });
    expect(record('mask')).not.toHaveProperty('superpixels');
    const report = readFileSync(at('mask', 'report.html'), 'utf8');
    expect(report.includes('Parts are the 16 patches of a mask;')).toBe(true);
    const [repeat] = /Repeat it with: [^<]*/.exec(report) ?? [];
    expect(repeat).toMatch(/ PICTURES --range 0,1 --methods saliency,ig@white --metrics .* --unit MASK --baseline black /);
  });

  test('run again it takes what is there, and measures anew what other settings or another file ask for', async () => {
    const before = record('out');
    const made = () => ['five', 'seven'].map((name) => statSync(at('out', name, 'picture.json')).mtimeMs);
    const [five, seven] = made();
    await evaluate('pictures', ...QUICK, '--out', 'out');
    const { seconds: _, milliseconds: __, ...same } = record('out');
    expect({ ...before, ...same }).toEqual(before);
    expect(made()).toEqual([five, seven]);
    writeFileSync(at('out', 'five', 'picture.json'), '{"key": "of something else"}');
    await evaluate('pictures', ...QUICK, '--out', 'out');
    expect(record('out').methods).toEqual(before.methods);
    expect(made()[1]).toBe(seven);
    await evaluate('pictures', ...QUICK, '--baseline', 'mean', '--out', 'out');
    expect(record('out').methods).not.toEqual(before.methods);
  });

  test('one picture writes into the folder itself, and is told to say nothing about others', async () => {
    const { stdout } = await evaluate(join('pictures', 'seven.png'), ...QUICK, '--out', 'one');
    expect(stdout).toContain('One picture is too few to tell methods apart: give 6 or more.');
    expect(readdirSync(at('one'))).toEqual(expect.arrayContaining(['evaluation.json', 'report.html', 'picture.json', 'input.png']));
  });

  test('the time is kept: what was finished is told, and nothing is half written', async () => {
    const { code, stdout, stderr } = await evaluate('pictures', '--max-seconds', '0.001', '--out', 'late');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^pathlight: .*five\.png was not finished within 0\.001 seconds, so there is nothing to tell \(a larger --max-seconds, /,
    );
    expect(readdirSync(folder.path)).not.toContain('late');
  });

  test.each([
    [['--methods', 'igg'], /^pathlight: the method igg does not exist \(all, or ig, /],
    [['--metrics', 'deletions'], /^pathlight: the metric deletions does not exist/],
    [['--unit', '0'], /^pathlight: --unit /],
    [['--baseline', 'white'], /^pathlight: --baseline white \(one of black, mean, blur, road\)/],
    [['--max-seconds', '-1'], /^pathlight: --max-seconds /],
    [['--target', 'eleven'], /^pathlight: the class eleven does not exist/],
  ])('%j is refused in one line', async (flags, line) => {
    const { code, stdout, stderr } = await evaluate('pictures', ...flags, '--out', 'refused');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder.path)).not.toContain('refused');
  });

  test('a folder without pictures is refused', async () => {
    const { code, stderr } = await evaluate(join('pictures', 'more'), '--out', 'refused');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pathlight: \S+more: a folder without pictures \(files that end in \.png, /);
  });
});
