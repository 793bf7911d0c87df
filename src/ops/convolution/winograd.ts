import type { Binding, Dispatch, Packed, WindowAxis } from '../operator.js';
import { GUARANTEED_BINDING } from '../shared/guaranteed_binding.js';
import { packed } from '../shared/packed.js';
import { CHANNELS_A_WORD } from '../shared/saved_for_backward.js';
import { type ConvEpilogue, forwardDispatch } from './dispatch.js';
import type { PoolSize } from './tiles.js';
import { type ConvolutionShape, chooseConvVariant, mirror } from './tiling.js';
import { forwardWeightsSize, packBias, packForwardWeights } from './weights.js';

/*
 * 3x3 convolutions by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, "Fast algorithms for convolutional neural networks"). A patch of
 * 6 x 6 elements of x and the 3 x 3 weights are taken at 6 x 6 points, where a convolution is a product, and back:
 *
 *   Y = A^T (sum over channels of (G w G^T) * (B^T x B)) A,   4 x 4 outputs
 *
 * so that 36 products of channels do the work of 144. Three dispatches compute it: winograd_patches, a convolution of one tap in 36 groups, one for
 * each point, and winograd_forward or winograd_backward. Backward, with stride 1, a convolution is that of the cotangent with the weights transposed
 * and turned (`mirror`), so both directions have the same steps.
 */

/** Elements of an output tile and of a patch, along an axis. */
const TILE = 4;
/** Channels of an invocation of the transforms: those of a word of gates. */
const CHANNELS = CHANNELS_A_WORD;
const PATCH = 6;
const POINTS = PATCH * PATCH;

/**
 * The points besides infinity. The textbook's 0, 1, -1, 2, -2 lose 2.4 more bits than these: errors of 64 channels against float64, as parts of the largest output,
 * are 4.4e-6 with them, 1.2e-6 with these, and 0.4e-6 to 0.8e-6 where the products are added directly. Of all pairs of sixteenths these have the least (Barabasz et al.
 * 2018, "Error analysis and improving the accuracy of Winograd convolution for deep neural networks", on the choice of points).
 */
const A = 11 / 16;
const B = 23 / 16;
const FINITE = [0, A, -A, B, -B];

/** G, a row for each point: the values 1, p, p^2 there, over the product of the differences from the other points. */
const WEIGHTS_AT = Float64Array.from([
  ...FINITE.flatMap((point) => {
    const scale = FINITE.reduce((product, other) => (other === point ? product : product * (point - other)), 1);
    return [1 / scale, point / scale, point ** 2 / scale];
  }),
  ...[0, 0, 1],
]);

/** The part of the tiles' outputs that are in the plane. Of 5 x 5 pixels 25 of 64 are, and 144 products do what 225 would. */
const LEAST_FILLED = 0.5;
/** An element of four samples. */
const BYTES_OF_ELEMENT = 16;

/** Says of one direction of a convolution, with the pool after it, whether Winograd's filtering computes it. Both directions are given as the forward one. */
export type ByWinograd = (shape: ConvolutionShape, pool: PoolSize) => boolean;

export const neverByWinograd: ByWinograd = () => false;

/**
 * Convolutions that Winograd's filtering can compute, of enough channels: the work that it saves grows with their product, and that of its transforms with their
 * sum. `channels` is the least harmonic mean of the channels read and written.
 */
export function byWinogradFrom(channels: number): ByWinograd {
  return ({ groups, outputs, channels: read, rows, columns }, pool) => {
    const axes = [rows, columns];
    if (groups > 1 || pool === 3 || axes.some(({ kernel, stride, dilation }) => kernel !== 3 || stride > 1 || dilation > 1)) return false;
    if ((2 * outputs * read) / (outputs + read) < channels) return false;
    const tiles = tilesOf(rows) * tilesOf(columns);
    const filled = (rows.output * columns.output) / (tiles * TILE ** 2);
    return filled >= LEAST_FILLED && POINTS * Math.max(outputs, read) * tiles * BYTES_OF_ELEMENT <= GUARANTEED_BINDING;
  };
}

/** What the dispatches of one direction bind besides their own scratch memory. */
export interface WinogradBindings {
  /** The name of the scratch memory, which no other node has. */
  readonly name: string;
  readonly x: Binding;
  /** The codes of the pool whose cotangent x is. */
  readonly codes: readonly Binding[];
  /** What the last dispatch binds after the products, its output last. */
  readonly last: readonly Binding[];
}

