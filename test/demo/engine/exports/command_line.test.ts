import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { CommandRequest } from '../../../../demo/engine/contract/files.js';
import type { OwnModel } from '../../../../demo/engine/contract/models.js';
import { commandLine } from '../../../../demo/engine/exports/command_line.js';
import { frameInput } from '../../../../demo/engine/inputs/decode.js';
import { choicesOf, settingsOf } from '../../../../demo/engine/inputs/described.js';
import { factsOf, OFFERED, optionsOf, ruleOf } from '../../../../demo/lib/methods.js';
import { optionsFor } from '../../../../demo/lib/options.js';
import { takenInput } from '../../../../demo/ui/lib/taken_input.js';
import { FITS, INTERPOLATIONS, methods, NESTED_RULES, resolvePreprocessing } from '../../../../src/app.js';
import { parseIntegral, parseWhole, readPreprocessing } from '../../../../src/cli/arguments.js';
import { attributeCommand } from '../../../../src/cli/commands/attribute.js';
import { parseMethod, readImages } from '../../../../src/cli/method_flags.js';
import { readHuggingFace } from '../../../../src/image/preprocessing/hugging_face.js';
import {
  BASELINES,
  createSession,
  fitPicture,
  LABEL_LISTS,
  OUTPUTS,
  type Picture,
  PRESETS,
  RULES,
  type Session,
} from '../../../../src/index.js';
import { smallModel } from '../host.js';

// The command that the page shows is read by the command line's own parser, and must mean what the page computed.

const { name, bytes } = smallModel();
const session = await createSession(bytes);

const DEFAULT: CommandRequest = {
  method: 'ig',
  steps: 64,
  rule: 'midpoint',
  baseline: 'zero',
  output: 'logit',
  question: { target: 3 },
  model: name,
  input: 'digit-7.png',
};

/** What the command line is told: the words of the command, as a shell splits them, read as `pathlight attribute` reads them. */
async function parse(command: string) {
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .split('\n')
    .slice(0, -1);
  expect(words.slice(0, 3)).toEqual(['npx', 'pathlight', 'attribute']);
  const parser = attributeCommand(new AbortController().signal, () => {}).exitOverride();
  parser.action(() => {}).parse(words.slice(3), { from: 'user' });
  const flags = parser.opts();
  const { method, settings } = parseMethod(flags as never, methods);
  return {
    paths: parser.args,
    flags,
    settings: {
      ...settings,
      ...parseIntegral(flags as never),
      ...(await readImages(method, flags as never, session.preprocessing)),
      baseline: flags.baseline,
      output: flags.output,
      seed: parseWhole('--seed', flags.seed, 0, 2 ** 32 - 1),
      target: flags.target,
      contrast: flags.contrast,
    },
    preprocessing: await readPreprocessing(flags as never),
  };
}

const NO_CHOICES = { shipped: null, choices: {}, labelList: null };
const commandFor = (request: Partial<CommandRequest>, opened: Parameters<typeof commandLine>[1] = NO_CHOICES) =>
  commandLine(session, opened, { ...DEFAULT, ...request });

/** What the library is asked for, in the form that the parser has. */
function meant(request: CommandRequest) {
  const { method, steps, baseline, output, question } = request;
  const { path, baseline: role } = factsOf(method);
  return {
    method,
    steps: path === 'none' ? 64 : steps,
    seed: 0,
    output,
    // A method whose path starts elsewhere reads no baseline.
    baseline: role === 'own' ? 'zero' : baseline,
    target: String(question.target),
    contrast: question.contrast === undefined ? undefined : String(question.contrast),
    ...(request.rule !== 'midpoint' && ruleOf(request)),
    ...optionsOf(request),
  };
}

const check = async (changed: Partial<CommandRequest>) => {
  const request = { ...DEFAULT, ...changed };
  const { settings, paths } = await parse(commandFor(changed));
  expect(paths).toEqual([name, request.input]);
  expect(settings).toEqual(meant(request));
};

