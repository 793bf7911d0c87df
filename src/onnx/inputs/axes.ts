import type { DeclaredAxis } from './declared.js';

/**
 * What an axis of a model's input counts. `flat`: all elements of an image, or of anything else; `other`: slices of a volume.
 *
 * @example const roles: Role[] = session.info.openAxes.map(({ role }) => role);
 */
export type Role = 'batch' | 'channels' | 'height' | 'width' | 'flat' | 'other';

/** Whether an axis counts the rows of an image or its columns. */
export function isSide(role: Role): role is 'height' | 'width' {
  return role === 'height' || role === 'width';
}

export type Layout = 'nchw' | 'nhwc';

const CHANNEL_COUNTS: readonly DeclaredAxis[] = [1, 3];
const NAMES_OF_CHANNELS = /chan|^c$/i;

/** The roles that the axes of an image may have, the likeliest first. `batched`: whether axis 0 is the batch. */
export function rolesOf(axes: readonly DeclaredAxis[], batched: boolean, layout: Layout | undefined): (readonly Role[])[] {
  const image = batched ? axes.slice(1) : axes;
  const before: readonly Role[] = batched ? ['batch'] : [];
  return imageRoles(image, layout).map((roles) => [...before, ...roles]);
}

function imageRoles(axes: readonly DeclaredAxis[], layout: Layout | undefined): (readonly Role[])[] {
  if (axes.length < 2) return [axes.map(() => 'flat')];
  if (axes.length === 2) return [['height', 'width']];
  const between = axes.slice(3).map((): Role => 'other');
  const first: readonly Role[] = ['channels', ...between, 'height', 'width'];
  if (axes.length > 3) return [first];
  return layoutsOf(axes, layout).map((each) => (each === 'nchw' ? first : ['height', 'width', 'channels']));
}

/** The layouts that three axes may have. */
function layoutsOf(axes: readonly DeclaredAxis[], stated: Layout | undefined): readonly Layout[] {
  if (stated !== undefined) return [stated];
  const [front = '', middle = '', back = ''] = axes;
  const [first, last] = [CHANNEL_COUNTS.includes(front), CHANNEL_COUNTS.includes(back)];
  if (first !== last) return first ? ['nchw'] : ['nhwc'];
  const isOpen = (axis: DeclaredAxis) => typeof axis === 'string';
  if (isOpen(front) !== isOpen(back)) {
    // The sides are most likely both open or both fixed.
    if (isOpen(back) === isOpen(middle)) return ['nchw'];
    return isOpen(middle) ? ['nhwc'] : ['nhwc', 'nchw'];
  }
  const named = (axis: DeclaredAxis) => typeof axis === 'string' && NAMES_OF_CHANNELS.test(axis);
  return named(back) && !named(front) ? ['nhwc', 'nchw'] : ['nchw', 'nhwc'];
}
