import type { Picture } from '../../../src/index.js';
import type { Fit } from '../../lib/fits.js';

export interface Digit {
  readonly index: number;
  readonly truth: number;
  /** The class that the open model reads. */
  readonly read: number;
  readonly group: 'study' | 'misread' | 'correct';
  /** [784], 0 to 255. */
  readonly pixels: Uint8Array;
}

export interface Decoded {
  readonly image: Float32Array;
  readonly picture: Picture;
}

/** A picture in the model's input, and how it was fitted there. */
export interface Fitted extends Decoded {
  readonly fit: Fit;
}

export interface Reading {
  readonly class: number;
  readonly probabilities: Float64Array;
  readonly logits: Float64Array;
}
