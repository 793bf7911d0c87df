import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

// The compiler itself on small pieces of code that use the engine and serve its methods: what does not fit the contract must not compile.

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ENGINE = fileURLToPath(new URL('../../../demo/engine/', import.meta.url));

/** What every piece of code begins with. */
const HEAD = `
import type { Engine } from '${ENGINE}contract.js';
import type { Handlers } from '${ENGINE}rpc/serve.js';
declare const engine: Engine;
declare const image: Float32Array;
declare const signal: AbortSignal;
declare const others: Omit<Handlers, 'predict'>;
declare const reading: Awaited<ReturnType<Engine['predict']>>;
`;

const SNIPPETS = {
  right: `
    export const { class: best, logits } = await engine.predict(image, signal);
    void engine.bench({ image, target: best, baseline: 'zero' }, signal, ({ row, done, total }) => [row.points, done / total]);
    export const handlers: Handlers = { ...others, predict: async ([picture]) => ({ ...reading, class: picture.length }) };`,
  'a misspelt method': `
    void engine.predcit(image, signal);`,
  'a wrong argument': `
    void engine.predict('seven.png', signal);`,
  'a wrong use of a result': `
    export const text: string = (await engine.predict(image, signal)).class;`,
  'a misspelt piece of news': `
    void engine.bench({ image, target: 7, baseline: 'zero' }, signal, ({ line }) => line);`,
  'news of a method that has none': `
    void engine.predict(image, signal, console.log);`,
  'a misspelt handler': `
    export const handlers: Handlers = { ...others, predcit: async () => reading };`,
  'a handler with a wrong argument': `
    export const handlers: Handlers = { ...others, predict: async ([picture]: [picture: string]) => ({ ...reading, class: picture.length }) };`,
  'a handler with a wrong result': `
    export const handlers: Handlers = { ...others, predict: async ([picture]) => picture };`,
} as const;

type Name = keyof typeof SNIPPETS;

/** What the compiler says of each piece of code; one program for all of them, since reading the library takes most of the time. */
const errors = compile();

function compile(): ReadonlyMap<string, readonly string[]> {
  const sources = new Map(Object.entries(SNIPPETS).map(([name, code]) => [`${FOLDER}${name.replaceAll(' ', '_')}.ts`, HEAD + code]));
  const config = ts.getParsedCommandLineOfConfigFile(
    `${FOLDER}../../../tsconfig.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic },
  );
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  // Neither the contract nor what it imports needs the types of Node or Vite, which are slow to read.
  const options = { ...config.options, types: ['@webgpu/types'] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const code = sources.get(path);
    return code === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, code, target);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return new Map(
    Object.keys(SNIPPETS).map((name) => {
      const file = program.getSourceFile(`${FOLDER}${name.replaceAll(' ', '_')}.ts`);
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [name, found.map(({ code, messageText }) => `${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)];
    }),
  );
}

function onUnRecoverableConfigFileDiagnostic({ messageText }: ts.Diagnostic): void {
  throw new Error(ts.flattenDiagnosticMessageText(messageText, ' '));
}

test('code that fits the contract compiles', () => {
  expect(errors.get('right')).toEqual([]);
});

describe('the page does not compile with', () => {
  test.each<[Name, RegExp]>([
    ['a misspelt method', /^2551: Property 'predcit' does not exist on type 'Engine'\. Did you mean 'predict'\?$/],
    ['a wrong argument', /^2345: Argument of type 'string' is not assignable to parameter of type 'Float32Array/],
    ['a wrong use of a result', /^2322: Type 'number' is not assignable to type 'string'/],
    ['a misspelt piece of news', /^2339: Property 'line' does not exist on type 'BenchNews'/],
    ['news of a method that has none', /^2554: Expected 2 arguments, but got 3/],
  ])('%s', (name, message) => {
    expect(errors.get(name)).toEqual([expect.stringMatching(message)]);
  });
});

describe('the worker does not compile with', () => {
  test.each<[Name, RegExp]>([
    ['a misspelt handler', /^2561: .*'predcit' does not exist in type 'Handlers'\. Did you mean to write 'predict'\?$/],
    ['a handler with a wrong argument', /^2322: .*Type 'Float32Array<ArrayBufferLike>' is not assignable to type 'string'/],
    ['a handler with a wrong result', /^2322: .*is not assignable to type 'Promise<Reading>'/],
  ])('%s', (name, message) => {
    expect(errors.get(name)).toEqual([expect.stringMatching(message)]);
  });
});