/** Weights as a node has them, [outputs][channels][3][3], with factors of the outputs. */
export interface WinogradWeights {
  /** Two Convs with the same object have the same weights. */
  readonly constant: object;
  readonly filter: ArrayLike<number>;
  readonly scale: ArrayLike<number> | undefined;
}

/** The forward direction. */
export function winogradForward(
  shape: ConvolutionShape,
  { residual, pool, relu }: ConvEpilogue,
  weights: WinogradWeights,
  bindings: WinogradBindings,
): Dispatch[] {
  const { rows, columns, outputs } = shape;
  const plane: Lines = { channels: outputs, rows: rows.output, length: columns.output, inner: 1, tiles: tilesOf(columns) };
  const { dispatches, products } = throughProducts(shape, 1, 'forward', weights, bindings);
  const stored = { ...plane, rows: Math.floor(rows.output / pool), length: Math.floor(columns.output / pool) };
  return [
    ...dispatches,
    {
      kernel: 'winograd_forward',
      bindings: [products, ...bindings.last],
      constants: { RESIDUAL: Number(residual), POOL: pool, RELU: Number(relu) },
      ...linesOf(stored, rows.output),
    },
  ];
}

/** The backward direction of a convolution of this shape. With a pool, it reads the cotangent of the pool's output. */
export function winogradBackward(
  shape: ConvolutionShape,
  pool: PoolSize,
  weights: WinogradWeights,
  bindings: WinogradBindings,
): Dispatch[] {
  const mirrored = mirror(shape);
  const { rows, columns, outputs } = mirrored;
  const { dispatches, products } = throughProducts(mirrored, pool, 'backward', weights, bindings);
  return [
    ...dispatches,
    {
      kernel: 'winograd_outputs',
      bindings: [products, ...bindings.last],
      constants: { ACCUMULATE: 1 },
      ...linesOf({ channels: outputs, rows: rows.output, length: columns.output, inner: 1, tiles: tilesOf(columns) }),
      gateable: true,
    },
  ];
}

type Direction = 'forward' | 'backward';

/** A tensor as [channels][rows][length][inner], whose axis of `length` is cut into tiles. */
interface Lines {
  readonly channels: number;
  readonly rows: number;
  readonly length: number;
  readonly inner: number;
  readonly tiles: number;
}

function linesOf({ channels, rows, length, inner, tiles }: Lines, pointRows = rows): Pick<Dispatch, 'parameters' | 'tiles'> {
  return {
    parameters: { channels, rows, point_rows: pointRows, length, inner, tiles },
    tiles: Math.ceil(channels / CHANNELS) * rows * tiles * inner,
  };
}

function sizeOfPoints({ channels, rows, inner, tiles }: Lines): number {
  return PATCH * channels * rows * tiles * inner;
}

/** All dispatches before the last. `products` lie as [points of columns][outputs][rows of z][tiles of columns]. */
function throughProducts(
  shape: ConvolutionShape,
  pool: PoolSize,
  direction: Direction,
  weights: WinogradWeights,
  { name, x, codes }: WinogradBindings,
): { readonly dispatches: Dispatch[]; readonly products: Binding } {
  const { rows, columns, channels, outputs } = shape;
  const product = productShape(shape);
  const tiling = chooseConvVariant(product).forward;
  const alongColumns: Lines = { channels, rows: rows.input, length: columns.input, inner: 1, tiles: tilesOf(columns) };
  const alongRows: Lines = { channels: PATCH * channels, rows: 1, length: rows.input, inner: tilesOf(columns), tiles: tilesOf(rows) };
  const back: Lines = { channels: PATCH * outputs, rows: 1, length: rows.output, inner: tilesOf(columns), tiles: tilesOf(rows) };
  const scratch = (part: string, elements: number): Binding => ({ kind: 'scratch', name: `${name}/${part}`, elements });
  const ofColumns = scratch('points of columns', sizeOfPoints(alongColumns));
  const points = scratch('points', sizeOfPoints(alongRows));
  const products = scratch('products', sizeOfPoints(back));
  const productsOfColumns = scratch('products of columns', PATCH * outputs * rows.output * tilesOf(columns));
  const pointsDispatch = (lines: Lines, { padding }: WindowAxis, expand: PoolSize, bindings: readonly Binding[]): Dispatch => {
    const { parameters, tiles } = linesOf(lines);
    const constants = expand === 1 ? { EXPAND: 1 } : { EXPAND: expand, PHASE: ((-padding % expand) + expand) % expand };
    return { kernel: 'winograd_points', bindings, constants, parameters: { ...parameters, padding }, tiles };
  };
  return {
    dispatches: [
      pointsDispatch(alongColumns, columns, pool, [x, ...codes, ofColumns]),
      pointsDispatch(alongRows, rows, 1, [ofColumns, points]),
      forwardDispatch(product, tiling, { residual: false, pool: 1, relu: false }, [
        points,
        { kind: 'constant', data: weightsOf(shape, product, direction, weights) },
        { kind: 'constant', data: packBias(undefined, product, tiling) },
        products,
      ]),
      { kernel: 'winograd_outputs', bindings: [products, productsOfColumns], constants: { ACCUMULATE: 0 }, ...linesOf(back) },
    ],
    products: productsOfColumns,
  };
}

