import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import type { StoryDigit } from '../lib/story.js';
import { root } from './cache.js';

/** Puts the first digit into the document, so that it is painted before any script has come. */
export function opening(): Plugin {
  return {
    name: 'pathlight-opening',
    transformIndexHtml: {
      order: 'pre',
      async handler(html) {
        const cached = (name: string) => readFile(join(root, 'demo/.cache', name));
        const { read }: StoryDigit = JSON.parse((await cached('arrival.json')).toString());
        const picture = `data:image/png;base64,${(await cached('arrival.png')).toString('base64')}`;
        return html.replaceAll('%DIGIT%', picture).replaceAll('%READ%', String(read));
      },
    },
  };
}
