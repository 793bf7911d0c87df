/**
 * An image cut into patches, which are edited as a whole: single pixels, blocks or superpixels.
 *
 * @example const { labels, count }: Patches = found.patches;
 */
export interface Patches {
  /** [pixels] the patch of every pixel, 0 to `count` - 1; every patch has a pixel. */
  readonly labels: Uint32Array;
  /** How many patches there are. */
  readonly count: number;
}

/**
 * The parts of an image that are taken as a whole: square blocks with this many pixels a side (1: single pixels), about this many superpixels, or those of a mask,
 * a number for each pixel, row by row: pixels with the same number are one patch.
 *
 * @example const patch: PatchChoice = { superpixels: 64 };
 */
export type PatchChoice = PatchSize | { readonly mask: Float32Array | Float64Array | readonly number[] };

/**
 * Patches that need no mask: square blocks with this many pixels a side, or about this many superpixels.
 *
 * @example const unit: PatchSize = 16;
 */
export type PatchSize = number | { readonly superpixels: number };

/** Patches of a single pixel each. */
export function pixelPatches(pixels: number): Patches {
  return { labels: Uint32Array.from({ length: pixels }, (_, pixel) => pixel), count: pixels };
}

/**
 * Which elements belong to a pixel: channel c of pixel p is element c * pixels + p (`nchw`) or p * channels + c (`nhwc`).
 *
 * @example const layout: PixelLayout = { pixels: 28 * 28, channels: 1, layout: 'nchw' };
 */
export interface PixelLayout {
  /** Width x height. */
  readonly pixels: number;
  readonly channels: number;
  /** Channels first, or last. */
  readonly layout: 'nchw' | 'nhwc';
}

/** The element that holds one channel of a pixel. */
export function elementOf({ layout, pixels, channels }: PixelLayout, pixel: number, channel: number): number {
  return layout === 'nchw' ? channel * pixels + pixel : pixel * channels + channel;
}

/** The values of one channel, [pixels]. */
export function channelOf(values: Float32Array, { layout, pixels, channels }: PixelLayout, channel: number): Float32Array {
  return layout === 'nchw'
    ? values.subarray(channel * pixels, (channel + 1) * pixels)
    : values.filter((_, element) => element % channels === channel);
}

/** What baselines must know of the images: their geometry and colours in the model's input space. */
export interface ImageSpace {
  readonly pixels: PixelLayout;
  readonly width: number;
  readonly height: number;
  /** [channels] the values of black and of white. With the range 1, 0 black is the larger one. */
  readonly black: Float32Array;
  readonly white: Float32Array;
}
