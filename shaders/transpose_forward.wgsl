// Transpose, forward: y[i] = x[i through perm].
// The walk over y has `rank` axes of sizes `shape`; `strides` lead through x.
// requires: lib/grid
// requires: lib/index
// One invocation: one element of y of four samples.

struct Parameters {
  grid: Grid,
  rank: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_low: vec4u,
  strides_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let source = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_low, p.strides_high);
  y[at.linear] = x[(at.block * p.grid.tiles + source) * p.grid.lanes + at.lane];
}
