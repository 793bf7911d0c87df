/** How integers stand for real numbers: x = (q - zero) scale. Names of values or constants. */
export interface Quantisation {
  readonly scale: string;
  /** 0 where this is absent. */
  readonly zero?: string | undefined;
  /** The axis along which scales and zero points lie, where there are several. 1 where this is absent. */
  readonly axis?: number;
  /** How many places along the axis have one scale, where it is not one place each. */
  readonly block?: number;
}

/** A value of integers, with the real numbers that they stand for. */
export interface QuantisedValue {
  readonly real: string;
  readonly by: Quantisation;
}

/** Operators that give elements of their first input as they are: what integers stand for moves as they do. */
export const MOVING: ReadonlySet<string> = new Set([
  ...['MaxPool', 'GlobalMaxPool', 'Transpose', 'Slice', 'Gather', 'Expand', 'Tile', 'DepthToSpace', 'SpaceToDepth'],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout'],
]);

/**
 * The values of a file that are quantised. A file is read in one of two ways: as the float network that it stands for, in which quantisers
 * do not round, or with the arithmetic of the file, in which they do. In both, values that are integers in the file have the
 * numbers of these integers, which are not whole in the float network; and beside each quantised value stands what it means. What
 * nothing reads in the end is dropped.
 */
export class QuantisedValues {
  readonly #values = new Map<string, QuantisedValue>();
  #quantisers = 0;

  /** @param rounds whether quantisers round. */
  constructor(readonly rounds: boolean) {}

  /** How many quantisers the file has on values from the image. */
  get quantisers(): number {
    return this.#quantisers;
  }

  count(): void {
    this.#quantisers++;
  }

  of(name: string): QuantisedValue | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: QuantisedValue): void {
    this.#values.set(name, value);
  }

  /** Gives a value a second name. */
  copy(from: string, to: string): void {
    const value = this.#values.get(from);
    if (value !== undefined) this.#values.set(to, value);
  }
}
