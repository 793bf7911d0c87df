import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

/** Lines of comments that the templates of kernels read (src/gpu/kernels/source.ts). */
const READ = /^\/\/ (?:frame|requires): /;

/** Directives of templates and of WGSL, whose words are apart. */
const DIRECTIVE = /^(?:#|enable |diagnostic)/;

/** A shader without comments, indentation and blanks that separate no words or signs. Comments alone are half of its bytes when packed. */
export function compactShader(source: string): string {
  const lines = source.split('\n').map((line) => (READ.test(line) ? line : withoutBlanks(line.replace(/\/\/.*$/, '').trim())));
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** `> =` is two signs, and `>=` another: the end of a type stays apart from what follows. */
function withoutBlanks(line: string): string {
  if (DIRECTIVE.test(line)) return line;
  return line.replace(/ ?([,;:{()+*]) ?/g, '$1').replace(/(?<![<>=!]) = /g, '=');
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
