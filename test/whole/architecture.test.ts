import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { expandTemplate } from '../../src/gpu/kernels/template.js';

// The layering of docs/architecture.md, and the house rules that can be read off the files.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of all files below a folder of the project that end like this, relative to the root; none where there is no such folder. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(ROOT, { withFileTypes: true }).some((entry) => entry.name === folder)
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
        .filter((path) => path.endsWith(ending))
        .sort()
    : [];
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** What a module imports or re-exports: paths within the project, or names of packages. */
function importsOf(path: string): string[] {
  const specifiers = [...read(path).matchAll(/^\s*(?:import|export)\b[^;'"]*?from\s+['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/gm)];
  return specifiers
    .map((match) => (match[1] ?? match[2])!.replace(/\?.*$/, ''))
    .map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts') : name))
    .map((name) => (existsSync(join(ROOT, name)) || !existsSync(join(ROOT, `${name}x`)) ? name : `${name}x`));
}

const SOURCES = filesIn('src', '.ts');
const SHADERS = filesIn('shaders', '.wgsl');
const PAGE = [...filesIn('demo', '.ts'), ...filesIn('demo', '.tsx')].filter((path) => !path.startsWith('demo/dist/'));

/** The floors of src/, from the ground up. A room is a folder or a file of src/; rooms of one floor do not know of each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['messages'],
  ['errors', 'slices'],
  ['tensor'],
  ['ops'],
  ['graph'],
  ['onnx', 'executor'],
  ['cpu', 'gpu'],
  ['attribution', 'doctor', 'edit', 'image'],
  ['evaluation', 'figures'],
  ['api'],
  ['index'],
  ['app'],
  ['node'],
  ['cli'],
];

/** `ops` of src/ops/index.ts and of src/ops/elementwise/relu.ts, `errors` of src/errors.ts. */
const roomOf = (path: string) => path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
const floorOf = (path: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(path)));

/** Every edge that leads from a module where it may not. */
function violations(from: (path: string) => boolean, forbidden: (imported: string, path: string) => boolean, files = SOURCES): string[] {
  return files.filter(from).flatMap((path) =>
    importsOf(path)
      .filter((imported) => forbidden(imported, path))
      .map((imported) => `${path} imports ${imported}`),
  );
}

const below =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

describe('layers', () => {
  test('the imports of a module are seen', () => {
    expect(importsOf('src/node/dawn.ts')).toEqual(expect.arrayContaining(['src/node/vulkan.ts', 'webgpu']));
    expect(importsOf('demo/ui/app.tsx')).toEqual(expect.arrayContaining(['demo/ui/sections/why.tsx', 'demo/ui/i18n/index.ts']));
    expect(floorOf('src/errors.ts')).toBe(1);
  });

  test('onnx, graph, ops, cpu and tensor know nothing of WebGPU devices, attribution, edits or images', () => {
    const upper = below('src/gpu', 'src/node', 'src/attribution', 'src/edit', 'src/image', 'src/cli');
    expect(violations(below('src/onnx', 'src/graph', 'src/ops', 'src/cpu', 'src/tensor'), upper)).toEqual([]);
  });

  test('attribution knows nothing of WebGPU, WGSL, edits or the command line', () => {
    expect(violations(below('src/attribution'), below('src/gpu', 'src/node', 'src/edit', 'src/cli', 'shaders'))).toEqual([]);
  });

  test('edit knows nothing of WebGPU, WGSL or the command line', () => {
    expect(violations(below('src/edit'), below('src/gpu', 'src/node', 'src/cli', 'shaders'))).toEqual([]);
  });

  test('evaluation knows nothing of WebGPU, WGSL or the command line', () => {
    expect(violations(below('src/evaluation'), below('src/gpu', 'src/node', 'src/cli', 'shaders'))).toEqual([]);
  });

  test('gpu knows nothing of how Node gets a GPU, nor of what is asked of it', () => {
    expect(violations(below('src/gpu'), below('src/node', 'src/attribution', 'src/edit', 'src/image', 'src/cli'))).toEqual([]);
  });

  test('only the choice of a plan knows of the fused one; others know that there are plans', () => {
    const chooses = ['src/gpu/plans.ts', 'src/gpu/resources.ts'];
    const others = (path: string) => !path.startsWith('src/gpu/fused/') && !chooses.includes(path);
    const forbidden = (imported: string) => imported.startsWith('src/gpu/fused/') && imported !== 'src/gpu/fused/choose.ts';
    expect(violations(others, forbidden)).toEqual([]);
  });

  // src/index.ts is the public API; src/app.ts is what only these two share.
  const doors = ['src/index.ts', 'src/app.ts'];

  test('the command line uses what the library exports, what it shares with the demo, what Node adds, and itself', () => {
    const inside = (path: string) => [...doors, 'src/node/index.ts'].includes(path) || path.startsWith('src/cli/');
    expect(violations(below('src/cli'), (imported) => imported.startsWith('src/') && !inside(imported))).toEqual([]);
  });

  test('the demo uses what the library exports to browsers, what it shares with the command line, and itself', () => {
    const forbidden = (imported: string) => imported.startsWith('src/') && !doors.includes(imported);
    expect(violations(() => true, forbidden, [...filesIn('demo', '.ts'), ...filesIn('demo', '.tsx')])).toEqual([]);
  });

  test('nothing below the two doors imports them', () => {
    const outside = (path: string) => !doors.includes(path) && !below('src/node', 'src/cli')(path);
    expect(violations(outside, (imported) => doors.includes(imported))).toEqual([]);
  });

  test('only files for Node use Node', () => {
    const forNode = (path: string) => path === 'src/node/index.ts' || /\/(node|cli)\//.test(path);
    expect(
      violations(
        (path) => !forNode(path),
        (imported) => isBuiltin(imported) || imported === 'sharp' || imported === 'webgpu',
      ),
    ).toEqual([]);
  });

  test('what a browser loads leads to no file for Node', () => {
    const reached = new Set<string>();
    const visit = (path: string) => {
      if (reached.has(path) || !SOURCES.includes(path)) return;
      reached.add(path);
      importsOf(path).forEach(visit);
    };
    doors.forEach(visit);
    expect([...reached]).toContain('src/errors.ts');
    expect([...reached].filter((path) => /\/(node|cli)\//.test(path))).toEqual([]);
  });
});

describe('the floor plan', () => {
  test('every file of src/ stands in a room of the plan, and imports only from its own room and from floors below', () => {
    expect(SOURCES.filter((path) => floorOf(path) < 0)).toEqual([]);
    const upward = (imported: string, path: string) =>
      imported.startsWith('src/') && roomOf(imported) !== roomOf(path) && floorOf(imported) >= floorOf(path);
    expect(violations(() => true, upward)).toEqual([]);
  });

  test('no import leads in a circle, types included', () => {
    const files = [...SOURCES, ...PAGE];
    const known = new Set(files);
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, way: readonly string[]): void => {
      const at = way.indexOf(path);
      if (at >= 0) circles.push([...way.slice(at), path].join(' -> '));
      if (at >= 0 || done.has(path)) return;
      for (const imported of importsOf(path)) if (known.has(imported)) visit(imported, [...way, path]);
      done.add(path);
    };
    for (const path of files) visit(path, []);
    expect(circles).toEqual([]);
  });

  test('a folder of src/ has at most 12 files beside each other, elementwise operators aside', () => {
    const counts = new Map<string, number>();
    for (const path of SOURCES) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([folder, count]) => count > 12 && folder !== 'src/ops/elementwise')).toEqual([]);
  });

  test('a folder of test/ is a folder of src/ or demo/, or one of those that tests need beside them', () => {
    const own = ['agreement', 'bench', 'browser', 'fuzz', 'large', 'oracle', 'support', 'whole'];
    const folders = new Set(filesIn('test', '.test.ts').map((path) => posix.dirname(path).replace(/^test\/?/, '')));
    const mirrored = (folder: string) => existsSync(join(ROOT, 'src', folder)) || existsSync(join(ROOT, folder));
    expect([...folders].filter((folder) => !own.includes(folder.split('/')[0] ?? '') && !mirrored(folder))).toEqual([]);
  });
});

