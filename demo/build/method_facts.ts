import type { Plugin } from 'vite';
import type { MethodTable } from '../../src/app.js';
import { load } from './cache.js';

const FILE = 'src/attribution/methods/index.ts';
const TABLE = /\/src\/attribution\/methods\/index\.ts$/;

/** The module of the table of methods, with what is known of them and without what makes their maps. */
export function factsModule(table: MethodTable): string {
  return `export const methods = ${JSON.stringify(table)};
export const METHODS = methods.map(({ name }) => name);
export const methodNamed = (name, table) => table.find((method) => method.name === name);
`;
}

/**
 * Builds the page with the facts of methods alone: it lists them and draws their options, and the worker, which is built without this plugin, makes maps.
 * This saves every visitor a fifth of the page's own code.
 */
export function methodFacts(): Plugin {
  return {
    name: 'pathlight-method-facts',
    apply: 'build',
    enforce: 'pre',
    load: async (id) =>
      TABLE.test(id) ? { code: factsModule((await load<{ methods: MethodTable }>(FILE)).methods), moduleType: 'js' } : null,
  };
}