describe('every setting of a map', () => {
  test('the defaults', () => check({}));
  test.each(OFFERED.map(({ name }) => name))('method %s, alone and with all other settings', async (method) => {
    await check({ method });
    const { path } = factsOf(method);
    await check({
      method,
      steps: path === 'none' ? 64 : 17,
      baseline: 'blur',
      output: 'raw',
      rule: 'trapezoid',
      question: { target: 2, contrast: 9 },
      options: { seed: '5', smooth: '3', sigma: '0.25', variance: 'yes' },
    });
  });
  test.each(BASELINES)('baseline %s', (baseline) => check({ baseline }));
  test.each(OUTPUTS)('output %s', (output) => check({ output }));
  test.each(RULES)('rule %s', (rule) => check({ rule, steps: 65 }));
  test.each(NESTED_RULES)('steps auto by %s', (rule) =>
    check({ steps: 'auto', rule, options: { tolerance: '0.004', maxSteps: '4096', seed: '1' } }),
  );
  test('steps exact', () => check({ steps: 'exact', rule: 'gauss-legendre', options: { maxSteps: '4096' } }));
  test.each(
    OFFERED.flatMap((facts) =>
      optionsFor(facts, 64, { smooth: '2' }).flatMap(({ name, values }) =>
        textsOf(values).map((text) => [facts.name, name, text] as const),
      ),
    ),
  )('%s: %s = %s', (method, option, text) =>
    check({ method, options: { ...(['sigma', 'variance'].includes(option) && { smooth: '4' }), [option]: text } }),
  );
});

/** Values of an option that are no defaults. */
function textsOf(values: ReturnType<typeof optionsFor>[number]['values']): readonly string[] {
  switch (values.kind) {
    case 'whole':
      return [String(Math.min(values.most, values.least + 6))];
    case 'above 0':
      return [String(0.375 * Math.min(values.most, 1))];
    case 'share':
      return ['0.625'];
    case 'choice':
      return values.names;
    case 'layer':
      return ['block one/Relu'];
    case 'layers':
      return ['a/Relu,b/Relu'];
    case 'patch':
      return ['3', 'superpixels-21'];
    case 'images':
      return ['5'];
    case 'yes':
      return ['yes'];
  }
}

describe('every choice for a network of the visitor', () => {
  const PIXELS = { range: [-1, 1], mean: [0.5, 0.25, 0.125], std: [2], order: 'bgr', interpolation: 'bicubic', layout: 'nhwc' } as const;
  const list = Object.keys(LABEL_LISTS)[0] as keyof typeof LABEL_LISTS;
  const choices: readonly Partial<OwnModel>[] = [
    ...PRESETS.map((preset) => ({ preset })),
    ...INTERPOLATIONS.map((interpolation) => ({ pixels: { ...PIXELS, interpolation } })),
    { pixels: { ...PIXELS, range: [0, 255], order: 'rgb', layout: 'nchw', resize: 256 } },
    { labelList: list },
    { outputName: 'scores of 10' },
    { size: [192, 256] },
    { preset: PRESETS[0]!, labelList: list, outputName: 'y', size: [64, 64] },
  ];
  test.each(choices.map((chosen) => [JSON.stringify(chosen), chosen] as const))('%s', async (_, chosen) => {
    const summary = { shipped: null, choices: choicesOf(chosen), labelList: chosen.labelList ? { name: list, assumed: false } : null };
    const { preprocessing } = await parse(commandFor({}, summary));
    const { preprocessing: asked, size, outputName } = await settingsOf(chosen);
    expect(preprocessing).toEqual({
      ...asked,
      ...(size !== undefined && { size }),
      ...(outputName !== undefined && { output: outputName }),
    });
  });
  test('the file with names of classes, and a network whose name begins like an option', async () => {
    const { labels } = (
      await parse(
        commandFor({ input: '-.png', model: '-m.onnx' }, { ...NO_CHOICES, choices: { labelFile: 'names.txt' } }).replace(
          '--labels names.txt',
          '--labels imagenet',
        ),
      )
    ).preprocessing;
    expect(labels).toHaveLength(1000);
    expect((await parse(commandFor({ input: '-.png', model: '-m.onnx' }))).paths).toEqual(['./-m.onnx', './-.png']);
  });
});

