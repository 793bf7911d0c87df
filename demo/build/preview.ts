import { join } from 'node:path';
import type { Plugin } from 'vite';
import { readBytes, root } from './cache.js';

const FILE = 'preview.png';

/**
 * What other sites show beside a link to the page. They want a whole address for the picture: PATHLIGHT_URL says where the page will be served. Without
 * it the address is relative, which some sites understand.
 */
export function preview(): Plugin {
  const address = new URL(FILE, process.env.PATHLIGHT_URL ?? 'relative://here/').href.replace('relative://here/', './');
  const properties = {
    'og:type': 'website',
    'og:title': 'Pathlight: why did it read that?',
    'og:description': 'See which pixels made a network misread a picture, and find the smallest edit that makes it read it right.',
    'og:image': address,
    'og:image:alt':
      'A handwritten seven that a network reads as a one, the map of the pixels that made it, and the seven after the edit that turns it.',
  };
  return {
    name: 'pathlight-preview',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: await readBytes(join(root, 'demo/.cache', FILE)) });
    },
    // After Vite has looked for files of the page in its addresses: this one is no part of the page.
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        ...Object.entries(properties).map(([property, content]) => ({
          tag: 'meta',
          attrs: { property, content },
          injectTo: 'head' as const,
        })),
        { tag: 'meta', attrs: { name: 'twitter:card', content: 'summary_large_image' }, injectTo: 'head' as const },
      ],
    },
  };
}
