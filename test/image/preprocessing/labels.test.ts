import { describe, expect, test } from 'vitest';
import { labelsOf, readLabelFile } from '../../../src/image/preprocessing/labels.js';
import { resolvePreprocessing } from '../../../src/image/preprocessing/preprocess.js';

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, big: boolean, mark: boolean) =>
  Uint8Array.from(
    [...(mark ? '\ufeff' : ''), ...text].flatMap((letter) => {
      const [high, low] = [letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 255];
      return big ? [high, low] : [low, high];
    }),
  );

describe('files of labels', () => {
  test.each<[string, Uint8Array, string, readonly string[]]>([
    ['a name a line', utf8('cat\ndog\n'), 'UTF-8', ['cat', 'dog']],
    ['CRLF, and empty lines at the end', utf8('cat\r\ndog\r\n\r\n'), 'UTF-8', ['cat', 'dog']],
    ['CR alone', utf8('cat\rdog\r'), 'UTF-8', ['cat', 'dog']],
    ['white space around names', utf8('cat \n dog\ncow\t\n'), 'UTF-8', ['cat', 'dog', 'cow']],
    ['a byte order mark', utf8('\ufeffcat\ndog'), 'UTF-8', ['cat', 'dog']],
    ['letters beyond ASCII', utf8('café\nniño'), 'UTF-8', ['café', 'niño']],
    ['Latin-1', latin1('caf\xe9\nni\xf1o'), 'Latin-1', ['café', 'niño']],
    ['UTF-16, little endian', utf16('cat\r\nniño\r\n', false, true), 'UTF-16', ['cat', 'niño']],
    ['UTF-16, big endian', utf16('cat\nniño\n', true, true), 'UTF-16', ['cat', 'niño']],
    ['UTF-16 without a mark', utf16('cat\nniño\n', false, false), 'UTF-16', ['cat', 'niño']],
    ['UTF-16, big endian, without a mark', utf16('cat\nniño\n', true, false), 'UTF-16', ['cat', 'niño']],
    ['JSON in UTF-16', utf16('["cat", "niño"]', false, true), 'UTF-16', ['cat', 'niño']],
    ['a JSON list', utf8('\n["cat ", "dog"]'), 'UTF-8', ['cat', 'dog']],
    ['a table by index', utf8('{"1": "dog",\n"0": "cat"}'), 'UTF-8', ['cat', 'dog']],
    ["Keras' class index: pairs", utf8('{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}'), 'UTF-8', ['tench', 'goldfish']],
    ["Keras' class_indices: a table by name", utf8('{"dog": 1, "cat": 0, "__proto__": 2}'), 'UTF-8', ['cat', 'dog', '__proto__']],
    [
      "Hugging Face's config.json",
      utf8('{"id2label": {"0": "cat", "1": "dog"}, "label2id": {"cat": 0, "dog": 1}}'),
      'UTF-8',
      ['cat', 'dog'],
    ],
    ['a side file', utf8('{"labels": ["cat", "dog"], "range": [0, 1]}'), 'UTF-8', ['cat', 'dog']],
    ['names that are numbers', utf8('7\n8\n9\n0\n'), 'UTF-8', ['7', '8', '9', '0']],
  ])('%s', (_, bytes, encoding, labels) => {
    expect(readLabelFile(bytes, 'a.txt')).toEqual({ labels, encoding });
  });

  test.each([
    ['[1, 2]', 'labels.form'],
    ['{"1": "cat", "2": "dog"}', 'labels.form'],
    ['{"cat": 0, "dog": 0}', 'labels.form'],
    ['{"0": "cat", "00": "dog"}', 'labels.form'],
    ['{}', 'labels.form'],
    ['[["cat", 1]]', 'labels.form'],
    ['["cat"', 'labels.no-json'],
  ])('not %s', (text, code) => {
    expect(() => readLabelFile(utf8(text), 'a.json')).toThrow(expect.objectContaining({ name: 'PathlightError', code }));
    expect(() => readLabelFile(utf8(text), 'a.json')).toThrow(/^a\.json: /);
  });
});

test('side files, settings and metadata have the same forms', () => {
  const labels = { 0: 'cat', 1: ['n02', 'dog '] };
  expect(resolvePreprocessing([1, 1, 8, 8], { labels }).labels).toEqual(['cat', 'dog']);
  const metadata = { names: "{0: ('n01', 'cat'), 1: 'dog'}" };
  expect(resolvePreprocessing([1, 1, 8, 8], undefined, {}, { metadata, classes: 2 }).labels).toEqual(['cat', 'dog']);
  expect(labelsOf('cat')).toBeUndefined();
  expect(labelsOf(null)).toBeUndefined();
});
