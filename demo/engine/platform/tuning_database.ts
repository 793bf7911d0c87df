import packageJson from '../../../package.json' with { type: 'json' };
import type { TuningStore, Winners } from '../../../src/index.js';

const DATABASE = 'pathlight';
const STORE = 'tuning';

/** What is kept of an adapter. Another version of the program has other kernels. */
interface Kept {
  readonly version: string;
  readonly winners: Winners;
}

/**
 * Keeps which kernels are fastest in the browser's IndexedDB, by the adapter. Where the browser allows no database (a private window) every call fails,
 * and the engine measures again at the next visit.
 */
export function tuningDatabase(databases: IDBFactory = indexedDB, version: string = packageJson.version): TuningStore {
  return {
    async load(adapter) {
      const kept = await within<unknown>(databases, 'readonly', (store) => store.get(adapter));
      return isKept(kept) && kept.version === version ? kept.winners : {};
    },
    async save(adapter, winners) {
      await within(databases, 'readwrite', (store) => store.put({ version, winners } satisfies Kept, adapter));
    },
  };
}

/** Asks the store one thing, and closes the database: it is asked at most twice in a visit. */
async function within<T>(databases: IDBFactory, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = databases.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answerOf(opening);
  try {
    return await answerOf(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database gave no reason'));
  });
}

function isKept(kept: unknown): kept is Kept {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'version' in kept &&
    'winners' in kept &&
    typeof kept.winners === 'object' &&
    kept.winners !== null
  );
}
