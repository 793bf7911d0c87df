/**
 * Keeps the page's files in the browser, so that it works without a network from the second visit on. Only of the build, which has the service
 * worker; where a browser keeps none (a private window, an insecure address) the page works as long as there is a network.
 */
export async function keepOffline(): Promise<void> {
  // The development server reloads modules while it runs; a build has nothing to reload with.
  if (import.meta.hot !== undefined || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(new URL('offline.js', document.baseURI)).catch(() => undefined);
}
