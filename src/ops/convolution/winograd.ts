import type { Binding, Dispatch, Packed, WindowAxis } from '../operator.js';
import { GUARANTEED_BINDING } from '../shared/bindings.js';
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
 * so that 36 products of channels do the work of 144. Four dispatches compute it: winograd_points, a convolution of
 * one tap in 36 groups, one for each point, winograd_outputs along the rows, and along the columns winograd_forward, with the epilogue, or winograd_outputs.
 * Backward, with stride 1, a convolution is that of the cotangent with the weights transposed and turned (`mirror`), so both directions have the same steps.
 */

/** Elements of an output tile and of a patch, along an axis. */
const TILE = 4;
/** Channels of an invocation that computes outputs: those of a word of gates. */
const CHANNELS = CHANNELS_A_WORD;
const PATCH = 6;
const POINTS = PATCH * PATCH;

/**
 * The points besides infinity. The textbook's 0, 1, -1, 2, -2 lose almost two bits more than these: errors of 64 channels against float64, as parts of the largest output,
 * are 4.4e-6 with them, 1.2e-6 with these, and 0.4e-6 to 0.8e-6 where the products are added directly. Of the pairs of sixteenths from 6 to 14 and from 17 to 28 these have the least (Barabasz et al.
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

/** The least part of the tiles' outputs that must be in the plane. Below it little is saved: four tiles for 5 x 5 pixels take 144 products, where 225 would be. */
const LEAST_FILLED = 0.5;
/** An element of four samples. */
const BYTES_OF_ELEMENT = 16;

/** Which 3x3 convolutions go by Winograd's filtering on an adapter, and how. */
export interface WinogradUse {
  /**
   * The least harmonic mean of the channels read and written, since the work that is saved grows with their product, and that of the transforms with their sum.
   * Infinity: none.
   */
  readonly channels: number;
  /** Bytes of points and products of a quad that are computed together, a strip of the plane. Infinity: as many as every device binds. */
  readonly stripBytes: number;
}

export const NO_WINOGRAD: WinogradUse = { channels: Number.POSITIVE_INFINITY, stripBytes: Number.POSITIVE_INFINITY };

/** Whether Winograd's filtering computes one direction of a convolution, given as a forward one, with the pool after it. */
export function suitsWinograd(shape: ConvolutionShape, pool: PoolSize, { channels }: WinogradUse): boolean {
  const { groups, outputs, channels: read, rows, columns } = shape;
  const axes = [rows, columns];
  if (groups > 1 || pool === 3 || axes.some(({ kernel, stride, dilation }) => kernel !== 3 || stride > 1 || dilation > 1)) return false;
  if ((2 * outputs * read) / (outputs + read) < channels) return false;
  const filled = (rows.output * columns.output) / (tilesOf(rows) * tilesOf(columns) * TILE ** 2);
  return filled >= LEAST_FILLED && Math.max(bytesOfWeights(shape), bytesOfLargestRow(shape)) <= GUARANTEED_BINDING;
}

/** One direction of a node. */
export interface WinogradNode {
  readonly use: WinogradUse;
  readonly weights: WinogradWeights;
  /** The name of the scratch memory, which no other node and direction has. */
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
export function winogradForward(shape: ConvolutionShape, { residual, pool, relu }: ConvEpilogue, node: WinogradNode): Dispatch[] {
  const { rows, columns, outputs } = shape;
  const steps = new Steps(shape, 1, 'forward', node);
  return stripsOf(shape, node.use).flatMap((strip) => {
    const lines = {
      channels: outputs,
      rows: (TILE * strip.tiles) / pool,
      length: Math.floor(columns.output / pool),
      inner: 1,
      tiles: tilesOf(columns),
    };
    const place = { planeRows: Math.floor(rows.output / pool), firstRow: (TILE * strip.first) / pool, pointRows: TILE * strip.tiles };
    return [
      ...steps.throughProducts(strip),
      {
        kernel: 'winograd_forward' as const,
        bindings: [steps.productsOfColumns, ...node.last],
        constants: { RESIDUAL: Number(residual), POOL: pool, RELU: Number(relu) },
        ...linesOf(lines, place),
      },
    ];
  });
}

/** The backward direction of a convolution of this shape. With a pool, it reads the cotangent of the pool's output. */
export function winogradBackward(shape: ConvolutionShape, pool: PoolSize, node: WinogradNode): Dispatch[] {
  const mirrored = mirror(shape);
  const { rows, columns, outputs } = mirrored;
  const steps = new Steps(mirrored, pool, 'backward', node);
  return stripsOf(mirrored, node.use).flatMap((strip) => {
    const lines = { channels: outputs, rows: TILE * strip.tiles, length: columns.output, inner: 1, tiles: tilesOf(columns) };
    return [
      ...steps.throughProducts(strip),
      {
        kernel: 'winograd_outputs' as const,
        bindings: [steps.productsOfColumns, ...node.last],
        constants: { ACCUMULATE: 1 },
        ...linesOf(lines, { planeRows: rows.output, firstRow: TILE * strip.first, pointRows: lines.rows }),
        gateable: true,
        continues: strip.first > 0,
      },
    ];
  });
}

type Direction = 'forward' | 'backward';

/** Rows of tiles of a plane that are computed together. */
interface Strip {
  readonly first: number;
  readonly tiles: number;
}

/**
 * The strips of a plane, as equal as can be. On lavapipe what a strip writes is read soon, from the cache: 64 -> 64 channels, 56x56, 32 samples, 80 GFLOP/s forward as a whole and 114 in strips of a row of
 * tiles; 128 -> 128, 28x28, 142 and 159 in strips of two. A strip has more where all weights, which every strip reads, are more bytes. On SwiftShader strips gain nothing and lose up to a fifth.
 */
function stripsOf(shape: ConvolutionShape, { stripBytes }: WinogradUse): Strip[] {
  const { outputs, channels, rows, columns } = shape;
  const all = tilesOf(rows);
  const bytesOfRow = POINTS * (outputs + channels) * tilesOf(columns) * BYTES_OF_ELEMENT;
  const wanted = Math.max(1, stripBytes / bytesOfRow, Math.ceil(bytesOfWeights(shape) / 2 / bytesOfRow));
  const most = Math.floor(Math.min(all, wanted, GUARANTEED_BINDING / bytesOfLargestRow(shape)));
  const tiles = Math.ceil(all / Math.ceil(all / most));
  return Array.from({ length: Math.ceil(all / tiles) }, (_, strip) => ({
    first: strip * tiles,
    tiles: Math.min(tiles, all - strip * tiles),
  }));
}

function bytesOfWeights({ outputs, channels }: ConvolutionShape): number {
  return POINTS * outputs * channels * Float32Array.BYTES_PER_ELEMENT;
}

/** Bytes of the points or the products of a quad in a row of tiles, of whichever there are more. */
function bytesOfLargestRow({ outputs, channels, columns }: ConvolutionShape): number {
  return POINTS * Math.max(outputs, channels) * tilesOf(columns) * BYTES_OF_ELEMENT;
}

/** A tensor as [channels][rows][length][inner], whose axis of `length` is cut into tiles. */
interface Lines {
  readonly channels: number;
  readonly rows: number;
  readonly length: number;
  readonly inner: number;
  readonly tiles: number;
}

/** Where the rows lie in y, and how many rows products have. */
interface RowPlace {
  readonly planeRows: number;
  readonly firstRow: number;
  readonly pointRows: number;
}

function linesOf(
  { channels, rows, length, inner, tiles }: Lines,
  { planeRows, firstRow, pointRows }: RowPlace,
): Pick<Dispatch, 'parameters' | 'tiles'> {
  return {
    parameters: { channels, rows, point_rows: pointRows, plane_rows: planeRows, first_row: firstRow, length, inner, tiles },
    tiles: Math.ceil(channels / CHANNELS) * rows * tiles * inner,
  };
}

const ONE_ROW: RowPlace = { planeRows: 1, firstRow: 0, pointRows: 1 };

/** The dispatches of a direction before the last of each strip. */
class Steps {
  readonly #noBias: Float32Array;

