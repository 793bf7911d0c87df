import type { Tensor } from '../../tensor/tensor.js';
import type { GraphProto } from '../onnx_pb.js';
import { readTensor } from '../tensors.js';

/**
 * The constants of a file that are the same for every shape of the input: initialisers, further inputs that are bound, and what is computed
 * from nothing else. They are read and computed once, however many shapes are tried.
 */
export class FileConstants {
  readonly #initializers;
  readonly #values: Map<string, Tensor>;

  /** @param bound constants in the place of inputs. They win over initialisers of the same name. */
  constructor(
    { initializer }: GraphProto,
    readonly bound: ReadonlyMap<string, Tensor> = new Map(),
  ) {
    this.#values = new Map(bound);
    this.#initializers = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  }

  /** The names of the initialisers. */
  get initializers(): Iterable<string> {
    return this.#initializers.keys();
  }

  /** Whether this constant is the same for every shape of the input. */
  has(name: string): boolean {
    return this.#values.has(name) || this.#initializers.has(name);
  }

  get(name: string): Tensor | undefined {
    const known = this.#values.get(name);
    const initializer = this.#initializers.get(name);
    if (known !== undefined || initializer === undefined) return known;
    const read = readTensor(initializer);
    this.#values.set(name, read);
    return read;
  }

  set(name: string, value: Tensor): void {
    this.#values.set(name, value);
  }
}
