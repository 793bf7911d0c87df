// Neighbouring invocations that work on the same tile need the same weights. Of four, each loads one vector of four, and quadBroadcast hands
// them around; eight are a workgroup, and subgroupBroadcast does. An adapter that runs them in one vector of a CPU pays a shuffle for this;
// a load costs as much as 30 multiply-adds.
// requires: lib/grid
enable subgroups;
// The returns below happen for all that share or none, which the uniformity analysis cannot know.
diagnostic(off, subgroup_uniformity);

// The number of an invocation among those that share, which are 4 or 8.
fn member_of(id: vec3u, sharing: u32) -> u32 {
  return id.x & (sharing - 1u);
}

// Whether none of them has samples. Where some have, the others compute along with them, in lanes of the block that nobody reads.
fn all_idle(at: Place, grid: Grid, sharing: u32) -> bool {
  return at.block * grid.lanes + at.lane / sharing * sharing >= grid.quads;
}
