import { PathlightError } from '../../errors.js';
import { itemAt } from '../../tensor/items.js';
import { checkSize } from '../check.js';
import type { DeclaredAxis, DeclaredInput } from './declared.js';

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
  /** The order of its axes, where their sizes leave it open. */
  readonly layout?: 'nchw' | 'nhwc';
}

/**
 * An axis of the input whose size the file leaves open, and the size that was taken. The batch is none of them.
 *
 * @example const open: readonly OpenAxis[] = session.info.openAxes;
 */
export interface OpenAxis {
  /** Its position in the input's shape. */
  readonly axis: number;
  /** The symbol that the file has in its place; empty where it has none. */
  readonly symbol: string;
  readonly size: number;
  /** Who stated the size: `the flags`, `the side file`, `preprocessor_config.json`. */
  readonly from: string;
}

/** The image as the importer takes it. */
export interface InputDescription {
  readonly name: string;
  /** With a 1 for the batch axis, axis 0. */
  readonly shape: readonly number[];
  /** The batch size that the file fixes, or 1 where it is symbolic. */
  readonly batch: number;
  /** The axes that the file leaves open. */
  readonly open: readonly OpenAxis[];
}

/** The shape of the input: that of the file, where it leaves sizes open with those that were stated. */
export function resolveInput(declared: DeclaredInput, choice: InputChoice): InputDescription {
  const { name, axes } = declared;
  if (axes === undefined) throw new PathlightError('onnx.input-no-shape', { input: name });
  if (axes.length < 2 || axes.length > 4) {
    throw new PathlightError('onnx.input-axes', { input: name, axes: axes.length });
  }
  const [first] = axes;
  const plane = planeOf(axes, choice.layout);
  const [size] = choice.sizes ?? [];
  const open: OpenAxis[] = [];
  const shape = axes.map((declaredSize, axis) => {
    if (axis === 0) return 1;
    if (typeof declaredSize === 'number') return declaredSize;
    const side = axis === plane.row ? 'height' : axis === plane.column ? 'width' : undefined;
    if (size === undefined || side === undefined) {
      throw declaredSize === ''
        ? new PathlightError('onnx.input-size', { input: name, axis, size: 'unknown' })
        : new PathlightError('onnx.input-symbolic', { input: name, axis, symbol: declaredSize });
    }
    open.push({ axis, symbol: declaredSize, size: size[side], from: size.from });
    return size[side];
  });
  checkSize('input', name, shape);
  return { name, shape, batch: typeof first === 'number' ? first : 1, open };
}

/** The positions of rows and columns among the axes of a plane. */
function planeOf(axes: readonly DeclaredAxis[], layout: InputChoice['layout']): { readonly row: number; readonly column: number } {
  if (axes.length < 4) return { row: 1, column: 2 };
  const isChannels = (axis: number) => [1, 3].includes(Number(itemAt(axes, axis)));
  const last = layout === undefined ? isChannels(3) && !isChannels(1) : layout === 'nhwc';
  return last ? { row: 1, column: 2 } : { row: 2, column: 3 };
}
