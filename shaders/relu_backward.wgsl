// Relu, backward: dx = dy where y > 0, else 0 (the derivative at 0 is 0).
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> y: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like y
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like y

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  var value = select(vec4f(0.0), dy[at.linear], y[at.linear] > vec4f(0.0));
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
