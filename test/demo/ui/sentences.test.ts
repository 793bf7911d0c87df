import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { createTranslator } from '../../../demo/ui/i18n/sentences.js';
import { sentencesEs } from '../../../demo/ui/i18n/sentences_es.js';

// What the engine says is English; the Spanish page says it in Spanish, as far as a visitor can meet it.

/** Modules all of whose errors a visitor of the page can meet, by a file, a setting or a machine. */
const ERRORS = [
  'src/image/preprocessing/preprocess.ts',
  'src/image/preprocessing/side_file.ts',
  'src/graph/analysis/piecewise.ts',
  'src/attribution/tasks.ts',
  'src/attribution/method.ts',
  'src/attribution/methods/ig.ts',
  'src/attribution/integral/quadrature.ts',
  'src/attribution/integral/refine.ts',
  'src/attribution/integral/linear_regions.ts',
  'src/api/session.ts',
  'src/tensor/npy.ts',
  'src/gpu/device/device.ts',
  'src/gpu/gpu_executor.ts',
  'src/gpu/compile/memory.ts',
  'src/gpu/resources.ts',
  'demo/engine/rpc/client.ts',
  'demo/engine/inputs/decode.ts',
  'demo/engine/compute/open_model.ts',
  'demo/engine/inputs/shipped.ts',
  'demo/engine/host.ts',
];
/** Of those the ones that the page cannot cause. */
const IMPOSSIBLE = [
  // The page asks for no plan, gives drawings of no other size, writes arrays of its own, and opens a model before all else.
  'the plan fused needs a GPU, and there is none (auto)',
  'a drawing of {} pixels ({}x{})',
  '{} elements do not fill shape {} ({} elements)',
  'no model is open (open one first)',
  // The page explains by integrated gradients alone.
  'smoothing with steps {} (a number of steps)',
  'this method must know the layers of the network (the option graph)',
  'the rule {} with the method {} (no rule)',
  'steps {} with the method {} (a whole number from 1 to {})',
  'this method must know the pixels of its images (the option space)',
];
/** Modules whose plain sentences are reasons: what became of an attempt to repair. */
const REASONS = ['search/greedy', 'search/percentage', 'search/random', 'proof', 'ladder', 'result', 'strategies', 'verify'].map(
  (name) => `src/edit/${name}.ts`,
);

/** Modules that say other things, too. */
const FRAGMENTS = [
  'src/messages/en/onnx.ts',
  'src/messages/en/nodes.ts',
  'src/cpu/passes.ts',
  'src/api/percentages.ts',
  'demo/engine/compute/repair.ts',
  'demo/engine/exports/files.ts',
];

const translate = createTranslator(sentencesEs);

/** Fills the holes of a template: numbers fit everywhere. */
const fill = (template: string) => template.replaceAll('{}', '7');

describe('the Spanish sentences', () => {
  const errors = ERRORS.flatMap((file) => errorsOf(file)).filter((template) => !IMPOSSIBLE.includes(template));
  const reasons = REASONS.flatMap((file) => reasonsOf(file));

  test('there are as many as were counted by hand, so that none is overlooked', () => {
    expect(errors.length).toBeGreaterThan(50);
    expect(reasons.length).toBeGreaterThan(20);
  });

  test.each([...new Set([...errors, ...reasons])])('%s', (template) => {
    const pieces = translate(fill(template));
    const english = pieces.filter((piece) => piece.english).map(({ text }) => text.replaceAll('7', ''));
    expect(english.filter((text) => /[a-z]/.test(text))).toEqual([]);
    expect(pieces.map(({ text }) => text).join('')).not.toBe(fill(template));
  });

  test('are of sentences that the engine still says', () => {
    const sources = [...ERRORS, ...REASONS, ...FRAGMENTS].map((file) => readFileSync(file, 'utf8')).join('\n');
    // Endings stand in holes of their own: suffice${one ? 's' : ''}.
    const said = (word: string) => sources.includes(word.slice(0, -1));
    const stale = Object.keys(sentencesEs).filter((key) => (key.match(/[A-Za-z]{4,}/g) ?? []).some((word) => !said(word)));
    expect(stale).toEqual([]);
  });
});

