// Which tile of which quad an invocation computes, for every kernel.
//
// Samples lie in quads: a vec4f holds one element of four samples. `lanes` neighbouring quads make a block, and activations are stored
// as [block][element][lane]. So element e of quad `lane` of `block` is at (block * elements + e) * lanes + lane. Neighbouring invocations
// read neighbouring addresses, and weights are the same for all of them.
// An invocation computes tile `tile` (of `tiles`; each kernel says what its tile is) of one quad. Workgroups are a 2-D grid, since one
// axis holds at most 65,535.

struct Grid {
  lanes: u32,
  quads: u32, // of all blocks; lanes of the last block past these do nothing
  tiles: u32,
  accumulate: u32, // 1: add to the cotangent that is there; 0: overwrite it
}

struct Place {
  linear: u32, // (block * tiles + tile) * lanes + lane: the address, where a tile is one element
  lane: u32,
  tile: u32,
  block: u32,
  inside: bool,
}

fn place(grid: Grid, id: vec3u, groups: vec3u) -> Place {
  let linear = id.y * groups.x * 64u + id.x;
  let lanes = grid.lanes;
  // The logarithm of lanes, a power of two up to 16: vectors of a CPU have no integer division, and SwiftShader's firstTrailingBit takes longer than one.
  let row = linear >> ((lanes >> 1u) - (lanes >> 3u) - ((lanes >> 4u) << 1u));
  // The remainder costs a division. As linear & (lanes - 1u), which LLVM on lavapipe computes again where it is used, M1's second convolution takes 25 ms, not 21.
  let lane = linear % lanes;
  let outer = row / grid.tiles; // the block; wgsl_reflect 1.6.0 mistakes the name `block` for a keyword
  return Place(linear, lane, row - outer * grid.tiles, outer, outer * lanes + lane < grid.quads);
}
