import { createEngine } from './client.js';

/** The page's engine. The page evaluates this module first, so that the worker loads while the page is still being rendered. */
export const engine = createEngine();
