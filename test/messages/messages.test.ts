import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { sayInSpanish } from '../../demo/ui/i18n/spanish/index.js';
import { createMessage, type MessageCode } from '../../src/messages/index.js';

// Every code, said in English and in Spanish with values that fit the types of its parameters. That no code lacks a sentence is the
// compiler's to say.

/** Samples of every code: one for each choice that the type of a value leaves. */
const SAMPLES = readSamples();
/** Codes that no page says. */
const CONSOLE = /^(file|picture|device|flag|cli|labels|out)\./;

test('samples are found for every code', () => {
  expect(SAMPLES.size).toBeGreaterThan(250);
});

const say = (code: string, values: unknown) => createMessage(code as MessageCode, ...([values] as never));

test.each([...SAMPLES])('%s is said in English', (code, samples) => {
  for (const values of samples) check(say(code, values).message);
});

test.each([...SAMPLES].filter(([code]) => !CONSOLE.test(code)))('%s is said in Spanish, with every value', (code, samples) => {
  const used = new Set<string | symbol>();
  for (const values of samples) {
    const { message } = say(code, values);
    const recorded = new Proxy(values, {
      get(target, key, receiver) {
        used.add(key);
        return Reflect.get(target, key, receiver);
      },
      has(target, key) {
        used.add(key);
        return Reflect.has(target, key);
      },
    });
    const pieces = sayInSpanish({ code, values: recorded, message });
    const text = pieces.map((piece) => piece.text).join('');
    check(text);
    expect(text).not.toBe(message);
  }
  const unused = Object.keys(samples[0] ?? {}).filter((key) => !used.has(key));
  expect(unused).toEqual([]);
});

test('a code that the page does not know stays English', () => {
  const said = createMessage('file.absent', { path: 'a.png' });
  expect(sayInSpanish(said)).toEqual([{ text: 'a.png: no such file', english: true }]);
});

test('prose of a driver is marked as English within the sentence', () => {
  expect(sayInSpanish(createMessage('gpu.refused', { detail: 'Buffer is destroyed' }))).toEqual([
    { text: 'WebGPU rechazó una llamada: ', english: false },
    { text: 'Buffer is destroyed', english: true },
  ]);
});

test.each([
  [
    createMessage('onnx.unsupported', {
      operator: 'Unique',
      node: 'd',
      opset: 17,
      onImage: false,
      supported: ['Abs', 'Add'],
      onConstants: ['Shape'],
    }),
    'operador no admitido: Unique, nodo «d», opset 17 (se admiten: Abs, Add; sobre constantes también Shape)',
  ],
  [
    createMessage('node.attribute-type', { attribute: 'pads', type: 'FLOAT', wanted: 'INTS', operator: 'Conv', node: 'c1', opset: 13 }),
    'Conv «c1», opset 13: el atributo «pads» es FLOAT (se espera INTS)',
  ],
  [
    createMessage('edit.found', { changed: { count: 5, single: true }, percent: 0.6378, pruned: 3, minimal: true }),
    '5 píxeles cambiados (0,638 % del orden), podados a 3',
  ],
  [createMessage('edit.found', { changed: { count: 1, single: true }, percent: null, pruned: null, minimal: true }), '1 píxel cambiado'],
  [
    createMessage('attempt.routes', {
      routes: [
        { map: 'target', reason: createMessage('map.nothing-against') },
        { map: 'contrast', reason: createMessage('search.nothing-changes') },
      ],
    }),
    'con la clase deseada: nada en el mapa habla contra la clase; con el contraste: nada cambiaría de color',
  ],
])('in Spanish: %o', (said, spanish) => {
  expect(
    sayInSpanish(said)
      .map(({ text }) => text)
      .join(''),
  ).toBe(spanish);
});

function check(text: string): void {
  expect(text).not.toMatch(/undefined|\[object|NaN(?! \(| a number|, de lo|$)| {2}/);
  expect(text.trim()).toBe(text);
}

/** Makes values of the type of each sentence's parameter. */
function readSamples(): Map<string, object[]> {
  const path = fileURLToPath(new URL('../../src/messages/index.ts', import.meta.url));
  const program = ts.createProgram([path], { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const samples = new Map<string, object[]>();
  source?.forEachChild((statement) => {
    if (!ts.isVariableStatement(statement)) return;
    for (const { name } of statement.declarationList.declarations) {
      if (name.getText() !== 'english') continue;
      for (const property of checker.getTypeAtLocation(name).getProperties()) {
        const [signature] = checker.getTypeOfSymbolAtLocation(property, name).getCallSignatures();
        const [parameter] = signature?.getParameters() ?? [];
        const values = parameter === undefined ? [{}] : samplesOf(checker.getTypeOfSymbolAtLocation(parameter, name));
        samples.set(
          property.getName(),
          values.filter((value) => typeof value === 'object' && value !== null),
        );
      }
    }
  });
  return samples;

  /** One value, or one for every part of a union. An object has as many as its most various member, in step. */
  function samplesOf(type: ts.Type): unknown[] {
    if (type.isUnion()) return type.types.flatMap((part) => samplesOf(part));
    if (type.isStringLiteral() || type.isNumberLiteral()) return [type.value];
    if (type.flags & ts.TypeFlags.BooleanLiteral) return [checker.typeToString(type) === 'true'];
    if (type.flags & ts.TypeFlags.Null) return [null];
    if (type.flags & ts.TypeFlags.String) return ['word'];
    if (type.flags & ts.TypeFlags.Number) return [7, 1];
    const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (element !== undefined) return [samplesOf(element), samplesOf(element).slice(0, 1)];
    const members = type.getProperties().map((member): [string, unknown[]] => {
      const own = member.valueDeclaration && checker.getTypeOfSymbolAtLocation(member, member.valueDeclaration);
      return [member.getName(), own === undefined ? [] : samplesOf(own)];
    });
    if (members.some(([name]) => name === 'message')) return [createMessage('search.nothing-changes')];
    const most = Math.max(1, ...members.map(([, choices]) => choices.length));
    return Array.from({ length: most }, (_, i) =>
      Object.fromEntries(members.map(([name, choices]) => [name, choices[i % choices.length]])),
    );
  }
}
