import { describe, expect, test } from 'vitest';
import { readLiteral } from '../../../src/image/preprocessing/literal.js';
import { readMetadata } from '../../../src/image/preprocessing/metadata.js';
import { resolvePreprocessing } from '../../../src/image/preprocessing/preprocess.js';

const COLOUR = { classes: 3, channels: 3 };

describe('readMetadata', () => {
  test('the image metadata of ONNX, as Custom Vision writes it', () => {
    const { options, keys, notes } = readMetadata(
      {
        'CustomVision.Preprocess.NormalizeMean': '[0.0, 0.0, 0.0]',
        'CustomVision.Preprocess.NormalizeStd': '[1.0, 1.0, 1.0]',
        'CustomVision.Preprocess.ResizeMethod': 'ByShorterSideAlign32',
        'Image.BitmapPixelFormat': 'Bgr8',
        'Image.ColorSpaceGamma': 'SRGB',
        'Image.NominalPixelRange': 'NominalRange_0_255',
      },
      COLOUR,
    );
    expect(options).toEqual({ range: [0, 255], order: 'bgr', mean: [0, 0, 0], std: [1, 1, 1] });
    expect(keys).toEqual({
      range: 'Image.NominalPixelRange',
      order: 'Image.BitmapPixelFormat',
      mean: 'CustomVision.Preprocess.NormalizeMean',
      std: 'CustomVision.Preprocess.NormalizeStd',
    });
    expect(notes).toEqual([]);
  });

  test.each([
    ['Normalized_0_1', [0, 1]],
    ['normalized_1_1', [-1, 1]],
    ['NominalRange_16_235', [16, 235]],
  ])('the range %s', (value, range) => {
    expect(readMetadata({ 'image.nominalpixelrange': value }, COLOUR).options).toEqual({ range });
  });

  test('the names of Ultralytics', () => {
    const metadata = { task: 'classify', stride: '1', imgsz: '[224, 224]', names: `{0: 'tench', 1: "jack-o'-lantern", 2: 'ice lolly'}` };
    expect(readMetadata(metadata, COLOUR).options).toEqual({ labels: ['tench', "jack-o'-lantern", 'ice lolly'] });
  });

  test("OpenVINO's Model API: mean and scale of 0 to 255, or of 0 to 1 where it says so", () => {
    const metadata = {
      'model_info mean_values': '123.675 116.28 103.53',
      'model_info scale_values': '58.395 57.12 57.375',
      'model_info labels': 'cat dog kite',
      'model_info resize_type': 'standard',
    };
    expect(readMetadata(metadata, COLOUR).options).toEqual({
      range: [0, 255],
      mean: [123.675, 116.28, 103.53],
      std: [58.395, 57.12, 57.375],
      labels: ['cat', 'dog', 'kite'],
      fit: 'stretch',
    });
    const unit = { ...metadata, 'model_info mean_values': '0.0 0.0 0.0', 'model_info scale_values': '1.5 1.5 1.5' };
    expect(readMetadata({ ...unit, 'model_info intensity_mode': 'scale_to_unit' }, COLOUR).options.range).toBeUndefined();
  });

  test('mean and std by hand: which range they are of is told by their size', () => {
    expect(readMetadata({ mean: '(0.485, 0.456, 0.406)', std: '0.5' }, COLOUR).options).toEqual({
      mean: [0.485, 0.456, 0.406],
      std: [0.5],
    });
    expect(readMetadata({ mean: '127.5', std: '127.5' }, COLOUR).options).toEqual({ range: [0, 255], mean: [127.5], std: [127.5] });
  });

  test('what does not fit the model or cannot be read is left out with a note', () => {
    const metadata = {
      mean: '[0.1, 0.2]',
      std: '0',
      labels: 'a,b',
      'Image.NominalPixelRange': 'wide',
      'Image.ColorSpaceGamma': 'Linear',
    };
    const { options, notes } = readMetadata(metadata, COLOUR);
    expect(options).toEqual({});
    expect(notes).toEqual([
      'metadata "Image.NominalPixelRange": "wide" says no range that is understood; it is left out',
      'metadata "mean": 2 numbers for 3 channels; it is left out',
      'metadata "std": not above 0; it is left out',
      'metadata "labels": 2 names for 3 classes; it is left out',
      'metadata "Image.ColorSpaceGamma": linear light is not made; the model is fed sRGB values',
    ]);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('the word %s is none of those that are known', (word) => {
    const metadata = { 'Image.NominalPixelRange': word, 'model_info resize_type': word, 'Image.BitmapPixelFormat': word, [word]: word };
    const { options, notes } = readMetadata(metadata, COLOUR);
    expect(options).toEqual({});
    expect(notes).toEqual(
      [
        'Image.NominalPixelRange": "%s" says no range',
        'Image.BitmapPixelFormat": "%s" says no order',
        'model_info resize_type": "%s" says no fit',
      ].map((note) => expect.stringContaining(note.replace('%s', word))),
    );
  });

  test('the side file and the flags win over it', () => {
    const metadata = { mean: '0.5', std: '0.25', labels: '["a", "b", "c"]' };
    const resolved = resolvePreprocessing([1, 3, 8, 8], { mean: 0.1 }, { std: [0.3] }, { metadata, classes: 3 });
    expect(resolved).toMatchObject({ mean: [0.1, 0.1, 0.1], std: [0.3, 0.3, 0.3], labels: ['a', 'b', 'c'] });
    expect(resolved.from).toEqual({ mean: 'the side file', std: 'the flags', labels: 'metadata "labels"' });
  });
});

describe('readLiteral', () => {
  test.each([
    ['[]', []],
    ["('a', 'b',)", ['a', 'b']],
    ['[1, -2.5, "x, y"]', [1, -2.5, 'x, y']],
    [`['it\\'s', "a\\nb", "\\u00e9\\xe9"]`, ["it's", 'a\nb', 'éé']],
    ['{"0": "a", "1": ["b"]}', new Map<string, unknown>().set('0', 'a').set('1', ['b'])],
    ["{0: 'a', 1: 'b'}", new Map().set('0', 'a').set('1', 'b')],
  ])('%s', (text, expected) => {
    expect(readLiteral(text)).toEqual(expected);
  });

  test('takes time in proportion to the text, whatever its quotes and escapes', () => {
    const started = process.cpuUsage();
    for (const part of ["'", '"', "\\'", '\\"', `'"`, "'a' ", '\\', ' ', '[', "'\\", ',"'])
      for (const start of ['', "'", '"', '[', "{0: '"]) readLiteral(start + part.repeat(20_000));
    expect(readLiteral(`['${"\\'".repeat(100_000)}']`)).toEqual(["'".repeat(100_000)]);
    // Microseconds of processor time: 0.1 s. A search for the next token took 4 s for 100,000 escapes.
    expect(process.cpuUsage(started).user).toBeLessThan(1.5e6);
  });

  test.each(['', '[', '[1', "['a]", '[1 2]', '{1}', '{1: }', '[1] 2', 'None', '[[[[[[1]]]]]]', '{"a" "b"}'])('not %j', (text) => {
    expect(readLiteral(text)).toBeUndefined();
  });
});
