import { messageOf, PathlightError } from '../../errors.js';
import { firstOf } from '../../tensor/items.js';
import { dependsOnShapes } from '../supported.js';
import { type Candidates, squareOf } from './candidates.js';
import type { InputDescription, StatedSize } from './description.js';

/** How the network is read with an input of one shape. */
export interface Attempt<T> {
  /**
   * Reads the network, and stops after each node. Throws PathlightError where its nodes do not fit one another. `only`: whether no other
   * shape is possible, so that outputs that cannot be computed may be left out.
   */
  run(input: InputDescription, only: boolean): Generator<void, T>;
  /** Whether the result is a row of scores. A network that takes any size may give a row at one size, and at others a plane of them. */
  isRow(result: T): boolean;
}

export interface FittedInput<T> {
  readonly input: InputDescription;
  readonly result: T;
}

/** The sides of the inputs of common networks, in the order in which they are tried. */
const USUAL = [
  224, 384, 256, 299, 512, 448, 336, 288, 320, 240, 260, 300, 380, 456, 528, 600, 192, 160, 128, 112, 96, 64, 48, 32, 28,
] as const;
/** Every side from here on down is tried after the usual ones. */
const LARGEST_UNUSUAL = 512;

/** Whether a network takes any size is told by a size that is larger by this many pixels. */
const ANOTHER = 32;

/** The most nodes that are visited for proposals: some seconds of work. */
const MOST_VISITS = 2 ** 18;

/**
 * Reads the network with one possible shape of its input after another, until its nodes fit one another. Where nothing states the height or
 * the width, the usual sizes are tried first, and then all from large to small. Strides round, so a few pixels more or less than a network
 * was made for often fit, too: of neighbouring sizes that fit, the one that can be halved most often is taken.
 */
export function* fitInput<T>(candidates: Candidates, attempt: Attempt<T>): Generator<void, FittedInput<T>> {
  const { name, proposed, likely, at } = candidates;
  const inputs = at(squareOf(firstOf(USUAL)));
  const [example] = inputs;
  if (example === undefined) throw new PathlightError('onnx.input-unknown', { input: name });
  const search = new Search(attempt, !proposed && inputs.length === 1);
  if (!proposed) return (yield* search.first(inputs)) ?? search.refuse();
  for (const size of [...likely, ...USUAL.map(squareOf)]) {
    const found = yield* search.first(at(size));
    if (found !== undefined) return size.from === 'the network' ? yield* tellWhetherAny(search, found, at(larger(size))) : found;
    if (search.spent) break;
  }
  if (search.noRow !== undefined) return search.noRow;
  let found: { readonly fitted: FittedInput<T>; readonly side: number } | undefined;
  for (let side = LARGEST_UNUSUAL; side > 0 && !search.spent; side--) {
    const fitted = yield* search.first(at(squareOf(side)));
    if (fitted !== undefined && (found === undefined || halvings(side) > halvings(found.side))) found = { fitted, side };
    if (fitted === undefined && found !== undefined) return found.fitted;
  }
  if (found !== undefined) return found.fitted;
  if (search.furthest === undefined) return search.refuse();
  throw new PathlightError('onnx.input-open', { input: example.name, shape: example.shape, problem: messageOf(search.furthest) });
}

function larger(size: StatedSize): StatedSize {
  return { ...size, height: size.height + ANOTHER, width: size.width + ANOTHER };
}

/** How often a whole number can be halved. */
function halvings(number: number): number {
  return 31 - Math.clz32(number & -number);
}

/** Marks the sizes as assumed if the network also takes larger ones. */
function* tellWhetherAny<T>(
  search: Search<T>,
  found: FittedInput<T>,
  larger: readonly InputDescription[],
): Generator<void, FittedInput<T>> {
  const other = yield* search.first(larger);
  if (other === undefined) return found;
  const sizes = other.input.shape;
  const open = found.input.open.map((axis) =>
    axis.from === 'the network' && sizes[axis.axis] !== axis.size ? { ...axis, from: 'assumed' } : axis,
  );
  return { ...found, input: { ...found.input, open } };
}

/** Attempts with several shapes. */
class Search<T> {
  #visits = 0;
  #reached = -1;
  /** What the attempt that came furthest stopped at. */
  furthest: PathlightError | undefined;
  /** The first input that fits and makes no row of scores. */
  noRow: FittedInput<T> | undefined;

  /** @param only whether there is a single input to try. */
  constructor(
    readonly attempt: Attempt<T>,
    readonly only: boolean,
  ) {}

  /** Whether so much was tried that no more should be. */
  get spent(): boolean {
    return this.#visits > MOST_VISITS;
  }

  /** The first of some inputs that fits and makes a row of scores; or undefined. */
  *first(inputs: readonly InputDescription[]): Generator<void, FittedInput<T> | undefined> {
    for (const input of inputs) {
      let reached = 0;
      try {
        const run = this.attempt.run(input, this.only);
        for (let step = run.next(); ; step = run.next()) {
          if (step.done) {
            const fitted = { input, result: step.value };
            if (this.attempt.isRow(fitted.result)) return fitted;
            this.noRow ??= fitted;
            break;
          }
          reached++;
          this.#visits++;
          yield;
        }
      } catch (error) {
        if (!(error instanceof PathlightError) || !dependsOnShapes(error)) throw error;
        if (reached > this.#reached) [this.#reached, this.furthest] = [reached, error];
      }
    }
    return undefined;
  }

  /** What the best attempt stopped at is thrown. Where all were made to the end, the first is the answer, and later checks tell what it is. */
  refuse(): FittedInput<T> {
    if (this.furthest !== undefined) throw this.furthest;
    if (this.noRow === undefined) throw new Error('no shape of the input was tried');
    return this.noRow;
  }
}
