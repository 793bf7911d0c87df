// The service worker of the built page. It keeps all files of the page, so that the page works without a network after the first visit.
// demo/build/offline.ts puts VERSION and FILES in front of it.

/** Several copies of the page may lie on one host. The prefix tells their caches apart, so that each deletes only its own old files. */
const PREFIX = `pathlight ${self.registration.scope} `;
const NAME = PREFIX + VERSION;

self.addEventListener('install', (event) => {
  // `reload` bypasses the browser's own cache, which may still hold the previous version of the page.
  const requests = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(requests)));
});

// A new version becomes active when no tab has the old one open any more, and deletes the files of the old one. The first version of all becomes
// active at once, and serves the tab that is open.
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name))))
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
      .then((kept) => kept ?? fetch(event.request)),
  );
});
