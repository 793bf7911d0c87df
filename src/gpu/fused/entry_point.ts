import type { LinkedKernel } from './linked_kernel.js';
import { COMMON_BUFFERS } from './rewrite.js';

/*
 * The part of a linked shader that is not from kernels: the entry point, which walks the rows of the table.
 *
 * The table consists of words: a header, and rows [kernel, words of the row, tile order, bases, parameters]. A workgroup computes `rounds`
 * neighbouring blocks of samples one after the other, so that memory that lives only within a round is needed once for each workgroup.
 */

/** Words before the rows. `samples` are those of a block. `ends`, `firstImage` and `images` serve the tile orders `ends` and `reduce`. */
export const HEADER = { rounds: 0, blocks: 1, samples: 2, offset: 3, steps: 4, ends: 5, firstImage: 6, images: 7, words: 8 } as const;

/** Words of a row before its bases. */
export const ROW = { kernel: 0, words: 1, order: 2, bases: 3 } as const;

/**
 * Words of a base. A tensor begins at offset + workgroup * perGroup - perBlock * (the workgroup's first block). A kernel adds the place of
 * its block to this. The last term takes that away again for tensors that hold only the workgroup's own blocks. `ends` is 1 where these
 * are blocks of ends.
 */
export const BASE = { offset: 0, perGroup: 1, perBlock: 2, ends: 3, words: 4 } as const;

/** How the invocations share the tiles of a row. */
export const TILE_ORDER = {
  /** Each lane computes all tiles of its quad, so it reads only what it wrote. */
  lane: 0,
  /** The invocations share the tiles of the workgroup's block, which is one quad here and below. A barrier follows. */
  group: 1,
  /** The invocations share the tiles of each quad of ends of the paths on which the workgroup's samples lie. A barrier follows. */
  ends: 2,
  /** The invocations share the tiles of each image of the workgroup's quad that has samples in this chunk. A barrier follows. */
  reduce: 3,
} as const;

/** The kernel number of the row that ends a round. The row's second word says where the next round begins. */
export const END_OF_ROUND = 0xffffffff;

export interface Workgroup {
  readonly invocations: number;
  /** Whether several invocations share the tiles of some row, as in all tile orders but `lane`. */
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
  const call = flat
    ? 'vec3u(outer * tiles + tile, 0u, 0u), vec3u(0u)'
    : 'Place((outer * tiles + tile) * lanes + order.lane, order.lane, tile, outer, true)';
  const loops = `  let tiles = ${prefix}parameters.grid.tiles;
  let lanes = ${prefix}parameters.grid.lanes;
  for (var outer = order.first; outer < order.end; outer++) {
    for (var tile = order.tile; tile < tiles; tile += order.step) {
      ${prefix}main(${call});
    }
  }`;
  return `fn ${prefix}run(row: u32, order: TileOrder) {\n${[...fill, ...bases].join('\n')}\n${loops}\n}`;
}

/** The common buffers, the tile orders, and the entry point. */
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
struct TileOrder {
  first: u32, // block, or image of the chunk
  end: u32,
  lane: u32,
  tile: u32, // the first
  step: u32,
}
var<private> own_group: u32;
var<private> own_block: u32;
var<private> first_end: u32;
fn base_of(at: u32) -> u32 {
  let outer = select(own_block, first_end, table[at + ${BASE.ends}u] == 1u);
  return table[at] + own_group * table[at + ${BASE.perGroup}u] - outer * table[at + ${BASE.perBlock}u];
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
  // A quad of ends holds those of two images.
  let group_samples = table[${HEADER.samples}] * rounds;
  let first_sample = table[${HEADER.offset}] + workgroup * group_samples;
  let steps = max(table[${HEADER.steps}], 1u);
  let ends_first = first_sample / steps / 2u;
  let ends_end = min((first_sample + group_samples - 1u) / steps / 2u + 1u, table[${HEADER.ends}]);
  let chunk_image = table[${HEADER.firstImage}];
  let image = max(4u * workgroup, chunk_image) - chunk_image;
  let image_end = max(min(4u * workgroup + 4u, chunk_image + table[${HEADER.images}]), chunk_image) - chunk_image;
  own_group = workgroup;
  first_end = ends_first;
  var round = 0u;
  var row = ${HEADER.words}u;
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
    let order_kind = table[row + ${ROW.order}u];
    var order = TileOrder(outer, end, invocation, 0u, 1u);
    if (order_kind == ${TILE_ORDER.group}u) {
      order = TileOrder(outer, end, 0u, invocation, ${invocations}u);
    } else if (order_kind == ${TILE_ORDER.ends}u) {
      order = TileOrder(ends_first, ends_end, 0u, invocation, ${invocations}u);
    } else if (order_kind == ${TILE_ORDER.reduce}u) {
      order = TileOrder(image, image_end, 0u, invocation, ${invocations}u);
    }
    switch (kernel) {
${kernels.map(({ index, prefix }) => `      case ${index}u: {\n        ${prefix}run(row, order);\n      }`).join('\n')}
      default: {
      }
    }
${barriers ? `    if (order_kind != ${TILE_ORDER.lane}u) {\n      storageBarrier();\n    }\n` : ''}    row += table[row + 1u];
  }
}
`;
}
