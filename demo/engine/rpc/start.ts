import { createEngine } from './client.js';

/** The page's engine. Its module is the first that the page evaluates, so that the worker loads while the page is still being made. */
export const engine = createEngine();
