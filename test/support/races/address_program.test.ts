import { describe, expect, test } from 'vitest';
import { compileAddresses } from './address_program.js';
import { Recorder } from './recorder.js';

const HEAD = `
struct Parameters { size: vec2u, shift: i32, weight: f32 }
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
`;

const UNIFORM = { size: [3, 5], shift: -2, weight: undefined };
const TABLE = new Map([['places', [7, 4, 9]]]);

/** The accesses of the invocations of one workgroup, one after the other, as `w3` and `r5`. */
function accessesOf(body: string, invocations = 1, functions = ''): string[] {
  const main = `@compute @workgroup_size(${invocations}, 1, 1)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n${body}\n}`;
  const program = compileAddresses(`${HEAD}${functions}${main}`, { hasContents: (name) => name === 'places' });
  const found: string[] = [];
  const sink = {
    read: (_: string, element: number) => found.push(`r${element}`),
    write: (_: string, element: number) => found.push(`w${element}`),
  };
  for (let index = 0; index < invocations; index++) {
    const place = {
      global_invocation_id: [index, 0, 0],
      local_invocation_id: [index, 0, 0],
      local_invocation_index: index,
      workgroup_id: [0, 0, 0],
      num_workgroups: [1, 1, 1],
    };
    program.run(place, UNIFORM, TABLE, sink);
  }
  return found;
}

describe('the addresses of a kernel', () => {
  test.each<[string, string, string[]]>([
    ['unsigned numbers wrap', 'y[(0u - 2u) / 0x40000000u] = x[0];', ['w3']],
    ['signed numbers divide towards 0', 'y[u32(-7 / 2 + 4)] = x[0];', ['w1']],
    ['the order of operations', 'let a = 2u + 3u * 4u % 5u - 1u; y[a << 1u | 1u] = x[0];', ['w7']],
    ['division by 0', 'let none = parameters.size.x - 3u; y[9u / none] = x[9u % none];', ['w9']],
    ['vectors, and their components', 'let at = (vec2u(1u, 2u) + parameters.size.yx) * 2u; y[at.x + at[1]] = x[0];', ['w22']],
    [
      'comparisons of vectors',
      'let near = vec2u(1u, 9u) < parameters.size; y[select(4u, 6u, all(near))] = x[0]; y[select(vec2u(1u), vec2u(2u), near).x] = x[0];',
      ['w4', 'w2'],
    ],
    ['signed numbers from the uniform', 'y[u32(parameters.shift + i32(4u))] = x[0];', ['w2']],
    [
      'loops',
      'for (var k = 0u; k < 3u; k++) { y[k * k] += x[k]; } var n = 8u; while (n > 2u) { n /= 2u; y[n] = x[n]; }',
      ['r0', 'w0', 'r1', 'w1', 'r4', 'w4', 'w4', 'w2'],
    ],
    [
      'branches',
      'let a = parameters.size.x; if (a == 1u) { y[1] = x[0]; } else if (a == 3u) { y[2] = x[0]; } else { y[3] = x[0]; }',
      ['w2'],
    ],
    [
      'what one name means in several scopes',
      'let a = 1u; if (a == 1u) { let a = 5u; y[a] = x[0]; } for (var a = 7u; a < 8u; a++) { y[a] = x[0]; } y[a] = x[0];',
      ['w5', 'w7', 'w1'],
    ],
    [
      'the lowest bit of a power of two, and of others',
      'y[firstTrailingBit(16u)] = x[0]; y[firstTrailingBit(0x80000000u)] = x[0]; y[firstTrailingBit(12u)] = x[0];',
      ['w4', 'w31', 'w2'],
    ],
    ['tables of addresses', 'y[places[1] + places[2]] = x[0];', ['w13']],
    ['reads within what is computed', 'let sum = parameters.weight * y[1] + fma(y[2].x, 2.0, 1.0); y[0] = vec4f(sum);', ['r1', 'r2', 'w0']],
    ['a component is written as its element', 'y[3].x = 1.0; y[4][2] += 1.0;', ['w3', 'r4', 'w4']],
  ])('%s', (_, body, expected) => {
    expect(accessesOf(body)).toEqual(expected);
  });

  test('functions: their results, their accesses, structs, and early ends', () => {
    const functions = `
      struct Spot { row: u32, weight: f32, inside: bool }
      fn spot(id: u32, limit: u32) -> Spot { return Spot(id * 10u, f32(id), id < limit); }
      fn add(index: u32, value: vec4f) { y[index] = value + y[index + 1u]; }
      fn old(index: u32) -> vec4f { return y[index]; }`;
    const body = 'let at = spot(id.x, 2u); if (!at.inside) { return; } add(at.row, old(at.row + 5u) * at.weight);';
    expect(accessesOf(body, 4, functions)).toEqual(['r5', 'r1', 'w0', 'r15', 'r11', 'w10']);
  });

  test('that depend on the numbers of a sample are refused, where they are reached', () => {
    expect(() => accessesOf('y[u32(x[0].x)] = x[0];')).toThrow('an address of y in main is not known');
    expect(() => accessesOf('if (x[0].x > 0.0) { y[0] = x[0]; }')).toThrow('accesses in main depend on a condition that is not known');
    expect(accessesOf('var found = 0u; if (x[0].x > 0.0) { found = 1u; } y[3] = vec4f(f32(found));')).toEqual(['w3']);
  });
});

