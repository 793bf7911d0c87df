// ReduceMean, backward: dx[i] = dy[mean[i]] / count.
// requires: lib/grid
// One invocation: one element of x of four samples.

struct Parameters {
  grid: Grid,
  outputs: u32, // means a sample
  count: u32, // elements that go into each
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [block][outputs][lane]
@group(0) @binding(2) var<storage, read> mean: array<u32>; // [tiles]: the mean that an element goes into
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let source = (at.block * parameters.outputs + mean[at.tile]) * parameters.grid.lanes + at.lane;
  let value = dy[source] / f32(parameters.count);
  dx[at.linear] = value + select(vec4f(0.0), dx[at.linear], parameters.grid.accumulate != 0u);
}
