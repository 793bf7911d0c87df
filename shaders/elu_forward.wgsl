// Elu, forward: y = x where x > 0, else alpha (e^x - 1).
// requires: lib/grid
// requires: lib/expm1
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  alpha: f32,
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
  let v = x[at.linear];
  y[at.linear] = select(parameters.alpha * expm1(v), v, v > vec4f(0.0));
}
