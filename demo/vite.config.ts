import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { digitsAsset } from './build/digits.js';
import { docs } from './build/docs.js';
import { methodFacts } from './build/method_facts.js';
import { offline } from './build/offline.js';
import { opening } from './build/opening.js';
import { contentPolicy } from './build/policy.js';
import { preview } from './build/preview.js';
import { compactShaders } from './build/shaders.js';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const LIBRARY = /\/src\/.*\.ts$/;

/** The page. `npm run demo` serves it; `npm run demo:build` makes demo/dist, which works from any path of any static host. */
export default defineConfig({
  root: folder('.'),
  base: './',
  plugins: [methodFacts(), digitsAsset(), opening(), preview(), docs(), contentPolicy(), compactShaders(), offline()],
  worker: { format: 'es', plugins: () => [compactShaders()] },
  // The library and the shipped models lie beside the page's folder.
  server: { fs: { allow: [folder('..')] } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Models and digits stay files, which are loaded when they are needed. Inlined, every visitor would load them.
    assetsInlineLimit: 0,
    // The modules of the library have no side effects. So the page itself contains only the little that it uses; the rest is in the worker.
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !LIBRARY.test(id) } },
  },
});
