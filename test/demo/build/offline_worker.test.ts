import { readFile } from 'node:fs/promises';
import { createContext, runInContext } from 'node:vm';
import { expect, test, vi } from 'vitest';

// The service worker of the built page, beside a browser's caches made of maps.

const SCOPE = 'https://host/page/';
const code = await readFile(new URL('../../../demo/build/offline_worker.js', import.meta.url), 'utf8');
const at = (file: string) => new URL(file, SCOPE).href;

class FakeCache {
  readonly kept = new Map<string, FakeResponse>();
  match = async (file: string) => this.kept.get(at(file));
  put = async (file: string, response: FakeResponse) => void this.kept.set(at(file), response);
}

interface FakeResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

class FakeRequest {
  constructor(
    readonly url: string,
    readonly options?: { readonly cache: string },
  ) {}
}

/** A browser that keeps caches, and a host whose files have the version that sent them as their text. */
class Browser {
  readonly caches = new Map<string, FakeCache>();
  readonly fetched: [file: string, how: string | undefined][] = [];
  missing: string | undefined;

  /** Installs and activates a version. */
  async install(version: string, files: readonly string[]): Promise<{ get(file: string): Promise<string> }> {
    const listeners = new Map<string, (event: unknown) => void>();
    const self = {
      registration: { scope: SCOPE },
      location: new URL(SCOPE),
      addEventListener: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
      skipWaiting: vi.fn(),
      clients: { claim: vi.fn() },
    };
    const fetch = async (request: FakeRequest): Promise<FakeResponse> => {
      this.fetched.push([request.url, request.options?.cache]);
      const ok = request.url !== this.missing;
      return { ok, status: ok ? 200 : 404, text: version };
    };
    const open = async (name: string) => {
      const cache = this.caches.get(name) ?? new FakeCache();
      this.caches.set(name, cache);
      return cache;
    };
    const caches = {
      open,
      keys: async () => [...this.caches.keys()],
      delete: async (name: string) => this.caches.delete(name),
      match: async (file: string) => [...this.caches.values()].find(({ kept }) => kept.has(at(file)))?.match(file),
    };
    const scope = createContext({ self, caches, fetch, Request: FakeRequest, URL, VERSION: version, FILES: files });
    runInContext(code, scope);
    const extend = async (name: string) => {
      let work: Promise<unknown> | undefined;
      listeners.get(name)?.({
        waitUntil: (promise: Promise<unknown>) => {
          work = promise;
        },
      });
      await work;
    };
    await extend('install');
    expect(self.skipWaiting).toHaveBeenCalledOnce();
    await extend('activate');
    expect(self.clients.claim).toHaveBeenCalledOnce();
    return {
      async get(file) {
        let answer: Promise<FakeResponse> | undefined;
        const request = { url: at(file), method: 'GET' };
        listeners.get('fetch')?.({
          request,
          respondWith: (promise: Promise<FakeResponse>) => {
            answer = promise;
          },
        });
        return (await answer)?.text ?? 'not answered';
      },
    };
  }
}

test('files with a hash are taken from what the browser has, of others the host is asked', async () => {
  const browser = new Browser();
  const first = await browser.install('1', ['./', './assets/a-1.js']);
  expect(browser.fetched).toEqual([
    ['./', 'no-cache'],
    ['./assets/a-1.js', 'force-cache'],
  ]);
  expect(await first.get('assets/a-1.js')).toBe('1');
  expect(await first.get('index.html?x=1#digit=2')).toBe('1');
});

test('a new version is served at the next load, and loads only what is new', async () => {
  const browser = new Browser();
  await browser.install('1', ['./', './assets/a-1.js', './assets/model-7.onnx']);
  browser.fetched.length = 0;
  const second = await browser.install('2', ['./', './assets/a-2.js', './assets/model-7.onnx']);
  expect(browser.fetched.map(([file]) => file)).toEqual(['./', './assets/a-2.js']);
  expect(await second.get('./')).toBe('2');
  // A tab that still shows the version before needs its files, which the host may have no more.
  expect(await second.get('assets/a-1.js')).toBe('1');
});

test('the version before the last is deleted, and nothing of another page on the host', async () => {
  const browser = new Browser();
  browser.caches.set('pathlight https://host/other/ 1', new FakeCache());
  for (const version of ['1', '2', '3']) await browser.install(version, ['./']);
  expect([...browser.caches.keys()]).toEqual(['other/ 1', 'page/ 2', 'page/ 3'].map((name) => `pathlight https://host/${name}`));
});

test('a version with a file that is missing does not replace the one before', async () => {
  const browser = new Browser();
  browser.missing = './assets/a-1.js';
  await expect(browser.install('1', ['./', './assets/a-1.js'])).rejects.toThrow('./assets/a-1.js: 404');
  expect([...browser.caches.keys()]).toEqual([]);
});
