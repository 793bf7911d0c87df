import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { Binding, Dispatch, Operator, OperatorFacts } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { clampToFloat32 } from '../shared/float32_range.js';
import { startsOf } from '../shared/starts.js';
import { backwardArguments, forwardArguments, type IndexMap, type MoveArguments, NOWHERE, placesOf } from './index_map.js';

/**
 * Where the elements of y come from: an index map, or a table like those of `placesOf`. An index map costs a kernel no memory. A table can
 * describe what no index map can.
 */
export type Moves = IndexMap | Uint32Array;

export interface MovementRule<A> extends OperatorFacts {
  readonly read: Operator<A>['read'];
  /** How elements of one input, of shape `x`, move into the output, of shape `y`. */
  moves(attributes: A, x: Shape, y: Shape, position: number): Moves;
  /** The value where nothing moves. 0 by default. */
  fill?(attributes: A): number;
}

type Directions<A> = Required<Pick<Operator<A>, 'backward' | 'lower'>>;

/**
 * An operator that moves elements and computes nothing. y[i] = x[place(i)] where that is a place, else a constant; dx[j] is the sum of
 * dy[i] over all i with place(i) = j. With several inputs, each element of y comes from one of them.
 */
export function movement<A>({ read, moves, fill = () => 0, ...facts }: MovementRule<A>): Operator<A> & Directions<A> {
  return {
    ...facts,
    read,
    linear: () => true,
    forward({ attributes, inputs, shape }) {
      const y = new Float64Array(sizeOf(shape)).fill(fill(attributes));
      for (const [position, x] of inputs.entries()) {
        const places = tableOf(moves(attributes, x.shape, shape, position));
        for (let i = 0; i < places.length; i++) {
          const place = places[i]!;
          if (place !== NOWHERE) y[i] = x.data[place]!;
        }
      }
      return y;
    },
    backward({ attributes, inputs, shape, cotangent: dy, wanted }) {
      return inputs.map((x, position) => {
        if (!wanted[position]) return undefined;
        const dx = new Float64Array(x.data.length);
        const places = tableOf(moves(attributes, x.shape, shape, position));
        for (let i = 0; i < places.length; i++) {
          const place = places[i]!;
          if (place !== NOWHERE) dx[place]! += dy[i]!;
        }
        return dx;
      });
    },
    lower({ attributes, inputs, output }) {
      const moved = inputs.map(({ name, shape }, position) => ({ name, shape, by: moves(attributes, shape, output.shape, position) }));
      const constants = inputs.length > 1 ? { PARTIAL: 1 } : {};
      const y = { binding: value(output.name), shape: output.shape };
      const dy = { binding: cotangent(output.name), shape: output.shape };
      return {
        forward: moved.map(({ name, shape, by }) =>
          moveForth({ binding: value(name), shape }, y, by, { constants, fill: fill(attributes) }),
        ),
        backward: moved.map(({ name, shape, by }) => moveBack(dy, { binding: cotangent(name), shape }, by)),
      };
    },
  };
}

interface Operand {
  readonly binding: Binding;
  readonly shape: Shape;
}

/** The dispatch that writes y, from the places in x of y's elements. */
export function moveForth(x: Operand, y: Operand, moves: Moves, { constants = {}, fill = 0 } = {}): Dispatch {
  const mapped = moves instanceof Uint32Array ? undefined : forwardArguments(moves);
  const manner = mapped ? byIndexMap(mapped) : byTable(tableOf(moves));
  return move(x, y, { ...manner, constants: { ...manner.constants, ...constants } }, fill);
}

/** The dispatch that writes dx, from the places in y of x's elements. */
function moveBack(dy: Operand, dx: Operand, moves: Moves): Dispatch {
  const mapped = moves instanceof Uint32Array ? undefined : backwardArguments(moves);
  return move(dy, dx, mapped ? byIndexMap(mapped) : byTable(...inverse(tableOf(moves), sizeOf(dx.shape))), 0);
}

function tableOf(moves: Moves): Uint32Array {
  return moves instanceof Uint32Array ? moves : placesOf(moves);
}

type Manner = Pick<Dispatch, 'bindings' | 'parameters' | 'constants'>;

/** Values of TABLE in shaders/movement/move.wgsl. */
const [PLACE, LIST] = [1, 2];

function byIndexMap({ parameters, constants }: MoveArguments): Manner {
  return { bindings: [], parameters, constants: { ...constants } };
}

function byTable(places: Uint32Array, first?: Uint32Array): Manner {
  const tables = first ? [places, first] : [places];
  return {
    bindings: tables.map((data): Binding => ({ kind: 'constant', data })),
    parameters: {},
    constants: { TABLE: first ? LIST : PLACE },
  };
}

/** For each of `count` elements of x its place in y. If some have several, a list of all places, and where each element's begin. */
function inverse(places: Uint32Array, count: number): [Uint32Array, Uint32Array?] {
  const table = new Uint32Array(count).fill(NOWHERE);
  let injective = true;
  places.forEach((place, i) => {
    if (place === NOWHERE) return;
    injective &&= table[place] === NOWHERE;
    table[place] = i;
  });
  if (injective) return [table];
  const somewhere = places.filter((place) => place !== NOWHERE);
  const first = startsOf(count, somewhere);
  const next = first.slice();
  const list = new Uint32Array(somewhere.length);
  places.forEach((place, i) => {
    if (place !== NOWHERE) list[next[place]!++] = i;
  });
  return [list, first];
}

/**
 * An invocation with 4 quads computes a place once for 16 samples. Measured on SwiftShader with 32 samples, forward and backward, against
 * the kernels for one quad that Transpose and Pad had before, as minima of 6 in one of two runs (the other gave factors of 1.5 to 2.6): a
 * LeakyRelu and eight transpositions of 197 x 3 x 64 in 320 ms instead of 760, and of 14 x 14 x 192 in 370 instead of 810; eight times
 * 192 x 14 x 14 padded or cropped in 650 instead of 2,090.
 */
export const QUADS = 4;

function move(from: Operand, to: Operand, { bindings, parameters, constants }: Manner, fill: number): Dispatch {
  const isCotangent = to.binding.kind === 'cotangent';
  return {
    kernel: 'move',
    bindings: [from.binding, ...bindings, to.binding],
    parameters: { elements: sizeOf(from.shape), fill: clampToFloat32(fill), ...parameters },
    constants: { ...constants, ...(isCotangent && { ACCUMULATE: 1 }) },
    quads: QUADS,
    tiles: sizeOf(to.shape),
    ...(isCotangent && { gateable: true }),
  };
}
