import { createPathlight } from './pathlight.js';
import { openStage, type Stage } from './stage.js';

declare global {
  interface Window {
    stage: Stage;
  }
}

// Each page runs one contender, and never loads what the others need.
window.stage = openStage({
  pathlight: { create: async () => createPathlight(navigator.gpu) },
  'tfjs webgpu': { create: async () => (await import('./tfjs.js')).createTfjs('webgpu') },
  'tfjs wasm': { create: async () => (await import('./tfjs.js')).createTfjs('wasm') },
  'jax-js webgpu': { create: async () => (await import('./jax.js')).createJax('webgpu') },
  'jax-js wasm': { create: async () => (await import('./jax.js')).createJax('wasm') },
});
