import type { OwnModel } from '../../engine/contract/models.js';

const DATABASE = 'pathlight-files';
const ENTRIES = 'entries';
const CONTENTS = 'contents';

/** What is told of a kept file without reading it. */
export interface Entry {
  readonly kind: 'picture' | 'network';
  readonly name: string;
  /** How many bytes it has, with everything that belongs to it. */
  readonly bytes: number;
  /** Another one each time that a file is kept. */
  readonly stamp: string;
}

/** A network with its bytes as the browser keeps large ones: on the disk, not in memory. */
export type KeptNetwork = Omit<OwnModel, 'bytes'> & { readonly bytes: Blob };
export type Content = { readonly picture: File } | { readonly network: KeptNetwork };

/**
 * The visitor's own files in the browser's IndexedDB. A file takes the place of one of its kind that has its name.
 *
 * Every call rejects with the browser's DOMException where it allows no database; `keep` with a QuotaExceededError where there is no room, and then
 * keeps nothing.
 */
export const keptFiles = {
  list: () => within<Entry[]>('readonly', (stores) => stores(ENTRIES).getAll()),

  async keep(entry: Entry, content: Content): Promise<void> {
    const key = keyOf(entry);
    await within('readwrite', (stores) => {
      stores(CONTENTS).put(content, key);
      return stores(ENTRIES).put(entry, key);
    });
  },

  /** undefined where the browser has removed the file. */
  read: (entry: Entry) => within<Content | undefined>('readonly', (stores) => stores(CONTENTS).get(keyOf(entry))),

  async remove(entry: Entry): Promise<void> {
    const key = keyOf(entry);
    await within('readwrite', (stores) => {
      stores(CONTENTS).delete(key);
      return stores(ENTRIES).delete(key);
    });
  },
};

const keyOf = ({ kind, name }: Entry) => `${kind}/${name}`;

/** Asks for something in one transaction: all of it is done, or nothing. */
async function within<T>(mode: IDBTransactionMode, ask: (stores: (name: string) => IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction([ENTRIES, CONTENTS], mode);
      const request = ask((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error ?? new DOMException('the transaction was ended', 'AbortError'));
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      for (const name of [ENTRIES, CONTENTS]) opening.result.createObjectStore(name);
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new DOMException('the browser gave no reason', 'UnknownError'));
  });
}