describe('barriers', () => {
  /** The kinds of races of a kernel with workgroups of four, two of them. */
  function racesOf(body: string): string[] {
    const main = `var<workgroup> tile: array<f32, 4>;\n@compute @workgroup_size(4, 1, 1)\nfn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) own: u32) {\n${body}\n}`;
    const program = compileAddresses(`${HEAD}${main}`);
    const recorder = new Recorder();
    for (let group = 0; group < 2; group++) {
      recorder.group = group + 1;
      for (const { name, scope } of program.tracked) if (scope === 'workgroup') recorder.forget(name);
      const invocations = Array.from({ length: 4 }, (_, index) => {
        const place = {
          global_invocation_id: [4 * group + index, 0, 0],
          local_invocation_id: [index, 0, 0],
          local_invocation_index: index,
          workgroup_id: [group, 0, 0],
          num_workgroups: [2, 1, 1],
        };
        return { number: 4 * group + index + 1, rest: program.run(place, UNIFORM, new Map(), recorder) };
      });
      for (let left = invocations; left.length > 0; ) {
        recorder.phase++;
        left = left.filter(({ number, rest }) => {
          recorder.invocation = number;
          return rest !== undefined && !rest.next().done;
        });
      }
    }
    return [...new Set(recorder.races.map(({ buffer, what }) => `${buffer}: ${what}`))].sort();
  }

  test.each<[string, string, string[]]>([
    ['order what a workgroup writes and reads', 'tile[own] = x[id.x].x; workgroupBarrier(); y[id.x] = vec4f(tile[3u - own]);', []],
    [
      'without one the reads race',
      'tile[own] = x[id.x].x; y[id.x] = vec4f(tile[3u - own]); workgroupBarrier();',
      ['tile: a read and a write'],
    ],
    ['do not order two workgroups', 'y[own] = x[id.x]; storageBarrier();', ['y: two writes']],
    [
      'nor what a workgroup reads of the next',
      'y[id.x] = x[id.x]; storageBarrier(); y[id.x] += y[(id.x + 4u) % 8u];',
      ['y: a read and a write'],
    ],
    [
      'order the storage of a workgroup',
      'y[id.x] = x[id.x]; storageBarrier(); let left = y[id.x ^ 1u]; storageBarrier(); y[id.x] = left;',
      [],
    ],
  ])('%s', (_, body, expected) => {
    expect(racesOf(body)).toEqual(expected);
  });
});
