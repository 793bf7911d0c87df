/**
 * Registers the service worker, which keeps the page's files in the browser: from the second visit on the page works without a network. Only the built
 * page has a service worker. Where the browser allows none (a private window, an insecure address), the page still works with a network.
 * @param onNewVersion called when the files of a newer version are here. The page that is open keeps the old ones until it is loaded again.
 */
export async function keepOffline(onNewVersion: () => void): Promise<void> {
  // Only the development server defines import.meta.hot.
  if (import.meta.hot !== undefined || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // The first version of all takes over the page that brought it.
  let before = serviceWorker.controller;
  serviceWorker.addEventListener('controllerchange', () => {
    if (before !== null) onNewVersion();
    before = serviceWorker.controller;
  });
  await serviceWorker.register(new URL('offline.js', document.baseURI)).catch(() => undefined);
}
