import type { NodeReader } from '../ops/node_reader.js';
import { checkRank, MAX_CONSTANT_RANK } from '../ops/shared/axes.js';
import { type Shape, sizeOf, type Tensor } from '../tensor/tensor.js';

/** What every file may spend: about a second of work, and a quarter of a gibibyte. */
const OPERATIONS = 2 ** 28;
const BYTES = 2 ** 28;

/**
 * What a file may spend besides for each of its bytes, since large weights are read in any case. Weights of 4 bits that are dequantised,
 * transposed and reshaped take 102 operations and 48 bytes for each of their bytes.
 */
const OPERATIONS_A_BYTE = 128;
const BYTES_A_BYTE = 64;

/**
 * What an element that is made, or read, takes in multiply-adds. With this, 36 foldings that use up the budget took 0.2 to 3 seconds of a
 * processor that others used, too: a product of matrices 0.8, sums 1.5, Softmax 3.
 */
const MAKING = 8;
const READING = 4;

/** Constants are made in float64. */
const BYTES_AN_ELEMENT = 8;

/**
 * What is left of the work and the memory that one file may ask for while it is read. The work is counted in multiply-adds, the memory in bytes of the constants that are made. Nothing is given back: constants live until the file is read.
 */
export class FoldingBudget {
  readonly #operations: number;
  readonly #bytes: number;
  #operationsSpent = 0;
  #bytesSpent = 0;

  /** @param fileBytes the length of the file. */
  constructor(fileBytes: number) {
    this.#operations = OPERATIONS + OPERATIONS_A_BYTE * fileBytes;
    this.#bytes = BYTES + BYTES_A_BYTE * fileBytes;
  }

  /** Spends what reading these constants of a node takes. */
  read(node: NodeReader, constants: readonly (Tensor | undefined)[]): void {
    const extent = constants.reduce((sum, constant) => sum + (constant ? extentOf(node, constant.shape) : 0), 0);
    this.#spend(node, READING * extent, 0);
  }

  /** Spends what a constant that a node makes takes, with operations beyond one for each element. */
  make(node: NodeReader, shape: Shape, operations: number): void {
    if (shape.some((size) => !Number.isInteger(size) || size < 0)) throw node.error('fold.sizes', { shape });
    this.#spend(node, MAKING * extentOf(node, shape) + operations, BYTES_AN_ELEMENT * sizeOf(shape));
  }

  /** Spends what constants of a node that become its attributes take. */
  keep(node: NodeReader, constants: readonly (Tensor | undefined)[]): void {
    const elements = constants.reduce((sum, constant) => sum + (constant ? constant.data.length : 0), 0);
    this.#spend(node, READING * elements, BYTES_AN_ELEMENT * elements);
  }

  /** Throws a PathlightError that names the node if the file cannot afford this. */
  #spend(node: NodeReader, operations: number, bytes: number): void {
    if (!(this.#operationsSpent + operations <= this.#operations)) {
      throw node.error('fold.operations', { operations, spent: this.#operationsSpent, most: this.#operations });
    }
    if (!(this.#bytesSpent + bytes <= this.#bytes)) {
      throw node.error('fold.bytes', { bytes, spent: this.#bytesSpent, most: this.#bytes });
    }
    this.#operationsSpent += operations;
    this.#bytesSpent += bytes;
  }
}

/**
 * The steps of a walk over all axes of a constant: its elements, where an axis of size 0 counts as 1, since a walk may come to the
 * other axes first.
 */
function extentOf(node: NodeReader, shape: Shape): number {
  checkRank(node, shape, MAX_CONSTANT_RANK);
  return shape.reduce((product, size) => product * Math.max(size, 1), 1);
}
