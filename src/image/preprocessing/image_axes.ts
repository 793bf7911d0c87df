import { PathlightError } from '../../errors.js';
import { itemAt } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { PreprocessingOptions } from './options.js';

/** How the elements of a model's input lie in a plane. */
export interface ImageAxes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly layout: 'nchw' | 'nhwc';
  /** Whether pictures can be the input: a plane of 1 or 3 channels. */
  readonly takesPictures: boolean;
}

/**
 * The plane of an input, with the batch axis or without it:
 *
 * - CxHxW and HxWxC; where the layout is open, channels are 1 or 3, and else the smaller of the outer axes;
 * - HxW: grey, or the values of H signals;
 * - N, with any number of axes of size 1: the height and width that are given, else a square grey or colour picture, else one row;
 * - CxDxHxW and more axes: the slices of a volume count as channels.
 *
 * @throws PathlightError for several images, and for settings that do not fit.
 */
export function imageAxesOf(given: Shape, options: PreprocessingOptions): ImageAxes {
  const hasBatch = given.length > 3 || (given.length > 1 && given[0] === 1);
  if (hasBatch && given[0] !== 1) throw new PathlightError('input.not-one-image', { shape: given });
  const shape = hasBatch ? given : [1, ...given];
  const axes = shape.slice(1);
  const image = axes.filter((size) => size > 1).length <= 1 ? flatImage(shape, options) : planarImage(axes, shape, options.layout);
  for (const axis of ['width', 'height'] as const) {
    const wanted = options[axis];
    if (wanted !== undefined && wanted !== image[axis]) {
      throw new PathlightError('input.axis', { axis, given: wanted, shape, wanted: image[axis] });
    }
  }
  return image;
}

function planarImage(axes: Shape, shape: Shape, layout: 'nchw' | 'nhwc' | undefined): ImageAxes {
  const plane = (height: number, width: number, channels: number, order: 'nchw' | 'nhwc' = 'nchw') => {
    return { width, height, channels, layout: order, takesPictures: isColour(channels) };
  };
  const [height, width] = [itemAt(axes, axes.length - 2), itemAt(axes, axes.length - 1)];
  if (axes.length !== 3) return { ...plane(height, width, sizeOf(axes.slice(0, -2))), takesPictures: axes.length === 2 };
  const [first, second] = [itemAt(axes, 0), itemAt(axes, 1)];
  const [before, after] = [isColour(first), isColour(width)];
  const fitting = before === after ? (before || first <= width ? 'nchw' : 'nhwc') : before ? 'nchw' : 'nhwc';
  if (layout !== undefined && layout !== fitting && before !== after) {
    throw new PathlightError('input.layout', { layout, shape, wanted: fitting });
  }
  return (layout ?? fitting) === 'nchw' ? plane(height, width, first) : plane(first, second, width, 'nhwc');
}

function flatImage(shape: Shape, { width, height, layout = 'nchw' }: PreprocessingOptions): ImageAxes {
  const size = sizeOf(shape);
  if (width !== undefined && height !== undefined) {
    const channels = size / (width * height);
    if (isColour(channels)) return { width, height, channels, layout, takesPictures: true };
    throw new PathlightError('input.pixels', { size: [width, height], shape, wanted: size % 3 === 0 ? [size, size / 3] : [size] });
  }
  for (const channels of [1, 3]) {
    const side = Math.sqrt(size / channels);
    if (Number.isInteger(side)) return { width: side, height: side, channels, layout, takesPictures: true };
  }
  return { width: size, height: 1, channels: 1, layout, takesPictures: false };
}

function isColour(channels: number): boolean {
  return channels === 1 || channels === 3;
}
