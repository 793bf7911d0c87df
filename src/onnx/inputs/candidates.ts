import { itemAt } from '../../tensor/items.js';
import { isSide, type Role, rolesOf } from './axes.js';
import type { DeclaredAxis, DeclaredInput } from './declared.js';
import type { InputChoice, InputDescription, OpenAxis, StatedSize } from './description.js';
import type { WeightFacts } from './weights.js';

/** The shapes that an input may have. */
export interface Candidates {
  /** The name of the input. */
  readonly name: string;
  /** Whether nothing states the height or the width: they are for the network to tell. */
  readonly proposed: boolean;
  /** Sizes to try first: those that were said to be likely, and squares of a side that the file fixes. */
  readonly likely: readonly StatedSize[];
  /** The inputs of this size, the likeliest first. Without proposals the size does not matter. */
  at(size: StatedSize): InputDescription[];
}

/** What was taken for a size that is open. */
interface Taken {
  readonly size: number;
  readonly from: string;
}

/**
 * The shapes that the file, what was stated and the weights leave possible. An axis that the file leaves open has the stated size, or that
 * of the array that is to be the input, or else a proposed one.
 */
export function candidatesOf(declared: DeclaredInput, choice: InputChoice, weights: WeightFacts): Candidates {
  const ways = axesOf(declared, choice, weights).flatMap(({ axes, batched }) =>
    rolesOf(axes, batched, choice.layout).map((roles) => ({ axes, roles })),
  );
  const [size] = choice.sizes ?? [];
  const isProposed = ({ axes, roles }: Way) =>
    axes.some((axis, position) => {
      const role = itemAt(roles, position);
      return typeof axis === 'string' && isSide(role) && statedSize(axes, position, role, choice) === undefined;
    });
  return {
    name: declared.name,
    proposed: size === undefined && ways.some(isProposed),
    likely: [...(choice.likely ?? []), ...ways.flatMap(fixedSides).map(squareOf)],
    at: (size) => ways.flatMap((way) => describe(declared, way, size, choice, weights)),
  };
}

/** A square that nobody stated. */
export function squareOf(side: number): StatedSize {
  return { height: side, width: side, from: 'the network' };
}

/** The sides of an image that the file fixes. */
function fixedSides({ axes, roles }: Way): number[] {
  return axes.flatMap((axis, position) => (axes.length === 4 && typeof axis === 'number' && isSide(itemAt(roles, position)) ? [axis] : []));
}

/** The axes of the input with what they count. */
interface Way {
  readonly axes: readonly DeclaredAxis[];
  readonly roles: readonly Role[];
}

/** The axes that the input may have: those of the file, the first being the batch or not; or those that the weights ask for. */
function axesOf(
  { axes }: DeclaredInput,
  { shape }: InputChoice,
  { convolution, features }: WeightFacts,
): { readonly axes: readonly DeclaredAxis[]; readonly batched: boolean }[] {
  if (axes !== undefined) {
    const [first] = axes;
    if (axes.length < 2) return [{ axes, batched: false }];
    const batched = { axes, batched: true };
    return typeof first === 'number' && first > 1 ? [batched, { axes, batched: false }] : [batched];
  }
  const open = (count: number): readonly DeclaredAxis[] => new Array<DeclaredAxis>(count).fill('');
  if (shape !== undefined) {
    const batched = { axes: open(shape.length + 1), batched: true };
    const same = { axes: open(shape.length), batched: shape[0] === 1 && shape.length > 1 };
    return [same, ...(same.batched ? [] : [batched])];
  }
  const counts = [...(convolution ? [convolution.axes] : []), ...(features.length > 0 ? [2] : []), 4];
  return [...new Set(counts)].map((count) => ({ axes: open(count), batched: true }));
}

/** The inputs of one way to read the axes: one for each number of channels, or of elements, that is possible. */
function describe(
  { name, type, pixels }: DeclaredInput,
  way: Way,
  size: StatedSize,
  choice: InputChoice,
  weights: WeightFacts,
): InputDescription[] {
  const ofNetwork = (sizes: readonly number[]) => sizes.map((each): Taken => ({ size: each, from: 'the network' }));
  const proposals: Readonly<Record<Role, readonly Taken[]>> = {
    batch: [],
    channels: ofNetwork([...new Set([...(weights.convolution ? [weights.convolution.channels] : []), 3, 1])]),
    height: [{ size: size.height, from: size.from }],
    width: [{ size: size.width, from: size.from }],
    flat: ofNetwork(weights.features),
    other: ofNetwork([1]),
  };
  let described: InputDescription[] = [{ name, type, pixels, shape: [], batch: 1, open: [] }];
  for (const [axis, declared] of way.axes.entries()) {
    const role = itemAt(way.roles, axis);
    if (role === 'batch') {
      described = described.map((input) => ({ ...input, shape: [...input.shape, 1], batch: typeof declared === 'number' ? declared : 1 }));
    } else if (typeof declared === 'number') {
      described = described.map((input) => ({ ...input, shape: [...input.shape, declared] }));
    } else {
      const stated = statedSize(way.axes, axis, role, choice);
      const taken = stated ? [stated] : proposals[role];
      described = described.flatMap((input) => taken.map((each) => withOpen(input, { axis, role, symbol: declared, ...each })));
    }
  }
  return described;
}

function withOpen(input: InputDescription, axis: OpenAxis): InputDescription {
  return { ...input, shape: [...input.shape, axis.size], open: [...input.open, axis] };
}

/** What was said of the size of an axis; the array's own size counts where its axes are those of the input, with or without the batch. */
function statedSize(axes: readonly DeclaredAxis[], axis: number, role: Role, { sizes, shape }: InputChoice): Taken | undefined {
  const [stated] = sizes ?? [];
  if (stated !== undefined && isSide(role)) return { size: stated[role], from: stated.from };
  const position = shape === undefined ? -1 : axis - (axes.length - shape.length);
  const size = shape !== undefined && axes.length - shape.length <= 1 ? shape[position] : undefined;
  return size === undefined ? undefined : { size, from: 'the array' };
}