describe('house rules', () => {
  test('no source has more than 500 lines, generated code aside', () => {
    const long = SOURCES.filter((path) => !path.endsWith('_pb.ts') && read(path).split('\n').length > 500);
    expect(long).toEqual([]);
  });

  test('the executor of the GPU only says what its requests are: it has less than 150 lines', () => {
    expect(read('src/gpu/gpu_executor.ts').trimEnd().split('\n').length).toBeLessThan(150);
  });

  // They stand in loops over typed arrays, where a check costs time. Elsewhere itemAt, present, or a type says that something is there.
  test('less than 150 lines assert with ! that something is there', () => {
    const asserting = SOURCES.flatMap((path) => {
      const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
      const lines = new Set<number>();
      const visit = (node: ts.Node): void => {
        if (ts.isNonNullExpression(node)) lines.add(source.getLineAndCharacterOfPosition(node.end).line + 1);
        ts.forEachChild(node, visit);
      };
      visit(source);
      return [...lines].map((line) => `${path}:${line}`);
    });
    expect(asserting.length).toBeLessThan(150);
  });

  test('every shader starts with a comment that says what it computes', () => {
    expect(SHADERS.length).toBeGreaterThan(0);
    expect(SHADERS.filter((path) => !/^\/\/ \S/.test(read(path)))).toEqual([]);
  });

  // Overrides and constants in @workgroup_size cost compilation time, and reflection cannot read them.
  test('every kernel has one entry point with three plain numbers in @workgroup_size, and what kernels share and fragments have none', () => {
    const sizes = (text: string) => [...text.matchAll(/@workgroup_size\(([^)]*)\)/g)].map((match) => match[1]!);
    const shared = below('shaders/lib');
    const isFragment = (path: string) => /^\/\/ frame: \S+$/m.test(read(path));
    const right = (path: string) => {
      if (shared(path) || isFragment(path)) return sizes(read(path)).length === 0;
      const [size, ...more] = sizes(expandTemplate(path, read(path), {}, (file) => read(`shaders/${file}.wgsl`)));
      return more.length === 0 && size !== undefined && /^\d+, \d+, \d+$/.test(size);
    };
    expect(SHADERS.filter((path) => !right(path))).toEqual([]);
    expect(SHADERS.filter(isFragment)).toContain('shaders/elementwise/hard_swish.wgsl');
  });

  // A dispatch names a kernel or a fragment by its file, whatever the folder.
  test('no two shaders have the same name', () => {
    const names = SHADERS.filter((path) => !path.startsWith('shaders/lib/')).map((path) => posix.basename(path));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('no shader nests its #for and #if deeper than three', () => {
    const depthOf = (text: string) => {
      let [depth, deepest] = [0, 0];
      for (const [, directive] of text.matchAll(/^\s*#(for|if|end)\b/gm)) {
        depth += directive === 'end' ? -1 : 1;
        deepest = Math.max(deepest, depth);
      }
      return deepest;
    };
    expect(depthOf('#if A\n#for b in 0..2\n#end\n#if C\n#end\n#end')).toBe(2);
    expect(SHADERS.filter((path) => depthOf(read(path)) > 3)).toEqual([]);
  });
});
