// Affine, forward: y = scale x + shift.
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  scale_inner: u32,
  scale_period: u32,
  shift_inner: u32,
  shift_period: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> scale: array<f32>; // [scale_period], element e takes scale[(e / scale_inner) % scale_period]
@group(0) @binding(3) var<storage, read> shift: array<f32>; // [shift_period], likewise
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let factor = scale[(at.tile / parameters.scale_inner) % parameters.scale_period];
  let offset = shift[(at.tile / parameters.shift_inner) % parameters.shift_period];
  y[at.linear] = factor * x[at.linear] + offset;
}
