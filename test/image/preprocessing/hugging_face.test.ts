import { describe, expect, test } from 'vitest';
import { type HuggingFaceFiles, isHuggingFaceConfig, readHuggingFace } from '../../../src/image/preprocessing/hugging_face.js';
import { resolvePreprocessing } from '../../../src/image/preprocessing/preprocess.js';

// The settings follow transformers' image processors (src/transformers/models/*/image_processing_*.py) and timm.data.create_transform.

const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const COMMON = { do_resize: true, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true };

describe('preprocessor_config.json as it is saved with', () => {
  test.each<[string, object, object]>([
    [
      'ViT: both sides to the size',
      { ...COMMON, ...HALF, image_processor_type: 'ViTImageProcessor', size: { height: 224, width: 224 }, resample: 2 },
      { fit: 'stretch', size: [224, 224], interpolation: 'bilinear', range: [0, 1], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    ],
    [
      'an old ViT: a feature extractor, a size of one number, no rescaling mentioned',
      { ...HALF, do_resize: true, do_normalize: true, feature_extractor_type: 'ViTFeatureExtractor', size: 224, resample: 2 },
      { fit: 'stretch', size: [224, 224], interpolation: 'bilinear', range: [0, 1], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    ],
    [
      'DeiT: distorted to 256, then the centre of 224',
      {
        ...COMMON,
        ...IMAGENET,
        image_processor_type: 'DeiTImageProcessor',
        size: { height: 256, width: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        resample: 3,
      },
      { fit: 'stretch', resize: 256, size: [224, 224], interpolation: 'bicubic' },
    ],
    [
      'an old DeiT: numbers',
      {
        ...IMAGENET,
        do_resize: true,
        do_normalize: true,
        feature_extractor_type: 'DeiTFeatureExtractor',
        size: 256,
        do_center_crop: true,
        crop_size: 224,
        resample: 3,
      },
      { fit: 'stretch', resize: 256, size: [224, 224] },
    ],
    [
      'BEiT: a crop that is not done',
      {
        ...COMMON,
        ...HALF,
        image_processor_type: 'BeitImageProcessorFast',
        size: { height: 224, width: 224 },
        do_center_crop: false,
        crop_size: { height: 200, width: 200 },
        resample: 2,
      },
      { fit: 'stretch', resize: undefined, size: [224, 224] },
    ],
    [
      'DINOv2: the shorter side, then the centre',
      {
        ...COMMON,
        ...IMAGENET,
        image_processor_type: 'BitImageProcessor',
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        resample: 3,
      },
      { fit: 'cover', resize: 256, size: [224, 224], interpolation: 'bicubic' },
    ],
    [
      'an old CLIP: a number is the shorter side',
      {
        ...COMMON,
        ...IMAGENET,
        feature_extractor_type: 'CLIPFeatureExtractor',
        size: 224,
        do_center_crop: true,
        crop_size: 224,
        resample: 3,
      },
      { fit: 'cover', resize: 224, size: [224, 224] },
    ],
    [
      'ConvNeXt below 384: a share is cropped',
      {
        ...COMMON,
        ...IMAGENET,
        image_processor_type: 'ConvNextImageProcessor',
        size: { shortest_edge: 224 },
        crop_pct: 0.875,
        resample: 3,
      },
      { fit: 'cover', resize: 256, size: [224, 224] },
    ],
    [
      'ConvNeXt without a share, and ResNet with a number',
      { ...IMAGENET, do_normalize: true, feature_extractor_type: 'ConvNextFeatureExtractor', size: 224, crop_pct: null, resample: 3 },
      { fit: 'cover', resize: 256, size: [224, 224] },
    ],
    [
      'ConvNeXt from 384 on: distorted',
      { ...COMMON, ...IMAGENET, image_processor_type: 'ConvNextImageProcessor', size: { shortest_edge: 384 }, crop_pct: 0.875 },
      { fit: 'stretch', resize: undefined, size: [384, 384] },
    ],
    [
      'PoolFormer: 224 / 0.9, rounded down',
      {
        ...COMMON,
        ...IMAGENET,
        image_processor_type: 'PoolFormerImageProcessor',
        size: { shortest_edge: 224 },
        crop_pct: 0.9,
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
      },
      { fit: 'cover', resize: 248, size: [224, 224] },
    ],
    [
      'LeViT: 256 for a size of 224',
      {
        ...COMMON,
        ...IMAGENET,
        image_processor_type: 'LevitImageProcessor',
        size: { shortest_edge: 224 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        resample: 3,
      },
      { fit: 'cover', resize: 256, size: [224, 224] },
    ],
    [
      'MobileViT: blue first, no mean',
      {
        do_resize: true,
        do_rescale: true,
        image_processor_type: 'MobileViTImageProcessor',
        size: { shortest_edge: 288 },
        do_center_crop: true,
        crop_size: { height: 256, width: 256 },
        do_flip_channel_order: true,
        resample: 2,
      },
      { fit: 'cover', resize: 288, size: [256, 256], order: 'bgr', range: [0, 1], mean: undefined, std: undefined },
    ],
    [
      'EfficientNet: divided by the deviation twice, by the nearest pixel',
      {
        ...COMMON,
        ...IMAGENET,
        image_processor_type: 'EfficientNetImageProcessor',
        size: { height: 346, width: 346 },
        do_center_crop: false,
        crop_size: { height: 289, width: 289 },
        include_top: true,
        rescale_offset: false,
        resample: 0,
      },
      { fit: 'stretch', size: [346, 346], interpolation: 'nearest', std: [0.229 ** 2, 0.224 ** 2, 0.225 ** 2] },
    ],
    [
      'an offset: -1 to 1',
      { do_rescale: true, rescale_factor: 1 / 127.5, rescale_offset: true, do_normalize: false, size: { height: 10, width: 10 } },
      { range: [-1, 1], mean: undefined },
    ],
    [
      'no rescaling: 0 to 255',
      { ...HALF, do_rescale: false, do_normalize: true, size: { height: 10, width: 10 } },
      { range: [0, 255], mean: [0.5, 0.5, 0.5] },
    ],
    [
      'Perceiver: the centre first',
      {
        ...COMMON,
        ...HALF,
        image_processor_type: 'PerceiverImageProcessor',
        size: { height: 224, width: 224 },
        do_center_crop: true,
        crop_size: { height: 256, width: 256 },
      },
      { fit: 'cover', resize: 256, size: [224, 224] },
    ],
    [
      'a picture that is not square',
      { ...COMMON, ...HALF, size: { height: 64, width: 48 } },
      { fit: 'stretch', size: [64, 48], resize: undefined },
    ],
    [
      'nulls, as fast processors save them',
      { ...COMMON, ...HALF, size: { height: 32, width: 32 }, crop_size: null, do_center_crop: null, resample: 3 },
      { fit: 'stretch', size: [32, 32], resize: undefined },
    ],
    [
      'no resizing',
      { ...COMMON, ...HALF, do_resize: false, size: { height: 32, width: 32 } },
      { fit: undefined, size: undefined, range: [0, 1] },
    ],
  ])('%s', (_, preprocessorConfig, wanted) => {
    const { options, notes } = readHuggingFace({ preprocessorConfig });
    expect(options).toMatchObject(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)));
    for (const [key, value] of Object.entries(wanted)) if (value === undefined) expect(options).not.toHaveProperty(key);
    expect(notes).toEqual([]);
  });
});

describe('config.json', () => {
  const from = (config: object, rest: HuggingFaceFiles = {}) => readHuggingFace({ config, ...rest });

  test('names the classes, and the size where nothing else does', () => {
    expect(from({ id2label: { 0: 'cat', 1: 'dog' }, image_size: 32 })).toEqual({
      options: { labels: ['cat', 'dog'], size: [32, 32] },
      from: { labels: 'config.json', size: 'config.json' },
      notes: [],
    });
    expect(from({ image_size: [64, 48] }).options.size).toEqual([64, 48]);
    expect(from({ vision_config: { image_size: 16 } }).options.size).toEqual([16, 16]);
    const sized = from({ image_size: 32 }, { preprocessorConfig: { size: { height: 30, width: 30 } } });
    expect([sized.options.size, sized.from.size]).toEqual([[30, 30], 'preprocessor_config.json']);
  });

  test('of timm says all: the share that is cropped, squashed or not', () => {
    const cfg = { input_size: [3, 224, 224], crop_pct: 0.95, interpolation: 'bicubic', mean: IMAGENET.image_mean, std: IMAGENET.image_std };
    const { options, from: sources } = from({
      architecture: 'resnet50',
      pretrained_cfg: { ...cfg, crop_mode: 'center' },
      label_names: ['a', 'b'],
    });
    expect(options).toEqual({
      labels: ['a', 'b'],
      size: [224, 224],
      fit: 'cover',
      resize: 235,
      interpolation: 'bicubic',
      range: [0, 1],
      mean: cfg.mean,
      std: cfg.std,
    });
    expect(sources.mean).toBe('config.json');
    expect(from({ pretrained_cfg: { ...cfg, crop_mode: 'squash', crop_pct: 1 } }).options).toMatchObject({ fit: 'stretch', resize: 224 });
  });

  test.each<[unknown, boolean]>([
    [{ model_type: 'vit' }, true],
    [{ architecture: 'resnet18', pretrained_cfg: {} }, true],
    [{ range: [0, 1] }, false],
    [['model_type'], false],
    [null, false],
  ])('%j describes a model of Hugging Face: %s', (json, is) => {
    expect(isHuggingFaceConfig(json)).toBe(is);
  });
});

test.each<[string, HuggingFaceFiles]>([
  ['nothing', {}],
  ['no objects', { config: [1], preprocessorConfig: 'x' }],
  [
    'values of other types',
    { config: { id2label: 'x', image_size: '32' }, preprocessorConfig: { size: 'x', crop_size: [1], image_mean: 'x', resample: 'x' } },
  ],
  ['words of every object', { preprocessorConfig: { image_processor_type: 'constructor', size: { shortest_edge: -1 } } }],
])('%s is no error, and sets neither labels nor size', (_, files) => {
  const { options } = readHuggingFace(files);
  expect([options.labels, options.size]).toEqual([undefined, undefined]);
});

describe('with a model', () => {
  const preprocessorConfig = { ...COMMON, ...IMAGENET, size: { shortest_edge: 36 }, do_center_crop: true, crop_size: 32, resample: 3 };
  const folder = readHuggingFace({ config: { id2label: { 0: 'a', 1: 'b' } }, preprocessorConfig });
  const facts = { metadata: {}, classes: 2, folder };
  const SHAPE = [1, 3, 32, 32];

  test('the folder wins over metadata, the side file over the folder, and flags over both; each setting says where it comes from', () => {
    const found = resolvePreprocessing(
      SHAPE,
      { std: [1] },
      { range: [0, 255] },
      { ...facts, metadata: { mean: '0.1', names: "{0: 'x', 1: 'y'}" } },
    );
    expect(found).toMatchObject({
      mean: IMAGENET.image_mean,
      std: [1, 1, 1],
      range: [0, 255],
      labels: ['a', 'b'],
      resize: 36,
      interpolation: 'bicubic',
    });
    expect(found.from).toMatchObject({
      mean: 'preprocessor_config.json',
      std: 'the side file',
      range: 'the flags',
      labels: 'config.json',
      resize: 'preprocessor_config.json',
    });
    expect(found.notes).toEqual([]);
  });

  test("another fit does not begin with the folder's resize, and a resize of one's own stays", () => {
    expect(resolvePreprocessing(SHAPE, undefined, { fit: 'contain' }, facts)).not.toHaveProperty('resize');
    expect(resolvePreprocessing(SHAPE, { resize: 40 }, { fit: 'stretch' }, facts).resize).toBe(40);
  });

  test('what does not fit the model is left out, and said', () => {
    const grey = resolvePreprocessing([1, 1, 28, 28], undefined, {}, { ...facts, classes: 3 });
    expect(grey).toMatchObject({ mean: [0], std: [1] });
    expect(grey.resize).toBe(31);
    expect(grey).not.toHaveProperty('labels');
    expect(grey.notes).toEqual([
      'config.json: 2 names for 3 classes; they are left out',
      'preprocessor_config.json: the mean has 3 numbers for 1 channel; it is left out',
      'preprocessor_config.json: the std has 3 numbers for 1 channel; it is left out',
      "preprocessor_config.json: made for pictures of 32x32; the model's input is 28x28, and the same share is cropped",
    ]);
    const padded = readHuggingFace({ preprocessorConfig: { ...preprocessorConfig, size: { shortest_edge: 24 } } });
    const { notes, resize } = resolvePreprocessing(SHAPE, undefined, {}, { ...facts, folder: padded });
    expect(resize).toBeUndefined();
    expect(notes).toEqual([
      'preprocessor_config.json: resizes to 24 pixels and crops 32x32 with a border; pictures cover the input instead',
    ]);
  });
});
