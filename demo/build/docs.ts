import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { Marked } from 'marked';
import type { Plugin } from 'vite';
import { root } from './cache.js';

/** Pages that lie outside docs/, by their names beside the others. */
const OUTSIDE: Readonly<Record<string, string>> = { 'contributing.html': 'CONTRIBUTING.md', 'page.html': 'demo/README.md' };
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png' };

/** Serves the documentation beside the page, in docs/: whoever has the page has it, wherever it is hosted. */
export function docs(): Plugin {
  return {
    name: 'pathlight-docs',
    configureServer({ middlewares }) {
      middlewares.use('/docs', ({ url = '' }, response, next) => {
        const name = url.replace(/[?#].*/, '').slice(1) || 'index.html';
        const file = docFiles().get(name);
        if (file === undefined) return next();
        response.setHeader('content-type', TYPES[extname(name)] ?? 'text/plain');
        response.end(file());
      });
    },
    generateBundle() {
      for (const [name, content] of docFiles()) this.emitFile({ type: 'asset', fileName: `docs/${name}`, source: content() });
    },
  };
}

/** What each file of docs/ holds, by its path there. */
export function docFiles(): Map<string, () => string | Uint8Array> {
  const found = new Map<string, () => string | Uint8Array>();
  for (const path of readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })) {
    const name = path.replaceAll('\\', '/');
    if (/\.(svg|png)$/.test(name)) found.set(name, () => readFileSync(join(root, 'docs', name)));
    if (name.endsWith('.md')) found.set(addressOf(name), () => toPage(readFileSync(join(root, 'docs', name), 'utf8'), addressOf(name)));
  }
  for (const [name, path] of Object.entries(OUTSIDE)) found.set(name, () => toPage(readFileSync(join(root, path), 'utf8'), name));
  found.set('docs.css', () => readFileSync(new URL('./docs.css', import.meta.url)));
  return found;
}

const addressOf = (name: string) => (name === 'README.md' ? 'index.html' : name.replace(/\.md$/, '.html'));

/** The path of a link of a page, seen from docs/; null where it leads to a file that is not served. */
function linkOf(href: string, page: string): string | null {
  if (/^(https?:|#)/.test(href)) return href;
  const [path = '', part] = href.split('#');
  const file = posix.join(posix.dirname(OUTSIDE[page] ?? `docs/${page}`), path);
  const outside = Object.keys(OUTSIDE).find((name) => OUTSIDE[name] === file);
  const name = outside ?? (/^docs\/.*\.md$/.test(file) ? addressOf(file.slice('docs/'.length)) : null);
  return name === null ? null : `${up(page)}${name}${part === undefined ? '' : `#${part}`}`;
}

/** The way from a page to docs/. */
const up = (page: string) => '../'.repeat(page.split('/').length - 1);

function toPage(markdown: string, page: string): string {
  const marked = new Marked({
    renderer: {
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const link = linkOf(href, page);
        return link === null ? text : `<a href="${link}">${text}</a>`;
      },
      heading({ tokens, depth, text }) {
        const id = text
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-');
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
    },
  });
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? 'Pathlight';
  const body = marked.parse(markdown, { async: false });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Pathlight</title>
<link rel="stylesheet" href="${up(page)}docs.css">
</head>
<body>
<nav><a href="${up(page)}../">Pathlight</a> · <a href="${up(page)}index.html">All pages</a></nav>
${body.replaceAll('<table>', '<div class="wide"><table>').replaceAll('</table>', '</table></div>')}
</body>
</html>
`;
}
