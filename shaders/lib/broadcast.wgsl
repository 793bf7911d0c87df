// Four neighbouring invocations that work on the same tile need the same weights. Each loads one vector of four, and quadBroadcast hands
// them around. An adapter that runs four invocations in one vector of a CPU pays a shuffle for this; a load costs as much as 30
// multiply-adds.
// requires: lib/grid
enable subgroups;
// The returns below happen for all four invocations or none, which the uniformity analysis cannot know.
diagnostic(off, subgroup_uniformity);

// The number of an invocation among the four.
fn member_of(id: vec3u) -> u32 {
  return id.x & 3u;
}

// Whether none of the four has samples. Where some have, the others compute along with them, in lanes of the block that nobody reads.
fn all_idle(at: Place, grid: Grid) -> bool {
  return at.block * grid.lanes + (at.lane & 0xfffffffcu) >= grid.quads;
}
