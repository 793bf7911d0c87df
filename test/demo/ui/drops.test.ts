import { beforeEach, expect, test, vi } from 'vitest';
import { dragging, listenForFiles } from '../../../demo/ui/lib/drops.js';

// Files and folders that are dropped on the page, with entries as browsers give them: a folder's come up to 100 at a time.

type Tree = { readonly [name: string]: Tree | null };

const fileOf = (name: string) => new File([name], name);

/** A folder (or, for null, a file) as `webkitGetAsEntry` gives it. */
function entryOf(name: string, tree: Tree | null): object {
  if (tree === null) return { name, isFile: true, isDirectory: false, file: (resolve: (file: File) => void) => resolve(fileOf(name)) };
  const createReader = () => {
    const entries = Object.entries(tree).map((entry) => entryOf(...entry));
    return { readEntries: (resolve: (some: object[]) => void) => resolve(entries.splice(0, 100)) };
  };
  return { name, isFile: false, isDirectory: true, createReader };
}

const listeners = new Map<string, (event: object) => void>();
const given: string[][] = [];

beforeEach(() => {
  listeners.clear();
  given.length = 0;
  vi.stubGlobal('addEventListener', (type: string, listener: (event: object) => void) => listeners.set(type, listener));
  listenForFiles((files) => given.push(files.map(({ name }) => name)));
  vi.unstubAllGlobals();
});

/** Drops these on the page, and waits for the names of the files that it takes. */
async function drop(dropped: Tree): Promise<readonly string[] | undefined> {
  const items = Object.entries(dropped).map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entryOf(...entry) }));
  // A browser lists a dropped folder as a file of its name.
  const event = { dataTransfer: { types: ['Files'], files: Object.keys(dropped).map(fileOf), items }, preventDefault: () => {} };
  listeners.get('dragenter')?.(event);
  expect(dragging.value).toBe(true);
  listeners.get('drop')?.(event);
  expect(dragging.value).toBe(false);
  // The list is empty after the event.
  items.length = 0;
  await vi.waitFor(() => expect(given).toHaveLength(1));
  return given[0];
}

test('of a folder of Hugging Face the network is taken, and what describes it', async () => {
  const files = { 'README.md': null, 'config.json': null, 'preprocessor_config.json': null, 'model.safetensors': null };
  expect(await drop({ 'tiny-vit': { ...files, 'model.onnx': null } })).toEqual(['config.json', 'preprocessor_config.json', 'model.onnx']);
});

test('the network may lie in a folder of the folder, with its weights, beside a picture that is dropped along', async () => {
  const onnx = { 'model.onnx': null, 'model.onnx_data': null, 'model_int8.onnx': null };
  expect(await drop({ 'cat.jpg': null, vit: { onnx, 'config.json': null } })).toEqual([
    'cat.jpg',
    'model.onnx',
    'model.onnx_data',
    'config.json',
  ]);
});

test('a folder of more entries than a browser gives at once is read to its end, one that lies deep is not', async () => {
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`page-${i}.md`, null]));
  expect(await drop({ net: { ...many, 'net.onnx': null, a: { b: { c: { 'config.json': null } } } } })).toEqual(['net.onnx']);
});

test('files that are dropped alone are all given, in their order', async () => {
  expect(await drop({ 'b.png': null, 'a.pdf': null })).toEqual(['b.png', 'a.pdf']);
});
