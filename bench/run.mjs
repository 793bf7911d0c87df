#!/usr/bin/env node
// Runs a TypeScript file of this folder on the sources, without a build: node bench/run.mjs bench.ts ARGUMENTS
import { createServer } from 'vite';

const [file, ...args] = process.argv.slice(2);
const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  // The server bundles nothing for a browser. A search for what to bundle only warns of peers that are not installed.
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false },
});
const { main, explain } = await server.ssrLoadModule(new URL(file, import.meta.url).pathname);
try {
  await main(args);
} catch (error) {
  if (explain === undefined) throw error;
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  await server.close();
}
