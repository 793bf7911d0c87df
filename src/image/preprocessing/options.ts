import type { BoundValue } from '../../onnx/inputs/bind.js';
import type { FitMode } from '../fit.js';
import type { Matte } from '../picture.js';
import type { Interpolation } from '../resize.js';

/**
 * How common training pipelines turn 8-bit pictures into inputs:
 *
 * - `imagenet`: torchvision's (and timm's with `crop_pct` 0.875). The shorter side is resized to 256 for an input of 224, by antialiased
 *   bilinear interpolation; the centre is cropped; then x / 255, mean and standard deviation of ImageNet.
 * - `tf`: x / 127.5 - 1. `caffe`: blue, green, red from 0 to 255, minus ImageNet's mean. Both are modes of Keras'
 *   `imagenet_utils.preprocess_input`.
 * - `zero-one`: x / 255.
 *
 * Only `imagenet` says how to resize and crop.
 *
 * @example for (const preprocess of PRESETS) await createSession(bytes, { preprocessing: { preprocess } });
 */
export const PRESETS = ['imagenet', 'tf', 'caffe', 'zero-one'] as const;
/**
 * One of PRESETS.
 *
 * @example const preset: Preset = 'imagenet';
 */
export type Preset = (typeof PRESETS)[number];

/** The order of a colour model's channels. */
export const CHANNEL_ORDERS = ['rgb', 'bgr'] as const;
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number];

/**
 * A size in pixels: one number for both sides, or height and width.
 *
 * @example const size: InputSize = [192, 256];
 */
export type InputSize = number | readonly [height: number, width: number];

/**
 * The settings that `<model>.json` beside a model, and flags, may give. All are optional.
 *
 * @example const preprocessing: PreprocessingOptions = { range: [-1, 1], resize: 256, labels: ['tench', 'goldfish'] };
 */
export interface PreprocessingOptions {
  /** A common pipeline, by name. Settings beside it override it. */
  readonly preprocess?: Preset;
  /** The values of black and white: [0, 1] by default, [0, 255] or [-1, 1] for some models, [1, 0] for inverted ones. */
  readonly range?: readonly [lo: number, hi: number];
  /** One number for all channels, or one for each channel in the model's order. */
  readonly mean?: readonly number[];
  /** One number for all channels, or one for each channel in the model's order; above 0. */
  readonly std?: readonly number[];
  /** `rgb` (the default) or `bgr`: the order of the model's channels. */
  readonly order?: ChannelOrder;
  /** How pictures of another shape fill the input: `cover` (the default), `contain` or `stretch`. */
  readonly fit?: FitMode;
  /** Shorter side in pixels before the centre is cropped; at least the longer side of the input. */
  readonly resize?: number;
  /** `bilinear` (the default), `bicubic`, `lanczos` or `nearest`. */
  readonly interpolation?: Interpolation;
  /** The colour behind transparent pixels: `white` (the default), `black` or `grey`. */
  readonly matte?: Matte;
  /** Whether channels come first or last, for inputs whose shape allows both. */
  readonly layout?: 'nchw' | 'nhwc';
  /**
   * Rows and columns of the input where the model's file leaves them open: one number for both, or [height, width].
   */
  readonly size?: InputSize;
  /** Pixels in a row, for models with a flat input that is not square. */
  readonly width?: number;
  /** Rows, for models with a flat input that is not square. */
  readonly height?: number;
  /** The name of the output that holds the class scores, where a model has several. */
  readonly output?: string;
  /** Constants in the place of further inputs, by their names. In the side file also the name of an `.npy` file beside it. */
  readonly bind?: Readonly<Record<string, BoundValue>>;
  /** Names of the classes, in the order of the model's outputs. */
  readonly labels?: readonly string[];
}
