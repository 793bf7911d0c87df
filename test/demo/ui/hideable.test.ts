import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { HIDEABLE } from '../../../demo/ui/state/hideable.js';

// What an address can hide. The parts of the page are found in its code: one that is added without a name fails here.

interface Part {
  readonly where: string;
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Every element of the page's code, with those of its attributes that are texts. */
function elementsOf(path: string): Part[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: Part[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
      const attributes = new Map<string, string>();
      for (const one of node.attributes.properties) {
        if (!ts.isJsxAttribute(one)) continue;
        attributes.set(
          one.name.getText(),
          one.initializer && ts.isStringLiteral(one.initializer) ? one.initializer.text : (one.initializer?.getText() ?? ''),
        );
      }
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ where: `${path}:${line}`, tag: node.tagName.getText(), attributes });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const allFiles = readdirSync('demo/ui', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.tsx'))
  .map((path) => `demo/ui/${path}`);
/** The building blocks themselves take their names from those who use them, and the lecture covers the page. */
const files = allFiles.filter((path) => !/^demo\/ui\/(controls|lecture)\//.test(path));
const elements = files.flatMap(elementsOf);

const PARTS = ['section', 'details', 'fieldset', 'Select', 'Segmented', 'Slider', 'Later', 'Chapter', 'Copy'];
const PANELS =
  'card preferences device footer lead links kept camera problem downloads copy model-facts maps legend readout try percentage'.split(' ');

const nameOf = ({ attributes }: Part) => attributes.get('control') ?? attributes.get('data-control') ?? attributes.get('id');
const isPart = ({ tag, attributes }: Part) =>
  PARTS.includes(tag) || (attributes.get('class') ?? '').split(' ').some((one) => PANELS.includes(one));

describe('every section, panel and control', () => {
  const parts = elements.filter(isPart);
  test('is found', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(parts.length).toBeGreaterThan(60);
  });
  test('has a name that an address can hide', () => {
    const unnamed = parts.filter((part) => {
      const name = nameOf(part);
      // A name that is passed on is checked where it is given.
      return name !== '{control}' && !(HIDEABLE as readonly (string | undefined)[]).includes(name);
    });
    expect(
      unnamed.map(
        ({ where, tag, attributes }) => `${where}: <${tag} class="${attributes.get('class') ?? ''}"> ${nameOf({ where, tag, attributes })}`,
      ),
    ).toEqual([]);
  });
});

test('every name is that of a part, and stands once in the list', () => {
  const used = new Set(allFiles.flatMap(elementsOf).map(nameOf));
  expect(HIDEABLE.filter((name) => !used.has(name))).toEqual([]);
  expect(new Set(HIDEABLE).size).toBe(HIDEABLE.length);
});
