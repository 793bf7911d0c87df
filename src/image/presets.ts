import type { PreprocessingOptions } from './side_file.js';

/**
 * How common training pipelines make inputs of 8-bit pictures:
 *
 * - `imagenet`: torchvision's (and timm's with `crop_pct` 0.875): shorter side to 256 for an input of 224, centre crop, antialiased bilinear,
 *   x / 255, then mean and standard deviation of ImageNet;
 * - `tf`, `caffe`: the modes of Keras' `imagenet_utils.preprocess_input`: x / 127.5 - 1, and blue, green, red from 0 to 255 less ImageNet's mean;
 * - `zero-one`: x / 255.
 *
 * Only `imagenet` says how to resize and crop.
 */
export const PRESETS = ['imagenet', 'tf', 'caffe', 'zero-one'] as const;
export type Preset = (typeof PRESETS)[number];

/** Input side as a share of the shorter side that is cropped: 224 of 256. */
const CROPPED = 0.875;

/** What a preset says of an input of this size. */
export function presetOptions(preset: Preset, { width, height }: { width: number; height: number }): PreprocessingOptions {
  switch (preset) {
    case 'imagenet':
      return {
        range: [0, 1],
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        order: 'rgb',
        fit: 'cover',
        resize: Math.floor(Math.max(width, height) / CROPPED),
        interpolation: 'bilinear',
      };
    case 'tf':
      return { range: [-1, 1], mean: [0], std: [1], order: 'rgb' };
    case 'caffe':
      return { range: [0, 255], mean: [103.939, 116.779, 123.68], std: [1], order: 'bgr' };
    case 'zero-one':
      return { range: [0, 1], mean: [0], std: [1], order: 'rgb' };
  }
}
