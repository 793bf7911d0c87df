// Four neighbouring invocations that work on the same tile need the same weights: each loads one vector of four, and quadBroadcast hands them
// around. On an adapter that runs four invocations in one vector of a CPU that costs a shuffle, where a load costs as much as 30 multiply-adds.
// requires: lib/grid
enable subgroups;
// Returns below are the same for all four, which the uniformity analysis cannot know.
diagnostic(off, subgroup_uniformity);

// Which of the four an invocation is.
fn member_of(id: vec3u) -> u32 {
  return id.x & 3u;
}

// Whether none of the four has samples. Where some have, the others compute along with them, in memory of the block that is not read.
fn all_idle(at: Place, grid: Grid) -> bool {
  return at.block * grid.lanes + (at.lane & 0xfffffffcu) >= grid.quads;
}
