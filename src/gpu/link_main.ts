import type { LinkedKernel } from './link.js';
import { COMMON_BUFFERS } from './link_rewrite.js';

/*
 * The part of a linked shader that is not the kernels': the entry point, which walks the rows of the table.
 *
 * The table is words: a header, and rows [kernel, words of the row, walk, invocations, bases, parameters]. A workgroup has `rounds`
 * neighbouring blocks of samples and does one after the other, so that memory that lives only during a round is needed once a workgroup.
 */

/** Words of the table before its rows. */
export const HEADER = { first: 0, rounds: 1, blocks: 2, samples: 3, offset: 4, steps: 5, words: 8 } as const;

/** Words of a row before its bases. */
export const ROW = { kernel: 0, words: 1, walk: 2, invocations: 3, bases: 4 } as const;

/**
 * Words of a base: a tensor begins at offset + workgroup * perGroup - perBlock * (the workgroup's first block). The last term takes
 * away what the kernel adds for blocks in tensors that hold only the blocks of this round.
 */
export const BASE = { offset: 0, perGroup: 1, perBlock: 2, space: 3, words: 4 } as const;

/** How the tiles of a row are shared out. */
export const WALK = {
  /** A lane does all tiles of its quad: it reads only what it wrote. */
  lane: 0,
  /** The invocations share the tiles of the workgroup's block; a barrier follows. */
  group: 1,
  /** The same for the quads that hold the ends of the paths on which the workgroup's samples lie. */
  ends: 2,
  /** All invocations of the dispatch share a number of linear ids. */
  flat: 3,
} as const;

/** The kernel of the row that ends a round; its second word is where the next round begins. */
export const END_OF_ROUND = 0xffffffff;

export interface Workgroup {
  readonly invocations: number;
  /** Whether there are rows whose tiles several invocations share (`group`, `ends`). */
  readonly barriers: boolean;
}

/** The function that runs a kernel for one row. */
export function runOf({ prefix, bindings, interface: { parameters }, flat }: LinkedKernel): string {
  const first = ROW.bases + BASE.words * bindings.length;
  const fill = parameters.members.map(({ name, offset, type, length }) => {
    const words = Array.from({ length }, (_, component) => {
      const word = `table[row + ${first + offset / 4 + component}u]`;
      return type === 'u32' ? word : `bitcast<${type}>(${word})`;
    });
    return `  ${prefix}parameters.${name} = ${length === 1 ? words[0] : `vec${length}<${type}>(${words.join(', ')})`};`;
  });
  const bases = bindings.map(({ base }, index) => `  ${base} = base_of(row + ${ROW.bases + BASE.words * index}u);`);
  const loops = flat
    ? `  let invocations = table[row + ${ROW.invocations}u];
  for (var linear = walk.tile; linear < invocations; linear += walk.step) {
    ${prefix}main(vec3u(linear, 0u, 0u), vec3u(0u));
  }`
    : `  let tiles = ${prefix}parameters.grid.tiles;
  let lanes = ${prefix}parameters.grid.lanes;
  for (var outer = walk.first; outer < walk.end; outer++) {
    for (var tile = walk.tile; tile < tiles; tile += walk.step) {
      ${prefix}main(Place((outer * tiles + tile) * lanes + walk.lane, walk.lane, tile, outer, true));
    }
  }`;
  return `fn ${prefix}run(row: u32, walk: Walk) {\n${[...fill, ...bases].join('\n')}\n${loops}\n}`;
}

/** The common buffers, the walks, and the entry point. */
export function linkedMain(kernels: readonly LinkedKernel[], { invocations, barriers }: Workgroup): string {
  const writable = new Set<string>(['memory', 'words', 'results']);
  const vectors = new Set<string>(['memory', 'constants']);
  const buffers = COMMON_BUFFERS.map((name, binding) => {
    const access = writable.has(name) ? 'read_write' : 'read';
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${vectors.has(name) ? 'vec4f' : 'u32'}>;`;
  });
  const wide = COMMON_BUFFERS.filter((name) => !vectors.has(name) && name !== 'table').flatMap((name) =>
    [2, 4].flatMap((length) => {
      const parts = Array.from({ length }, (_, k) => `${name}[at + ${k}u]`);
      const load = `fn ${name}_${length}(at: u32) -> vec${length}u { return vec${length}u(${parts.join(', ')}); }`;
      const store = parts.map((part, k) => `${part} = value[${k}];`).join(' ');
      return writable.has(name) ? [load, `fn put_${name}_${length}(at: u32, value: vec${length}u) { ${store} }`] : [load];
    }),
  );
  return `${[...buffers, ...wide].join('\n')}
// Element \`at\` of a range that a kernel reads as vec2f.
fn memory_half(base: u32, at: u32) -> vec2f {
  let pair = memory[base + at / 2u];
  return select(pair.xy, pair.zw, at % 2u == 1u);
}
struct Walk {
  first: u32, // blocks
  end: u32,
  lane: u32,
  tile: u32, // the first
  step: u32,
}
var<private> own_group: u32;
var<private> own_block: u32;
var<private> first_end: u32;
fn base_of(at: u32) -> u32 {
  let block_of_space = select(own_block, first_end, table[at + ${BASE.space}u] == 1u);
  return table[at] + own_group * table[at + ${BASE.perGroup}u] - block_of_space * table[at + ${BASE.perBlock}u];
}
@compute @workgroup_size(${invocations}, 1, 1)
fn main(
  @builtin(local_invocation_index) invocation: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let workgroup = group.y * groups.x + group.x;
  let rounds = table[${HEADER.rounds}];
  let blocks = table[${HEADER.blocks}];
  // The ends of an image's path are samples 2 * image and 2 * image + 1 of quads of their own.
  let block_samples = table[${HEADER.samples}] * rounds;
  let first_sample = table[${HEADER.offset}] + workgroup * block_samples;
  let steps = table[${HEADER.steps}];
  let ends_first = first_sample / steps / 2u;
  let ends_end = (first_sample + block_samples - 1u) / steps / 2u + 1u;
  own_group = workgroup;
  first_end = ends_first;
  var round = 0u;
  var row = table[${HEADER.first}];
  loop {
    let kernel = table[row];
    if (kernel == ${END_OF_ROUND}u) {
      round++;
      if (round >= rounds || workgroup * rounds + round >= blocks) {
        break;
      }
      row = table[row + 1u];
      continue;
    }
    let outer = workgroup * rounds + round;
    own_block = outer;
    let end = min(outer + 1u, blocks);
    let walk_kind = table[row + ${ROW.walk}u];
    var walk = Walk(outer, end, invocation, 0u, 1u);
    if (walk_kind == ${WALK.group}u) {
      walk = Walk(outer, end, 0u, invocation, ${invocations}u);
    } else if (walk_kind == ${WALK.ends}u) {
      walk = Walk(ends_first, ends_end, 0u, invocation, ${invocations}u);
    } else if (walk_kind == ${WALK.flat}u) {
      walk = Walk(0u, 1u, 0u, workgroup * ${invocations}u + invocation, groups.x * groups.y * ${invocations}u);
    }
    switch (kernel) {
${kernels.map(({ index, prefix }) => `      case ${index}u: {\n        ${prefix}run(row, walk);\n      }`).join('\n')}
      default: {
      }
    }
${barriers ? `    if (walk_kind != ${WALK.lane}u) {\n      storageBarrier();\n    }\n` : ''}    row += table[row + 1u];
  }
}
`;
}