/** The products at all points, as a convolution of one tap. Its pixels are tiles. */
function productShape({ outputs, channels, rows, columns }: ConvolutionShape): ConvolutionShape {
  const axis = (of: WindowAxis): WindowAxis => ({
    input: tilesOf(of),
    output: tilesOf(of),
    kernel: 1,
    stride: 1,
    dilation: 1,
    padding: 0,
    paddingAfter: 0,
  });
  return { groups: POINTS, outputs, channels, rows: axis(rows), columns: axis(columns) };
}

function tilesOf({ output }: WindowAxis): number {
  return Math.ceil(output / TILE);
}

function weightsOf(shape: ConvolutionShape, product: ConvolutionShape, direction: Direction, weights: WinogradWeights): Packed {
  const tiling = chooseConvVariant(product).forward;
  const key = JSON.stringify(['winograd', direction, shape.outputs, shape.channels, tiling]);
  return packed(weights.constant, key, forwardWeightsSize(product, tiling), () =>
    packForwardWeights(transformWeights(shape, direction, weights), product, tiling),
  );
}

/** Pairs of channels whose weights are transformed together: their values at a point lie in a line or two of the processor's cache. */
const PAIRS_TOGETHER = 32;

/**
 * G w G^T of all pairs of channels, [36][written][read], of one direction. Backward the weights are transposed and turned by 180 degrees. What the CPU does between a
 * file and the first answer is loops like these, so nothing is called for an element.
 */
export function transformWeights(
  { outputs: written, channels: read }: Pick<ConvolutionShape, 'outputs' | 'channels'>,
  direction: Direction,
  { filter, scale }: Omit<WinogradWeights, 'constant'>,
): Float32Array {
  const pairs = written * read;
  const forward = direction === 'forward';
  const result = new Float32Array(POINTS * pairs);
  // The columns of the weights at the points of rows, [point][column][pair].
  const columns = new Float64Array(PATCH * 3 * PAIRS_TOGETHER);
  for (let from = 0; from < pairs; from += PAIRS_TOGETHER) {
    const count = Math.min(PAIRS_TOGETHER, pairs - from);
    for (let k = 0; k < count; k++) {
      const w = Math.floor((from + k) / read);
      const r = from + k - w * read;
      const factor = scale === undefined ? 1 : scale[forward ? w : r]!;
      // The place of the first weight, and the steps to the next column and row.
      const first = forward ? 9 * (w * read + r) : 9 * (r * written + w) + 8;
      const step = forward ? 1 : -1;
      for (let column = 0; column < 3; column++) {
        const place = first + step * column;
        const [a, b, c] = [factor * filter[place]!, factor * filter[place + 3 * step]!, factor * filter[place + 6 * step]!];
        for (let i = 0; i < PATCH; i++) {
          columns[(3 * i + column) * PAIRS_TOGETHER + k] = WEIGHTS_AT[3 * i]! * a + WEIGHTS_AT[3 * i + 1]! * b + WEIGHTS_AT[3 * i + 2]! * c;
        }
      }
    }
    for (let i = 0; i < PATCH; i++) {
      const at = 3 * i * PAIRS_TOGETHER;
      for (let j = 0; j < PATCH; j++) {
        const [a, b, c] = [WEIGHTS_AT[3 * j]!, WEIGHTS_AT[3 * j + 1]!, WEIGHTS_AT[3 * j + 2]!];
        const to = (PATCH * i + j) * pairs + from;
        for (let k = 0; k < count; k++) {
          result[to + k] = a * columns[at + k]! + b * columns[at + PAIRS_TOGETHER + k]! + c * columns[at + 2 * PAIRS_TOGETHER + k]!;
        }
      }
    }
  }
  return result;
}
