/**
 * Registers the service worker, which keeps the page's files in the browser: from the second visit on the page works without a network. Only the built
 * page has a service worker. Where the browser allows none (a private window, an insecure address), the page still works with a network.
 */
export async function keepOffline(): Promise<void> {
  // Only the development server defines import.meta.hot.
  if (import.meta.hot !== undefined || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(new URL('offline.js', document.baseURI)).catch(() => undefined);
}
