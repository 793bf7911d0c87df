import type { PreprocessingOptions, Preset } from './options.js';

/** Side of the input as a share of the shorter side before cropping: 224 of 256. */
const CROPPED = 0.875;

/** The settings of a preset for an input of this size. */
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