describe('the picture', () => {
  const photo: Picture = { width: 40, height: 30, channels: 3, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 97) % 256) };
  const file = new File(['bytes'], "the eagle's.jpg");
  const picture = { name: "the eagle's", given: { file, fit: 'cover' } } as const;
  const square = resolvePreprocessing([1, 3, 28, 28]);

  test.each(FITS)('of the visitor, fitted by %s, has its own name, and is fitted alike', async (fit) => {
    const { input, file: taken, ...fitting } = takenInput({ ...picture, given: { file, fit } }, square);
    expect([input, taken]).toEqual([file.name, file]);
    const { preprocessing, paths } = await parse(commandFor({ input, ...fitting }));
    expect(paths[1]).toBe(file.name);
    expect(preprocessing.fit).toBe(fit === 'cover' ? undefined : fit);
    expect(fitPicture(photo, { ...square, ...preprocessing }).picture).toEqual(fitPicture(photo, { ...square, fit }).picture);
  });

  test('of the visitor, with a resize: an array where it is shown whole, which the command line refuses', () => {
    const resized = { ...square, resize: 32 };
    for (const fit of ['cover', 'stretch'] as const) {
      expect(takenInput({ ...picture, given: { file, fit } }, resized)).toEqual({ input: file.name, file, fit });
    }
    expect(takenInput({ ...picture, given: { file, fit: 'contain' } }, resized)).toEqual({ input: "the eagle's.npy" });
  });

  test.each(FITS)('of the visitor, for a folder of Hugging Face with a resize, fitted by %s: page and command line agree', async (fit) => {
    const folder = readHuggingFace({
      preprocessorConfig: { do_resize: true, size: { shortest_edge: 32 }, do_center_crop: true, crop_size: 28 },
    });
    const facts = { classes: 10, metadata: {}, folder };
    const ofFolder = resolvePreprocessing([1, 3, 28, 28], undefined, {}, facts);
    expect(ofFolder).toMatchObject({ fit: 'cover', resize: 32 });
    const { file: taken, input, ...fitting } = takenInput({ ...picture, given: { file, fit } }, ofFolder);
    expect(taken).toBe(file);
    const words = commandLine({ preprocessing: ofFolder } as Session, NO_CHOICES, { ...DEFAULT, input, ...fitting });
    const { preprocessing } = await parse(words);
    const asked = resolvePreprocessing([1, 3, 28, 28], undefined, preprocessing, facts);
    expect(frameInput(photo, fit, ofFolder).picture).toEqual(fitPicture(photo, asked).picture);
  });

  test('that was centred is saved as the network sees it, and not fitted again', async () => {
    const { input, ...fitting } = takenInput({ ...picture, given: { file, fit: 'centre' } }, square);
    expect([input, fitting]).toEqual(["the eagle's.png", {}]);
    const seen = fitPicture(photo, square).picture;
    expect(fitPicture(seen, { ...square, ...(await parse(commandFor({ input }))).preprocessing }).picture).toEqual(seen);
  });

  test('of the page is an array where the preprocessing would resize it once more, or where it came as one', () => {
    expect(takenInput({ name: 'digit-7' }, square)).toEqual({ input: 'digit-7.png' });
    expect(takenInput({ name: 'digit-7' }, { ...square, resize: 28 })).toEqual({ input: 'digit-7.png' });
    expect(takenInput({ name: 'digit-7' }, { ...square, resize: 32 })).toEqual({ input: 'digit-7.npy' });
    expect(takenInput({ ...picture, array: true }, square)).toEqual({ input: "the eagle's.npy" });
  });
});
