import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

/** Lines of comments that the templates of kernels read (src/gpu/kernels/source.ts). */
const READ = /^\/\/ (?:frame|requires): /;

/** A shader without comments and indentation, which are half of its bytes when packed. */
export function compactShader(source: string): string {
  const lines = source.split('\n').map((line) => (READ.test(line) ? line : line.replace(/\/\/.*$/, '').trim()));
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Builds the page with compact shaders. */
export function compactShaders(): Plugin {
  return {
    name: 'compact-shaders',
    apply: 'build',
    enforce: 'pre',
    async load(id) {
      const [path = '', query] = id.split('?');
      if (!path.endsWith('.wgsl') || query !== 'raw') return null;
      return `export default ${JSON.stringify(compactShader(await readFile(path, 'utf8')))};`;
    },
  };
}
