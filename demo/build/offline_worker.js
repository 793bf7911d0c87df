// The service worker of the built page. It keeps all files of the page, so that the page works without a network after the first visit.
// demo/build/offline.ts puts VERSION and FILES in front of it.

/** Several copies of the page may lie on one host. The prefix tells their caches apart, so that each deletes only its own old files. */
const PREFIX = `pathlight ${self.registration.scope} `;
const NAME = PREFIX + VERSION;

/** Files whose names hold a hash of their content: a copy from anywhere is the right one. */
const HASHED = './assets/';

self.addEventListener('install', (event) => {
  // The tabs that are open go on with the files that they have, and say that a new version is here. The next load of the page is the new version.
  event.waitUntil(install().then(() => self.skipWaiting()));
});

async function install() {
  const cache = await caches.open(NAME);
  try {
    await Promise.all(FILES.map((file) => keepFile(cache, file)));
  } catch (error) {
    await caches.delete(NAME);
    throw error;
  }
}

/**
 * Keeps a file. One with a hash in its name is taken from the version before, or from what the browser has just loaded for the page: nothing is
 * downloaded twice. Of the others the browser asks the host whether they have changed.
 */
async function keepFile(cache, file) {
  const hashed = file.startsWith(HASHED);
  const before = hashed ? await caches.match(file) : undefined;
  const response = before ?? (await fetch(new Request(file, { cache: hashed ? 'force-cache' : 'no-cache' })));
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  await cache.put(file, response);
}

// The version before stays for the tabs that still show it, which may need more of its files. Older ones are deleted.
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== NAME).slice(0, -1))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const path = url.href.split(/[?#]/)[0].replace(/\/index\.html$/, '/');
  event.respondWith(
    caches
      .open(NAME)
      .then((cache) => cache.match(path))
      .then((kept) => kept ?? caches.match(path))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
