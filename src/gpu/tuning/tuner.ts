/**
 * Whether kernels are chosen by measurement. `auto`: the first time that a class of work is met on an adapter, for 50 ms and what it takes to
 * compile them; what was kept from an earlier run counts. `off`: by a table that knows no adapter. A choice changes no result by more than rounding.
 *
 * @example const tune: TuneChoice = 'off';
 */
export type TuneChoice = 'auto' | 'off';

export const TUNE_CHOICES: readonly TuneChoice[] = ['auto', 'off'];

/** The candidate that won (src/gpu/tuning/candidates.ts), by class of work. */
export type Winners = Readonly<Record<string, string>>;

/**
 * Keeps what was measured beyond the life of a device: a file, a database. A store that fails loses only time, so its errors are not told.
 *
 * @example
 * const kept = new Map<string, Winners>();
 * const store: TuningStore = {
 *   load: async (adapter) => kept.get(adapter) ?? {},
 *   save: async (adapter, winners) => void kept.set(adapter, winners),
 * };
 */
export interface TuningStore {
  /** What was kept for an adapter, by the name that it has in results. */
  load(adapter: string): Promise<Winners>;
  /** Keeps all that is known of an adapter. */
  save(adapter: string, winners: Winners): Promise<void>;
}

/** What is known of an adapter: the winners of this process, and those of a store. */
export class Tuner {
  /** Classes that were measured by this process. */
  trials = 0;
  #winners: Promise<Map<string, string>> | undefined;

  constructor(
    private readonly adapter: string,
    private readonly store?: TuningStore,
  ) {}

  async winnerOf(key: string): Promise<string | undefined> {
    return (await this.#known()).get(key);
  }

  /** Remembers the winners of new classes, and has them kept. */
  async remember(winners: ReadonlyMap<string, string>): Promise<void> {
    if (winners.size === 0) return;
    this.trials += winners.size;
    const known = await this.#known();
    for (const [key, name] of winners) known.set(key, name);
    await this.store?.save(this.adapter, Object.fromEntries(known)).catch(() => undefined);
  }

  #known(): Promise<Map<string, string>> {
    this.#winners ??= this.#load();
    return this.#winners;
  }

  async #load(): Promise<Map<string, string>> {
    const kept: unknown = await this.store?.load(this.adapter).catch(() => undefined);
    return new Map(Object.entries(kept ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  }
}