describe('the translator', () => {
  const text = (sentence: string) =>
    translate(sentence)
      .map((piece) => (piece.english ? `<${piece.text}>` : piece.text))
      .join('');

  test('keeps names and numbers', () => {
    expect(text('a picture of 10000x10000, 100 megapixels (at most 40)')).toBe(
      'una imagen de 10000x10000, 100 megapíxeles (como mucho 40)',
    );
    expect(text('unsupported operator Det: node "d", opset 17 (supported: Abs, Add; on constants also Shape)')).toBe(
      'operador no admitido: Det, nodo «d», opset 17 (se admiten: Abs, Add; sobre constantes también Shape)',
    );
  });

  test('translates sentences within sentences', () => {
    expect(text('5 pixels changed (0.638% of the order), pruned to 3')).toBe('5 píxeles cambiados (0,638 % del orden), podados a 3');
    expect(text('1 pixel changed')).toBe('1 píxel cambiado');
    expect(text('Conv "c1", opset 13: attribute "pads" is FLOAT (INTS)')).toBe(
      'Conv «c1», opset 13: el atributo «pads» es FLOAT (se espera INTS)',
    );
  });

  test('translates reasons that are joined, though each has a semicolon', () => {
    const reason = (count: number, most: string) =>
      `none of the ${count} prefixes of the order reaches the class; its largest probability among them is ${most}`;
    expect(text(`${reason(784, '0.12')}; ${reason(12, '0.5')}`)).toBe(
      'ninguno de los 784 prefijos del orden llega a la clase; su mayor probabilidad entre ellos es 0,12; ' +
        'ninguno de los 12 prefijos del orden llega a la clase; su mayor probabilidad entre ellos es 0,5',
    );
  });

  test('leaves as English what it does not know, and no more than that', () => {
    expect(text('Slice "s", opset 13: steps [2] are not supported (steps of 1)')).toBe(
      'Slice «s», opset 13: <steps [2] are not supported (steps of 1)>',
    );
    expect(text('x is not a function')).toBe('<x is not a function>');
  });
});

/** The templates of all errors that a module throws: problem and remedy, `{}` where a value stands, a template for every branch of a condition. */
function errorsOf(file: string): string[] {
  return collect(file, (node) => {
    const fails = ts.isCallExpression(node) && ['fail', 'error'].includes(node.expression.getText());
    const isError = ts.isNewExpression(node) && /Error$/.test(node.expression.getText());
    if (!fails && !isError) return [];
    const [problem, remedy] = node.arguments ?? [];
    const problems = textsOf(problem);
    return remedy === undefined ? problems : problems.flatMap((text) => textsOf(remedy).map((right) => `${text} (${right})`));
  });
}

/** The templates of all texts of several words, but for errors: those are what a programmer meets, not a visitor. */
function reasonsOf(file: string): string[] {
  return collect(file, (node) => {
    const within = (is: (ancestor: ts.Node) => boolean) => ts.findAncestor(node.parent, is) !== undefined;
    // Parts of a template are told with it.
    if (!isText(node) || within(ts.isNewExpression) || within(ts.isTemplateExpression)) return [];
    return textsOf(node as ts.Expression).filter((text) => /[a-z] |^ \(|^, /.test(text));
  });
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
}

function collect(file: string, of: (node: ts.Node) => readonly string[]): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (!ts.isImportDeclaration(node)) {
      // What has no words of its own is said elsewhere: `new Error(message)`.
      found.push(...of(node).filter((text) => /[a-z]/.test(text.replaceAll('{}', ''))));
      ts.forEachChild(node, visit);
    }
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

function textsOf(node: ts.Node | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (!ts.isTemplateExpression(node)) return ['{}'];
  return node.templateSpans.reduce(
    (texts, { expression, literal }) => texts.flatMap((text) => textsOf(expression).map((value) => text + value + literal.text)),
    [node.head.text],
  );
}
