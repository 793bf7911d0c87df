import type { Choices, OwnModel } from '../../engine/contract/models.js';

/** What describes a network, and its weights: they may come with the network, before it or after it. */
export type Described = Omit<Partial<OwnModel>, 'name' | 'bytes' | keyof Choices>;

/** The visitor's own network, put together from files that come together or one after the other. */
export class OwnNetwork {
  /** The one that is open. What describes a network is for it if it comes alone. */
  #open: OwnModel | null = null;
  /** One that cannot be opened without the file of this name. */
  #waiting: { readonly model: OwnModel; readonly file: string } | null = null;
  /** What came before its network. */
  #early: Described = {};

  /** The name of the file for which a network waits. */
  get wanted(): string | undefined {
    return this.#waiting?.file;
  }

  get open(): OwnModel | null {
    return this.#open;
  }

  /**
   * Takes what came: the network that can be opened now, or null where what came is kept for one that is to come.
   *
   * @param network its name, its bytes and what was chosen for it. @param data the files that may hold weights.
   */
  take(network: (Pick<OwnModel, 'name' | 'bytes'> & Choices) | undefined, { data = [], ...described }: Described): OwnModel | null {
    const came = [...data];
    if (network !== undefined) return withData({ ...this.#early, ...network, ...described }, [...(this.#early.data ?? []), ...came]);
    if (this.#waiting !== null) return withData({ ...this.#waiting.model, ...described }, [...(this.#waiting.model.data ?? []), ...came]);
    if (this.#open !== null && came.length === 0) {
      // A file with names wins over the list that was chosen before.
      const { labelList, ...open } = this.#open;
      return { ...open, ...(described.labels === undefined && labelList && { labelList }), ...described };
    }
    this.#early = withData({ ...this.#early, ...described }, [...(this.#early.data ?? []), ...came]);
    return null;
  }

  /** A network was opened: the visitor's own, or null for another. */
  opened(model: OwnModel | null): void {
    this.#open = model;
    if (model === null) return;
    this.#waiting = null;
    this.#early = {};
  }

  /** A network could not be opened without this file. It waits for it. */
  lacks(model: OwnModel, file: string): void {
    this.#waiting = { model, file: file.split('/').at(-1) ?? file };
    this.#early = {};
  }
}

function withData<M extends Described>(model: M, data: NonNullable<Described['data']>): M {
  return data.length === 0 ? model : { ...model, data };
}
