import { expect, test } from 'vitest';
import { tuningDatabase } from '../../../../demo/engine/platform/tuning_database.js';

/** As much of IndexedDB as the store uses: one database, whose stores are maps. It answers in a task of its own, and counts what stays open. */
class Databases {
  readonly stores = new Map<string, Map<string, unknown>>();
  opened = 0;

  readonly factory = {
    open: () => {
      const created = this.stores.size === 0;
      this.opened++;
      const database = {
        createObjectStore: (name: string) => this.stores.set(name, new Map()),
        transaction: (name: string) => ({
          objectStore: () => {
            const store = this.stores.get(name) ?? new Map<string, unknown>();
            return {
              get: (key: string) => answered(store.get(key)),
              put: (value: unknown, key: string) => answered(store.set(key, structuredClone(value)) && key),
            };
          },
        }),
        close: () => this.opened--,
      };
      const request = answered(database, () => created && request.onupgradeneeded?.());
      return request;
    },
  };
}

interface Request {
  result: unknown;
  onupgradeneeded?: () => void;
  onsuccess?: () => void;
}

function answered(result: unknown, before: () => unknown = () => undefined): Request {
  const request: Request = { result };
  queueMicrotask(() => {
    before();
    request.onsuccess?.();
  });
  return request;
}

const CARD = { 'a class': '64 x 64' };

test('winners are kept by adapter and version, and no database stays open', async () => {
  const databases = new Databases();
  const storeOf = (version: string) => tuningDatabase(databases.factory as IDBFactory & Databases['factory'], version);
  expect(await storeOf('1.0.0').load('a card')).toEqual({});
  await storeOf('1.0.0').save('a card', CARD);
  expect(await storeOf('1.0.0').load('a card')).toEqual(CARD);
  expect(await storeOf('1.0.0').load('another')).toEqual({});
  expect(await storeOf('1.1.0').load('a card'), 'another version').toEqual({});
  expect(databases.opened).toBe(0);
});