  constructor(
    private readonly shape: ConvolutionShape,
    private readonly pool: PoolSize,
    private readonly direction: Direction,
    private readonly node: WinogradNode,
  ) {
    const product = productShape(shape, 1);
    this.#noBias = packBias(undefined, product, chooseConvVariant(product).forward);
  }

  /** [points of columns][outputs][rows of the strip][tiles of columns] */
  get productsOfColumns(): Binding {
    return this.#scratch('products of columns', this.shape.outputs * TILE);
  }

  throughProducts({ first, tiles }: Strip): Dispatch[] {
    const { shape, pool, direction } = this;
    const { rows, columns, channels, outputs } = shape;
    const { weights, x, codes } = this.node;
    const product = productShape(shape, tiles);
    const tiling = chooseConvVariant(product).forward;
    const back: Lines = { channels: PATCH * outputs, rows: 1, length: TILE * tiles, inner: tilesOf(columns), tiles };
    const points = this.#scratch('points', PATCH * channels);
    const products = this.#scratch('products', PATCH * outputs);
    return [
      {
        kernel: 'winograd_points',
        bindings: [x, ...codes, points],
        constants: pool === 1 ? { EXPAND: 1 } : { EXPAND: pool, PHASE: ((-columns.padding % pool) + pool) % pool },
        parameters: {
          channels,
          rows: tiles,
          plane_rows: rows.input,
          first_row: TILE * first - rows.padding,
          length: columns.input,
          tiles: tilesOf(columns),
          padding: columns.padding,
        },
        tiles: channels * tiles * tilesOf(columns),
      },
      forwardDispatch(product, tiling, { residual: false, pool: 1, relu: false }, [
        points,
        { kind: 'constant', data: weightsOf(shape, product, direction, weights) },
        { kind: 'constant', data: this.#noBias },
        products,
      ]),
      { kernel: 'winograd_outputs', bindings: [products, this.productsOfColumns], constants: { ACCUMULATE: 0 }, ...linesOf(back, ONE_ROW) },
    ];
  }

  /** Scratch memory of the longest strip: so many elements for each tile at each point of columns. */
  #scratch(part: string, ofTile: number): Binding {
    const [{ tiles }] = stripsOf(this.shape, this.node.use) as [Strip];
    const elements = PATCH * tilesOf(this.shape.columns) * ofTile * tiles;
    return { kind: 'scratch', name: `${this.node.name}/${part}`, elements };
  }
}

/** The products at all points of a strip, as a convolution of one tap. Its pixels are tiles. */
function productShape({ outputs, channels, columns }: ConvolutionShape, rowsOfTiles: number): ConvolutionShape {
  const axis = (size: number): WindowAxis => ({
    input: size,
    output: size,
    kernel: 1,
    stride: 1,
    dilation: 1,
    padding: 0,
    paddingAfter: 0,
  });
  return { groups: POINTS, outputs, channels, rows: axis(rowsOfTiles), columns: axis(tilesOf(columns)) };
}

function tilesOf({ output }: WindowAxis): number {
  return Math.ceil(output / TILE);
}

function weightsOf(shape: ConvolutionShape, product: ConvolutionShape, direction: Direction, weights: WinogradWeights): Packed {
  const tiling = chooseConvVariant(product).forward;
  const key = JSON.stringify(['winograd', direction, shape.outputs, shape.channels, tiling.channels, tiling.unroll]);
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
