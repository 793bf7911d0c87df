import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sectionsOf } from './api_sections.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const DOCS = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'));
export const PAGES = ['README.md', ...DOCS.map((name) => `docs/${name}`)];

/** What examples speak of without having made it. */
const GIVEN = `declare const bytes: Uint8Array, otherBytes: Uint8Array, image: Float32Array, other: Float32Array;
declare const session: Session, result: AttributionResult, found: Repair, photo: Picture, picture: Picture;`;

const exportsOf = (file: string) => sectionsOf(file).flatMap(({ names }) => names);
export const MODULES = { pathlight: exportsOf('src/index.ts'), 'pathlight/node': exportsOf('src/node/index.ts') };

/** A block of code of a page. */
export interface Example {
  readonly where: string;
  readonly code: string;
}

/** The blocks of code of a page that are examples, with the line at which they start. */
export function examplesOf(page: string, text = read(page)): Example[] {
  return [...text.matchAll(/^```(?:ts|js)\n(.*?)^```/gms)].map(({ 1: code = '', index }) => ({
    where: `${page}:${text.slice(0, index).split('\n').length + 1}`,
    code,
  }));
}

/** A module of its own: an example that has imports is whole; the others import what they name, and may declare again what is given. */
export function moduleOf({ code }: Example): string {
  if (/^import /m.test(code)) return code;
  const named = (name: string) => new RegExp(`\\b${name}\\b`).test(code + GIVEN);
  const imports = Object.entries(MODULES).map(([from, names]) => {
    return `import { ${names.filter(named).join(', ')} } from '${from}';`;
  });
  return `${imports.join('')}${GIVEN.replaceAll('\n', ' ')} export async function example() {\n${code}}`;
}
