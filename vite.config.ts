import { chmodSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * The library build: three entries over shared chunks, WGSL inlined, dependencies left to the one who installs the package. Type
 * declarations come from tsc (tsconfig.build.json).
 */
const { dependencies, optionalDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const external = Object.keys({ ...dependencies, ...optionalDependencies });

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/** npm makes a bin executable where it installs one; in a checkout nobody does. */
const executable: Plugin = {
  name: 'executable',
  writeBundle({ dir }) {
    chmodSync(`${dir}/cli.js`, 0o755);
  },
};

export default defineConfig({
  plugins: [executable],
  build: {
    target: 'es2022',
    minify: false,
    sourcemap: true,
    // Only `npm run build` empties dist/: `npm start` and the tests build again beside the declarations that tsc wrote there.
    emptyOutDir: false,
    lib: { entry: { index: source('index.ts'), node: source('node/index.ts'), cli: source('cli/main.ts') }, formats: ['es'] },
    rolldownOptions: {
      external: (id) => isBuiltin(id) || external.some((name) => id === name || id.startsWith(`${name}/`)),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
