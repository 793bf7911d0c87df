import { describe, expect, test } from 'vitest';
import { createTranslator } from '../../../demo/ui/i18n/sentences.js';
import { sentencesEs } from '../../../demo/ui/i18n/sentences_es.js';

// What the engine says is English; the Spanish page says it in Spanish, as far as a visitor can meet it.

const translate = createTranslator(sentencesEs);

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
