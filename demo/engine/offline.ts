/**
 * Keeps the page's files in the browser, so that it works without a network from the second visit on. Only of the build, which has the service
 * worker; where a browser keeps none (a private window, an insecure address) the page works as long as there is a network.
 */
export async function keepOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(new URL('offline.js', document.baseURI)).catch(() => undefined);
}
