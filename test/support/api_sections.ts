import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The names that an entry exports, in the order of the file, grouped by the comments above its sections. */
export function sectionsOf(file: string): { title: string; names: string[] }[] {
  const [, ...sections] = readFileSync(`${ROOT}${file}`, 'utf8').split(/^\/\/ /m);
  return sections.map((section) => {
    const [title = '', ...lines] = section.split('\n');
    const lists = [...lines.join('\n').matchAll(/\{([^}]*)\}/g)].map(([, list = '']) => list);
    return { title, names: lists.flatMap((list) => [...list.replaceAll(/\btype /g, '').matchAll(/\w+/g)].map(String)) };
  });
}
