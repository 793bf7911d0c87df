import type { ElementType } from '../../tensor/tensor.js';
import type { Role } from './axes.js';
import type { BoundValue } from './bind.js';

/** The image as the importer takes it. */
export interface InputDescription {
  readonly name: string;
  /** The type of its elements in the file. Executors keep all of them as floats. */
  readonly type: ElementType;
  /** Black and white as bytes of this type. */
  readonly pixels: readonly [black: number, white: number];
  /** With a 1 for the batch axis, axis 0. An input without a batch axis has the shape of the file. */
  readonly shape: readonly number[];
  /** The batch size that the file fixes, or 1 where it fixes none. */
  readonly batch: number;
  /** The axes that the file leaves open. */
  readonly open: readonly OpenAxis[];
}

/**
 * An axis of the input whose size the file leaves open, and the size that was taken. The batch is none of them.
 *
 * @example const open: readonly OpenAxis[] = session.info.openAxes;
 */
export interface OpenAxis {
  /** Its position in the input's shape. */
  readonly axis: number;
  /** What it counts; `flat`: all numbers of the input. */
  readonly role: Role;
  /** The symbol that the file has in its place; empty where it has none. */
  readonly symbol: string;
  readonly size: number;
  /**
   * What the size is taken from: `the flags`, `the side file`, `the array` that is given as input, `preprocessor_config.json`; `the network`,
   * whose layers do not fit one another with other sizes; or `assumed`, where the network takes any size.
   */
  readonly from: string;
}

/** A height and a width, in pixels, and who stated them: `the flags`, `the side file`, `preprocessor_config.json`. */
export interface StatedSize {
  readonly height: number;
  readonly width: number;
  readonly from: string;
}

/** What is known of the input besides the file. */
export interface InputChoice {
  /** What was said of its height and width, the most binding first. It counts where the file leaves them open. */
  readonly sizes?: readonly StatedSize[];
  /** Sizes that are tried before others where nothing else tells the size, the likeliest first. One that does not fit does not count. */
  readonly likely?: readonly StatedSize[];
  /** The shape of an array that is to be the input. It counts where the file and `sizes` leave an axis open. */
  readonly shape?: readonly number[];
  /** Constants in the place of further inputs, by their names. */
  readonly bind?: Readonly<Record<string, BoundValue>>;
  /** The order of its axes, where their sizes leave it open. */
  readonly layout?: 'nchw' | 'nhwc';
}
